//! A file of whoever's becomes a model: as it is where this project wrote it, converted where it holds float weights.

use super::checkpoint::{Progress, convert};
use super::description::{Card, card_from_json};
use super::kind::FileKind;
use super::quantize::Precision;
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
}

/// Opens a model file, or converts a float checkpoint (safetensors) to int8. `description` is JSON: a model card or the
/// [`Settings`](super::Settings) of a conversion. The known answer is computed on `device`.
pub async fn open(
    bytes: Vec<u8>,
    description: Option<&str>,
    device: &Device,
    progress: impl FnMut(Progress),
) -> Result<Opened> {
    let kind = FileKind::of(&bytes);
    if kind == FileKind::Model {
        let title = file::read(&bytes)?.card.title;
        return Ok(Opened {
            title,
            bytes,
            notes: Vec::new(),
        });
    }
    refuse_foreign(kind)?;
    let card = match description {
        Some(json) => card_from_json(json)?,
        None => Card::Made(Box::default()),
    };
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
    })
}

/// Files of other kinds that people have are named, so that the advice can be of use.
fn refuse_foreign(kind: FileKind) -> Result<()> {
    Err(match kind {
        FileKind::Model | FileKind::Safetensors => return Ok(()),
        FileKind::PyTorch | FileKind::PickledModule => error!(FILE_PYTORCH),
        FileKind::Hdf5 => error!(FILE_HDF5),
        FileKind::TfLite => error!(FILE_TFLITE),
        FileKind::Unknown => error!(FILE_NOT_SAFETENSORS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn refusal(bytes: &[u8]) -> crate::Error {
        pollster::block_on(open(bytes.to_vec(), None, &Device::flex(), |_| {})).unwrap_err()
    }

    #[test]
    fn foreign_files_are_named() {
        for (bytes, name) in [
            (&b"PK\x03\x04 archive/data.pkl"[..], "PyTorch"),
            (b"\x80\x02\x8a\nl\xfc", "PyTorch"),
            (b"\x89HDF\r\n\x1a\n", "HDF5"),
            (b"\x1c\0\0\0TFL3", "TensorFlow Lite"),
            (b"\x08\x07\x12\x07pytorch", "no safetensors"),
            (b"", "no safetensors"),
        ] {
            let error = refusal(bytes);
            assert_eq!(error.fault(), Fault::Model);
            assert!(error.to_string().contains(name), "{error}");
            assert!(!error.advice().is_empty());
        }
    }
}
