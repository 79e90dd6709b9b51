//! What a model file is, on the host: its card, the weights of every layer, and the answer that it must give.
//!
//! Weights have several states: as trained ([`LayerWeights::Unfolded`]), with batch normalisation folded in by [`fold`]
//! ([`LayerWeights::Folded`]), and with fewer bits ([`LayerWeights::Quantized`], int8, is what the page downloads).
//! [`file`] reads and writes all but the first. How a model comes from a checkpoint of another program is a matter of
//! [`crate::conversion`].

mod activation;
mod card;
pub(crate) mod container;
pub mod file;
pub mod fold;
mod layer;

pub use activation::HeadActivation;
pub use card::{
    FORMAT_VERSION, Figure, FitRule, InputSpec, MAX_INPUT_SIZE, MIN_INPUT_SIZE, ModelCard,
    NEWEST_VERSION, NoveltyLimits, OperatingPoint, Population, Provenance,
};
pub use layer::{BatchNorm, LayerWeights};

use crate::backbone::{Backbone, EVIDENCE_LAYER, UnitSpec};
use crate::error::{Result, error};
use crate::novelty::NoveltyReference;
use std::collections::BTreeMap;

/// A model on the host: its card, the weights of every layer by name, and the answer that it must give on any device.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What the model is.
    pub card: ModelCard,
    /// One entry per unit of the backbone and one for the class-evidence layer.
    pub layers: BTreeMap<String, LayerWeights>,
    /// Input and output to check a device against; set when a file is made, present in every file.
    pub known_answer: Option<KnownAnswer>,
    /// What pictures that the model knows look like to it; there where the card has a threshold for it.
    pub novelty_reference: Option<NoveltyReference>,
}

/// A small input with the output that the network gives for it, computed once when the file is made.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownAnswer {
    /// Side of the square input in pixels.
    pub size: usize,
    /// RGB pixels, row-major, `[size, size, 3]`.
    pub pixels: Vec<u8>,
    /// One logit per class.
    pub logits: Vec<f32>,
    /// The evidence map of the class with the largest logit, row-major.
    pub map: Vec<f32>,
}

impl Model {
    /// The description of this model's backbone.
    pub fn backbone(&self) -> Backbone {
        self.card.architecture.backbone(self.card.options)
    }

    /// All layers that this model must have: the backbone's units, then the class-evidence layer.
    pub fn specs(&self) -> Vec<UnitSpec> {
        let backbone = self.backbone();
        let evidence = backbone.evidence_layer(self.card.classes.len());
        backbone.units().cloned().chain([evidence]).collect()
    }

    /// The weights of `spec`.
    pub fn layer(&self, spec: &UnitSpec) -> Result<&LayerWeights> {
        (self.layers.get(&spec.name))
            .ok_or_else(|| error!(LAYER_WITHOUT_WEIGHTS, layer = spec.name))
    }

    /// Applies `change` to every layer: the step from one state to the next.
    pub fn map_layers(
        self,
        mut change: impl FnMut(&UnitSpec, LayerWeights) -> Result<LayerWeights>,
    ) -> Result<Self> {
        let specs = self.specs();
        let Self {
            card,
            mut layers,
            known_answer,
            novelty_reference,
        } = self;
        let mut changed = BTreeMap::new();
        for spec in specs {
            let Some((name, weights)) = layers.remove_entry(&spec.name) else {
                continue;
            };
            changed.insert(name, change(&spec, weights)?);
        }
        Ok(Self {
            card,
            layers: changed,
            known_answer,
            novelty_reference,
        })
    }
}

/// Whether `spec` is the class-evidence layer.
pub fn is_evidence_layer(spec: &UnitSpec) -> bool {
    spec.name == EVIDENCE_LAYER
}
