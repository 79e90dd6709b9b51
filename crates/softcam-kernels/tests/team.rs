//! Several threads give what one gives, to the last bit.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{depthwise, dirty_workspace, spec, values, weight_len};
use rayon_core::ThreadPoolBuilder;
use softcam_kernels::{
    Activation, Chain, Convolution, ConvolutionSpec, Padding, Planes, Pool, PoolKind, Team,
    Workspace,
};
use std::sync::Arc;

fn team(others: usize) -> Team {
    let pool = ThreadPoolBuilder::new().num_threads(others).build();
    let team = Team::with(Arc::new(pool.unwrap()));
    assert_eq!(team.size(), others + 1);
    team
}

fn prepare(spec: ConvolutionSpec) -> Convolution {
    let spec = ConvolutionSpec {
        activation: Activation::Relu6,
        ..spec
    };
    let bias = values(spec.out_channels, 1);
    Convolution::prepare(spec, &values(weight_len(&spec), 2), &bias)
}

/// Runs `layer` alone and with teams of two to five, in memory that must not be read before it is written.
fn check(what: &str, shape: [usize; 4], layer: impl Fn(&Planes, &mut Workspace) -> Planes) {
    let input = Planes::from_nchw(&values(shape.iter().product(), 3), shape);
    let alone = layer(&input, &mut dirty_workspace()).to_nchw();
    for others in 1..5 {
        let mut workspace = Workspace::for_team(team(others));
        let dirt = [1, 8, 300, 300];
        workspace.recycle(Planes::from_nchw(&vec![f32::NAN; 8 * 90_000], dirt));
        for _ in 0..3 {
            let together = layer(&input, &mut workspace);
            assert!(
                together.to_nchw() == alone,
                "{what} of {shape:?} with {others} more threads"
            );
            workspace.recycle(together);
        }
    }
}

#[test]
fn convolutions() {
    let dilated = ConvolutionSpec {
        dilation: 2,
        ..depthwise(40, 3, 1)
    };
    let unpadded = ConvolutionSpec {
        padding: Padding::Fixed {
            rows: (0, 0),
            columns: (0, 0),
        },
        ..depthwise(64, 5, 1)
    };
    let grouped = ConvolutionSpec {
        groups: 4,
        ..spec(16, 24, 3, 1)
    };
    let cases = [
        ("first", spec(3, 32, 3, 2), 65),
        ("pointwise", spec(40, 24, 1, 1), 33),
        ("pointwise to one group", spec(64, 8, 1, 1), 40),
        ("pointwise, strided", spec(64, 40, 1, 2), 41),
        ("Winograd", spec(24, 40, 3, 1), 33),
        ("Winograd on few tiles", spec(128, 136, 3, 1), 7),
        ("Winograd, a row of tiles each", spec(16, 24, 3, 1), 161),
        ("Winograd, rows of tiles each", spec(20, 16, 3, 1), 63),
        ("3x3, strided", spec(24, 40, 3, 2), 30),
        ("depthwise", depthwise(64, 5, 1), 24),
        ("depthwise, strided", depthwise(64, 3, 2), 57),
        ("depthwise, dilated", dilated, 30),
        ("depthwise without zeros around", unpadded, 24),
        ("grouped", grouped, 30),
        ("too little to share", spec(8, 8, 1, 1), 5),
    ];
    for (what, spec, side) in cases {
        let convolution = prepare(spec);
        let shape = [2, spec.in_channels, side, side + 1];
        check(what, shape, |input, workspace| {
            convolution.run(input, None, workspace)
        });
        let output = spec.output_shape(shape);
        let residual = Planes::from_nchw(&values(output.iter().product(), 4), output);
        check(what, shape, |input, workspace| {
            convolution.run(input, Some(&residual), workspace)
        });
    }
}

#[test]
fn chains() {
    // The last are cut into strips.
    for (stride, side) in [(1, 21), (2, 30), (1, 150), (2, 261)] {
        let chain = Chain::new(vec![
            prepare(spec(24, 88, 1, 1)),
            prepare(depthwise(88, 5, stride)),
            prepare(spec(88, 24, 1, 1)),
        ]);
        check("chain", [2, 24, side, side], |input, workspace| {
            chain.run(input, None, workspace)
        });
    }
}

#[test]
fn what_is_left_behind_has_the_same_team() {
    let mut workspace = Workspace::for_team(team(2));
    workspace.recycle(Planes::from_nchw(&[0.0; 64], [1, 8, 1, 8]));
    let taken = workspace.take();
    assert!(taken.byte_len() > 0);
    assert_eq!(workspace.byte_len(), 0);
    assert_eq!([taken.team_size(), workspace.team_size()], [3, 3]);
}

#[test]
fn pools() {
    for kind in [PoolKind::Max, PoolKind::Average] {
        let pool = Pool {
            kind,
            kernel: 3,
            stride: 2,
            dilation: 1,
            padding: Padding::Fixed {
                rows: (1, 1),
                columns: (1, 1),
            },
        };
        check("pool", [2, 60, 40, 41], |input, workspace| {
            pool.run(input, workspace)
        });
    }
}
