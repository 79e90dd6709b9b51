//! DenseNet (Huang et al., arXiv 1608.06993) as torchvision defines it: every layer reads the outputs of all layers of
//! its block, and normalises them before its first convolution.

use super::{
    Activation, Backbone, Block, Convention, Join, Operation, Padding, Pool, PoolKind, SourceNames,
    Step, UnitSpec, Window,
};

const STEM_CHANNELS: usize = 64;
/// Channels that each layer adds.
const GROWTH: usize = 32;
/// Channels between a layer's two convolutions.
const BOTTLENECK: usize = 4 * GROWTH;
const EPSILON: f32 = 1e-5;

/// torchvision's published files still have the layer names of 2017, which its loader renames.
const CONVENTIONS: [Convention; 3] = [
    Convention::new("torchvision or timm", "classifier"),
    Convention::new("torchvision's published file", "classifier"),
    Convention {
        name: "SoftCAM",
        classifier: "classifier",
        signed_features: true,
    },
];

pub(super) fn densenet(depths: [usize; 4], signed_features: bool) -> Backbone {
    let stem = UnitSpec {
        window: Window::new(7, 2, Padding::Symmetric(3)),
        activation: Activation::Relu,
        ..convolution("stem", normalised("conv0", "norm0"), (3, STEM_CHANNELS))
    };
    let pool = |kind, kernel, padding| {
        Step::Pool(Pool {
            kind,
            window: Window::new(kernel, 2, Padding::Symmetric(padding)),
        })
    };
    let mut blocks = vec![Block::chain([Step::Unit(stem), pool(PoolKind::Max, 3, 1)])];
    let mut channels = STEM_CHANNELS;
    for (stage, depth) in depths.into_iter().enumerate() {
        if stage > 0 {
            let name = |part: &str| format!("transitions.{}.{part}", stage - 1);
            let source = |part: &str| format!("transition{stage}.{part}");
            let norm = scale(
                &name("norm"),
                same(SourceNames::norm, &source("norm")),
                channels,
            );
            let halve = (channels, channels / 2);
            let names = same(SourceNames::convolution, &source("conv"));
            let narrow = convolution(&name("conv"), names, halve);
            channels /= 2;
            blocks.push(Block::chain([
                Step::Unit(norm),
                Step::Unit(narrow),
                pool(PoolKind::Average, 2, 0),
            ]));
        }
        for layer in 0..depth {
            blocks.push(dense_layer(stage, layer, channels));
            channels += GROWTH;
        }
    }
    let mut last = scale("norm", same(SourceNames::norm, "norm5"), channels);
    if signed_features {
        last.activation = Activation::Linear;
    }
    blocks.push(Block::chain([Step::Unit(last)]));
    Backbone {
        blocks,
        features: channels,
        conventions: &CONVENTIONS,
    }
}

fn dense_layer(stage: usize, layer: usize, channels: usize) -> Block {
    let name = |part: &str| format!("blocks.{stage}.{layer}.{part}");
    let at = format!("denseblock{}.denselayer{}", stage + 1, layer + 1);
    let norm = scale(
        &name("norm"),
        layer_names(&at, |part| SourceNames::norm(part("norm", 1))),
        channels,
    );
    let reduce = UnitSpec {
        activation: Activation::Relu,
        ..convolution(
            &name("reduce"),
            layer_names(&at, |part| {
                SourceNames::normalised(part("conv", 1), part("norm", 2))
            }),
            (channels, BOTTLENECK),
        )
    };
    let grow = UnitSpec {
        window: Window::new(3, 1, Padding::Symmetric(1)),
        ..convolution(
            &name("grow"),
            layer_names(&at, |part| SourceNames::convolution(part("conv", 2))),
            (BOTTLENECK, GROWTH),
        )
    };
    Block {
        steps: [norm, reduce, grow].map(Step::Unit).to_vec(),
        join: Join::Concatenate,
    }
}

/// Names in each convention of a layer's part: `norm1` of today was `norm.1` in the published file.
fn layer_names(
    at: &str,
    names: impl Fn(&dyn Fn(&str, usize) -> String) -> SourceNames,
) -> Vec<SourceNames> {
    vec![
        names(&|part, number| format!("features.{at}.{part}{number}")),
        names(&|part, number| format!("features.{at}.{part}.{number}")),
        names(&|part, number| format!("backbone.0.{at}.{part}{number}")),
    ]
}

/// What comes before a name outside the layers, in each convention.
const PREFIXES: [&str; 3] = ["features", "features", "backbone.0"];

fn same(names: impl Fn(String) -> SourceNames, name: &str) -> Vec<SourceNames> {
    PREFIXES
        .map(|prefix| names(format!("{prefix}.{name}")))
        .to_vec()
}

fn normalised(convolution: &str, norm: &str) -> Vec<SourceNames> {
    let pair = |prefix| {
        SourceNames::normalised(
            format!("{prefix}.{convolution}"),
            format!("{prefix}.{norm}"),
        )
    };
    PREFIXES.map(pair).to_vec()
}

/// A normalisation on its own, with the ReLU after it.
fn scale(name: &str, sources: Vec<SourceNames>, channels: usize) -> UnitSpec {
    UnitSpec {
        operation: Operation::Scale,
        groups: channels,
        activation: Activation::Relu,
        ..convolution(name, sources, (channels, channels))
    }
}

/// A 1x1 convolution with nothing after it.
fn convolution(
    name: &str,
    sources: Vec<SourceNames>,
    (in_channels, out_channels): (usize, usize),
) -> UnitSpec {
    UnitSpec {
        name: name.to_owned(),
        sources,
        operation: Operation::Convolution,
        in_channels,
        out_channels,
        window: Window::POINT,
        groups: 1,
        source_bias: false,
        epsilon: EPSILON,
        activation: Activation::Linear,
    }
}
