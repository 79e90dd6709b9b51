//! Reading float checkpoints: safetensors, and PyTorch's zip and legacy pickle.

use anyhow::Context;
use burn_store::pytorch_reader::{DType, PytorchReader};
use softcam::Error;
use softcam::weights::state_dict::{ElementType, StateDict, from_safetensors, not_float};
use softcam::weights::{FloatTensor, file};
use std::fs;
use std::path::Path;

/// Reads every float tensor of the checkpoint at `path`. The kind of file is told by its content, not by its name.
pub fn read(path: &Path) -> anyhow::Result<StateDict> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let looks_like_safetensors = bytes.get(8) == Some(&b'{');
    let tensors = if looks_like_safetensors {
        refuse_own_file(&bytes)
            .and_then(|()| from_safetensors(&bytes))
            .map_err(anyhow::Error::from)
    } else if holds_a_module(&bytes) {
        Err(whole_module().into())
    } else {
        drop(bytes);
        pytorch(path)
    };
    tensors.with_context(|| format!("cannot use {}", path.display()))
}

fn refuse_own_file(bytes: &[u8]) -> softcam::Result<()> {
    match file::read(bytes) {
        Ok(_) => Err(Error::request(
            "This is a finished SoftCAM model, not a float checkpoint.",
            "Use it as it is, or convert the checkpoint that it was made from.",
        )),
        Err(_) => Ok(()),
    }
}

/// The pickle with the structure lies at the beginning, before the weights.
const STRUCTURE: usize = 8 << 20;

/// Whether the file is a pickled `torch.nn.Module` rather than its state dict: every module carries these two
/// attributes, and no state dict has a reason to.
fn holds_a_module(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(STRUCTURE)];
    let has = |word: &[u8]| beginning.windows(word.len()).any(|window| window == word);
    has(b"_parameters") && has(b"_modules")
}

fn whole_module() -> Error {
    Error::model(
        "The file is a whole pickled module, which means whatever its Python code does, and that code is not in it.",
        "Load it in Python where that code is at hand and save the weights alone: torch.save(model.state_dict(), \"weights.pt\").",
    )
}

fn pytorch(path: &Path) -> anyhow::Result<StateDict> {
    let reader = PytorchReader::new(path).map_err(|error| {
        Error::model(
            format!("It is neither a PyTorch nor a safetensors checkpoint ({error})."),
            "Save the state dict in Python: torch.save(model.state_dict(), \"weights.pt\").",
        )
    })?;
    let mut tensors = StateDict::new();
    for (name, tensor) in reader.tensors() {
        let element = match tensor.dtype() {
            DType::F16 => ElementType::F16,
            DType::BF16 => ElementType::Bf16,
            DType::F32 => ElementType::F32,
            DType::F64 => ElementType::F64,
            // Counters of training steps.
            DType::I64 | DType::I32 => continue,
            other => return Err(not_float(name, &other).into()),
        };
        let tensor = FloatTensor::from_bytes(tensor.shape(), element, &tensor.read()?);
        tensors.insert(name.clone(), tensor);
    }
    if tensors.is_empty() {
        return Err(Error::model(
            "The file holds no float tensors.",
            "Save the state dict in Python: torch.save(model.state_dict(), \"weights.pt\").",
        )
        .into());
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;
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
            assert_eq!(read(&tiny(name)).unwrap(), saved(), "{name}");
        }
    }

    #[test]
    fn a_training_checkpoint_is_opened() {
        let all = read(&tiny("tiny-nested.pt")).unwrap();
        let (weights, left_out) = softcam::weights::state_dict::weights_alone(all);
        assert_eq!(weights, saved());
        assert_eq!(left_out, ["optimizer.momentum"]);
    }

    #[test]
    fn a_pickled_module_is_refused_with_advice() {
        let error = read(&tiny("tiny-module.pt")).unwrap_err();
        let ours = error.downcast_ref::<Error>().expect("a typed error");
        assert!(ours.to_string().contains("module"), "{ours}");
        assert!(ours.advice().contains("state_dict()"), "{}", ours.advice());
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
                assert!(read(&path).is_err(), "{name} cut to {length} bytes");
            }
            // A flipped bit is refused or changes a value; it never panics.
            for index in (0..whole.len()).step_by(5) {
                let mut damaged = whole.clone();
                damaged[index] ^= 1 << (index % 8);
                fs::write(&path, damaged).unwrap();
                if let Ok(tensors) = read(&path) {
                    let values = tensors.values().map(|tensor| tensor.data.len());
                    assert!(values.sum::<usize>() <= whole.len(), "{name}, byte {index}");
                }
            }
        }
        fs::remove_dir_all(&directory).unwrap();
    }
}
