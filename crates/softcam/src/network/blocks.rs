//! The blocks of a network on kernels of our own, be they the CPU's or WebGPU's: one forward pass for both.

use crate::backbone::{self, Activation, Backbone, Join, Operation, Step, UnitSpec, Window};
use crate::error::Result;
use crate::pause::{Pause, check};
use crate::weights::{LayerWeights, Model, fold::fold_layer};
use softcam_kernels::{ConvolutionSpec, Pool};
use std::borrow::Cow;
use std::ops::Range;

/// What a device offers.
pub(super) trait Kernels {
    /// Images on the device.
    type Planes: Clone;
    /// A convolution with its weights, ready to run.
    type Convolution: std::fmt::Debug;
    /// Convolutions that run one after the other.
    type Chain: std::fmt::Debug;

    /// Brings folded weights of the layer `name` to where they are needed.
    fn prepare(
        &self,
        name: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Self::Convolution;
    /// Convolutions that nothing else reads from in between.
    fn chain(convolutions: Vec<Self::Convolution>) -> Self::Chain;
    /// activation(convolution(input)).
    fn convolve(&mut self, convolution: &Self::Convolution, input: &Self::Planes) -> Self::Planes;
    /// The same for all of a chain; `residual` is added before the last activation.
    fn run(
        &mut self,
        chain: &Self::Chain,
        input: &Self::Planes,
        residual: Option<&Self::Planes>,
    ) -> Self::Planes;
    fn pool(&mut self, pool: &Pool, input: &Self::Planes) -> Self::Planes;
    /// Channels of the first, then of the second.
    fn concatenate(&mut self, first: &Self::Planes, second: &Self::Planes) -> Self::Planes;
    /// Takes back memory that is needed no more.
    fn recycle(&mut self, planes: Self::Planes);
}

/// Runs a chain whose convolutions stay apart; `residual` is for the last. For [`Kernels::run`] where nothing is fused.
pub(super) fn in_turn<C, P: Clone>(
    chain: &[C],
    input: &P,
    residual: Option<&P>,
    mut step: impl FnMut(&C, &P, Option<&P>) -> P,
) -> P {
    let last = chain.len().saturating_sub(1);
    (chain.iter().enumerate()).fold(input.clone(), |input, (index, convolution)| {
        step(convolution, &input, residual.filter(|_| index == last))
    })
}

/// The blocks of a backbone, weights in place.
#[derive(Debug)]
pub(super) struct Blocks<K: Kernels>(Vec<Block<K>>);

impl<K: Kernels> Blocks<K> {
    pub(super) fn new(model: &Model, backbone: &Backbone, kernels: &K) -> Result<Self> {
        let weights = |spec: &UnitSpec| Ok(Cow::Borrowed(model.layer(spec)?));
        Self::with_weights(&backbone.blocks, &weights, kernels)
    }

    /// The same for `blocks` with weights from anywhere.
    pub(super) fn with_weights<'w>(
        blocks: &[backbone::Block],
        weights: &dyn Fn(&UnitSpec) -> Result<Cow<'w, LayerWeights>>,
        kernels: &K,
    ) -> Result<Self> {
        let blocks = blocks.iter();
        Ok(Self(
            blocks
                .map(|block| Block::new(block, weights, kernels))
                .collect::<Result<_>>()?,
        ))
    }

    /// What the last block gives.
    pub(super) fn forward(&self, images: K::Planes, kernels: &mut K) -> K::Planes {
        self.forward_range(0..self.0.len(), images, kernels)
    }

    /// What the last of `blocks` gives for what the first of them reads.
    pub(super) fn forward_range(
        &self,
        blocks: Range<usize>,
        input: K::Planes,
        kernels: &mut K,
    ) -> K::Planes {
        let mut pass = Pass::new(input, None);
        for block in &self.0[blocks] {
            pass.step(block, kernels);
        }
        pass.values
    }

    /// What block `index` gives for `input`, which stays.
    pub(super) fn forward_one(
        &self,
        index: usize,
        input: &K::Planes,
        kernels: &mut K,
    ) -> K::Planes {
        self.0[index].forward(input, kernels)
    }

    /// The same, with what the first `watched` blocks give, unless that is the same. `pause` is asked before each block and
    /// behind the last.
    pub(super) async fn forward_paused(
        &self,
        images: K::Planes,
        watched: Option<usize>,
        kernels: &mut K,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<(K::Planes, Option<K::Planes>)> {
        let mut pass = Pass::new(images, watched);
        let blocks = self.0.iter().map(Some).chain([None]);
        for block in blocks {
            if let Err(stopped) = check(pause).await {
                pass.recycle(kernels);
                return Err(stopped);
            }
            if let Some(block) = block {
                pass.step(block, kernels);
            }
        }
        Ok((pass.values, pass.kept))
    }
}

/// A forward pass between two blocks.
struct Pass<P> {
    values: P,
    /// Blocks that have run.
    done: usize,
    watched: Option<usize>,
    /// What was behind the watched blocks.
    kept: Option<P>,
}

impl<P: Clone> Pass<P> {
    fn new(values: P, watched: Option<usize>) -> Self {
        Self {
            values,
            done: 0,
            watched,
            kept: None,
        }
    }

    fn step<K: Kernels<Planes = P>>(&mut self, block: &Block<K>, kernels: &mut K) {
        let output = block.forward(&self.values, kernels);
        let input = std::mem::replace(&mut self.values, output);
        if self.watched == Some(self.done) {
            self.kept = Some(input);
        } else {
            kernels.recycle(input);
        }
        self.done += 1;
    }

    fn recycle<K: Kernels<Planes = P>>(self, kernels: &mut K) {
        for planes in [Some(self.values), self.kept].into_iter().flatten() {
            kernels.recycle(planes);
        }
    }
}

#[derive(Debug)]
struct Block<K: Kernels> {
    steps: Vec<Run<K>>,
    join: Joined<K>,
}

#[derive(Debug)]
enum Run<K: Kernels> {
    Chain(K::Chain),
    Pool(Pool),
}

#[derive(Debug)]
enum Joined<K: Kernels> {
    Chain,
    /// The last convolution adds the input, or the shortcut's output, before its activation.
    Add {
        shortcut: Option<K::Convolution>,
    },
    Concatenate,
}

impl<K: Kernels> Block<K> {
    fn new<'w>(
        block: &backbone::Block,
        weights: &dyn Fn(&UnitSpec) -> Result<Cow<'w, LayerWeights>>,
        kernels: &K,
    ) -> Result<Self> {
        let prepare =
            |spec: &UnitSpec, activation| Ok(prepare(spec, &*weights(spec)?, activation, kernels));
        let last = block.steps.len().saturating_sub(1);
        let mut steps = Vec::new();
        let mut chain = Vec::new();
        for (index, step) in block.steps.iter().enumerate() {
            match step {
                Step::Unit(spec) => {
                    let activation = match &block.join {
                        Join::Add { activation, .. } if index == last => {
                            assert_eq!(
                                spec.activation,
                                Activation::Linear,
                                "{}: what is added to has no activation of its own",
                                spec.name
                            );
                            *activation
                        }
                        _ => spec.activation,
                    };
                    chain.push(prepare(spec, activation)?);
                }
                Step::Pool(pool) => {
                    if !chain.is_empty() {
                        steps.push(Run::Chain(K::chain(std::mem::take(&mut chain))));
                    }
                    steps.push(Run::Pool(pooling(pool)));
                }
            }
        }
        if !chain.is_empty() {
            steps.push(Run::Chain(K::chain(chain)));
        }
        let join = match &block.join {
            Join::Chain => Joined::Chain,
            Join::Concatenate => Joined::Concatenate,
            Join::Add { shortcut, .. } => {
                assert!(
                    matches!(steps.last(), Some(Run::Chain(_))),
                    "a sum needs a convolution to add to"
                );
                let shortcut = (shortcut.as_ref())
                    .map(|spec| prepare(spec, spec.activation))
                    .transpose()?;
                Joined::Add { shortcut }
            }
        };
        Ok(Self { steps, join })
    }

    fn forward(&self, input: &K::Planes, kernels: &mut K) -> K::Planes {
        match &self.join {
            Joined::Chain => self.run(input, None, kernels),
            Joined::Add { shortcut: None } => self.run(input, Some(input), kernels),
            Joined::Add {
                shortcut: Some(shortcut),
            } => {
                let residual = kernels.convolve(shortcut, input);
                let output = self.run(input, Some(&residual), kernels);
                kernels.recycle(residual);
                output
            }
            Joined::Concatenate => {
                let added = self.run(input, None, kernels);
                let output = kernels.concatenate(input, &added);
                kernels.recycle(added);
                output
            }
        }
    }

    /// The steps alone; `residual` goes to the last one.
    fn run(&self, input: &K::Planes, residual: Option<&K::Planes>, kernels: &mut K) -> K::Planes {
        let last = self.steps.len().saturating_sub(1);
        let mut values: Option<K::Planes> = None;
        for (index, step) in self.steps.iter().enumerate() {
            let from = values.as_ref().unwrap_or(input);
            let output = match step {
                Run::Chain(chain) => kernels.run(chain, from, residual.filter(|_| index == last)),
                Run::Pool(pool) => kernels.pool(pool, from),
            };
            if let Some(done) = values.replace(output) {
                kernels.recycle(done);
            }
        }
        values.unwrap_or_else(|| input.clone())
    }
}

/// Prepares a unit's weights, with a normalisation that is still apart folded into them.
pub(super) fn prepare<K: Kernels>(
    spec: &UnitSpec,
    weights: &LayerWeights,
    activation: Activation,
    kernels: &K,
) -> K::Convolution {
    // A scale has the shapes of a depthwise 1x1 convolution, in files and here.
    let (Operation::Convolution | Operation::Scale) = spec.operation;
    let weights = match weights {
        LayerWeights::Unfolded { .. } => &fold_layer(weights.clone()),
        folded => folded,
    };
    let convolution = convolution(spec, activation);
    let no_bias = vec![0.0; spec.out_channels];
    let bias = weights.bias().unwrap_or(&no_bias);
    kernels.prepare(&spec.name, convolution, weights, bias)
}

/// What a unit is to the kernels, with what follows it.
pub fn convolution(spec: &UnitSpec, activation: Activation) -> ConvolutionSpec {
    let Window {
        kernel,
        stride,
        dilation,
        ..
    } = spec.window;
    ConvolutionSpec {
        in_channels: spec.in_channels,
        out_channels: spec.out_channels,
        kernel,
        stride,
        dilation,
        groups: spec.groups,
        padding: padding(&spec.window),
        activation: match activation {
            Activation::Linear => softcam_kernels::Activation::Linear,
            Activation::Relu => softcam_kernels::Activation::Relu,
            Activation::Relu6 => softcam_kernels::Activation::Relu6,
        },
    }
}

fn padding(window: &Window) -> softcam_kernels::Padding {
    match window.padding {
        backbone::Padding::Same => softcam_kernels::Padding::Same,
        backbone::Padding::Symmetric(cells) => {
            softcam_kernels::Padding::symmetric(cells * window.dilation)
        }
    }
}

fn pooling(pool: &backbone::Pool) -> Pool {
    let window = &pool.window;
    Pool {
        kind: match pool.kind {
            backbone::PoolKind::Max => softcam_kernels::PoolKind::Max,
            backbone::PoolKind::Average => softcam_kernels::PoolKind::Average,
        },
        kernel: window.kernel,
        stride: window.stride,
        dilation: window.dilation,
        padding: padding(window),
    }
}
