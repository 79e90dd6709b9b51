//! Float tensors by name, as checkpoints hold them.

use crate::error::{Result, error};
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

/// What a checkpoint holds: weights, and what cannot be weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tensors {
    /// Float tensors by name.
    pub floats: StateDict,
    /// All others, such as masks and the state of a random generator; counters of training steps are not among them.
    pub others: Vec<NotFloat>,
}

/// A tensor that carries no float weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFloat {
    /// Its name.
    pub name: String,
    /// Its type, such as `U8`.
    pub element: String,
}

impl From<StateDict> for Tensors {
    fn from(floats: StateDict) -> Self {
        Self {
            floats,
            others: Vec::new(),
        }
    }
}

impl Tensors {
    /// Notes a tensor whose type carries no weights.
    pub fn leave_out(&mut self, name: &str, element: &dyn std::fmt::Debug) {
        if !name.ends_with(COUNTER) {
            self.others.push(NotFloat {
                name: name.to_owned(),
                element: format!("{element:?}"),
            });
        }
    }
}

/// Counters of training steps; some exporters keep them as floats.
pub(super) const COUNTER: &str = "num_batches_tracked";

/// The format's own bound on a header.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Reads a safetensors file of whoever made it.
pub fn from_safetensors(bytes: &[u8]) -> Result<Tensors> {
    let (_, file) = container::open(bytes, MAX_HEADER_BYTES)
        .map_err(|reason| error!(CHECKPOINT_UNREADABLE, reason))?;
    let mut tensors = Tensors::default();
    for (name, view) in file.iter() {
        let element = match view.dtype() {
            Dtype::F16 => ElementType::F16,
            Dtype::BF16 => ElementType::Bf16,
            Dtype::F32 => ElementType::F32,
            Dtype::F64 => ElementType::F64,
            other => {
                tensors.leave_out(name, &other);
                continue;
            }
        };
        let tensor = FloatTensor::from_bytes(view.shape(), element, view.data());
        tensors.floats.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn damaged_safetensors_files_are_refused() {
        for bytes in [&b""[..], b"12345678", &[0xFF; 64]] {
            let error = from_safetensors(bytes).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Model);
        }
    }
}
