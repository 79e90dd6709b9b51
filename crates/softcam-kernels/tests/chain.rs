//! A chain gives what its convolutions give one after the other, whichever of them it joins.

mod common;

use common::{
    Shape, activations, assert_same_planes, dirty_workspace, paddings, values, weight_len,
};
use proptest::prelude::*;
use softcam_kernels::{
    Activation, Chain, Convolution, ConvolutionSpec, Padding, Planes, Workspace,
};

fn prepare(spec: ConvolutionSpec, seed: u64) -> Convolution {
    let weight = values(weight_len(&spec), seed);
    // Small enough for sums to stay within what the tolerance was made for.
    let weight: Vec<f32> = weight.iter().map(|value| value / 4.0).collect();
    Convolution::prepare(spec, &weight, &values(spec.out_channels, seed + 1))
}

/// Expansion, depthwise convolution, projection.
fn inverted_residual(
    [inputs, hidden, outputs]: [usize; 3],
    (kernel, stride, padding): (usize, usize, Padding),
    activation: Activation,
) -> [ConvolutionSpec; 3] {
    let pointwise = ConvolutionSpec {
        in_channels: inputs,
        out_channels: hidden,
        kernel: 1,
        stride: 1,
        dilation: 1,
        groups: 1,
        padding: Padding::Same,
        activation,
    };
    let depthwise = ConvolutionSpec {
        in_channels: hidden,
        groups: hidden,
        kernel,
        stride,
        padding,
        ..pointwise
    };
    let project = ConvolutionSpec {
        in_channels: hidden,
        out_channels: outputs,
        activation: Activation::Linear,
        ..pointwise
    };
    [pointwise, depthwise, project]
}

fn check(specs: &[ConvolutionSpec], shape: Shape, with_residual: bool) {
    let input = Planes::from_nchw(&values(shape.iter().product(), 11), shape);
    let prepare_all = || {
        (specs.iter().zip(0..))
            .map(|(spec, index)| prepare(*spec, 10 * index))
            .collect::<Vec<_>>()
    };
    let output_shape = specs
        .iter()
        .fold(shape, |shape, spec| spec.output_shape(shape));
    let residual = with_residual
        .then(|| Planes::from_nchw(&values(output_shape.iter().product(), 12), output_shape));

    let mut workspace = Workspace::new();
    let last = specs.len() - 1;
    let mut expected = input.clone();
    for (index, convolution) in prepare_all().iter().enumerate() {
        let residual = residual.as_ref().filter(|_| index == last);
        expected = convolution.run(&expected, residual, &mut workspace);
    }
    let chain = Chain::new(prepare_all());
    let mut workspace = dirty_workspace();
    // Twice: the second run finds the first one's memory.
    for _ in 0..2 {
        let got = chain.run(&input, residual.as_ref(), &mut workspace);
        assert_eq!(got.shape(), output_shape);
        assert_same_planes(&got, &expected, &(specs, shape));
        workspace.recycle(got);
    }
}

#[test]
fn a_chain_may_end_with_the_depthwise_convolution() {
    let [expand, depthwise, _] =
        inverted_residual([5, 12, 5], (3, 1, Padding::Same), Activation::Relu6);
    check(&[expand, depthwise], [2, 5, 6, 7], true);
    check(&[depthwise], [1, 12, 6, 7], true);
    check(&[expand], [1, 5, 6, 7], true);
}

#[test]
fn two_pairs_in_one_chain() {
    let [expand, depthwise, project] =
        inverted_residual([8, 24, 8], (5, 2, Padding::Same), Activation::Relu);
    check(
        &[expand, depthwise, project, expand, depthwise, project],
        [1, 8, 15, 9],
        false,
    );
}

#[test]
fn a_wide_kernel_before_the_depthwise_one() {
    let [expand, depthwise, _] =
        inverted_residual([3, 16, 8], (3, 2, Padding::Same), Activation::Relu6);
    let stem = ConvolutionSpec {
        kernel: 3,
        stride: 2,
        ..expand
    };
    check(&[stem, depthwise], [1, 3, 17, 16], false);
}

#[test]
fn memory_does_not_grow_from_run_to_run() {
    let [expand, depthwise, project] =
        inverted_residual([8, 24, 8], (3, 1, Padding::Same), Activation::Relu6);
    let chain = Chain::new(vec![
        prepare(expand, 1),
        prepare(depthwise, 2),
        prepare(project, 3),
    ]);
    let shape = [1, 8, 9, 9];
    let input = values(shape.iter().product(), 4);
    let mut workspace = Workspace::new();
    let mut run = || {
        let input = workspace.planes_from_nchw(&input, shape);
        let output = chain.run(&input, Some(&input), &mut workspace);
        workspace.recycle(input);
        workspace.recycle(output);
        workspace.byte_len()
    };
    let after_one = run();
    assert!(after_one > 0);
    for _ in 0..5 {
        assert_eq!(run(), after_one);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn inverted_residuals(
        channels in [1_usize..12, 1_usize..30, 1_usize..12],
        (kernel, stride) in (1_usize..6, 1_usize..3),
        (padding, activation) in (paddings(), activations()),
        (batch, height, width) in (1_usize..3, 5_usize..12, 5_usize..16),
        residual: bool,
    ) {
        let specs = inverted_residual(channels, (kernel, stride, padding), activation);
        check(&specs, [batch, channels[0], height, width], residual);
    }
}

/// What is too large for the cache is computed strip by strip, also where a strip has rows that lie outside the picture.
#[test]
fn large_pictures() {
    for (kernel, stride, padding) in [
        (3, 1, Padding::Same),
        (5, 2, Padding::Same),
        (3, 2, fixed(0)),
        (5, 1, fixed(6)),
    ] {
        let layers = inverted_residual([8, 16, 8], (kernel, stride, padding), Activation::Relu6);
        check(&layers, [1, 8, 171, 193], false);
    }
}

fn fixed(side: usize) -> Padding {
    Padding::Fixed {
        rows: (side, side),
        columns: (side, side),
    }
}
