//! Weights in the order in which the kernels read them.

use crate::planes::GROUP;
use burn::tensor::{DType, Device, Tensor, TensorData};
use softcam_kernels::ConvolutionSpec;

/// Weights `[out, in / groups, kernel, kernel]`.
#[derive(Debug, Clone, Copy)]
pub enum Weight<'a> {
    /// As they are.
    Float(&'a [f32]),
    /// Symmetric int8 with one scale per output channel: weight = scale · value.
    Int8 {
        /// −127 to 127.
        values: &'a [i8],
        /// `[out]`.
        scale: &'a [f32],
    },
}

impl Weight<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Float(values) => values.len(),
            Self::Int8 { values, .. } => values.len(),
        }
    }

    /// Without its scale, as a float.
    pub(crate) fn value(&self, index: usize) -> f32 {
        match self {
            Self::Float(values) => values[index],
            Self::Int8 { values, .. } => f32::from(values[index]),
        }
    }

    /// The scale of an output channel.
    pub(crate) fn scale(&self, channel: usize) -> f32 {
        match self {
            Self::Float(_) => 1.0,
            Self::Int8 { scale, .. } => scale[channel],
        }
    }
}

/// Dense weights on the device, rows of output channels: `[taps][in, filled up][out, filled up]`. An int8 weight takes a
/// byte, four output channels to a word with the first in its lowest byte; only the kernel may look at such a tensor.
pub(crate) fn dense(spec: &ConvolutionSpec, weight: &Weight<'_>, device: &Device) -> Tensor<4> {
    let rows = dense_rows(spec, weight);
    match weight {
        Weight::Float(_) => floats(rows, device),
        Weight::Int8 { .. } => {
            // Whole numbers within an i8's range by construction.
            let bytes: Vec<u8> = rows.into_iter().map(|value| value as i8 as u8).collect();
            let shape = [1, 1, 1, bytes.len() / GROUP];
            Tensor::from_data(TensorData::from_bytes_vec(bytes, shape, DType::F32), device)
        }
    }
}

pub(crate) fn dense_rows(spec: &ConvolutionSpec, weight: &Weight<'_>) -> Vec<f32> {
    let taps = spec.kernel * spec.kernel;
    let inputs = spec.in_channels.next_multiple_of(GROUP);
    let outputs = spec.out_channels.next_multiple_of(GROUP);
    let mut rows = vec![0.0; taps * inputs * outputs];
    for output in 0..spec.out_channels {
        for input in 0..spec.in_channels {
            for tap in 0..taps {
                let from = (output * spec.in_channels + input) * taps + tap;
                rows[(tap * inputs + input) * outputs + output] = weight.value(from);
            }
        }
    }
    rows
}

/// Depthwise weights on the device, `[taps][channels, filled up]`: floats, because they are few.
pub(crate) fn depthwise(spec: &ConvolutionSpec, weight: &Weight<'_>, device: &Device) -> Tensor<4> {
    let taps = spec.kernel * spec.kernel;
    let channels = spec.out_channels.next_multiple_of(GROUP);
    let mut rows = vec![0.0; taps * channels];
    for channel in 0..spec.out_channels {
        for tap in 0..taps {
            rows[tap * channels + channel] = weight.value(channel * taps + tap);
        }
    }
    floats(rows, device)
}

/// Per group of output channels the scales, then the biases.
pub(crate) fn affine(weight: &Weight<'_>, bias: &[f32], device: &Device) -> Tensor<4> {
    let values = (0..bias.len().div_ceil(GROUP))
        .flat_map(|group| {
            let lanes = move |value: &dyn Fn(usize) -> f32| {
                std::array::from_fn::<f32, GROUP, _>(|lane| {
                    let channel = group * GROUP + lane;
                    if channel < bias.len() {
                        value(channel)
                    } else {
                        0.0
                    }
                })
            };
            let scales = lanes(&|channel| weight.scale(channel));
            scales.into_iter().chain(lanes(&|channel| bias[channel]))
        })
        .collect();
    floats(values, device)
}

pub(crate) fn floats(values: Vec<f32>, device: &Device) -> Tensor<4> {
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [1, 1, 1, len]), device)
}
