//! ResNet (He et al., arXiv 1512.03385) as torchvision defines it: in a bottleneck, the 3x3 convolution has the stride.

use super::{
    Activation, Backbone, Block, Convention, Join, Operation, Padding, Pool, PoolKind, SourceNames,
    Step, UnitSpec, Window,
};

const STEM_CHANNELS: usize = 64;
const EPSILON: f32 = 1e-5;

const CONVENTIONS: [Convention; 3] = [
    Convention::new("torchvision or timm", "fc"),
    Convention::new("SoftCAM", "classifier"),
    Convention::new("transformers", "classifier.1"),
];

/// The official code keeps torchvision's children in a list: conv1, bn1, relu, maxpool, then the four stages.
const SOFTCAM_FIRST_STAGE: usize = 4;

/// ResNet-18 and -34: two 3x3 convolutions per block.
pub(super) fn basic(depths: [usize; 4]) -> Backbone {
    network(depths, 1, |block, stride| {
        let (channels, width) = (block.in_channels, block.width);
        vec![
            block.unit(
                1,
                (channels, width),
                three_by_three(stride),
                Activation::Relu,
            ),
            block.unit(2, (width, width), three_by_three(1), Activation::Linear),
        ]
    })
}

/// ResNet-50 and -101: narrow, filter, widen by four.
pub(super) fn bottleneck(depths: [usize; 4]) -> Backbone {
    network(depths, 4, |block, stride| {
        let (channels, width) = (block.in_channels, block.width);
        vec![
            block.unit(1, (channels, width), Window::POINT, Activation::Relu),
            block.unit(2, (width, width), three_by_three(stride), Activation::Relu),
            block.unit(3, (width, 4 * width), Window::POINT, Activation::Linear),
        ]
    })
}

const fn three_by_three(stride: usize) -> Window {
    Window::new(3, stride, Padding::Symmetric(1))
}

fn network(
    depths: [usize; 4],
    expansion: usize,
    units: impl Fn(&Place, usize) -> Vec<UnitSpec>,
) -> Backbone {
    let stem = UnitSpec {
        name: "stem".to_owned(),
        sources: vec![
            SourceNames::normalised("conv1", "bn1"),
            SourceNames::normalised("backbone.0", "backbone.1"),
            SourceNames::normalised(
                "resnet.embedder.embedder.convolution",
                "resnet.embedder.embedder.normalization",
            ),
        ],
        ..unit(
            (3, STEM_CHANNELS),
            Window::new(7, 2, Padding::Symmetric(3)),
            Activation::Relu,
        )
    };
    let pool = Pool {
        kind: PoolKind::Max,
        window: three_by_three(2),
    };
    let mut blocks = vec![Block::chain([Step::Unit(stem), Step::Pool(pool)])];
    let mut channels = STEM_CHANNELS;
    for (stage, depth) in depths.into_iter().enumerate() {
        let width = STEM_CHANNELS << stage;
        for repeat in 0..depth {
            let place = Place {
                index: blocks.len() - 1,
                stage,
                repeat,
                in_channels: channels,
                width,
            };
            let stride = if stage > 0 && repeat == 0 { 2 } else { 1 };
            let out_channels = width * expansion;
            let shortcut = (stride != 1 || channels != out_channels).then(|| UnitSpec {
                name: place.name("shortcut"),
                sources: place.sources(("downsample.0", "downsample.1"), "shortcut"),
                ..unit(
                    (channels, out_channels),
                    Window::new(1, stride, Padding::Symmetric(0)),
                    Activation::Linear,
                )
            });
            blocks.push(Block {
                steps: units(&place, stride).into_iter().map(Step::Unit).collect(),
                join: Join::Add {
                    shortcut,
                    activation: Activation::Relu,
                },
            });
            channels = out_channels;
        }
    }
    Backbone {
        blocks,
        features: channels,
        conventions: &CONVENTIONS,
    }
}

/// Where a block stands, and how wide it is inside.
struct Place {
    index: usize,
    stage: usize,
    repeat: usize,
    in_channels: usize,
    width: usize,
}

impl Place {
    fn name(&self, part: &str) -> String {
        format!("blocks.{}.{part}", self.index)
    }

    /// Names of a convolution and its normalisation, by torchvision's names and by that of transformers' module for both.
    fn sources(&self, (convolution, norm): (&str, &str), module: &str) -> Vec<SourceNames> {
        let Self { stage, repeat, .. } = self;
        let children = [
            format!("layer{}.{repeat}", stage + 1),
            format!("backbone.{}.{repeat}", stage + SOFTCAM_FIRST_STAGE),
        ];
        let mut names: Vec<SourceNames> = (children.iter())
            .map(|at| {
                SourceNames::normalised(format!("{at}.{convolution}"), format!("{at}.{norm}"))
            })
            .collect();
        let at = format!("resnet.encoder.stages.{stage}.layers.{repeat}.{module}");
        names.push(SourceNames::normalised(
            format!("{at}.convolution"),
            format!("{at}.normalization"),
        ));
        names
    }

    fn unit(
        &self,
        number: usize,
        channels: (usize, usize),
        window: Window,
        activation: Activation,
    ) -> UnitSpec {
        UnitSpec {
            name: self.name(&format!("conv{number}")),
            sources: self.sources(
                (&format!("conv{number}"), &format!("bn{number}")),
                &format!("layer.{}", number - 1),
            ),
            ..unit(channels, window, activation)
        }
    }
}

fn unit(
    (in_channels, out_channels): (usize, usize),
    window: Window,
    activation: Activation,
) -> UnitSpec {
    UnitSpec {
        name: String::new(),
        sources: Vec::new(),
        operation: Operation::Convolution,
        in_channels,
        out_channels,
        window,
        groups: 1,
        source_bias: false,
        epsilon: EPSILON,
        activation,
    }
}
