//! burn's own ways to a convolution, behind the same interface: what the kernels here have to be better than.

use crate::planes::{GROUP, Planes};
use crate::weights::Weight;
use burn::tensor::module::conv2d;
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::quantization::{QuantScheme, QuantValue, ScaleDtype};
use burn::tensor::{Device, Tensor, TensorData};
use softcam_kernels::ConvolutionSpec;
use std::sync::atomic::{AtomicU8, Ordering};

/// Who computes convolutions that are prepared from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The kernels of this crate.
    Own,
    /// burn's `conv2d`, which computes one pixel and up to four channels per thread; weights are floats.
    Convolution,
    /// burn's matrix product on pixels side by side, for dense convolutions: int8 weights are unpacked in its kernel. A
    /// kernel larger than 1x1 has its windows copied out first. Depthwise convolutions go to `conv2d`.
    Matrix,
}

static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// Chooses for the whole process.
pub fn choose(variant: Variant) {
    CHOSEN.store(variant as u8, Ordering::Relaxed);
}

fn chosen() -> Variant {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Variant::Convolution,
        2 => Variant::Matrix,
        _ => Variant::Own,
    }
}

/// Weights as one of burn's ways wants them.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// `[out, in / groups, kernel, kernel]` and `[out]`, channels filled up.
    Convolution { weight: Tensor<4>, bias: Tensor<1> },
    /// `[taps · in, out]`, and per output channel `[1, out]` a scale and a bias.
    Matrix {
        weight: Tensor<2>,
        scale: Tensor<2>,
        bias: Tensor<2>,
    },
}

pub(crate) fn prepare(
    spec: &ConvolutionSpec,
    weight: &Weight<'_>,
    bias: &[f32],
    device: &Device,
) -> Option<Prepared> {
    let outputs = spec.out_channels.next_multiple_of(GROUP);
    let per_output = |value: &dyn Fn(usize) -> f32| {
        let channels = (0..outputs).map(|channel| match channel {
            channel if channel < spec.out_channels => value(channel),
            _ => 0.0,
        });
        channels.collect::<Vec<f32>>()
    };
    let scale = per_output(&|channel| weight.scale(channel));
    let bias = per_output(&|channel| bias[channel]);
    match chosen() {
        Variant::Own => None,
        Variant::Matrix if spec.groups == 1 => {
            let rows = crate::weights::dense_rows(spec, weight);
            let shape = [rows.len() / outputs, outputs];
            let data = match weight {
                Weight::Float(_) => TensorData::new(rows, shape),
                Weight::Int8 { .. } => {
                    let values: Vec<i8> = rows.into_iter().map(|value| value as i8).collect();
                    let scheme = QuantScheme::default()
                        .with_value(QuantValue::Q8S)
                        .per_tensor(ScaleDtype::F32);
                    TensorData::quantized(values, shape, scheme, &[1.0], None)
                }
            };
            let dtype = data.dtype();
            let row =
                |values: Vec<f32>| Tensor::from_data(TensorData::new(values, [1, outputs]), device);
            Some(Prepared::Matrix {
                weight: Tensor::from_data(data, (device, dtype)),
                scale: row(scale),
                bias: row(bias),
            })
        }
        Variant::Convolution | Variant::Matrix => {
            let taps = spec.kernel * spec.kernel;
            let inputs = match spec.groups {
                1 => spec.in_channels.next_multiple_of(GROUP),
                _ => 1,
            };
            let given = spec.in_channels / spec.groups;
            let mut values = vec![0.0; outputs * inputs * taps];
            for output in 0..spec.out_channels {
                for input in 0..given {
                    for tap in 0..taps {
                        values[(output * inputs + input) * taps + tap] =
                            weight.value((output * given + input) * taps + tap) * scale[output];
                    }
                }
            }
            let shape = [outputs, inputs, spec.kernel, spec.kernel];
            Some(Prepared::Convolution {
                weight: Tensor::from_data(TensorData::new(values, shape), device),
                bias: Tensor::from_data(TensorData::new(bias, [outputs]), device),
            })
        }
    }
}

impl Prepared {
    pub(crate) fn run(
        &self,
        spec: &ConvolutionSpec,
        input: &Planes,
        residual: Option<&Planes>,
    ) -> Planes {
        let [_, _, height, width] = input.shape();
        let places = spec.places([height, width]);
        // Zeros behind the picture, as many as the last place of the window needs.
        let reach = (spec.kernel - 1) * spec.dilation + 1;
        let [rows, columns] = [(places[0], height), (places[1], width)].map(|(axis, size)| {
            let needed = (axis.count - 1) * spec.stride + reach;
            (axis.before, needed.saturating_sub(axis.before + size))
        });
        let values = match self {
            Self::Convolution { weight, bias } => {
                let groups = if spec.groups == 1 {
                    1
                } else {
                    weight.dims()[0]
                };
                let options = ConvOptions::new_with_padding(
                    [spec.stride; 2],
                    [rows, columns],
                    [spec.dilation; 2],
                    groups,
                );
                let images = input.values.clone().permute([0, 3, 1, 2]);
                conv2d(images, weight.clone(), Some(bias.clone()), options).permute([0, 2, 3, 1])
            }
            Self::Matrix {
                weight,
                scale,
                bias,
            } => {
                let [batch, _, _, channels] = input.values.dims();
                let [out_height, out_width] = places.map(|axis| axis.count);
                let windows = if reach == 1 && spec.stride == 1 {
                    input.values.clone()
                } else {
                    assert_eq!(spec.dilation, 1, "windows with gaps are not copied out");
                    let padded = (input.values.clone())
                        .pad([(0, 0), rows, columns, (0, 0)], PadMode::Constant(0.0));
                    padded
                        .unfold::<5, _>(1, spec.kernel, spec.stride)
                        .unfold::<6, _>(2, spec.kernel, spec.stride)
                        .permute([0, 1, 2, 4, 5, 3])
                        .reshape([
                            batch,
                            out_height,
                            out_width,
                            spec.kernel * spec.kernel * channels,
                        ])
                };
                let rows = windows.reshape([
                    batch * out_height * out_width,
                    spec.kernel * spec.kernel * channels,
                ]);
                let outputs = scale.dims()[1];
                (rows.matmul(weight.clone()) * scale.clone() + bias.clone())
                    .reshape([batch, out_height, out_width, outputs])
            }
        };
        let values = match residual {
            Some(residual) => values + residual.values.clone(),
            None => values,
        };
        let (low, high) = spec.activation.bounds();
        let values = match (low.is_finite(), high.is_finite()) {
            (true, true) => values.clamp(low, high),
            (true, false) => values.clamp_min(low),
            _ => values,
        };
        Planes {
            values,
            channels: spec.out_channels,
        }
    }
}
