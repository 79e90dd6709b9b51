//! Every way back against the derivative of the textbook definition, in double precision.

mod common;

use common::{
    Shape, activations, assert_close, depthwise, dirty_workspace, each_product, fits, paddings,
    spec, values, weight_len,
};
use proptest::prelude::*;
use softcam_kernels::backward::{InputGradient, Rule, WeightGradient};
use softcam_kernels::{Activation, ConvolutionSpec, Padding, Planes, Pool, PoolKind, Workspace};

/// The gradients by input, weight and bias for values of its own making.
fn check(spec: ConvolutionSpec, shape: Shape) {
    let output_shape = spec.output_shape(shape);
    let input = values(shape.iter().product(), 1);
    let weight = values(weight_len(&spec), 2);
    let gradient = values(output_shape.iter().product(), 3);
    let mut by_input = vec![0.0; input.len()];
    let mut by_weight = vec![0.0; weight.len()];
    each_product(&spec, shape, |from, tap, to| {
        by_input[from] += f64::from(weight[tap]) * f64::from(gradient[to]);
        by_weight[tap] += f64::from(input[from]) * f64::from(gradient[to]);
    });
    let mut by_bias = vec![0.0; spec.out_channels];
    let cells = output_shape[2] * output_shape[3];
    for (index, channel) in gradient.chunks_exact(cells).enumerate() {
        let sum: f64 = channel.iter().map(|value| f64::from(*value)).sum();
        by_bias[index % spec.out_channels] += sum;
    }

    let mut workspace = dirty_workspace();
    let gradient = Planes::from_nchw(&gradient, output_shape);
    let size = [shape[2], shape[3]];
    let got = InputGradient::prepare(spec, &weight).run(&gradient, size, &mut workspace);
    assert_eq!(got.shape(), shape);
    assert_close(&got.to_nchw(), &by_input, &(spec, shape));

    let input = Planes::from_nchw(&input, shape);
    let mut sums = WeightGradient::new(spec);
    sums.accumulate(&input, &gradient, &mut workspace);
    assert_close(&sums.weight(), &by_weight, &(spec, shape));
    assert_close(&sums.bias(), &by_bias, &(spec, shape));
    let mut both = sums.clone();
    both.accumulate(&input, &gradient, &mut workspace);
    sums.add(&sums.clone());
    let twice: Vec<f64> = both.weight().into_iter().map(f64::from).collect();
    assert_close(&sums.weight(), &twice, &(spec, shape));
}

#[test]
fn the_first_layers_of_the_networks() {
    check(spec(3, 32, 3, 2), [1, 3, 33, 34]);
    let symmetric = |zeros, spec| ConvolutionSpec {
        padding: Padding::symmetric(zeros),
        ..spec
    };
    check(symmetric(3, spec(3, 64, 7, 2)), [1, 3, 32, 31]);
    check(symmetric(1, spec(3, 64, 3, 1)), [2, 3, 9, 13]);
}

#[test]
fn a_point_with_a_stride_leaves_zeros_between() {
    let spec = ConvolutionSpec {
        padding: Padding::symmetric(0),
        ..spec(1, 1, 1, 2)
    };
    let gradient = Planes::from_nchw(&[1.0, 2.0, 3.0, 4.0], [1, 1, 2, 2]);
    let got = InputGradient::prepare(spec, &[3.0]).run(&gradient, [4, 3], &mut dirty_workspace());
    assert_eq!(
        got.to_nchw(),
        [3.0, 0.0, 6.0, 0.0, 0.0, 0.0, 9.0, 0.0, 12.0, 0.0, 0.0, 0.0]
    );
}

#[test]
fn a_window_that_lies_in_the_padding_moves_nothing() {
    let padding = Padding::Fixed {
        rows: (3, 2),
        columns: (0, 3),
    };
    for kernel in 1..4 {
        for stride in 1..4 {
            check(
                ConvolutionSpec {
                    padding,
                    ..spec(9, 7, kernel, stride)
                },
                [1, 9, 2, 3],
            );
        }
    }
}

#[test]
fn activations_close_at_their_bounds() {
    let output = [0.0, 1e-6, 3.0, 6.0, 5.999];
    let planes = |values: &[f32]| Planes::from_nchw(values, [1, 1, 1, 5]);
    let after = |activation: Activation, rule| {
        let mut gradient = planes(&[1.0, -2.0, 3.0, 4.0, -5.0]);
        activation.backward(&planes(&output), &mut gradient, rule);
        gradient.to_nchw()
    };
    let (plain, guided) = (Rule::Plain, Rule::Guided);
    assert_eq!(
        after(Activation::Linear, guided),
        [1.0, -2.0, 3.0, 4.0, -5.0]
    );
    assert_eq!(after(Activation::Relu, plain), [0.0, -2.0, 3.0, 4.0, -5.0]);
    assert_eq!(after(Activation::Relu6, plain), [0.0, -2.0, 3.0, 0.0, -5.0]);
    assert_eq!(after(Activation::Relu, guided), [0.0, 0.0, 3.0, 4.0, 0.0]);
    assert_eq!(after(Activation::Relu6, guided), [0.0, 0.0, 3.0, 0.0, 0.0]);
}

#[test]
fn of_equal_maxima_the_first_gets_all() {
    // PyTorch 2: torch.autograd.grad(F.max_pool2d(x, 2, stride=1).sum(), x) of these.
    let pool = Pool {
        kind: PoolKind::Max,
        kernel: 2,
        stride: 1,
        dilation: 1,
        padding: Padding::symmetric(0),
    };
    let input = Planes::from_nchw(&[1.0, 1.0, 0.0, 1.0, 1.0, 2.0], [1, 1, 2, 3]);
    let gradient = Planes::from_nchw(&[1.0, 1.0], [1, 1, 1, 2]);
    let got = pool.backward(&input, &gradient, &mut dirty_workspace());
    assert_eq!(got.to_nchw(), [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

fn sizes() -> impl Strategy<Value = Shape> {
    (1_usize..3, Just(0), 1_usize..12, 1_usize..20).prop_map(|(n, c, h, w)| [n, c, h, w])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn dense_convolutions(
        (inputs, outputs) in (1_usize..20, 1_usize..20),
        (kernel, stride, dilation) in (1_usize..8, 1_usize..5, 1_usize..5),
        padding in paddings(),
        [n, _, h, w] in sizes(),
    ) {
        let spec = ConvolutionSpec { dilation, padding, ..spec(inputs, outputs, kernel, stride) };
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, inputs, h, w]);
    }

    #[test]
    fn three_by_three_convolutions(
        (inputs, outputs) in (14_usize..34, 14_usize..34),
        padding in paddings(),
        (n, h, w) in (1_usize..3, 1_usize..20, 1_usize..24),
        stride in 1_usize..3,
    ) {
        let spec = ConvolutionSpec { padding, ..spec(inputs, outputs, 3, stride) };
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, inputs, h, w]);
    }

    #[test]
    fn depthwise_convolutions(
        channels in 1_usize..20,
        (kernel, stride, dilation) in (1_usize..8, 1_usize..5, 1_usize..5),
        padding in paddings(),
        [n, _, h, w] in sizes(),
    ) {
        let spec = ConvolutionSpec { dilation, padding, ..depthwise(channels, kernel, stride) };
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, channels, h, w]);
    }

    #[test]
    fn grouped_convolutions(
        (groups, inputs, outputs) in (2_usize..5, 1_usize..5, 1_usize..5),
        (kernel, stride, dilation) in (1_usize..4, 1_usize..4, 1_usize..4),
        padding in paddings(),
        [n, _, h, w] in sizes(),
    ) {
        let spec = ConvolutionSpec {
            groups,
            dilation,
            padding,
            ..spec(groups * inputs, groups * outputs, kernel, stride)
        };
        prop_assume!(fits(&spec, [h, w]));
        check(spec, [n, groups * inputs, h, w]);
    }

    #[test]
    fn pools(
        average: bool,
        (kernel, stride, dilation) in (1_usize..5, 1_usize..4, 1_usize..3),
        (before, after) in (0_usize..4, 0_usize..4),
        (n, channels, h, w) in (1_usize..3, 1_usize..18, 4_usize..12, 4_usize..12),
        coarse: bool,
    ) {
        // A window of which nothing lies on the picture is refused.
        prop_assume!(before < kernel && after < kernel && (kernel - 1) * dilation < h.min(w));
        prop_assume!(dilation == 1 || before + after == 0);
        let padding = Padding::Fixed { rows: (before, after), columns: (after, before) };
        let kind = if average { PoolKind::Average } else { PoolKind::Max };
        let pool = Pool { kind, kernel, stride, dilation, padding };
        let mut input = values(n * channels * h * w, 1);
        if coarse {
            // Many equal ones.
            input.iter_mut().for_each(|value| *value = (*value * 2.0).round());
        }
        let planes = Planes::from_nchw(&input, [n, channels, h, w]);
        let mut workspace = dirty_workspace();
        let shape = pool.run(&planes, &mut workspace).shape();
        let gradient = values(shape.iter().product(), 2);
        let window = ConvolutionSpec { dilation, padding, ..depthwise(channels, kernel, stride) };
        let mut covered = vec![Vec::new(); gradient.len()];
        each_product(&window, [n, channels, h, w], |input, _, output| covered[output].push(input));
        let mut expected = vec![0.0; input.len()];
        for (covered, &gradient) in covered.iter().zip(&gradient) {
            let gradient = f64::from(gradient);
            if average {
                covered.iter().for_each(|&at| expected[at] += gradient / (kernel * kernel) as f64);
            } else {
                let largest = covered.iter().copied().reduce(|a, b| if input[b] > input[a] { b } else { a });
                expected[largest.unwrap()] += gradient;
            }
        }
        let got = pool.backward(&planes, &Planes::from_nchw(&gradient, shape), &mut workspace);
        assert_close(&got.to_nchw(), &expected, &pool);
    }

    #[test]
    fn a_closed_activation_lets_nothing_through(
        activation in activations(),
        guided: bool,
        channels in 1_usize..20,
    ) {
        let shape = [2, channels, 3, 4];
        let before: Vec<f32> = values(24 * channels, 1).iter().map(|v| v * 10.0).collect();
        let gradient = values(24 * channels, 2);
        let (low, high) = activation.bounds();
        let output: Vec<f32> = before.iter().map(|v| v.clamp(low, high)).collect();
        let mut got = Planes::from_nchw(&gradient, shape);
        let rule = if guided { Rule::Guided } else { Rule::Plain };
        activation.backward(&Planes::from_nchw(&output, shape), &mut got, rule);
        for ((got, gradient), before) in got.to_nchw().iter().zip(&gradient).zip(&before) {
            let open = low < *before && *before < high;
            let kept = open && (!guided || activation == Activation::Linear || *gradient > 0.0);
            prop_assert_eq!(*got, if kept { *gradient } else { 0.0 });
        }
    }

    #[test]
    fn what_was_put_side_by_side_comes_apart(
        (first, second) in (1_usize..20, 1_usize..20),
        (n, h, w) in (1_usize..3, 1_usize..4, 1_usize..4),
    ) {
        let part = |channels: usize, seed| {
            Planes::from_nchw(&values(n * channels * h * w, seed), [n, channels, h, w])
        };
        let (one, other) = (part(first, 1), part(second, 2));
        let mut workspace = dirty_workspace();
        let both = Planes::concatenate(&[&one, &other], &mut workspace);
        let [a, b] = both.split(first, &mut workspace);
        prop_assert_eq!((a.shape(), a.to_nchw()), (one.shape(), one.to_nchw()));
        prop_assert_eq!((b.shape(), b.to_nchw()), (other.shape(), other.to_nchw()));
        // What follows may read whole groups: what fills them up must be zeros. Fresh memory holds no more than that.
        let mut fresh = b.copied(&mut Workspace::new());
        prop_assert_eq!(&fresh, &other);
        fresh.add(&other);
        let doubled: Vec<f32> = other.to_nchw().iter().map(|value| value * 2.0).collect();
        prop_assert_eq!(fresh.to_nchw(), doubled);
    }
}
