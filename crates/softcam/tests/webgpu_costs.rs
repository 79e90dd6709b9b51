//! What networks ask of a GPU, counted for our kernels and for burn's convolution: how kernels are chosen where there is
//! no GPU to time them on.
//!
//! The table: `cargo test --test webgpu_costs -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam::backbone::{Activation, Architecture, Join, Step, UnitSpec};
use softcam::network::convolution;
use softcam_webgpu::cost::{self, Cost};

/// Our kernels' cost and burn's, layer by layer.
type Layers = Vec<(String, Cost, Cost)>;

fn layers(architecture: Architecture, size: usize, classes: usize) -> Layers {
    let backbone = architecture.backbone(Default::default());
    let mut layers = Layers::new();
    let mut count = |spec: &UnitSpec, activation: Activation, shape: [usize; 4], residual: bool| {
        let convolution = convolution(spec, activation);
        let own = cost::own(&convolution, shape, true, residual);
        layers.push((
            spec.name.to_string(),
            own,
            cost::burn(&convolution, shape, residual),
        ));
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
    layers
}

fn sum(layers: &Layers, of: impl Fn(&(String, Cost, Cost)) -> Cost) -> Cost {
    layers
        .iter()
        .map(of)
        .fold(Cost::default(), |sum, cost| sum + cost)
}

#[test]
fn our_kernels_ask_for_less() {
    for (name, size) in [
        ("efficientnet-lite0", 224),
        ("efficientnet-lite0", 512),
        ("resnet18", 224),
        ("resnet50", 512),
    ] {
        let layers = layers(Architecture::from_name(name).unwrap(), size, 10);
        let (own, burn) = (sum(&layers, |layer| layer.1), sum(&layers, |layer| layer.2));
        assert!(
            2 * (own.read + own.written) < burn.read + burn.written,
            "{name} at {size}: {own:?} {burn:?}"
        );
        assert!(
            2 * own.dispatches < burn.dispatches,
            "{name} at {size}: {own:?} {burn:?}"
        );
        // What tiles compute over their edges stays bearable.
        assert!(own.computed < 2 * own.useful, "{name} at {size}: {own:?}");
    }
}

#[test]
#[ignore = "prints a table; checks nothing"]
fn table() {
    println!(
        "| network | multiplications | own: dispatches, traffic, computed | burn: dispatches, traffic, computed |"
    );
    println!("|---|---|---|---|");
    for (name, size) in [
        ("efficientnet-lite0", 224),
        ("efficientnet-lite0", 512),
        ("resnet18", 224),
        ("resnet50", 224),
        ("resnet50", 512),
    ] {
        let layers = layers(Architecture::from_name(name).unwrap(), size, 10);
        let shown = |cost: Cost| {
            let traffic = (cost.read + cost.written) as f64 / 1e6;
            let computed = cost.computed as f64 / cost.useful as f64;
            format!("{}, {traffic:.0} MB, {computed:.2} x", cost.dispatches)
        };
        let (own, burn) = (sum(&layers, |layer| layer.1), sum(&layers, |layer| layer.2));
        println!(
            "| {name} at {size} | {:.2} G | {} | {} |",
            own.useful as f64 / 1e9,
            shown(own),
            shown(burn)
        );
    }
}
