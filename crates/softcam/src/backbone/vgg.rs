//! VGG (Simonyan & Zisserman, arXiv 1409.1556) as the official SoftCAM code has it: torchvision's `features` with the
//! last pooling, then the two hidden layers of the classifier as 1x1 convolutions. In torchvision the first of them reads
//! the whole 7x7 map at once, so its weights fit no 1x1 convolution: a torchvision classifier cannot be converted.

use super::{
    Activation, Backbone, Block, Convention, Operation, Padding, Pool, PoolKind, SourceNames, Step,
    UnitSpec, Window,
};

const CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];
const HIDDEN: usize = 4096;

const CONVENTIONS: [Convention; 1] = [Convention::new("SoftCAM", "classifier")];

/// Convolutions with bias; `depths` gives their number before each pooling.
pub(super) fn plain(depths: [usize; 5]) -> Backbone {
    network(depths, false)
}

/// The same with batch normalisation after each convolution, which keeps its bias.
pub(super) fn normalised(depths: [usize; 5]) -> Backbone {
    network(depths, true)
}

fn network(depths: [usize; 5], normalised: bool) -> Backbone {
    let mut blocks = Vec::new();
    let mut channels = 3;
    // Position in torchvision's list, which counts activations, normalisations and poolings too.
    let mut position = 0;
    for (stage, (depth, out_channels)) in depths.into_iter().zip(CHANNELS).enumerate() {
        let mut steps = Vec::new();
        for number in 0..depth {
            let convolution = format!("backbone.0.{position}");
            let source = if normalised {
                SourceNames::normalised(convolution, format!("backbone.0.{}", position + 1))
            } else {
                SourceNames::convolution(convolution)
            };
            position += if normalised { 3 } else { 2 };
            let window = Window::new(3, 1, Padding::Symmetric(1));
            let name = format!("blocks.{stage}.conv{}", number + 1);
            let unit = unit(name, source, (channels, out_channels), window);
            steps.push(Step::Unit(unit));
            channels = out_channels;
        }
        position += 1;
        steps.push(Step::Pool(Pool {
            kind: PoolKind::Max,
            window: Window::new(2, 2, Padding::Symmetric(0)),
        }));
        blocks.push(Block::chain(steps));
    }
    // In training a dropout lies between the two, which is why the second is number 3.
    let hidden = [("backbone.1.0", channels), ("backbone.1.3", HIDDEN)];
    for (number, (source, in_channels)) in hidden.into_iter().enumerate() {
        let unit = unit(
            format!("hidden.{number}"),
            SourceNames::convolution(source),
            (in_channels, HIDDEN),
            Window::POINT,
        );
        blocks.push(Block::chain([Step::Unit(unit)]));
    }
    Backbone {
        blocks,
        features: HIDDEN,
        conventions: &CONVENTIONS,
    }
}

fn unit(
    name: String,
    source: SourceNames,
    (in_channels, out_channels): (usize, usize),
    window: Window,
) -> UnitSpec {
    UnitSpec {
        name,
        sources: vec![source],
        operation: Operation::Convolution,
        in_channels,
        out_channels,
        window,
        groups: 1,
        source_bias: true,
        epsilon: 1e-5,
        activation: Activation::Relu,
    }
}
