//! The network on the CPU, on kernels of our own.
//!
//! burn's CPU backend computes layer by layer in channel-first order. Here the layers share one blocked layout from the
//! first to the last, weights are packed once, and bias, shortcut and activation cost no pass of their own.

mod kept;
mod near;

use super::blocks::{Blocks, Kernels, prepare};
use super::near::{Parts, Reach};
use super::output::{Output, Sums};
use crate::backbone::Backbone;
use crate::error::Result;
use crate::evidence::EvidenceMaps;
use crate::pause::Pause;
use crate::weights::{LayerWeights, Model};
use burn::tensor::Device;
use softcam_kernels::{Chain, Convolution, ConvolutionSpec, Planes, Pool, Team, Workspace};
use std::sync::{Mutex, MutexGuard, PoisonError};

impl Kernels for Workspace {
    type Planes = Planes;
    type Convolution = Convolution;
    type Chain = Chain;

    fn prepare(
        &self,
        _: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Convolution {
        Convolution::prepare(spec, &weights.float_weight(), bias)
    }

    fn chain(convolutions: Vec<Convolution>) -> Chain {
        Chain::new(convolutions)
    }

    fn convolve(&mut self, convolution: &Convolution, input: &Planes) -> Planes {
        convolution.run(input, None, self)
    }

    fn run(&mut self, chain: &Chain, input: &Planes, residual: Option<&Planes>) -> Planes {
        chain.run(input, residual, self)
    }

    fn pool(&mut self, pool: &Pool, input: &Planes) -> Planes {
        pool.run(input, self)
    }

    fn concatenate(&mut self, first: &Planes, second: &Planes) -> Planes {
        Planes::concatenate(&[first, second], self)
    }

    fn recycle(&mut self, planes: Planes) {
        Workspace::recycle(self, planes);
    }
}

/// Whether burn would compute on the CPU, which our own kernels do faster. A device that records gradients is left to
/// burn.
pub(super) fn computes(device: &Device) -> bool {
    *device == Device::flex() && !device.is_autodiff()
}

/// Blocks whose weights are packed for this CPU.
#[derive(Debug)]
pub(super) struct CpuBlocks {
    blocks: Blocks<Workspace>,
    /// Between runs it holds nothing but memory.
    workspace: Mutex<Workspace>,
}

impl CpuBlocks {
    /// Those of `backbone`.
    pub(super) fn new(model: &Model, backbone: &Backbone) -> Result<Self> {
        Ok(Self {
            blocks: Blocks::new(model, backbone, &Workspace::default())?,
            workspace: Mutex::default(),
        })
    }

    /// Layers are computed by `team` from now on.
    fn share(&self, team: Team) {
        *self.workspace() = Workspace::for_team(team);
    }

    /// What the last block gives for normalised images `[batch, channels, height, width]`, with its shape.
    #[cfg(feature = "layers")]
    pub(super) fn forward(&self, images: &[f32], shape: [usize; 4]) -> (Vec<f32>, [usize; 4]) {
        let mut workspace = self.workspace();
        let images = workspace.planes_from_nchw(images, shape);
        let features = self.blocks.forward(images, &mut workspace);
        let result = (features.to_nchw(), features.shape());
        workspace.recycle(features);
        result
    }

    /// Memory to take along, since a lock must not be held while others have their turn. Who comes meanwhile gets an empty one.
    fn lend(&self) -> Workspace {
        self.workspace().take()
    }

    /// The same memory, once the run is over.
    fn give_back(&self, workspace: Workspace) {
        *self.workspace() = workspace;
    }

    /// Memory to compute in. A run that panicked left some behind, or none; both will do.
    fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A network whose weights are packed for this CPU.
#[derive(Debug)]
pub(super) struct CpuNetwork {
    blocks: CpuBlocks,
    /// What a change reaches, block by block.
    reaches: Vec<Reach>,
    evidence: Convolution,
    /// A run that others may be near to.
    kept: Mutex<Option<kept::Run>>,
}

impl CpuNetwork {
    pub(super) fn new(model: &Model, backbone: &Backbone) -> Result<Self> {
        let evidence = backbone.evidence_layer(model.card.classes.len());
        let evidence = prepare(
            &evidence,
            model.layer(&evidence)?,
            evidence.activation,
            &Workspace::default(),
        );
        Ok(Self {
            blocks: CpuBlocks::new(model, backbone)?,
            reaches: Reach::of(backbone),
            evidence,
            kept: Mutex::default(),
        })
    }

    /// Layers are computed by `team` from now on.
    pub(super) fn share(&self, team: Team) {
        self.blocks.share(team);
    }

    fn kept(&self) -> MutexGuard<'_, Option<kept::Run>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one image, `[3, size, size]` row-major. `watched`: see [`Output::features`].
    pub(super) async fn run(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Output> {
        let mut workspace = self.blocks.lend();
        let images = workspace.planes_from_nchw(values, [1, 3, size, size]);
        let passed = (self.blocks.blocks)
            .forward_paused(images, watched, &mut workspace, pause)
            .await;
        let output =
            passed.and_then(|(features, kept)| self.finish(features, kept, &mut workspace));
        self.blocks.give_back(workspace);
        output
    }

    /// The same without maps.
    pub(super) async fn answer(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Sums> {
        let mut workspace = self.blocks.lend();
        let images = workspace.planes_from_nchw(values, [1, 3, size, size]);
        let passed = (self.blocks.blocks)
            .forward_paused(images, watched, &mut workspace, pause)
            .await;
        let sums = passed.map(|(last, kept)| {
            let means = Workspace::means(&last);
            workspace.recycle(last);
            let features = match kept {
                None => means.clone(),
                Some(kept) => {
                    let features = Workspace::means(&kept);
                    workspace.recycle(kept);
                    features
                }
            };
            self.sums(&means, features, &mut workspace)
        });
        self.blocks.give_back(workspace);
        sums
    }

    /// From `means` of what the last block gave.
    fn sums(&self, means: &[f32], features: Vec<f32>, workspace: &mut Workspace) -> Sums {
        Sums {
            logits: mean_evidence(&self.evidence, means, workspace),
            features,
        }
    }

    /// Evidence and means of `features`, the output of the last block; `kept` is the watched blocks' where that is another.
    fn finish(
        &self,
        features: Planes,
        kept: Option<Planes>,
        workspace: &mut Workspace,
    ) -> Result<Output> {
        let maps = self.evidence.run(&features, None, workspace);
        let shape = maps.shape();
        let [_, classes, height, width] = shape;
        let values = maps.to_nchw();
        let compared = kept.as_ref().unwrap_or(&features);
        let logits = means(&values, shape);
        let means = means(&compared.to_nchw(), compared.shape());
        workspace.recycle(features);
        if let Some(kept) = kept {
            workspace.recycle(kept);
        }
        workspace.recycle(maps);
        Ok(Output {
            maps: EvidenceMaps::new(classes, height, width, values)?,
            logits,
            features: means,
        })
    }
}

/// Mean of every channel of values of `shape`.
#[inline(never)]
pub(super) fn means(values: &[f32], [_, _, height, width]: [usize; 4]) -> Vec<f32> {
    let cells = height * width;
    (values.chunks_exact(cells))
        .map(|cell| cell.iter().sum::<f32>() / cells as f32)
        .collect()
}

/// What the evidence adds up to, which is the evidence of the features' means: the layer is linear. Where nobody asks for
/// maps, that is one cell in place of all: of EfficientNet-Lite0 with 1000 classes at 224 px, a seventh of the whole run.
pub(super) fn mean_evidence(
    evidence: &Convolution,
    means: &[f32],
    workspace: &mut Workspace,
) -> Vec<f32> {
    let means = workspace.planes_from_nchw(means, [1, means.len(), 1, 1]);
    let logits = evidence.run(&means, None, workspace);
    workspace.recycle(means);
    let values = logits.to_nchw();
    workspace.recycle(logits);
    values
}
