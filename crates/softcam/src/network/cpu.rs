//! The network on the CPU, on kernels of our own.
//!
//! burn's CPU backend computes layer by layer in channel-first order. Here the layers share one blocked layout from the
//! first to the last, weights are packed once, and bias, shortcut and activation cost no pass of their own.

use super::Output;
use super::blocks::{Blocks, Kernels, prepare};
use crate::backbone::Backbone;
use crate::error::Result;
use crate::evidence::EvidenceMaps;
use crate::pause::Pause;
use crate::weights::{LayerWeights, Model};
use softcam_kernels::{Chain, Convolution, ConvolutionSpec, Planes, Pool, Workspace};
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

/// A network whose weights are packed for this CPU.
#[derive(Debug)]
pub(super) struct CpuNetwork {
    blocks: Blocks<Workspace>,
    /// None where only the features are wanted.
    evidence: Option<Convolution>,
    /// Between runs it holds nothing but memory.
    workspace: Mutex<Workspace>,
}

impl CpuNetwork {
    pub(super) fn new(model: &Model, backbone: &Backbone) -> Result<Self> {
        let evidence = backbone.evidence_layer(model.card.classes.len());
        let workspace = Workspace::default();
        let evidence = prepare(
            &evidence,
            model.layer(&evidence)?,
            evidence.activation,
            &workspace,
        );
        Ok(Self {
            evidence: Some(evidence),
            ..Self::features(model, backbone)?
        })
    }

    /// The blocks of `backbone` alone; their output takes the place of the maps.
    pub(super) fn features(model: &Model, backbone: &Backbone) -> Result<Self> {
        Ok(Self {
            blocks: Blocks::new(model, backbone, &Workspace::default())?,
            evidence: None,
            workspace: Mutex::default(),
        })
    }

    /// Runs one image, `[3, size, size]` row-major. `watched`: see [`Output::features`].
    pub(super) async fn run(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Output> {
        // Taken along, since a lock must not be held while others have their turn. Who comes meanwhile gets an empty one.
        let mut workspace = std::mem::take(&mut *self.workspace());
        let images = workspace.planes_from_nchw(values, [1, 3, size, size]);
        let passed = (self
            .blocks
            .forward_paused(images, watched, &mut workspace, pause))
        .await;
        let output = passed.map(|(features, kept)| self.finish(features, kept, &mut workspace));
        *self.workspace() = workspace;
        let output = output?;
        let [_, classes, height, width] = output.shape;
        Ok(Output {
            maps: EvidenceMaps::new(classes, height, width, output.maps)?,
            logits: output.logits,
            features: output.features,
        })
    }

    /// Evidence maps of normalised images `[batch, channels, height, width]`.
    #[cfg(feature = "layers")]
    pub(super) fn forward(&self, images: &[f32], shape: [usize; 4]) -> CpuOutput {
        let mut workspace = self.workspace();
        let images = workspace.planes_from_nchw(images, shape);
        let features = self.blocks.forward(images, &mut workspace);
        self.finish(features, None, &mut workspace)
    }

    /// Memory to compute in. A run that panicked left some behind, or none; both will do.
    fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Evidence and means of `features`, the output of the last block; `kept` is the watched blocks' where that is another.
    fn finish(
        &self,
        features: Planes,
        kept: Option<Planes>,
        workspace: &mut Workspace,
    ) -> CpuOutput {
        let Some(evidence) = &self.evidence else {
            let result = CpuOutput {
                maps: features.to_nchw(),
                shape: features.shape(),
                logits: Vec::new(),
                features: Vec::new(),
            };
            workspace.recycle(features);
            return result;
        };
        let maps = evidence.run(&features, None, workspace);
        let shape = maps.shape();
        let values = maps.to_nchw();
        let compared = kept.as_ref().unwrap_or(&features);
        let result = CpuOutput {
            logits: means(&values, shape),
            features: means(&compared.to_nchw(), compared.shape()),
            maps: values,
            shape,
        };
        workspace.recycle(features);
        if let Some(kept) = kept {
            workspace.recycle(kept);
        }
        workspace.recycle(maps);
        result
    }
}

/// Mean of every channel of values of `shape`.
#[inline(never)]
fn means(values: &[f32], [_, _, height, width]: [usize; 4]) -> Vec<f32> {
    let cells = height * width;
    (values.chunks_exact(cells))
        .map(|cell| cell.iter().sum::<f32>() / cells as f32)
        .collect()
}

/// What a forward pass gives.
pub(super) struct CpuOutput {
    /// Evidence maps, in order of `shape`.
    pub(super) maps: Vec<f32>,
    /// `[batch, classes, h, w]`.
    pub(super) shape: [usize; 4],
    /// `[batch, classes]`: the mean of each map.
    pub(super) logits: Vec<f32>,
    /// `[batch, features]`: the mean of each channel behind the watched blocks.
    pub(super) features: Vec<f32>,
}
