//! Every kernel against the definition of a convolution.

mod common;

use common::{
    Shape, activations, assert_close, convolution, dirty_workspace, fits, paddings, values,
    weight_len,
};
use proptest::prelude::*;
use softcam_kernels::{Activation, Convolution, ConvolutionSpec, Padding, Planes};

/// Runs `spec` on values of its own making and compares.
fn check(spec: ConvolutionSpec, shape: Shape, with_residual: bool) {
    let input = values(shape.iter().product(), 1);
    let weight = values(weight_len(&spec), 2);
    let bias = values(spec.out_channels, 3);
    let output_shape = spec.output_shape(shape);
    let residual = with_residual.then(|| values(output_shape.iter().product(), 4));

    let (expected, expected_shape) =
        convolution(&spec, &weight, &bias, (&input, shape), residual.as_deref());
    assert_eq!(output_shape, expected_shape, "{spec:?}");

    let prepared = Convolution::prepare(spec, &weight, &bias);
    let residual = residual.map(|values| Planes::from_nchw(&values, output_shape));
    let mut workspace = dirty_workspace();
    let got = prepared.run(
        &Planes::from_nchw(&input, shape),
        residual.as_ref(),
        &mut workspace,
    );
    assert_eq!(got.shape(), expected_shape);
    assert_close(&got.to_nchw(), &expected, &(spec, shape));
}

/// With a bounded activation behind it.
fn bounded(spec: ConvolutionSpec) -> ConvolutionSpec {
    ConvolutionSpec {
        activation: Activation::Relu6,
        ..spec
    }
}

fn dense(in_channels: usize, out_channels: usize, kernel: usize, stride: usize) -> ConvolutionSpec {
    bounded(common::spec(in_channels, out_channels, kernel, stride))
}

fn depthwise(channels: usize, kernel: usize, stride: usize) -> ConvolutionSpec {
    bounded(common::depthwise(channels, kernel, stride))
}

#[test]
fn one_pixel_and_one_channel() {
    check(dense(1, 1, 1, 1), [1, 1, 1, 1], false);
    check(dense(1, 1, 3, 2), [1, 1, 1, 1], true);
    check(depthwise(1, 3, 1), [1, 1, 1, 1], false);
    check(depthwise(1, 5, 2), [2, 1, 1, 1], true);
}

#[test]
fn every_width_meets_every_tile() {
    for width in 1..=30 {
        for stride in 1..=3 {
            check(dense(9, 10, 1, stride), [1, 9, 2, width], false);
            check(dense(8, 8, 3, stride), [1, 8, 3, width], true);
            check(depthwise(9, 3, stride), [1, 9, 3, width], false);
            check(depthwise(8, 5, stride), [1, 8, 2, width], true);
        }
    }
}

#[test]
fn the_first_layers_of_the_networks() {
    // EfficientNet's stem, ResNet's and VGG's first convolution, and a grey picture.
    check(dense(3, 32, 3, 2), [1, 3, 33, 34], false);
    let symmetric = |zeros, spec| ConvolutionSpec {
        padding: Padding::symmetric(zeros),
        ..spec
    };
    check(symmetric(3, dense(3, 64, 7, 2)), [1, 3, 32, 31], false);
    check(symmetric(1, dense(3, 64, 3, 1)), [2, 3, 9, 13], false);
    check(dense(1, 16, 3, 2), [1, 1, 20, 20], false);
}

#[test]
fn what_is_not_a_number_stays_visible() {
    let spec = dense(8, 8, 1, 1);
    let prepared = Convolution::prepare(spec, &values(64, 1), &values(8, 2));
    let input = Planes::from_nchw(&[f32::NAN; 8], [1, 8, 1, 1]);
    let got = prepared.run(&input, None, &mut dirty_workspace());
    assert!(got.to_nchw().iter().all(|value| value.is_nan()));
}

fn sizes() -> impl Strategy<Value = Shape> {
    (1_usize..3, Just(0), 1_usize..12, 1_usize..20).prop_map(|(n, c, h, w)| [n, c, h, w])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn dense_convolutions(
        (inputs, outputs) in (1_usize..20, 1_usize..20),
        (kernel, stride, dilation) in (1_usize..8, 1_usize..4, 1_usize..4),
        (padding, activation) in (paddings(), activations()),
        shape in sizes(),
        residual: bool,
    ) {
        let spec = ConvolutionSpec { dilation, padding, activation, ..dense(inputs, outputs, kernel, stride) };
        let [n, _, h, w] = shape;
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, inputs, h, w], residual);
    }

    #[test]
    fn three_by_three_convolutions(
        (inputs, outputs) in (14_usize..34, 14_usize..34),
        (padding, activation) in (paddings(), activations()),
        (batch, height, width) in (1_usize..3, 1_usize..20, 1_usize..24),
        residual: bool,
    ) {
        let spec = ConvolutionSpec { padding, activation, ..dense(inputs, outputs, 3, 1) };
        prop_assume!(fits(&spec, [height, width]));
        check(spec, [batch, inputs, height, width], residual);
    }

    #[test]
    fn depthwise_convolutions(
        channels in 1_usize..20,
        (kernel, stride, dilation) in (1_usize..8, 1_usize..4, 1_usize..4),
        (padding, activation) in (paddings(), activations()),
        shape in sizes(),
        residual: bool,
    ) {
        let spec = ConvolutionSpec { dilation, padding, activation, ..depthwise(channels, kernel, stride) };
        let [n, _, h, w] = shape;
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, channels, h, w], residual);
    }

    #[test]
    fn grouped_convolutions(
        (groups, inputs, outputs) in (2_usize..5, 1_usize..5, 1_usize..5),
        (kernel, stride, dilation) in (1_usize..4, 1_usize..4, 1_usize..3),
        (padding, activation) in (paddings(), activations()),
        shape in sizes(),
        residual: bool,
    ) {
        let spec = ConvolutionSpec {
            groups,
            dilation,
            padding,
            activation,
            ..dense(groups * inputs, groups * outputs, kernel, stride)
        };
        let [n, _, h, w] = shape;
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, groups * inputs, h, w], residual);
    }
}
