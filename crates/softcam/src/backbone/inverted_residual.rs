//! MobileNetV2's block (Sandler et al., arXiv 1801.04381) and networks made of it: a narrow input is widened, filtered
//! channel by channel, narrowed without an activation, and added to itself where the shapes allow.

use super::{
    Activation, Backbone, Block, Convention, Join, Operation, Padding, SourceNames, Step, UnitSpec,
    Window,
};

/// A run of equal blocks; only the first has the stride and the change of channels.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    pub repeats: usize,
    pub kernel: usize,
    pub stride: usize,
    pub expansion: usize,
    pub out_channels: usize,
}

pub(super) const fn stage(
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

/// A unit's place, for those who name it.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Stem,
    Head,
    Block {
        /// Number over all stages.
        index: usize,
        /// Number of the stage.
        stage: usize,
        /// Number within the stage.
        repeat: usize,
        /// Whether the block widens its input first.
        expands: bool,
        part: Part,
    },
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    Expand,
    Depthwise,
    Project,
}

/// What differs between the networks of this kind.
pub(super) struct Recipe {
    pub stem_channels: usize,
    pub stages: Vec<Stage>,
    pub features: usize,
    pub padding: fn(usize) -> Padding,
    pub epsilon: f32,
    /// Names by the first convention; the second is always timm's.
    pub names: fn(Place) -> SourceNames,
    pub conventions: &'static [Convention],
}

impl Recipe {
    pub fn backbone(self) -> Backbone {
        let stem_window = Window::new(3, 2, (self.padding)(3));
        let stem = self.unit("stem", Place::Stem, (3, self.stem_channels), stem_window);
        let mut blocks = vec![Block::chain([Step::Unit(stem)])];
        let mut channels = self.stem_channels;
        let mut index = 0;
        for (number, stage) in self.stages.iter().enumerate() {
            for repeat in 0..stage.repeats {
                let place = |part| Place::Block {
                    index,
                    stage: number,
                    repeat,
                    expands: stage.expansion > 1,
                    part,
                };
                let stride = if repeat == 0 { stage.stride } else { 1 };
                blocks.push(self.block(index, *stage, channels, stride, place));
                channels = stage.out_channels;
                index += 1;
            }
        }
        let head = self.unit(
            "head",
            Place::Head,
            (channels, self.features),
            Window::POINT,
        );
        blocks.push(Block::chain([Step::Unit(head)]));
        Backbone {
            blocks,
            features: self.features,
            conventions: self.conventions,
        }
    }

    fn block(
        &self,
        index: usize,
        stage: Stage,
        channels: usize,
        stride: usize,
        place: impl Fn(Part) -> Place,
    ) -> Block {
        let hidden = channels * stage.expansion;
        let unit = |part: &str, which, io, window| {
            self.unit(&format!("blocks.{index}.{part}"), place(which), io, window)
        };
        let expand = (stage.expansion > 1)
            .then(|| unit("expand", Part::Expand, (channels, hidden), Window::POINT));
        let window = Window::new(stage.kernel, stride, (self.padding)(stage.kernel));
        let depthwise = UnitSpec {
            groups: hidden,
            ..unit("depthwise", Part::Depthwise, (hidden, hidden), window)
        };
        let narrow = (hidden, stage.out_channels);
        let project = UnitSpec {
            activation: Activation::Linear,
            ..unit("project", Part::Project, narrow, Window::POINT)
        };
        let join = if stride == 1 && channels == stage.out_channels {
            Join::Add {
                shortcut: None,
                activation: Activation::Linear,
            }
        } else {
            Join::Chain
        };
        let units = expand.into_iter().chain([depthwise, project]);
        Block {
            steps: units.map(Step::Unit).collect(),
            join,
        }
    }

    fn unit(
        &self,
        name: &str,
        place: Place,
        (in_channels, out_channels): (usize, usize),
        window: Window,
    ) -> UnitSpec {
        UnitSpec {
            name: name.to_owned(),
            sources: vec![(self.names)(place), timm_names(place)],
            operation: Operation::Convolution,
            in_channels,
            out_channels,
            window,
            groups: 1,
            source_bias: false,
            epsilon: self.epsilon,
            activation: Activation::Relu6,
        }
    }
}

/// timm numbers blocks by stage and names what it does not expand differently.
fn timm_names(place: Place) -> SourceNames {
    match place {
        Place::Stem => SourceNames::normalised("conv_stem", "bn1"),
        Place::Head => SourceNames::normalised("conv_head", "bn2"),
        Place::Block {
            stage,
            repeat,
            expands,
            part,
            ..
        } => {
            let (convolution, norm) = match (part, expands) {
                (Part::Expand, _) => ("conv_pw", "bn1"),
                (Part::Depthwise, true) => ("conv_dw", "bn2"),
                (Part::Project, true) => ("conv_pwl", "bn3"),
                (Part::Depthwise, false) => ("conv_dw", "bn1"),
                (Part::Project, false) => ("conv_pw", "bn2"),
            };
            let block = format!("blocks.{stage}.{repeat}");
            SourceNames::normalised(format!("{block}.{convolution}"), format!("{block}.{norm}"))
        }
    }
}
