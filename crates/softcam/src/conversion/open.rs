//! A file of whoever's becomes a model: as it is where this project wrote it, converted where it holds float weights.

use super::checkpoint::{Progress, convert};
use super::described::card_from_texts;
use super::description::Card;
use super::kind::FileKind;
use super::quantize::Precision;
use super::redescribed::redescribed;
use super::seal::seal;
use super::state_dict::from_safetensors;
use crate::error::{Result, error};
use crate::weights::file;
use burn::tensor::Device;

/// A model file, and what there is to say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The model's title.
    pub title: String,
    /// A file that [`file::read`] accepts.
    pub bytes: Vec<u8>,
    /// What a person should know about the conversion, as sentences; empty where there was none.
    pub notes: Vec<String>,
    /// Whether nobody said if classes exclude each other, where that matters.
    pub asks_activation: bool,
}

/// Opens a model file, or converts a float checkpoint (safetensors) to int8. `descriptions` say more about it, each in any
/// form that [`card_from_text`](super::card_from_text) reads. The known answer is computed on `device`.
pub async fn open(
    bytes: Vec<u8>,
    descriptions: &[&str],
    device: &Device,
    progress: impl FnMut(Progress),
) -> Result<Opened> {
    let kind = FileKind::of(&bytes);
    if kind == FileKind::PyTorch {
        return Err(error!(FILE_PYTORCH));
    }
    if let Some(refusal) = kind.refusal() {
        return Err(refusal);
    }
    let card = card_from_texts(descriptions.iter().copied())?;
    if kind == FileKind::Model {
        return model(bytes, card, device).await;
    }
    let tensors = from_safetensors(&bytes)?;
    // The checkpoint is as large as everything that is made of it: one copy less where memory is short.
    drop(bytes);
    let conversion = convert(tensors, card, Precision::Int8, progress)?;
    let recognised = &conversion.recognised;
    let mut notes = vec![format!(
        "Recognised {} with {} classes and {:.1} million parameters; int8 now.",
        recognised.architecture.name(),
        recognised.classes,
        conversion.parameters() as f64 / 1e6
    )];
    notes.extend(conversion.notes);
    drop(conversion.float);
    let title = conversion.model.card.title.clone();
    Ok(Opened {
        title,
        bytes: seal(conversion.model, device).await?,
        notes,
        asks_activation: conversion.asks_activation,
    })
}

/// A finished model: as it is, or with what was said about it in its card.
async fn model(bytes: Vec<u8>, card: Card, device: &Device) -> Result<Opened> {
    let model = file::read(&bytes)?;
    let settings = match card {
        Card::Made(settings) => *settings,
        Card::Given(_) => return Err(error!(DESCRIPTION_OF_MODEL)),
    };
    let opened = |title, bytes, notes| Opened {
        title,
        bytes,
        notes,
        asks_activation: false,
    };
    if settings == Default::default() {
        return Ok(opened(model.card.title, bytes, Vec::new()));
    }
    let (model, notes) = redescribed(model, settings)?;
    let title = model.card.title.clone();
    Ok(opened(title, seal(model, device).await?, notes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn refusal(bytes: &[u8]) -> crate::Error {
        pollster::block_on(open(bytes.to_vec(), &[], &Device::flex(), |_| {})).unwrap_err()
    }

    #[test]
    fn foreign_files_are_named() {
        for (bytes, name) in [
            (&b"PK\x03\x04 archive/data.pkl"[..], "PyTorch"),
            (b"\x80\x02\x8a\nl\xfc", "PyTorch"),
            (b"\x89HDF\r\n\x1a\n", "HDF5"),
            (b"\x1c\0\0\0TFL3", "TensorFlow Lite"),
            (b"\x08\x07\x12\x07pytorch", "ONNX"),
            (b"", "empty"),
            (b"weights", "no safetensors"),
        ] {
            let error = refusal(bytes);
            assert_eq!(error.fault(), Fault::Model);
            assert!(error.to_string().contains(name), "{error}");
            assert!(!error.advice().is_empty());
        }
    }
}
