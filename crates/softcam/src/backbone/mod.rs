//! Networks as descriptions.
//!
//! A backbone is a list of [`Block`]s, each a chain of [`Step`]s (units with weights, and poolings) and the way in which
//! the chain's output meets the block's input. The description holds no weights, so that conversion, the file reader and
//! the device network all walk the same list and cannot disagree about names or shapes.

mod architecture;
mod densenet;
mod efficientnet_lite;
mod inverted_residual;
mod mobilenet_v2;
mod resnet;
mod stride;
mod unit;
mod vgg;
mod window;

pub use architecture::{Architecture, Options};
pub use stride::OUTPUT_STRIDES;
pub use unit::{Activation, Operation, SourceNames, UnitSpec};
pub use window::{Padding, Window};

use serde::Serialize;

/// Which pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolKind {
    /// The largest value under the kernel.
    Max,
    /// The mean of the values under the kernel.
    Average,
}

/// A pooling, channel by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Which.
    pub kind: PoolKind,
    /// How the kernel moves.
    pub window: Window,
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// With weights.
    Unit(UnitSpec),
    /// Without.
    Pool(Pool),
}

impl Step {
    /// How its kernel moves.
    pub fn window(&self) -> &Window {
        match self {
            Self::Unit(unit) => &unit.window,
            Self::Pool(pool) => &pool.window,
        }
    }

    fn window_mut(&mut self) -> &mut Window {
        match self {
            Self::Unit(unit) => &mut unit.window,
            Self::Pool(pool) => &mut pool.window,
        }
    }

    /// The unit, where it is one.
    pub fn unit(&self) -> Option<&UnitSpec> {
        match self {
            Self::Unit(unit) => Some(unit),
            Self::Pool(_) => None,
        }
    }
}

/// How a block's chain meets the block's input.
#[derive(Debug, Clone, PartialEq)]
pub enum Join {
    /// Not at all: the chain's output is the block's.
    Chain,
    /// Input and output are added.
    Add {
        /// Brings the input to the output's shape first (ResNet's downsample branch).
        shortcut: Option<UnitSpec>,
        /// What follows the sum.
        activation: Activation,
    },
    /// The input's channels, then the output's (DenseNet).
    Concatenate,
}

/// A chain of steps and its join.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The steps, in the order in which they run.
    pub steps: Vec<Step>,
    /// What happens with the block's input.
    pub join: Join,
}

impl Block {
    /// Nothing but its steps.
    fn chain(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
            join: Join::Chain,
        }
    }
}

/// A way in which checkpoints of one backbone name their tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Convention {
    /// Whose names these are, for people.
    pub name: &'static str,
    /// The last layer: linear, which the CAM identity turns into the class-evidence layer, or that layer already.
    pub classifier: &'static str,
    /// Whether the code behind these names omits the last ReLU; see [`Options::signed_features`].
    pub signed_features: bool,
}

impl Convention {
    const fn new(name: &'static str, classifier: &'static str) -> Self {
        Self {
            name,
            classifier,
            signed_features: false,
        }
    }
}

/// Everything before the class-evidence layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Backbone {
    /// The blocks, in the order in which they run.
    pub blocks: Vec<Block>,
    /// Channels of the last feature map: what the class-evidence layer reads.
    pub features: usize,
    /// Names in source checkpoints, in the order of [`UnitSpec::sources`].
    pub conventions: &'static [Convention],
}

/// The class-evidence layer's name in files.
pub const EVIDENCE_LAYER: &str = "evidence";

impl Backbone {
    /// All units: block by block, a shortcut after the chain beside it.
    pub fn units(&self) -> impl Iterator<Item = &UnitSpec> {
        self.blocks.iter().flat_map(|block| {
            let shortcut = match &block.join {
                Join::Add { shortcut, .. } => shortcut.as_ref(),
                Join::Chain | Join::Concatenate => None,
            };
            block.steps.iter().filter_map(Step::unit).chain(shortcut)
        })
    }

    /// Channels of what the first `blocks` blocks give; those of a picture where there are none.
    pub fn channels_after(&self, blocks: usize) -> usize {
        self.blocks.iter().take(blocks).fold(3, |input, block| {
            let last = block.steps.iter().rev().find_map(Step::unit);
            let output = last.map_or(input, |unit| unit.out_channels);
            match block.join {
                Join::Concatenate => input + output,
                Join::Chain | Join::Add { .. } => output,
            }
        })
    }

    /// Leaves out all but the first `blocks` blocks: the class-evidence layer then reads what the last of these gives, or,
    /// with `expansion`, what the block after them makes of it first.
    fn end_after(&mut self, blocks: usize, expansion: bool) {
        let expansion = (expansion.then(|| self.expansion_after(blocks)).flatten()).cloned();
        self.blocks.truncate(blocks);
        self.blocks
            .extend(expansion.map(|unit| Block::chain([Step::Unit(unit)])));
        self.features = self.channels_after(self.blocks.len());
    }

    /// The 1x1 convolution with an activation that the block after the first `blocks` begins with, if it begins with one.
    pub fn expansion_after(&self, blocks: usize) -> Option<&UnitSpec> {
        let unit = self.blocks.get(blocks)?.steps.first()?.unit()?;
        let is_point = unit.window.kernel == 1 && unit.window.stride == 1;
        let is_expansion = is_point && unit.activation != Activation::Linear;
        is_expansion.then_some(unit)
    }

    /// The class-evidence layer for `classes` classes: a 1x1 convolution with bias and nothing after it.
    pub fn evidence_layer(&self, classes: usize) -> UnitSpec {
        let names = self.conventions.iter();
        UnitSpec {
            name: EVIDENCE_LAYER.to_owned(),
            sources: names
                .map(|convention| SourceNames::convolution(convention.classifier))
                .collect(),
            operation: Operation::Convolution,
            in_channels: self.features,
            out_channels: classes,
            window: Window::POINT,
            groups: 1,
            source_bias: true,
            epsilon: 0.0,
            activation: Activation::Linear,
        }
    }

    /// Input pixels per cell of the last feature map, along each axis.
    pub fn output_stride(&self) -> usize {
        let steps = self.blocks.iter().flat_map(|block| &block.steps);
        steps.map(|step| step.window().stride).product()
    }

    /// Size of the evidence map for an input of `size` pixels along one axis.
    pub fn map_size(&self, size: usize) -> usize {
        let steps = self.blocks.iter().flat_map(|block| &block.steps);
        steps.fold(size, |size, step| step.window().output_size(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::{MAX_INPUT_SIZE, MIN_INPUT_SIZE};

    fn all() -> impl Iterator<Item = (Architecture, Options, Backbone)> {
        Architecture::ALL.into_iter().flat_map(|architecture| {
            [None, Some(8), Some(16), Some(32)].map(|output_stride| {
                let options = Options {
                    output_stride,
                    ..Options::default()
                };
                (architecture, options, architecture.backbone(options))
            })
        })
    }

    #[test]
    fn channels_end_with_the_features() {
        for (architecture, _, backbone) in all() {
            let features = backbone.channels_after(backbone.blocks.len());
            assert_eq!(features, backbone.features, "{architecture:?}");
        }
        let lite = Architecture::EfficientNetLite0.backbone(Options::default());
        assert_eq!(
            [0, 1, 2, 12].map(|blocks| lite.channels_after(blocks)),
            [3, 32, 16, 112]
        );
    }

    #[test]
    fn the_output_stride_is_what_was_asked_for() {
        for (architecture, options, backbone) in all() {
            let expected = options.output_stride.unwrap_or(32);
            assert_eq!(backbone.output_stride(), expected, "{architecture:?}");
            for size in MIN_INPUT_SIZE..=MAX_INPUT_SIZE {
                let cells = backbone.map_size(size);
                let exact = size as f64 / expected as f64;
                // Rounding costs up to a cell, and a pooling that keeps its kernel but not its stride up to two.
                assert!(
                    cells >= 1 && (cells as f64 - exact).abs() < 4.0,
                    "{architecture:?} {options:?} at {size}: {cells}"
                );
            }
        }
    }

    #[test]
    fn the_class_evidence_layer_may_read_an_earlier_block() {
        for (architecture, options, whole) in all() {
            for blocks in 1..whole.blocks.len() {
                let early = architecture.backbone(Options {
                    evidence_block: Some(blocks),
                    ..options
                });
                assert_eq!(early.blocks, whole.blocks[..blocks], "{architecture:?}");
                assert_eq!(early.features, whole.channels_after(blocks));
                assert_eq!(early.evidence_layer(2).in_channels, early.features);
                assert!(early.output_stride() <= whole.output_stride());
            }
        }
        let lite = |evidence_block, evidence_expansion| {
            let options = Options {
                evidence_block,
                evidence_expansion,
                ..Options::default()
            };
            let backbone = Architecture::EfficientNetLite0.backbone(options);
            (backbone.features, backbone.map_size(512))
        };
        assert_eq!(lite(None, false), (1280, 16));
        assert_eq!(lite(Some(9), false), (80, 32));
        assert_eq!(lite(Some(9), true), (480, 32));
        assert_eq!(lite(Some(6), false), (40, 64));
        assert_eq!(lite(Some(6), true), (240, 64));
    }

    #[test]
    fn expansions_are_pointwise_and_have_an_activation() {
        let of = |architecture: Architecture, blocks| {
            let backbone = architecture.backbone(Options::default());
            let unit = backbone.expansion_after(blocks);
            unit.map(|unit| (unit.in_channels, unit.out_channels))
        };
        assert_eq!(of(Architecture::EfficientNetLite0, 9), Some((80, 480)));
        assert_eq!(of(Architecture::MobileNetV2, 8), Some((64, 384)));
        assert_eq!(of(Architecture::ResNet50, 9), Some((1024, 256)));
        // The first block has none, a basic block begins with 3x3, and nothing follows the last one.
        assert_eq!(of(Architecture::EfficientNetLite0, 1), None);
        assert_eq!(of(Architecture::ResNet18, 4), None);
        assert_eq!(of(Architecture::EfficientNetLite0, 18), None);
    }

    #[test]
    fn map_sizes_are_those_of_the_original_networks() {
        let size = |architecture: Architecture, size| {
            architecture.backbone(Options::default()).map_size(size)
        };
        assert_eq!(size(Architecture::EfficientNetLite0, 224), 7);
        assert_eq!(
            size(Architecture::EfficientNetLite0, 225),
            8,
            "SAME rounds up"
        );
        assert_eq!(size(Architecture::ResNet50, 512), 16);
        assert_eq!(size(Architecture::ResNet50, 496), 16);
        assert_eq!(size(Architecture::Vgg16, 512), 16);
        assert_eq!(size(Architecture::Vgg16, 496), 15, "poolings round down");
    }

    #[test]
    fn every_unit_takes_what_the_one_before_it_gives() {
        for (architecture, _, backbone) in all() {
            let mut channels = 3;
            for block in &backbone.blocks {
                let entering = channels;
                for unit in block.steps.iter().filter_map(Step::unit) {
                    assert_eq!(unit.in_channels, channels, "{architecture:?} {}", unit.name);
                    channels = unit.out_channels;
                }
                let stride: usize = block.steps.iter().map(|s| s.window().stride).product();
                match &block.join {
                    Join::Chain => {}
                    Join::Concatenate => channels += entering,
                    Join::Add { shortcut: None, .. } => {
                        assert_eq!((channels, stride), (entering, 1), "{architecture:?}");
                    }
                    Join::Add {
                        shortcut: Some(shortcut),
                        ..
                    } => {
                        assert_eq!(shortcut.in_channels, entering, "{}", shortcut.name);
                        assert_eq!(shortcut.out_channels, channels, "{}", shortcut.name);
                        assert_eq!(shortcut.window.stride, stride, "{}", shortcut.name);
                    }
                }
            }
            assert_eq!(channels, backbone.features, "{architecture:?}");
        }
    }

    #[test]
    fn names_are_unique_and_every_convention_names_every_unit() {
        for (architecture, _, backbone) in all() {
            let mut names: Vec<_> = backbone.units().map(|unit| unit.name.as_str()).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{architecture:?}");
            for unit in backbone.units() {
                assert_eq!(unit.sources.len(), backbone.conventions.len());
                let first = &unit.sources[0];
                for source in &unit.sources {
                    let has =
                        |names: &SourceNames| (names.convolution.is_some(), names.norm.is_some());
                    assert_eq!(has(source), has(first), "{}", unit.name);
                    assert!(has(source) != (false, false), "{}", unit.name);
                }
            }
        }
    }

    #[test]
    fn parameter_counts_are_the_published_ones() {
        use Architecture::*;
        // As torchvision and timm list them, for 1000 classes; VGG-16 as SoftCAM has it for 2.
        let published = [
            (EfficientNetLite0, 1000, 4_652_008),
            (EfficientNetLite1, 1000, 5_416_680),
            (EfficientNetLite2, 1000, 6_092_072),
            (EfficientNetLite3, 1000, 8_197_096),
            (EfficientNetLite4, 1000, 13_006_568),
            (ResNet18, 1000, 11_689_512),
            (ResNet34, 1000, 21_797_672),
            (ResNet50, 1000, 25_557_032),
            (ResNet101, 1000, 44_549_160),
            (DenseNet121, 1000, 7_978_856),
            (MobileNetV2, 1000, 3_504_872),
            (Vgg16, 2, 33_605_442),
        ];
        for (architecture, classes, expected) in published {
            let backbone = architecture.backbone(Options::default());
            let evidence = backbone.evidence_layer(classes);
            let parameters: usize = (backbone.units().chain([&evidence]))
                .map(|unit| {
                    let source = &unit.sources[0];
                    let weights = source.convolution.as_ref().map_or(0, |_| unit.weight_len());
                    let bias = usize::from(unit.source_bias) * unit.out_channels;
                    let norm = source.norm.as_ref().map_or(0, |_| 2 * unit.out_channels);
                    weights + bias + norm
                })
                .sum();
            assert_eq!(parameters, expected, "{architecture:?}");
        }
    }
}
