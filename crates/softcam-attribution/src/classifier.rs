//! The network that is to be explained.

use softcam::Result;
use softcam::backbone::Backbone;
use softcam::network::gradients::Differentiable;
use softcam::weights::{HeadActivation, InputSpec, Model};

/// A network with its weights packed for the CPU, and what its card says of pictures and probabilities. Threads may share it.
#[derive(Debug)]
pub struct Classifier {
    network: Differentiable,
    backbone: Backbone,
    input: InputSpec,
    activation: HeadActivation,
    temperature: f32,
}

impl Classifier {
    /// Packs the weights of `model`; those for the way back are packed when a method first needs them.
    ///
    /// # Errors
    ///
    /// Where weights are missing.
    pub fn new(model: &Model) -> Result<Self> {
        Ok(Self {
            network: Differentiable::new(model)?,
            backbone: model.backbone(),
            input: model.card.input.clone(),
            activation: model.card.activation,
            temperature: model.card.temperature,
        })
    }

    /// What runs forwards and back.
    pub fn network(&self) -> &Differentiable {
        &self.network
    }

    /// What it takes.
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// Probabilities of `logits`, one per class, as the model's card means them.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        self.activation.probabilities(logits, self.temperature)
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.network.classes()
    }

    /// Blocks of the backbone: the layers that class activation maps can look behind.
    pub fn blocks(&self) -> usize {
        self.network.blocks()
    }

    /// Cells of the evidence map along each axis, for an input of `size` pixels.
    pub fn map_size(&self, size: usize) -> usize {
        self.backbone.map_size(size)
    }

    /// Logits of a normalised image `[3, size, size]`.
    ///
    /// # Errors
    ///
    /// Where the image has another size, or what comes out is not finite.
    pub fn logits(&self, image: &[f32], size: usize) -> Result<Vec<f32>> {
        self.network.logits(image, size)
    }
}
