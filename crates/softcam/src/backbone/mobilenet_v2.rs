//! MobileNetV2 (Sandler et al., arXiv 1801.04381) as torchvision defines it; timm's `mobilenetv2_100` is the same network
//! under other names.

use super::inverted_residual::{Part, Place, Recipe, Stage, stage};
use super::{Backbone, Convention, Padding, SourceNames};

const STAGES: [Stage; 7] = [
    stage(1, 3, 1, 1, 16),
    stage(2, 3, 2, 6, 24),
    stage(3, 3, 2, 6, 32),
    stage(4, 3, 2, 6, 64),
    stage(3, 3, 1, 6, 96),
    stage(3, 3, 2, 6, 160),
    stage(1, 3, 1, 6, 320),
];

const CONVENTIONS: [Convention; 2] = [
    Convention::new("torchvision", "classifier.1"),
    Convention::new("timm", "classifier"),
];

/// torchvision counts the stem as feature 0, so the blocks start at 1.
const FIRST_BLOCK: usize = 1;
const HEAD: usize = 18;

pub(super) fn mobilenet_v2() -> Backbone {
    Recipe {
        stem_channels: 32,
        stages: STAGES.to_vec(),
        features: 1280,
        padding: |kernel| Padding::Symmetric(kernel / 2),
        epsilon: 1e-5,
        names,
        conventions: &CONVENTIONS,
    }
    .backbone()
}

fn names(place: Place) -> SourceNames {
    let pair = |prefix: String, convolution: &str, norm: &str| {
        SourceNames::normalised(
            format!("{prefix}.{convolution}"),
            format!("{prefix}.{norm}"),
        )
    };
    match place {
        Place::Stem => pair("features.0".to_owned(), "0", "1"),
        Place::Head => pair(format!("features.{HEAD}"), "0", "1"),
        Place::Block {
            index,
            expands,
            part,
            ..
        } => {
            let block = format!("features.{}.conv", index + FIRST_BLOCK);
            let first = usize::from(expands);
            match part {
                Part::Expand => pair(block, "0.0", "0.1"),
                Part::Depthwise => pair(format!("{block}.{first}"), "0", "1"),
                Part::Project => pair(block, &(first + 1).to_string(), &(first + 2).to_string()),
            }
        }
    }
}
