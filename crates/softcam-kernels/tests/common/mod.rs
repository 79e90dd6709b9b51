//! The textbook definitions, in double precision and without any care for speed.

#![allow(
    dead_code,
    reason = "each test file uses its own part of what is shared"
)]

use proptest::prelude::*;
use softcam_kernels::{Activation, ConvolutionSpec, Padding, Planes, Workspace};

/// `[batch, channels, height, width]`.
pub type Shape = [usize; 4];

/// Values between −1 and 1 that differ from place to place and are the same in every run.
pub fn values(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// A dense convolution with as many cells as the stride leaves, and nothing behind it.
pub fn spec(
    in_channels: usize,
    out_channels: usize,
    kernel: usize,
    stride: usize,
) -> ConvolutionSpec {
    ConvolutionSpec {
        in_channels,
        out_channels,
        kernel,
        stride,
        dilation: 1,
        groups: 1,
        padding: Padding::Same,
        activation: Activation::Linear,
    }
}

/// The same with a kernel of its own for each channel.
pub fn depthwise(channels: usize, kernel: usize, stride: usize) -> ConvolutionSpec {
    ConvolutionSpec {
        groups: channels,
        ..spec(channels, channels, kernel, stride)
    }
}

/// A workspace full of memory that must not be read before it is written.
pub fn dirty_workspace() -> Workspace {
    let mut workspace = Workspace::new();
    for len in [8, 300, 3_000, 300_000] {
        workspace.recycle(Planes::from_nchw(&vec![f32::NAN; 8 * len], [1, 8, 1, len]));
    }
    workspace
}

pub fn activate(activation: Activation, value: f64) -> f64 {
    match activation {
        Activation::Linear => value,
        Activation::Relu => value.max(0.0),
        Activation::Relu6 => value.clamp(0.0, 6.0),
    }
}

/// Zeros before the first pixel of an axis, and the cells of the output.
fn axis(spec: &ConvolutionSpec, size: usize, rows: bool) -> (usize, usize) {
    let reach = (spec.kernel - 1) * spec.dilation + 1;
    let (before, after) = match spec.padding {
        Padding::Fixed { rows: pair, .. } if rows => pair,
        Padding::Fixed { columns, .. } => columns,
        Padding::Same => {
            let cells = size.div_ceil(spec.stride);
            let total = ((cells - 1) * spec.stride + reach).saturating_sub(size);
            (total / 2, total - total / 2)
        }
    };
    (before, (before + size + after - reach) / spec.stride + 1)
}

/// Calls `each` with the places, in row-major order, of every value of the input, weight and value of the output that
/// meet.
pub fn each_product(
    spec: &ConvolutionSpec,
    [batch, _, height, width]: Shape,
    mut each: impl FnMut(usize, usize, usize),
) {
    let (top, rows) = axis(spec, height, true);
    let (left, columns) = axis(spec, width, false);
    let inputs = spec.in_channels / spec.groups;
    let outputs = spec.out_channels / spec.groups;
    for index in 0..batch * spec.out_channels * rows * columns {
        let (y, x) = (index / columns % rows, index % columns);
        let (image, output) = (
            index / (rows * columns) / spec.out_channels,
            index / (rows * columns) % spec.out_channels,
        );
        for input in 0..inputs {
            let channel = output / outputs * inputs + input;
            for tap in 0..spec.kernel * spec.kernel {
                let (ky, kx) = (tap / spec.kernel, tap % spec.kernel);
                let row = (y * spec.stride + ky * spec.dilation).checked_sub(top);
                let column = (x * spec.stride + kx * spec.dilation).checked_sub(left);
                let (Some(row), Some(column)) = (row, column) else {
                    continue;
                };
                if row < height && column < width {
                    let plane = image * spec.in_channels + channel;
                    let weight = (output * inputs + input) * spec.kernel * spec.kernel + tap;
                    each((plane * height + row) * width + column, weight, index);
                }
            }
        }
    }
}

/// activation(convolution + bias + residual), row-major, with the output's shape.
pub fn convolution(
    spec: &ConvolutionSpec,
    weight: &[f32],
    bias: &[f32],
    (input, shape): (&[f32], Shape),
    residual: Option<&[f32]>,
) -> (Vec<f64>, Shape) {
    let (_, rows) = axis(spec, shape[2], true);
    let (_, columns) = axis(spec, shape[3], false);
    let output_shape = [shape[0], spec.out_channels, rows, columns];
    let channel = |index: usize| index / (rows * columns) % spec.out_channels;
    let mut result: Vec<f64> = (0..output_shape.iter().product())
        .map(|index| f64::from(bias[channel(index)]))
        .collect();
    each_product(spec, shape, |from, tap, to| {
        result[to] += f64::from(input[from]) * f64::from(weight[tap]);
    });
    for (index, value) in result.iter_mut().enumerate() {
        let added = residual.map_or(0.0, |residual| f64::from(residual[index]));
        *value = activate(spec.activation, *value + added);
    }
    (result, output_shape)
}

/// How many weights a convolution has.
pub fn weight_len(spec: &ConvolutionSpec) -> usize {
    spec.out_channels * (spec.in_channels / spec.groups) * spec.kernel * spec.kernel
}

/// Sums of at most some hundred products. Large ones may be off by some dozen of a float's last digits.
pub fn assert_close(got: &[f32], expected: &[f64], what: &dyn std::fmt::Debug) {
    assert_eq!(got.len(), expected.len(), "{what:?}");
    for (index, (got, expected)) in got.iter().zip(expected).enumerate() {
        let difference = (f64::from(*got) - expected).abs();
        assert!(
            difference < f64::max(1e-4, 3e-6 * expected.abs()),
            "{what:?}: value {index} is {got} instead of {expected}"
        );
    }
}

pub fn assert_same_planes(got: &Planes, expected: &Planes, what: &dyn std::fmt::Debug) {
    let expected: Vec<f64> = expected.to_nchw().into_iter().map(f64::from).collect();
    assert_close(&got.to_nchw(), &expected, what);
}

pub fn activations() -> impl Strategy<Value = Activation> {
    prop_oneof![
        Just(Activation::Linear),
        Just(Activation::Relu),
        Just(Activation::Relu6)
    ]
}

/// Paddings that may be different on every side.
pub fn paddings() -> impl Strategy<Value = Padding> {
    let pair = || (0_usize..4, 0_usize..4);
    prop_oneof![
        Just(Padding::Same),
        (pair(), pair()).prop_map(|(rows, columns)| Padding::Fixed { rows, columns }),
    ]
}

/// Whether a window finds a place at all.
pub fn fits(spec: &ConvolutionSpec, [height, width]: [usize; 2]) -> bool {
    let reach = (spec.kernel - 1) * spec.dilation + 1;
    match spec.padding {
        Padding::Same => true,
        Padding::Fixed { rows, columns } => [(rows, height), (columns, width)]
            .iter()
            .all(|((before, after), size)| before + size + after >= reach),
    }
}
