//! Reading float checkpoints: safetensors, and PyTorch's zip and legacy pickle.

use anyhow::{Context, bail};
use burn_store::pytorch_reader::{DType, PytorchReader};
use safetensors::{Dtype, SafeTensors};
use softcam::weights::FloatTensor;
use softcam::weights::import::StateDict;
use std::fs;
use std::path::Path;

/// Reads every float tensor of the checkpoint at `path`. The kind of file is told by its content, not by its name.
pub fn read(path: &Path) -> anyhow::Result<StateDict> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let looks_like_safetensors = bytes.get(8) == Some(&b'{');
    if looks_like_safetensors {
        safetensors(&bytes).with_context(|| format!("cannot use {}", path.display()))
    } else {
        pytorch(path).with_context(|| {
            format!(
                "cannot use {} (expected a PyTorch or safetensors checkpoint)",
                path.display()
            )
        })
    }
}

fn safetensors(bytes: &[u8]) -> anyhow::Result<StateDict> {
    let mut tensors = StateDict::new();
    for (name, view) in SafeTensors::deserialize(bytes)?.iter() {
        if view.dtype() == Dtype::I64 {
            continue; // counters of training steps
        }
        if view.dtype() != Dtype::F32 {
            bail!(
                "tensor {name:?} has type {:?}; only F32 can be converted",
                view.dtype()
            );
        }
        tensors.insert(name.to_owned(), float_tensor(view.shape(), view.data()));
    }
    Ok(tensors)
}

fn pytorch(path: &Path) -> anyhow::Result<StateDict> {
    let reader = PytorchReader::new(path)?;
    let mut tensors = StateDict::new();
    for (name, tensor) in reader.tensors() {
        match tensor.dtype() {
            DType::F32 => {
                tensors.insert(name.clone(), float_tensor(tensor.shape(), &tensor.read()?));
            }
            DType::I64 => {} // counters of training steps
            other => bail!("tensor {name:?} has type {other:?}; only F32 can be converted"),
        }
    }
    if tensors.is_empty() {
        bail!("the file holds no float tensors");
    }
    Ok(tensors)
}

fn float_tensor(shape: &[usize], bytes: &[u8]) -> FloatTensor {
    FloatTensor {
        shape: shape.to_vec(),
        data: bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect(),
    }
}
