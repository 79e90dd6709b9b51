//! Every kernel against the CPU's, on shapes that fit no tile.
//!
//! The device is whatever Vulkan driver there is. Where there is none the tests fail rather than pass unseen, unless
//! SOFTCAM_NO_WEBGPU is set.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "../../softcam-kernels/tests/common/mod.rs"]
mod common;

use burn::tensor::{Device, Tensor};
use common::values;
use proptest::prelude::*;
use softcam_kernels::{
    Activation, Convolution as CpuConvolution, ConvolutionSpec, Padding, Planes as CpuPlanes, Pool,
    PoolKind, Workspace,
};
use softcam_webgpu::{Convolution, Planes, Weight, concatenate, means, nchw, pool};
use std::sync::OnceLock;

/// One device for all tests: a second one would be refused.
fn device() -> Option<&'static Device> {
    static DEVICE: OnceLock<Option<Device>> = OnceLock::new();
    DEVICE
        .get_or_init(|| {
            if std::env::var_os("SOFTCAM_NO_WEBGPU").is_some() {
                eprintln!("NOT RUN: SOFTCAM_NO_WEBGPU is set");
                return None;
            }
            let device = Device::wgpu_options().init();
            Some(device.expect(
                "no Vulkan driver: cargo xtask test uses Chromium's; SOFTCAM_NO_WEBGPU=1 goes without",
            ))
        })
        .as_ref()
}

fn read(planes: Planes) -> Vec<f32> {
    let shape = planes.shape();
    let tensor: Tensor<4> = planes.into_tensor();
    nchw(&tensor.into_data().try_into_vec::<f32>().unwrap(), shape)
}

/// Largest difference, over the largest value of what is expected.
fn difference(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    let largest = expected.iter().fold(1e-6_f32, |most, v| most.max(v.abs()));
    let differences = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
    differences.fold(0.0_f32, |most, d| {
        if d.is_nan() {
            f32::INFINITY
        } else {
            most.max(d)
        }
    }) / largest
}

fn check_convolution(
    spec: ConvolutionSpec,
    [batch, height, width]: [usize; 3],
    int8: bool,
    with_residual: bool,
) {
    let Some(device) = device() else { return };
    let shape = [batch, spec.in_channels, height, width];
    let images = values(shape.iter().product(), 1);
    let taps = spec.kernel * spec.kernel;
    let per_output = spec.in_channels / spec.groups * taps;
    let whole: Vec<i8> = values(spec.out_channels * per_output, 2)
        .iter()
        .map(|v| (v * 127.0) as i8)
        .collect();
    let scale: Vec<f32> = values(spec.out_channels, 3)
        .iter()
        .map(|v| 0.01 + 0.005 * v)
        .collect();
    let floats: Vec<f32> = (whole.chunks_exact(per_output).zip(&scale))
        .flat_map(|(row, scale)| row.iter().map(move |&q| f32::from(q) * scale))
        .collect();
    let bias = values(spec.out_channels, 4);

    let mut workspace = Workspace::default();
    let cpu = CpuConvolution::prepare(spec, &floats, &bias);
    let out_shape = spec.output_shape(shape);
    let residual = with_residual.then(|| values(out_shape.iter().product(), 5));
    let input = workspace.planes_from_nchw(&images, shape);
    let cpu_residual = residual
        .as_ref()
        .map(|values| workspace.planes_from_nchw(values, out_shape));
    let expected = cpu
        .run(&input, cpu_residual.as_ref(), &mut workspace)
        .to_nchw();

    let weight = if int8 {
        Weight::Int8 {
            values: &whole,
            scale: &scale,
        }
    } else {
        Weight::Float(&floats)
    };
    let convolution = Convolution::prepare(spec, weight, &bias, device);
    let residual = residual.map(|values| Planes::from_nchw(&values, out_shape, device));
    let output = convolution.run(
        &Planes::from_nchw(&images, shape, device),
        residual.as_ref(),
    );
    assert_eq!(output.shape(), out_shape);
    let difference = difference(&read(output), &expected);
    assert!(
        difference < 2e-5,
        "{difference} of the range: {spec:?} on {shape:?}, int8 {int8}"
    );
}

fn dense(in_channels: usize, out_channels: usize, kernel: usize, stride: usize) -> ConvolutionSpec {
    ConvolutionSpec {
        in_channels,
        out_channels,
        kernel,
        stride,
        dilation: 1,
        groups: 1,
        padding: Padding::Same,
        activation: Activation::Relu6,
    }
}

#[test]
fn one_pixel_and_one_channel() {
    for int8 in [false, true] {
        check_convolution(dense(1, 1, 1, 1), [1, 1, 1], int8, false);
        check_convolution(dense(1, 1, 3, 1), [1, 1, 1], int8, true);
        check_convolution(
            ConvolutionSpec {
                groups: 1,
                ..dense(1, 1, 5, 2)
            },
            [2, 1, 1],
            int8,
            false,
        );
    }
}

#[test]
fn every_tile_on_sizes_that_it_does_not_divide() {
    // Few pixels and many channels, many pixels and few channels, and both: each lands on another tile.
    for (channels, size) in [
        ((37, 321), [1, 7, 7]),
        ((20, 13), [1, 57, 61]),
        ((18, 70), [1, 45, 43]),
        ((33, 130), [2, 31, 29]),
        ((24, 31), [1, 33, 35]),
    ] {
        for int8 in [false, true] {
            check_convolution(dense(channels.0, channels.1, 1, 1), size, int8, true);
            check_convolution(dense(channels.0, channels.1, 3, 2), size, int8, false);
        }
    }
}

#[test]
fn a_stem_of_seven_by_seven_and_a_dilated_kernel() {
    let stem = ConvolutionSpec {
        padding: Padding::symmetric(3),
        ..dense(3, 64, 7, 2)
    };
    check_convolution(stem, [1, 61, 59], true, false);
    let dilated = ConvolutionSpec {
        dilation: 2,
        padding: Padding::symmetric(2),
        ..dense(16, 20, 3, 1)
    };
    check_convolution(dilated, [1, 17, 15], true, true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn dense_convolutions(
        channels in (1usize..40, 1usize..70),
        size in (1usize..3, 1usize..20, 1usize..20),
        kernel in 1usize..6, stride in 1usize..4, dilation in 1usize..3,
        before in (0usize..3, 0usize..3), after in (0usize..3, 0usize..3),
        activation in 0usize..3, int8: bool, residual: bool,
    ) {
        let reach = (kernel - 1) * dilation + 1;
        // Asymmetric on purpose, and as large as the window needs.
        let pad = |size: usize, before: usize, after: usize| (before, after.max((reach).saturating_sub(size + before)));
        let spec = ConvolutionSpec {
            in_channels: channels.0, out_channels: channels.1, kernel, stride, dilation, groups: 1,
            padding: Padding::Fixed { rows: pad(size.1, before.0, after.0), columns: pad(size.2, before.1, after.1) },
            activation: [Activation::Linear, Activation::Relu, Activation::Relu6][activation],
        };
        check_convolution(spec, [size.0, size.1, size.2], int8, residual);
    }

    #[test]
    fn depthwise_convolutions(
        channels in 1usize..70,
        size in (1usize..3, 1usize..30, 1usize..30),
        kernel in 1usize..6, stride in 1usize..3, dilation in 1usize..3,
        activation in 0usize..3, int8: bool, residual: bool,
    ) {
        let spec = ConvolutionSpec {
            in_channels: channels, out_channels: channels, kernel, stride, dilation, groups: channels,
            padding: Padding::Same,
            activation: [Activation::Linear, Activation::Relu, Activation::Relu6][activation],
        };
        check_convolution(spec, [size.0, size.1, size.2], int8, residual);
    }

    #[test]
    fn pools(
        channels in 1usize..20, size in (1usize..3, 3usize..20, 3usize..20),
        kernel in 2usize..4, stride in 1usize..3, padding in 0usize..2, maximum: bool,
    ) {
        let Some(device) = device() else { return Ok(()) };
        let shape = [size.0, channels, size.1, size.2];
        let images = values(shape.iter().product(), 6);
        let spec = Pool {
            kind: if maximum { PoolKind::Max } else { PoolKind::Average },
            kernel, stride, dilation: 1, padding: Padding::symmetric(padding),
        };
        let mut workspace = Workspace::default();
        let input = workspace.planes_from_nchw(&images, shape);
        let expected = spec.run(&input, &mut workspace).to_nchw();
        let output = pool(&spec, &Planes::from_nchw(&images, shape, device));
        prop_assert!(difference(&read(output), &expected) < 1e-6);
    }

    #[test]
    fn means_and_concatenation(channels in (1usize..6, 1usize..20), size in (1usize..3, 1usize..20, 1usize..20)) {
        let Some(device) = device() else { return Ok(()) };
        let channels = (channels.0 * 4, channels.1);
        let shapes = [[size.0, channels.0, size.1, size.2], [size.0, channels.1, size.1, size.2]];
        let images = shapes.map(|shape| values(shape.iter().product(), shape[1] as u64));
        let planes: Vec<Planes> = images.iter().zip(shapes).map(|(values, shape)| Planes::from_nchw(values, shape, device)).collect();
        let joined = concatenate(&planes[0], &planes[1]);
        let mut workspace = Workspace::default();
        let cpu: Vec<CpuPlanes> = images.iter().zip(shapes).map(|(values, shape)| workspace.planes_from_nchw(values, shape)).collect();
        let expected = CpuPlanes::concatenate(&[&cpu[0], &cpu[1]], &mut workspace).to_nchw();
        prop_assert_eq!(read(joined), expected);

        let area = (size.1 * size.2) as f32;
        let expected: Vec<f32> = images[1].chunks_exact(size.1 * size.2).map(|plane| plane.iter().sum::<f32>() / area).collect();
        let got = read(means(&planes[1]));
        // Of the values' range, since a mean may come near zero.
        prop_assert!(got.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6), "{got:?} {expected:?}");
    }
}
