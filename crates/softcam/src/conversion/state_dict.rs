//! Float tensors by name, as checkpoints hold them.

use crate::error::{Error, Result, error};
use crate::weights::container;
use half::{bf16, f16};
use safetensors::Dtype;
use std::collections::BTreeMap;

/// A dense float array.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatTensor {
    /// Length of each axis, outermost first.
    pub shape: Vec<usize>,
    /// Row-major values.
    pub data: Vec<f32>,
}

/// Tensors by their name in the source checkpoint.
pub type StateDict = BTreeMap<String, FloatTensor>;

/// Element types that carry weights. Each becomes float32, which holds every value of the two half-width types exactly
/// and rounds float64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    /// IEEE 754 binary16.
    F16,
    /// The upper half of binary32.
    Bf16,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
}

impl FloatTensor {
    /// From little-endian bytes.
    pub fn from_bytes(shape: &[usize], element: ElementType, bytes: &[u8]) -> Self {
        let data = match element {
            ElementType::F16 => words(bytes, |word| f16::from_le_bytes(word).to_f32()),
            ElementType::Bf16 => words(bytes, |word| bf16::from_le_bytes(word).to_f32()),
            ElementType::F32 => words(bytes, f32::from_le_bytes),
            ElementType::F64 => words(bytes, |word| f64::from_le_bytes(word) as f32),
        };
        Self {
            shape: shape.to_vec(),
            data,
        }
    }
}

fn words<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let words = bytes.as_chunks::<N>().0;
    words.iter().map(|word| value(*word)).collect()
}

/// The format's own bound on a header.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Reads float weights from a safetensors file of whoever made it. Integers, such as counters of training steps, are
/// left out.
pub fn from_safetensors(bytes: &[u8]) -> Result<StateDict> {
    let (_, file) = container::open(bytes, MAX_HEADER_BYTES)
        .map_err(|reason| error!(CHECKPOINT_UNREADABLE, reason))?;
    let mut tensors = StateDict::new();
    for (name, view) in file.iter() {
        let element = match view.dtype() {
            Dtype::F16 => ElementType::F16,
            Dtype::BF16 => ElementType::Bf16,
            Dtype::F32 => ElementType::F32,
            Dtype::F64 => ElementType::F64,
            Dtype::I64 | Dtype::I32 => continue,
            other => return Err(not_float(name, &other)),
        };
        let tensor = FloatTensor::from_bytes(view.shape(), element, view.data());
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

/// The refusal of a tensor whose type carries no float weights.
pub fn not_float(name: &str, element: &dyn std::fmt::Debug) -> Error {
    error!(CHECKPOINT_NOT_FLOAT, tensor = name, type = format!("{element:?}"))
}

/// Keys under which training scripts keep the weights, and prefixes that wrappers put before each name.
const CONTAINERS: [&str; 8] = [
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "module",
    "_orig_mod",
];

/// Counters of training steps, which some exporters keep as floats; they carry no weight.
const COUNTER: &str = ".num_batches_tracked";

/// The weights alone: what surrounds them in a training checkpoint is opened, and what lies beside them (the state of an
/// optimizer) is left out and returned by name.
pub fn weights_alone(mut tensors: StateDict) -> (StateDict, Vec<String>) {
    let mut left_out = Vec::new();
    tensors.retain(|name, _| !name.ends_with(COUNTER));
    let inside = |name: &str, container: &str| -> Option<String> {
        let rest = name.strip_prefix(container)?.strip_prefix('.')?;
        Some(rest.to_owned())
    };
    while let Some(container) = (CONTAINERS.iter())
        .find(|container| tensors.keys().any(|name| inside(name, container).is_some()))
    {
        let mut opened = StateDict::new();
        for (name, tensor) in tensors {
            match inside(&name, container) {
                Some(name) => {
                    opened.insert(name, tensor);
                }
                None => left_out.push(name),
            }
        }
        tensors = opened;
    }
    (tensors, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> StateDict {
        let tensor = FloatTensor {
            shape: vec![1],
            data: vec![1.0],
        };
        let names = names.iter().map(|name| (*name).to_owned());
        names.map(|name| (name, tensor.clone())).collect()
    }

    #[test]
    fn every_float_type_becomes_float32() {
        let read = |element, bytes: &[u8]| FloatTensor::from_bytes(&[1], element, bytes).data;
        assert_eq!(read(ElementType::F32, &1.5_f32.to_le_bytes()), [1.5]);
        assert_eq!(read(ElementType::F64, &(-0.1_f64).to_le_bytes()), [-0.1]);
        let half = f16::from_f32(0.333).to_le_bytes();
        assert_eq!(
            read(ElementType::F16, &half),
            [f16::from_f32(0.333).to_f32()]
        );
        let brain = bf16::from_f32(3e38).to_le_bytes();
        assert_eq!(
            read(ElementType::Bf16, &brain),
            [bf16::from_f32(3e38).to_f32()]
        );
    }

    #[test]
    fn containers_are_opened_and_their_neighbours_named() {
        let (weights, left_out) = weights_alone(named(&[
            "optimizer.momentum",
            "state_dict.module.fc.weight",
            "state_dict.module.bn1.num_batches_tracked",
        ]));
        assert_eq!(weights.keys().collect::<Vec<_>>(), ["fc.weight"]);
        assert_eq!(left_out, ["optimizer.momentum"]);
        let (weights, left_out) = weights_alone(named(&["backbone.0.weight", "classifier.bias"]));
        assert_eq!(weights.len(), 2, "a network's own names are no container");
        assert!(left_out.is_empty());
    }

    #[test]
    fn damaged_safetensors_files_are_refused() {
        for bytes in [&b""[..], b"12345678", &[0xFF; 64]] {
            let error = from_safetensors(bytes).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Model);
        }
    }
}
