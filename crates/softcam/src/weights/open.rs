//! A file of whoever's becomes a model: as it is where this project wrote it, converted where it holds float weights.

use super::convert::{Card, Progress, Settings, convert, seal};
use super::quantize::Precision;
use super::state_dict::from_safetensors;
use super::{ModelCard, file};
use crate::error::{Error, Result};
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
/// [`Settings`] of a conversion. The known answer is computed on `device`.
pub async fn open(
    bytes: Vec<u8>,
    description: Option<&str>,
    device: &Device,
    progress: impl FnMut(Progress),
) -> Result<Opened> {
    if file::is_model(&bytes) {
        let title = file::read(&bytes)?.card.title;
        return Ok(Opened {
            title,
            bytes,
            notes: Vec::new(),
        });
    }
    refuse_foreign(&bytes)?;
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

/// A model card, or the settings of a conversion: whichever the JSON is.
pub fn card_from_json(json: &str) -> Result<Card> {
    let refused = |why: &dyn std::fmt::Display| {
        Error::request(
            format!("The description cannot be used ({why})."),
            "Give a model card as `softcam inspect --json` prints it, or settings such as {\"classes\": [\"healthy\", \"ill\"]}.",
        )
    };
    let value: serde_json::Value = serde_json::from_str(json).map_err(|e| refused(&e))?;
    if !value.is_object() {
        return Err(refused(&"it is no JSON object"));
    }
    if value.get("format_version").is_some() {
        let card: ModelCard = serde_json::from_value(value).map_err(|e| refused(&e))?;
        Ok(Card::Given(Box::new(card)))
    } else {
        let settings: Settings = serde_json::from_value(value).map_err(|e| refused(&e))?;
        Ok(Card::Made(Box::new(settings)))
    }
}

/// Files of other kinds that people have, told apart by their first bytes so that the advice can be of use.
fn refuse_foreign(bytes: &[u8]) -> Result<()> {
    let zip = bytes.starts_with(b"PK\x03\x04");
    let pickle = bytes.starts_with(&[0x80]) && bytes.get(1).is_some_and(|version| *version <= 5);
    let (what, advice) = if zip || pickle {
        (
            "a PyTorch checkpoint, which can run code when it is opened",
            "Convert it with `softcam convert`, or save the state dict with safetensors.torch.save_file.",
        )
    } else if bytes.starts_with(b"\x89HDF") {
        ("an HDF5 file", "Save the weights as safetensors.")
    } else if bytes.get(4..8) == Some(b"TFL3") {
        (
            "a TensorFlow Lite file",
            "Save the float weights as safetensors.",
        )
    } else if bytes.get(8) != Some(&b'{') {
        (
            "no safetensors file",
            "Choose a .safetensors file: a model of this project, or the state dict of a network.",
        )
    } else {
        return Ok(());
    };
    Err(Error::model(format!("This is {what}."), advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    fn refusal(bytes: &[u8]) -> Error {
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

    #[test]
    fn a_description_is_a_card_or_settings() {
        let settings = card_from_json(r#"{"classes": ["healthy", "ill"], "size": 512}"#).unwrap();
        assert!(matches!(settings, Card::Made(settings) if settings.size == Some(512)));
        for wrong in ["", "[]", r#"{"klasses": []}"#, r#"{"format_version": 1}"#] {
            assert_eq!(
                card_from_json(wrong).unwrap_err().fault(),
                Fault::Request,
                "{wrong}"
            );
        }
    }
}
