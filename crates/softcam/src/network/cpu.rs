//! The network on the CPU: the same blocks as on every other device, on kernels of our own.
//!
//! burn's CPU backend computes layer by layer in channel-first order. Here the layers share one blocked layout from the
//! first to the last, weights are packed once, and bias, shortcut and activation cost no pass of their own.

use crate::backbone::{self, Activation, Backbone, Join, Operation, Step, UnitSpec, Window};
use crate::error::Result;
use crate::weights::{LayerWeights, Model, fold::fold_layer};
use softcam_kernels as kernels;
use softcam_kernels::{Chain, Convolution, ConvolutionSpec, Planes, Pool, Workspace};
use std::sync::{Mutex, PoisonError};

/// A network whose weights are packed for this CPU.
#[derive(Debug)]
pub(super) struct CpuNetwork {
    blocks: Vec<CpuBlock>,
    /// None where only the features are wanted.
    evidence: Option<Convolution>,
    /// Between runs it holds nothing but memory.
    workspace: Mutex<Workspace>,
}

impl CpuNetwork {
    pub(super) fn new(model: &Model, backbone: &Backbone) -> Result<Self> {
        let evidence = backbone.evidence_layer(model.card.classes.len());
        let evidence = prepare(&evidence, model.layer(&evidence)?, evidence.activation);
        Ok(Self {
            evidence: Some(evidence),
            ..Self::features(model, backbone)?
        })
    }

    /// The blocks of `backbone` alone; their output takes the place of the maps.
    pub(super) fn features(model: &Model, backbone: &Backbone) -> Result<Self> {
        let blocks = (backbone.blocks.iter())
            .map(|block| CpuBlock::new(block, model))
            .collect::<Result<_>>()?;
        Ok(Self {
            blocks,
            evidence: None,
            workspace: Mutex::default(),
        })
    }

    /// Evidence maps of normalised images `[batch, channels, height, width]`.
    pub(super) fn forward(&self, images: &[f32], shape: [usize; 4]) -> CpuOutput {
        // A run that panicked left memory behind, or none; both will do.
        let mut workspace = self
            .workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut features = workspace.planes_from_nchw(images, shape);
        for block in &self.blocks {
            let output = block.forward(&features, &mut workspace);
            workspace.recycle(std::mem::replace(&mut features, output));
        }
        let Some(evidence) = &self.evidence else {
            let result = CpuOutput {
                maps: features.to_nchw(),
                shape: features.shape(),
                features: Vec::new(),
            };
            workspace.recycle(features);
            return result;
        };
        let maps = evidence.run(&features, None, &mut workspace);
        let [_, _, height, width] = features.shape();
        let cells = height * width;
        let means = (features.to_nchw().chunks_exact(cells))
            .map(|channel| channel.iter().sum::<f32>() / cells as f32)
            .collect();
        workspace.recycle(features);
        let result = CpuOutput {
            maps: maps.to_nchw(),
            shape: maps.shape(),
            features: means,
        };
        workspace.recycle(maps);
        result
    }
}

/// What a forward pass gives.
pub(super) struct CpuOutput {
    /// Evidence maps, in order of `shape`.
    pub(super) maps: Vec<f32>,
    /// `[batch, classes, h, w]`.
    pub(super) shape: [usize; 4],
    /// `[batch, features]`: the mean of each channel before the class-evidence layer.
    pub(super) features: Vec<f32>,
}

#[derive(Debug)]
struct CpuBlock {
    steps: Vec<CpuStep>,
    join: CpuJoin,
}

#[derive(Debug)]
enum CpuStep {
    Chain(Chain),
    Pool(Pool),
}

#[derive(Debug)]
enum CpuJoin {
    Chain,
    /// The last convolution adds the input, or the shortcut's output, before its activation.
    Add {
        shortcut: Option<Convolution>,
    },
    Concatenate,
}

impl CpuBlock {
    fn new(block: &backbone::Block, model: &Model) -> Result<Self> {
        let prepare =
            |spec: &UnitSpec, activation| Ok(prepare(spec, model.layer(spec)?, activation));
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
                        steps.push(CpuStep::Chain(Chain::new(std::mem::take(&mut chain))));
                    }
                    steps.push(CpuStep::Pool(pooling(pool)));
                }
            }
        }
        if !chain.is_empty() {
            steps.push(CpuStep::Chain(Chain::new(chain)));
        }
        let join = match &block.join {
            Join::Chain => CpuJoin::Chain,
            Join::Concatenate => CpuJoin::Concatenate,
            Join::Add { shortcut, .. } => {
                assert!(
                    matches!(steps.last(), Some(CpuStep::Chain(_))),
                    "a sum needs a convolution to add to"
                );
                let shortcut = (shortcut.as_ref())
                    .map(|spec| prepare(spec, spec.activation))
                    .transpose()?;
                CpuJoin::Add { shortcut }
            }
        };
        Ok(Self { steps, join })
    }

    fn forward(&self, input: &Planes, workspace: &mut Workspace) -> Planes {
        match &self.join {
            CpuJoin::Chain => self.run(input, None, workspace),
            CpuJoin::Add { shortcut: None } => self.run(input, Some(input), workspace),
            CpuJoin::Add {
                shortcut: Some(shortcut),
            } => {
                let residual = shortcut.run(input, None, workspace);
                let output = self.run(input, Some(&residual), workspace);
                workspace.recycle(residual);
                output
            }
            CpuJoin::Concatenate => {
                let added = self.run(input, None, workspace);
                let output = Planes::concatenate(&[input, &added], workspace);
                workspace.recycle(added);
                output
            }
        }
    }

    /// The steps alone; `residual` goes to the last one.
    fn run(&self, input: &Planes, residual: Option<&Planes>, workspace: &mut Workspace) -> Planes {
        let last = self.steps.len().saturating_sub(1);
        let mut values: Option<Planes> = None;
        for (index, step) in self.steps.iter().enumerate() {
            let from = values.as_ref().unwrap_or(input);
            let output = match step {
                CpuStep::Chain(chain) => {
                    chain.run(from, residual.filter(|_| index == last), workspace)
                }
                CpuStep::Pool(pool) => pool.run(from, workspace),
            };
            if let Some(done) = values.replace(output) {
                workspace.recycle(done);
            }
        }
        values.unwrap_or_else(|| input.clone())
    }
}

/// Packs a unit's weights, with a normalisation that is still apart folded into them.
fn prepare(spec: &UnitSpec, weights: &LayerWeights, activation: Activation) -> Convolution {
    // A scale has the shapes of a depthwise 1x1 convolution, in files and here.
    let (Operation::Convolution | Operation::Scale) = spec.operation;
    let weights = match weights {
        LayerWeights::Unfolded { .. } => &fold_layer(weights.clone()),
        folded => folded,
    };
    let Window {
        kernel,
        stride,
        dilation,
        ..
    } = spec.window;
    let convolution = ConvolutionSpec {
        in_channels: spec.in_channels,
        out_channels: spec.out_channels,
        kernel,
        stride,
        dilation,
        groups: spec.groups,
        padding: padding(&spec.window),
        activation: match activation {
            Activation::Linear => kernels::Activation::Linear,
            Activation::Relu => kernels::Activation::Relu,
            Activation::Relu6 => kernels::Activation::Relu6,
        },
    };
    let no_bias = vec![0.0; spec.out_channels];
    let bias = weights.bias().unwrap_or(&no_bias);
    Convolution::prepare(convolution, &weights.float_weight(), bias)
}

fn padding(window: &Window) -> kernels::Padding {
    match window.padding {
        backbone::Padding::Same => kernels::Padding::Same,
        backbone::Padding::Symmetric(cells) => kernels::Padding::symmetric(cells * window.dilation),
    }
}

fn pooling(pool: &backbone::Pool) -> Pool {
    let window = &pool.window;
    Pool {
        kind: match pool.kind {
            backbone::PoolKind::Max => kernels::PoolKind::Max,
            backbone::PoolKind::Average => kernels::PoolKind::Average,
        },
        kernel: window.kernel,
        stride: window.stride,
        dilation: window.dilation,
        padding: padding(window),
    }
}
