//! Networks as descriptions.
//!
//! A backbone is a list of [`Block`]s, each a chain of [`UnitSpec`]s: convolution, normalisation, activation. The
//! description holds no weights, so that conversion, the file reader and the device network all walk the same list and
//! cannot disagree about names or shapes.

mod efficientnet_lite;
mod unit;

pub use unit::{Activation, BATCH_NORM_EPSILON, UnitSpec, same_padding};

use serde::{Deserialize, Serialize};

/// The networks that this crate can build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Architecture {
    /// EfficientNet-Lite0 (TensorFlow's mobile variant: ReLU6, no squeeze-and-excitation).
    #[serde(rename = "efficientnet-lite0")]
    EfficientNetLite0,
}

impl Architecture {
    /// The description of this architecture's backbone.
    pub fn backbone(self) -> Backbone {
        match self {
            Self::EfficientNetLite0 => efficientnet_lite::lite0(),
        }
    }

    /// The name that model cards and the command line use.
    pub fn name(self) -> &'static str {
        match self {
            Self::EfficientNetLite0 => "efficientnet-lite0",
        }
    }
}

/// A chain of units; with `residual`, the block's input is added to the last unit's output.
#[derive(Debug, Clone)]
pub struct Block {
    /// The units, in the order in which they run.
    pub units: Vec<UnitSpec>,
    /// Whether the input is added to the output (same shape by construction).
    pub residual: bool,
}

/// Everything before the class-evidence layer.
#[derive(Debug, Clone)]
pub struct Backbone {
    /// The blocks, in the order in which they run.
    pub blocks: Vec<Block>,
    /// Channels of the last feature map: what the class-evidence layer reads.
    pub features: usize,
    /// Input pixels per cell of the last feature map, along each axis.
    pub output_stride: usize,
    /// Name of the linear classifier in the source checkpoints, which the CAM identity turns into the class-evidence
    /// layer.
    pub source_classifier: &'static str,
}

/// The class-evidence layer's name in files.
pub const EVIDENCE_LAYER: &str = "evidence";

impl Backbone {
    /// All units, in the order in which they run.
    pub fn units(&self) -> impl Iterator<Item = &UnitSpec> {
        self.blocks.iter().flat_map(|block| &block.units)
    }

    /// The class-evidence layer for `classes` classes: a 1x1 convolution with bias and nothing after it.
    pub fn evidence_layer(&self, classes: usize) -> UnitSpec {
        UnitSpec {
            name: EVIDENCE_LAYER.to_owned(),
            source_convolution: self.source_classifier.to_owned(),
            source_norm: String::new(),
            in_channels: self.features,
            out_channels: classes,
            kernel: 1,
            stride: 1,
            groups: 1,
            activation: Activation::Linear,
        }
    }

    /// Size of the evidence map for an input of `size` pixels along one axis.
    ///
    /// Every strided unit with TensorFlow's SAME padding gives the ceiling of input / stride.
    pub fn map_size(&self, size: usize) -> usize {
        self.units()
            .fold(size, |size, unit| size.div_ceil(unit.stride))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_stride_is_the_product_of_the_strides() {
        let backbone = Architecture::EfficientNetLite0.backbone();
        let product: usize = backbone.units().map(|unit| unit.stride).product();
        assert_eq!(product, backbone.output_stride);
        assert_eq!(backbone.map_size(224), 7);
        assert_eq!(backbone.map_size(225), 8, "SAME padding rounds up");
    }

    #[test]
    fn every_unit_takes_what_the_one_before_it_gives() {
        let backbone = Architecture::EfficientNetLite0.backbone();
        let mut channels = 3;
        for block in &backbone.blocks {
            let block_input = channels;
            for unit in &block.units {
                assert_eq!(unit.in_channels, channels, "{}", unit.name);
                channels = unit.out_channels;
            }
            if block.residual {
                assert_eq!(block_input, channels, "a residual needs equal shapes");
                assert!(block.units.iter().all(|unit| unit.stride == 1));
            }
        }
        assert_eq!(channels, backbone.features);
    }

    #[test]
    fn lite0_has_its_published_parameter_count() {
        // 4.65 million with a 1000-class head (TensorFlow's EfficientNet-Lite README gives 4.7 M).
        let backbone = Architecture::EfficientNetLite0.backbone();
        let convolutions: usize = backbone
            .units()
            .chain([&backbone.evidence_layer(1000)])
            .map(|unit| unit.weight_len())
            .sum();
        let norms: usize = backbone.units().map(|unit| 2 * unit.out_channels).sum();
        assert_eq!(convolutions + norms + 1000, 4_652_008);
    }
}
