//! What networks ask of a GPU, counted for our kernels and for two of burn's ways to a convolution: how kernels are chosen where
//! there is no GPU to time them on.
//!
//! The table: `cargo test --test webgpu_costs -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam::backbone::{Activation, Architecture, Join, Step, UnitSpec};
use softcam::network::convolution;
use softcam_webgpu::cost::{self, Cost};

/// What our kernels cost for a whole network, burn's convolution, and at the least burn's matrix product.
fn costs(architecture: Architecture, size: usize, classes: usize) -> [Cost; 3] {
    let backbone = architecture.backbone(Default::default());
    let mut sums = [Cost::default(); 3];
    let mut count = |spec: &UnitSpec, activation: Activation, shape: [usize; 4], residual: bool| {
        let convolution = convolution(spec, activation);
        let layer = [
            cost::own(&convolution, shape, true, residual),
            cost::burn(&convolution, shape, residual),
            cost::matrix(&convolution, shape, true, residual),
        ];
        for (sum, cost) in sums.iter_mut().zip(layer) {
            *sum = *sum + cost;
        }
        convolution.output_shape(shape)
    };
    let mut shape = [1, 3, size, size];
    for block in &backbone.blocks {
        let input = shape;
        if let Join::Add {
            shortcut: Some(spec),
            ..
        } = &block.join
        {
            count(spec, spec.activation, input, false);
        }
        for (index, step) in block.steps.iter().enumerate() {
            let last = index + 1 == block.steps.len();
            shape = match step {
                Step::Unit(spec) => match &block.join {
                    Join::Add { activation, .. } if last => count(spec, *activation, shape, true),
                    _ => count(spec, spec.activation, shape, false),
                },
                Step::Pool(pool) => {
                    let [batch, channels, height, width] = shape;
                    [
                        batch,
                        channels,
                        pool.window.output_size(height),
                        pool.window.output_size(width),
                    ]
                }
            };
        }
        if matches!(block.join, Join::Concatenate) {
            shape[1] += input[1];
        }
    }
    let evidence = backbone.evidence_layer(classes);
    count(&evidence, evidence.activation, shape, false);
    sums
}

#[test]
fn our_kernels_ask_for_less() {
    for (name, size) in [
        ("efficientnet-lite0", 224),
        ("efficientnet-lite0", 512),
        ("resnet18", 224),
        ("resnet50", 512),
    ] {
        let [own, burn, matrix] = costs(Architecture::from_name(name).unwrap(), size, 10);
        assert!(
            2 * (own.read + own.written) < burn.read + burn.written,
            "{name} at {size}: {own:?} {burn:?}"
        );
        for other in [burn, matrix] {
            assert!(
                2 * own.dispatches < other.dispatches,
                "{name} at {size}: {own:?} {other:?}"
            );
            assert_eq!(own.useful, other.useful);
        }
        // What tiles compute over their edges stays bearable.
        assert!(own.computed < 2 * own.useful, "{name} at {size}: {own:?}");
    }
}

#[test]
#[ignore = "prints a table; checks nothing"]
fn table() {
    println!(
        "| network | multiplications | own: dispatches, traffic, computed | burn's convolution | burn's matrix product, at the least |"
    );
    println!("|---|---|---|---|---|");
    for (name, size) in [
        ("efficientnet-lite0", 224),
        ("efficientnet-lite0", 512),
        ("resnet18", 224),
        ("resnet50", 224),
        ("resnet50", 512),
    ] {
        let costs = costs(Architecture::from_name(name).unwrap(), size, 10);
        let useful = costs[0].useful as f64 / 1e9;
        let shown = costs.map(|cost| {
            let traffic = (cost.read + cost.written) as f64 / 1e6;
            let computed = cost.computed as f64 / cost.useful as f64;
            format!("{}, {traffic:.0} MB, {computed:.2} x", cost.dispatches)
        });
        println!(
            "| {name} at {size} | {useful:.2} G | {} |",
            shown.join(" | ")
        );
    }
}
