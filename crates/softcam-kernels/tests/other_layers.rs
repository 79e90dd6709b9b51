//! Pooling, concatenation, and the way in and out.

mod common;

use common::{assert_close, dirty_workspace, values};
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
        dilation: 1,
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
        kind: PoolKind::Average,
        kernel: 2,
        stride: 2,
        dilation: 1,
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
        dilation: 1,
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
        dilation: 1,
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
        prop_assert_eq!(&planes.to_nchw(), &values);
        let reused = dirty_workspace().planes_from_nchw(&values, shape);
        prop_assert_eq!(reused.to_nchw(), values);
    }

    #[test]
    fn pools(
        shape in [1_usize..3, 1_usize..20, 3_usize..10, 3_usize..10],
        (kernel, stride, dilation) in (1_usize..4, 1_usize..4, 1_usize..4),
        (before, after) in (0_usize..3, 0_usize..3),
        mean: bool,
    ) {
        let [batch, channels, height, width] = shape;
        let reach = (kernel - 1) * dilation + 1;
        // Every window covers at least one pixel.
        prop_assume!(before + after + height.min(width) >= reach);
        prop_assume!(before <= (kernel - 1) * dilation / 2 && after <= (kernel - 1) * dilation / 2);
        prop_assume!(height.min(width) > reach / 2);
        let kind = if mean { PoolKind::Average } else { PoolKind::Max };
        let padding = Padding::Fixed { rows: (before, after), columns: (after, before) };
        let (values, planes) = planes(shape, 2);
        let got = Pool { kind, kernel, stride, dilation, padding }.run(&planes, &mut dirty_workspace());

        let rows = (before + height + after - reach) / stride + 1;
        let columns = (after + width + before - reach) / stride + 1;
        prop_assert_eq!(got.shape(), [batch, channels, rows, columns]);
        let mut expected = Vec::new();
        for image in 0..batch * channels {
            for y in 0..rows {
                for x in 0..columns {
                    let inside: Vec<f64> = (0..kernel * kernel)
                        .filter_map(|tap| {
                            let row = (y * stride + tap / kernel * dilation).checked_sub(before)?;
                            let column = (x * stride + tap % kernel * dilation).checked_sub(after)?;
                            (row < height && column < width)
                                .then(|| f64::from(values[(image * height + row) * width + column]))
                        })
                        .collect();
                    expected.push(if mean {
                        inside.iter().sum::<f64>() / (kernel * kernel) as f64
                    } else {
                        inside.into_iter().fold(f64::NEG_INFINITY, f64::max)
                    });
                }
            }
        }
        assert_close(&got.to_nchw(), &expected, &(kind, kernel, stride, dilation, padding));
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
