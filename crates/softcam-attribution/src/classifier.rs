//! The network that is to be explained.

use softcam::network::{Network, Output};
use softcam::weights::{InputSpec, Model};
use softcam::{Device, Result, error};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// A network with its weights packed for the CPU, and what its card says of pictures and probabilities. Threads may share it.
#[derive(Debug)]
pub struct Classifier {
    network: Network,
    input: InputSpec,
    temperature: f32,
    classes: usize,
    blocks: usize,
    backbone: softcam::backbone::Backbone,
}

impl Classifier {
    /// Packs the weights of `model`.
    ///
    /// # Errors
    ///
    /// Where weights are missing.
    pub fn new(model: &Model) -> Result<Self> {
        let backbone = model.backbone();
        Ok(Self {
            network: Network::new(model, &Device::flex())?,
            input: model.card.input.clone(),
            temperature: model.card.temperature,
            classes: model.card.classes.len(),
            blocks: backbone.blocks.len(),
            backbone,
        })
    }

    /// What it takes.
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// Logits are divided by this before softmax.
    pub fn temperature(&self) -> f32 {
        self.temperature
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Blocks of the backbone: the layers that class activation maps can look behind.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Cells of the evidence map along each axis, for an input of `size` pixels.
    pub fn map_size(&self, size: usize) -> usize {
        self.backbone.map_size(size)
    }

    /// Evidence and logits of a normalised image `[3, size, size]`.
    pub(crate) fn output(&self, image: &[f32], size: usize) -> Result<Output> {
        // On the CPU, with nobody to ask in between, a run waits for nothing.
        let run = pin!(self.network.run(image.to_vec(), size));
        match run.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => Err(error!(DEVICE_FAILED, reason = "the CPU did not answer")),
        }
    }

    /// Logits of a normalised image `[3, size, size]`.
    pub fn logits(&self, image: &[f32], size: usize) -> Result<Vec<f32>> {
        Ok(self.output(image, size)?.logits)
    }
}
