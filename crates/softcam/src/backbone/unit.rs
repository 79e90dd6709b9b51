//! The one building block that has weights: convolution, normalisation, activation.

use super::Window;

/// What follows a unit's arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Nothing: linear bottlenecks and the class-evidence layer, whose values stay signed.
    Linear,
    /// max(x, 0).
    Relu,
    /// min(max(x, 0), 6).
    Relu6,
}

/// What a unit does with its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A convolution, with batch normalisation after it or not.
    Convolution,
    /// Batch normalisation alone: a factor and an offset per channel. A normalisation with an activation between it and
    /// the next convolution (DenseNet's pre-activation) folds into no convolution and stays a unit of its own. In files
    /// it has the shapes of a depthwise 1x1 convolution, which it equals.
    Scale,
}

/// Names of a unit's modules in one kind of source checkpoint (`X` for `X.weight`); none where it has no such module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceNames {
    /// The convolution (or linear layer).
    pub convolution: Option<String>,
    /// The batch normalisation.
    pub norm: Option<String>,
}

impl SourceNames {
    /// A convolution with its normalisation.
    pub fn normalised(convolution: impl Into<String>, norm: impl Into<String>) -> Self {
        Self {
            convolution: Some(convolution.into()),
            norm: Some(norm.into()),
        }
    }

    /// A convolution alone.
    pub fn convolution(name: impl Into<String>) -> Self {
        Self {
            convolution: Some(name.into()),
            norm: None,
        }
    }

    /// A normalisation alone.
    pub fn norm(name: impl Into<String>) -> Self {
        Self {
            convolution: None,
            norm: Some(name.into()),
        }
    }
}

/// One unit. Weight shape: `[out_channels, in_channels / groups, kernel, kernel]`.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitSpec {
    /// Name in this project's files, such as `blocks.3.expand`.
    pub name: String,
    /// Names in source checkpoints, one entry per [`super::Convention`] of the backbone, in that order.
    pub sources: Vec<SourceNames>,
    /// What it does.
    pub operation: Operation,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// How the kernel moves.
    pub window: Window,
    /// 1 for a dense convolution, `in_channels` for a depthwise one.
    pub groups: usize,
    /// Whether the convolution has a bias of its own in source checkpoints, normalisation or not.
    pub source_bias: bool,
    /// Added to the variance before the square root in batch normalisation.
    pub epsilon: f32,
    /// What follows.
    pub activation: Activation,
}

impl UnitSpec {
    /// `[out_channels, in_channels / groups, kernel, kernel]`.
    pub fn weight_shape(&self) -> [usize; 4] {
        let kernel = self.window.kernel;
        [
            self.out_channels,
            self.in_channels / self.groups,
            kernel,
            kernel,
        ]
    }

    /// Number of weights.
    pub fn weight_len(&self) -> usize {
        self.weight_shape().iter().product()
    }

    /// Whether this is a 1x1 convolution with stride 1: a matrix product over the channels.
    pub fn is_pointwise(&self) -> bool {
        self.operation == Operation::Convolution
            && self.window.kernel == 1
            && self.window.stride == 1
            && self.groups == 1
    }
}
