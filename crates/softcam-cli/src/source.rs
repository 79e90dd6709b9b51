//! Reading weights: a model of this project, or a float checkpoint in safetensors, PyTorch's zip or legacy pickle.

use crate::failure::{Context, Failure, Result};
use burn_store::pytorch_reader::{DType, PytorchReader};
use softcam::conversion::state_dict::{ElementType, from_safetensors};
use softcam::conversion::{FileKind, FloatTensor, TELLING_BYTES, Tensors};
use softcam::weights::{Model, file};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What a file holds.
pub enum Source {
    /// A finished model.
    Model(Box<Model>),
    /// Every tensor of a checkpoint.
    Tensors(Tensors),
}

/// Reads the file at `path`. Its kind is told by its content, not by its name.
pub fn open(path: &Path) -> Result<Source> {
    let cannot_read = || format!("cannot read {}", path.display());
    let mut rest = File::open(path).with_context(cannot_read)?;
    let mut bytes = Vec::new();
    let beginning = (&mut rest).take(TELLING_BYTES as u64);
    { beginning }
        .read_to_end(&mut bytes)
        .with_context(cannot_read)?;
    // PyTorch's reader goes to the file itself, and takes what it wants of it.
    let mut kind = FileKind::of(&bytes);
    if matches!(kind, FileKind::Model | FileKind::Safetensors) {
        rest.read_to_end(&mut bytes).with_context(cannot_read)?;
        kind = FileKind::of(&bytes);
    } else {
        bytes.clear();
    }
    let source = match kind {
        FileKind::Model => file::read(&bytes)
            .map(|model| Source::Model(Box::new(model)))
            .map_err(Into::into),
        FileKind::Safetensors => from_safetensors(&bytes)
            .map(Source::Tensors)
            .map_err(Into::into),
        // Pickles come in more forms than can be told apart here.
        FileKind::PyTorch | FileKind::Unknown => pytorch(path).map(Source::Tensors),
        other => match other.refusal() {
            Some(refusal) => Err(refusal.into()),
            None => pytorch(path).map(Source::Tensors),
        },
    };
    source.with_context(|| path.display().to_string())
}

/// Reads a float checkpoint; a finished model is refused.
pub fn checkpoint(path: &Path) -> Result<Tensors> {
    match open(path)? {
        Source::Tensors(tensors) => Ok(tensors),
        Source::Model(_) => Err(Failure::new(
            "This is a finished SoftCAM model, not a float checkpoint.",
            "Use it as it is, or convert the checkpoint that it was made from.",
        ))
        .with_context(|| path.display().to_string()),
    }
}

/// Reads a finished model.
pub fn model(path: &Path) -> Result<Model> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(file::read(&bytes)?)
}

/// What a model is called in tables: the name of its file without the ending.
pub fn short_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn pytorch(path: &Path) -> Result<Tensors> {
    let reader = PytorchReader::new(path).map_err(|error| {
        Failure::new(
            format!("It is neither a PyTorch nor a safetensors checkpoint ({error})."),
            "Save the state dict in Python: torch.save(model.state_dict(), \"weights.pt\").",
        )
    })?;
    let mut tensors = Tensors::default();
    for (name, tensor) in reader.tensors() {
        let element = match tensor.dtype() {
            DType::F16 => ElementType::F16,
            DType::BF16 => ElementType::Bf16,
            DType::F32 => ElementType::F32,
            DType::F64 => ElementType::F64,
            other => {
                tensors.leave_out(name, &other);
                continue;
            }
        };
        let tensor = FloatTensor::from_bytes(tensor.shape(), element, &tensor.read()?);
        tensors.floats.insert(name.clone(), tensor);
    }
    if tensors.floats.is_empty() {
        return Err(Failure::new(
            "The file holds no float tensors.",
            "Save the state dict in Python: torch.save(model.state_dict(), \"weights.pt\").",
        ));
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use softcam::conversion::StateDict;
    use std::fs;
    use std::path::PathBuf;

    fn tiny(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/parity")
            .join(name)
    }

    /// What tests/parity/make_torch_fixtures.py saved.
    fn saved() -> StateDict {
        let tensor = |shape: &[usize], data: &[f32]| FloatTensor {
            shape: shape.to_vec(),
            data: data.to_vec(),
        };
        let weight = [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75];
        StateDict::from([
            ("features.0.weight".into(), tensor(&[2, 1, 2, 2], &weight)),
            ("features.1.running_var".into(), tensor(&[2], &[0.5, 2.0])),
            ("fc.bias".into(), tensor(&[3], &[1.0, -3.0, 0.125])),
        ])
    }

    #[test]
    fn every_container_and_float_type_gives_the_same_tensors() {
        for name in [
            "tiny-zip.pt",
            "tiny-legacy.pth",
            "tiny-float16.pt",
            "tiny-bfloat16.pt",
            "tiny-float64.pt",
        ] {
            assert_eq!(checkpoint(&tiny(name)).unwrap().floats, saved(), "{name}");
        }
    }

    #[test]
    fn a_training_checkpoint_is_read_whole() {
        let all = checkpoint(&tiny("tiny-nested.pt")).unwrap().floats;
        assert!(all.contains_key("optimizer.momentum"));
        for (name, tensor) in saved() {
            assert_eq!(all[&format!("state_dict.module.{name}")], tensor);
        }
    }

    #[test]
    fn a_pickled_module_is_refused_with_advice() {
        let error = checkpoint(&tiny("tiny-module.pt")).unwrap_err();
        assert!(error.to_string().contains("module"), "{error}");
        assert!(
            error.advice().contains("state_dict()"),
            "{}",
            error.advice()
        );
    }

    #[test]
    fn damaged_checkpoints_are_refused() {
        let directory = std::env::temp_dir().join(format!("softcam-source-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join("damaged.pt");
        for name in ["tiny-zip.pt", "tiny-legacy.pth"] {
            let whole = fs::read(tiny(name)).unwrap();
            for length in [0, 1, 9, whole.len() / 2, whole.len() - 1] {
                fs::write(&path, &whole[..length]).unwrap();
                assert!(checkpoint(&path).is_err(), "{name} cut to {length} bytes");
            }
            // A flipped bit is refused or changes a value; it never panics.
            for index in (0..whole.len()).step_by(5) {
                let mut damaged = whole.clone();
                damaged[index] ^= 1 << (index % 8);
                fs::write(&path, damaged).unwrap();
                if let Ok(tensors) = checkpoint(&path) {
                    let values = tensors.floats.values().map(|tensor| tensor.data.len());
                    assert!(values.sum::<usize>() <= whole.len(), "{name}, byte {index}");
                }
            }
        }
        fs::remove_dir_all(&directory).unwrap();
    }
}
