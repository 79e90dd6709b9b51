//! The weights of one unit in each of its states.

use half::f16;

/// Batch normalisation at inference: y = scale · (x − mean) / √(variance + ε) + shift, one value per channel.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchNorm {
    /// γ, PyTorch's `weight`.
    pub scale: Vec<f32>,
    /// β, PyTorch's `bias`.
    pub shift: Vec<f32>,
    /// Running mean.
    pub mean: Vec<f32>,
    /// Running variance.
    pub variance: Vec<f32>,
    /// ε, which differs between families.
    pub epsilon: f32,
}

impl BatchNorm {
    /// The same as a factor and an offset per channel: y = factor · x + offset.
    pub fn affine(&self) -> (Vec<f32>, Vec<f32>) {
        let factor: Vec<f32> = (self.scale.iter().zip(&self.variance))
            .map(|(scale, variance)| scale / (variance + self.epsilon).sqrt())
            .collect();
        let offset = (self.shift.iter().zip(&self.mean).zip(&factor))
            .map(|((shift, mean), factor)| shift - mean * factor)
            .collect();
        (factor, offset)
    }
}

/// The weights of one unit, weight tensors in the order `[out, in / groups, kernel, kernel]`.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerWeights {
    /// As trained: convolution and normalisation apart.
    Unfolded {
        /// Convolution weights; ones for a normalisation on its own.
        weight: Vec<f32>,
        /// The convolution's own, where it has one.
        bias: Option<Vec<f32>>,
        /// The normalisation after it.
        norm: BatchNorm,
    },
    /// Normalisation folded into weight and bias.
    Folded {
        /// Convolution weights.
        weight: Vec<f32>,
        /// One per output channel.
        bias: Vec<f32>,
    },
    /// The same with half the bits per weight.
    Half {
        /// Convolution weights, IEEE 754 binary16.
        weight: Vec<f16>,
        /// One per output channel, float.
        bias: Vec<f32>,
    },
    /// Symmetric int8 per output channel: weight ≈ scale\[out\] · int8, zero point 0.
    Quantized {
        /// Convolution weights, −127 to 127.
        weight: Vec<i8>,
        /// One positive scale per output channel.
        scale: Vec<f32>,
        /// One per output channel, float.
        bias: Vec<f32>,
    },
    /// Symmetric int4 per output channel, one value per byte here and two in a file.
    Int4 {
        /// Convolution weights, −7 to 7.
        weight: Vec<i8>,
        /// One positive scale per output channel.
        scale: Vec<f32>,
        /// One per output channel, float.
        bias: Vec<f32>,
    },
}

impl LayerWeights {
    /// Float weights, whatever the state: what a device without int8 arithmetic computes with.
    pub fn float_weight(&self) -> Vec<f32> {
        match self {
            Self::Unfolded { weight, .. } | Self::Folded { weight, .. } => weight.clone(),
            Self::Half { weight, .. } => weight.iter().map(|value| value.to_f32()).collect(),
            Self::Quantized { weight, scale, .. } | Self::Int4 { weight, scale, .. } => {
                let per_channel = weight.len() / scale.len();
                let mut floats = vec![0.0; weight.len()];
                let channels = (floats.chunks_exact_mut(per_channel))
                    .zip(weight.chunks_exact(per_channel))
                    .zip(scale);
                for ((floats, integers), &scale) in channels {
                    for (float, &integer) in floats.iter_mut().zip(integers) {
                        *float = scale * f32::from(integer);
                    }
                }
                floats
            }
        }
    }

    /// What the convolution adds per output channel, where it adds anything.
    pub fn bias(&self) -> Option<&[f32]> {
        match self {
            Self::Unfolded { bias, .. } => bias.as_deref(),
            Self::Folded { bias, .. }
            | Self::Half { bias, .. }
            | Self::Quantized { bias, .. }
            | Self::Int4 { bias, .. } => Some(bias),
        }
    }

    /// The normalisation, where it is still apart.
    pub fn norm(&self) -> Option<&BatchNorm> {
        match self {
            Self::Unfolded { norm, .. } => Some(norm),
            _ => None,
        }
    }

    /// Bytes that this layer takes in a file.
    pub fn byte_len(&self) -> usize {
        let floats = |values: &[f32]| size_of_val(values);
        let bias = self.bias().map_or(0, floats);
        bias + match self {
            Self::Unfolded { weight, norm, .. } => floats(weight) + 4 * floats(&norm.scale),
            Self::Folded { weight, .. } => floats(weight),
            Self::Half { weight, .. } => size_of_val(weight.as_slice()),
            Self::Quantized { weight, scale, .. } => weight.len() + floats(scale),
            Self::Int4 { weight, scale, .. } => {
                let per_channel = weight.len() / scale.len();
                scale.len() * per_channel.div_ceil(2) + floats(scale)
            }
        }
    }

    /// The largest integer to either side of zero, where the weights are integers.
    pub fn largest_integer(&self) -> Option<u8> {
        match self {
            Self::Quantized { weight, .. } | Self::Int4 { weight, .. } => {
                weight.iter().map(|integer| integer.unsigned_abs()).max()
            }
            _ => None,
        }
    }

    /// Name of the state, for people.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Unfolded { .. } => "float32, batch norm apart",
            Self::Folded { .. } => "float32",
            Self::Half { .. } => "float16",
            Self::Quantized { .. } => "int8",
            Self::Int4 { .. } => "int4",
        }
    }
}
