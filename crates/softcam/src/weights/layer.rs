//! The weights of one unit in each of its states.

use crate::backbone::BATCH_NORM_EPSILON;

/// A dense float array.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatTensor {
    /// Length of each axis, outermost first.
    pub shape: Vec<usize>,
    /// Row-major values.
    pub data: Vec<f32>,
}

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
}

impl BatchNorm {
    /// The same as a factor and an offset per channel: y = factor · x + offset.
    pub fn affine(&self) -> (Vec<f32>, Vec<f32>) {
        let factor: Vec<f32> = (self.scale.iter().zip(&self.variance))
            .map(|(scale, variance)| scale / (variance + BATCH_NORM_EPSILON).sqrt())
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
        /// Convolution weights.
        weight: Vec<f32>,
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
    /// Symmetric int8 per output channel: weight ≈ scale\[out\] · int8, zero point 0.
    Quantized {
        /// Convolution weights, −127 to 127.
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
            Self::Quantized { weight, scale, .. } => {
                let per_channel = weight.len() / scale.len();
                (weight.chunks_exact(per_channel).zip(scale))
                    .flat_map(|(channel, &scale)| {
                        channel.iter().map(move |&q| scale * f32::from(q))
                    })
                    .collect()
            }
        }
    }

    /// Bytes that this layer takes in a file.
    pub fn byte_len(&self) -> usize {
        match self {
            Self::Unfolded { weight, norm } => 4 * (weight.len() + 4 * norm.scale.len()),
            Self::Folded { weight, bias } => 4 * (weight.len() + bias.len()),
            Self::Quantized {
                weight,
                scale,
                bias,
            } => weight.len() + 4 * (scale.len() + bias.len()),
        }
    }

    /// Name of the state, for people.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Unfolded { .. } => "float32, batch norm apart",
            Self::Folded { .. } => "float32",
            Self::Quantized { .. } => "int8",
        }
    }
}
