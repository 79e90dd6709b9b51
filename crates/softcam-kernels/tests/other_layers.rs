//! Pooling, sums, concatenation, and the way in and out.

mod common;

use common::{activate, activations, assert_close, dirty_workspace, values};
use proptest::prelude::*;
use softcam_kernels::{Padding, Planes, Pool, PoolKind};

fn planes(shape: [usize; 4], seed: u64) -> (Vec<f32>, Planes) {
    let values = values(shape.iter().product(), seed);
    let planes = Planes::from_nchw(&values, shape);
    (values, planes)
}

#[test]
fn resnets_max_pool() {
    // PyTorch: max_pool2d(torch.arange(16.).reshape(1, 1, 4, 4) - 20, 3, stride=2, padding=1). With zeros as padding, every
    // value would be 0.
    let values: Vec<f32> = (0_u8..16).map(|value| f32::from(value) - 20.0).collect();
    let pool = Pool {
        kind: PoolKind::Max,
        kernel: 3,
        stride: 2,
        padding: Padding::symmetric(1),
    };
    let got = pool.run(
        &Planes::from_nchw(&values, [1, 1, 4, 4]),
        &mut dirty_workspace(),
    );
    assert_eq!(got.to_nchw(), [-15.0, -13.0, -7.0, -5.0]);
}

#[test]
fn densenets_mean_pool() {
    let pool = Pool {
        kind: PoolKind::Mean,
        kernel: 2,
        stride: 2,
        padding: Padding::symmetric(0),
    };
    let input = Planes::from_nchw(&[1.0, 2.0, 3.0, 6.0, 5.0, 5.0], [1, 1, 3, 2]);
    assert_eq!(pool.run(&input, &mut dirty_workspace()).to_nchw(), [3.0]);
}

#[test]
#[should_panic(expected = "outside the picture")]
fn a_window_must_cover_something() {
    let pool = Pool {
        kind: PoolKind::Max,
        kernel: 2,
        stride: 1,
        padding: Padding::symmetric(2),
    };
    pool.run(
        &Planes::from_nchw(&[1.0], [1, 1, 1, 1]),
        &mut dirty_workspace(),
    );
}

#[test]
fn a_maximum_does_not_hide_what_is_not_a_number() {
    let pool = Pool {
        kind: PoolKind::Max,
        kernel: 2,
        stride: 2,
        padding: Padding::symmetric(0),
    };
    for place in 0..4 {
        let mut values = [1.0; 4];
        values[place] = f32::NAN;
        let got = pool.run(
            &Planes::from_nchw(&values, [1, 1, 2, 2]),
            &mut dirty_workspace(),
        );
        assert!(got.to_nchw()[0].is_nan(), "at {place}");
    }
}

proptest! {
    #[test]
    fn in_and_out(shape in [0_usize..4, 1_usize..20, 0_usize..6, 0_usize..6]) {
        let (values, planes) = planes(shape, 1);
        prop_assert_eq!(planes.to_nchw(), values);
    }

    #[test]
    fn pools(
        shape in [1_usize..3, 1_usize..20, 3_usize..10, 3_usize..10],
        (kernel, stride) in (1_usize..4, 1_usize..4),
        (before, after) in (0_usize..3, 0_usize..3),
        mean: bool,
    ) {
        prop_assume!(before < kernel && after < kernel);
        let kind = if mean { PoolKind::Mean } else { PoolKind::Max };
        let padding = Padding::Fixed { rows: (before, after), columns: (after, before) };
        let (values, planes) = planes(shape, 2);
        let got = Pool { kind, kernel, stride, padding }.run(&planes, &mut dirty_workspace());

        let [batch, channels, height, width] = shape;
        let rows = (before + height + after - kernel) / stride + 1;
        let columns = (before + width + after - kernel) / stride + 1;
        prop_assert_eq!(got.shape(), [batch, channels, rows, columns]);
        let mut expected = Vec::new();
        for image in 0..batch * channels {
            for y in 0..rows {
                for x in 0..columns {
                    let inside: Vec<f64> = (0..kernel * kernel)
                        .filter_map(|tap| {
                            let row = (y * stride + tap / kernel).checked_sub(before)?;
                            let column = (x * stride + tap % kernel).checked_sub(after)?;
                            (row < height && column < width)
                                .then(|| f64::from(values[(image * height + row) * width + column]))
                        })
                        .collect();
                    expected.push(if mean {
                        inside.iter().sum::<f64>() / inside.len() as f64
                    } else {
                        inside.into_iter().fold(f64::NEG_INFINITY, f64::max)
                    });
                }
            }
        }
        assert_close(&got.to_nchw(), &expected, &(kind, kernel, stride, padding));
    }

    #[test]
    fn channel_means(shape in [1_usize..3, 1_usize..20, 1_usize..9, 1_usize..9]) {
        let (values, planes) = planes(shape, 3);
        let area = shape[2] * shape[3];
        let expected: Vec<f64> = values
            .chunks_exact(area)
            .map(|map| map.iter().copied().map(f64::from).sum::<f64>() / area as f64)
            .collect();
        assert_close(&planes.channel_means(), &expected, &shape);
    }

    #[test]
    fn sums(shape in [1_usize..3, 1_usize..20, 1_usize..6, 1_usize..6], activation in activations()) {
        let (a, mut planes_a) = planes(shape, 4);
        let (b, planes_b) = planes(shape, 5);
        planes_a.add(&planes_b, activation);
        let expected: Vec<f64> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| activate(activation, f64::from(*a) + f64::from(*b)))
            .collect();
        assert_close(&planes_a.to_nchw(), &expected, &activation);
    }

    #[test]
    fn scales_and_shifts(
        shape in [1_usize..3, 1_usize..20, 1_usize..6, 1_usize..6],
        activation in activations(),
    ) {
        let (input, mut planes) = planes(shape, 6);
        let (factor, offset) = (values(shape[1], 7), values(shape[1], 8));
        planes.scale_and_shift(&factor, &offset, activation);
        let area = shape[2] * shape[3];
        let expected: Vec<f64> = input
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let channel = index / area % shape[1];
                let scaled = f64::from(factor[channel]) * f64::from(*value);
                activate(activation, scaled + f64::from(offset[channel]))
            })
            .collect();
        assert_close(&planes.to_nchw(), &expected, &activation);
    }

    #[test]
    fn concatenations(
        channels in prop::collection::vec(1_usize..20, 1..5),
        (batch, height, width) in (1_usize..3, 1_usize..5, 1_usize..5),
    ) {
        let parts: Vec<_> = channels
            .iter()
            .zip(9..)
            .map(|(&channels, seed)| planes([batch, channels, height, width], seed))
            .collect();
        let borrowed: Vec<&Planes> = parts.iter().map(|(_, planes)| planes).collect();
        let got = Planes::concatenate(&borrowed, &mut dirty_workspace());
        let area = height * width;
        let mut expected = Vec::new();
        for image in 0..batch {
            for ((values, _), &channels) in parts.iter().zip(&channels) {
                expected.extend_from_slice(&values[image * channels * area..][..channels * area]);
            }
        }
        prop_assert_eq!(got.to_nchw(), expected);
    }
}
