//! The network whose runs can be followed back.

use super::activations::Activations;
use super::layer::Layer;
use super::memory::Memory;
use super::tape::{Tape, Value};
use crate::backbone::Backbone;
use crate::error::{Result, error};
use crate::evidence::EvidenceMaps;
use crate::network::blocks::{Blocks, prepare};
use crate::network::cpu::{mean_evidence, means};
use crate::weights::Model;
use softcam_kernels::{Planes, Workspace};
use std::sync::Arc;

/// A network on the CPU whose runs can be followed back.
///
/// Its maps are those of [`Network`](super::super::Network) on the CPU to the last bit. Logits are computed without maps,
/// which nobody needs who asks in hundreds, and are the same up to rounding. Weights for the way back are packed when a
/// run first needs them; they take as much memory as those for the way forward. Several threads may use one at once; each
/// then has its own memory for activations, which is kept for later runs.
#[derive(Debug)]
pub struct Differentiable {
    backbone: Backbone,
    pub(super) blocks: Blocks<Tape>,
    pub(super) evidence: Arc<Layer>,
    classes: usize,
    smooth: bool,
    memory: Memory,
}

impl Differentiable {
    /// Packs the weights of `model` for the way forward.
    ///
    /// # Errors
    ///
    /// Where the model lacks a layer.
    pub fn new(model: &Model) -> Result<Self> {
        let backbone = model.backbone();
        let classes = model.card.classes.len();
        let kernels = Tape::default();
        let spec = backbone.evidence_layer(classes);
        Ok(Self {
            blocks: Blocks::new(model, &backbone, &kernels)?,
            evidence: prepare(&spec, model.layer(&spec)?, spec.activation, &kernels),
            backbone,
            classes,
            smooth: model.card.options.smooth_evidence,
            memory: Memory::default(),
        })
    }

    /// Blocks of the backbone.
    pub fn blocks(&self) -> usize {
        self.backbone.blocks.len()
    }

    /// Classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The logits of a normalised image `[3, size, size]`.
    ///
    /// # Errors
    ///
    /// Where `image` has another length, or what comes out is not finite.
    pub fn logits(&self, image: &[f32], size: usize) -> Result<Vec<f32>> {
        self.run(0, image, [3, size, size])
    }

    /// The logits of what the first `block` blocks gave, or might have given; of a normalised image where that is 0.
    ///
    /// # Errors
    ///
    /// Where there is no such block, its channels are others, there are no cells, or what comes out is not finite.
    pub fn logits_from(&self, block: usize, activation: &Activations) -> Result<Vec<f32>> {
        self.check_block(block, 0)?;
        let channels = self.backbone.channels_after(block);
        if activation.channels != channels {
            return Err(error!(
                GRADIENT_CHANNELS,
                block,
                channels = activation.channels,
                expected = channels
            ));
        }
        let shape = [channels, activation.height, activation.width];
        self.run(block, &activation.values, shape)
    }

    /// Runs the blocks behind the first `block` and keeps nothing.
    fn run(&self, block: usize, values: &[f32], shape: [usize; 3]) -> Result<Vec<f32>> {
        check_length(values, shape)?;
        let [channels, height, width] = shape;
        let mut tape = Tape::forgetful(self.workspace());
        let planes = (tape.workspace).planes_from_nchw(values, [1, channels, height, width]);
        let input = tape.given(planes);
        let blocks = block..self.blocks();
        let features = self.blocks.forward_range(blocks, input, &mut tape);
        let features = tape.own_planes(features);
        let means = means(&features.to_nchw(), features.shape());
        let logits = self.logits_of(&means, &mut tape.workspace);
        tape.workspace.recycle(features);
        self.give_back(tape.into_workspace());
        logits
    }

    /// Logits of the features' means, checked.
    pub(super) fn logits_of(&self, means: &[f32], workspace: &mut Workspace) -> Result<Vec<f32>> {
        let logits = mean_evidence(&self.evidence.forward, means, workspace);
        match logits.iter().all(|logit| logit.is_finite()) {
            true => Ok(logits),
            false => Err(error!(RUN_NOT_FINITE)),
        }
    }

    /// Maps and logits of what the last block gave, checked against each other.
    pub(super) fn evidence(
        &self,
        features: &Value,
        workspace: &mut Workspace,
    ) -> Result<(EvidenceMaps, Vec<f32>)> {
        let planes = (self.evidence.forward).run(&features.planes, None, workspace);
        let shape = planes.shape();
        let values = planes.to_nchw();
        workspace.recycle(planes);
        let features = &features.planes;
        let logits = self.logits_of(&means(&features.to_nchw(), features.shape()), workspace)?;
        let [_, classes, height, width] = shape;
        let mut maps = EvidenceMaps::new(classes, height, width, values)?;
        if self.smooth {
            maps.smooth();
        }
        maps.check_against(&logits)?;
        Ok((maps, logits))
    }

    pub(super) fn backbone(&self) -> &Backbone {
        &self.backbone
    }

    /// The gradient by what the last block gave, `[features, height, width]`: the same in every cell, since a logit is a
    /// mean over the cells of what is linear in each.
    pub(super) fn by_features(
        &self,
        by_logits: &[f32],
        [height, width]: [usize; 2],
        workspace: &mut Workspace,
    ) -> Planes {
        let cells = (height * width) as f32;
        let share: Vec<f32> = by_logits.iter().map(|value| value / cells).collect();
        let share = workspace.planes_from_nchw(&share, [1, self.classes, 1, 1]);
        let cell = (self.evidence.input_gradient()).run(&share, [1, 1], workspace);
        let gradient = cell.spread([height, width], workspace);
        workspace.recycle(share);
        workspace.recycle(cell);
        gradient
    }

    /// An error unless `block` blocks are among those from `first` on.
    pub(super) fn check_block(&self, block: usize, first: usize) -> Result<()> {
        if (first..=self.blocks()).contains(&block) {
            Ok(())
        } else {
            let last = self.blocks();
            Err(error!(GRADIENT_BLOCK, block, first, last))
        }
    }

    /// Memory to compute in.
    pub(super) fn workspace(&self) -> Workspace {
        self.memory.take()
    }

    pub(super) fn give_back(&self, workspace: Workspace) {
        self.memory.give_back(workspace);
    }
}

/// An error unless there are as many values as the shape has.
pub(super) fn check_length(values: &[f32], [channels, height, width]: [usize; 3]) -> Result<()> {
    if height * width > 0 && values.len() == channels * height * width {
        return Ok(());
    }
    Err(error!(
        GRADIENT_LENGTH,
        values = values.len(),
        channels,
        height,
        width
    ))
}
