//! A model that is measured.

use crate::failure::{Failure, Result};
use crate::source;
use softcam::weights::{Model, is_evidence_layer};
use softcam::{Device, Explainer};
use softcam_eval::Decision;
use std::path::Path;

/// A model with what its file is called.
pub struct Subject {
    pub model: Model,
    pub file: String,
}

impl Subject {
    /// Reads a model and makes sure that it computes what it should.
    pub fn read(path: &Path) -> Result<Self> {
        let subject = Self {
            model: source::model(path)?,
            file: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        };
        if subject.model.card.classes.len() < 2 {
            return Err(Failure::new(
                format!(
                    "{} knows one class, so that there is nothing to tell apart.",
                    subject.file
                ),
                "Evaluate a model with two classes or more.",
            ));
        }
        // A damaged weight changes the figures and nothing else.
        pollster::block_on(subject.explainer()?.self_test())?.check()?;
        Ok(subject)
    }

    /// The network on the CPU.
    pub fn explainer(&self) -> softcam::Result<Explainer> {
        Explainer::new(self.model.clone(), &Device::flex())
    }

    /// How answers are taken from probabilities: by the card's operating point for two classes.
    pub fn decision(&self) -> Decision {
        let card = &self.model.card;
        match (&card.operating_point, card.classes.len()) {
            (Some(point), 2) => Decision::Threshold {
                positive: point.positive,
                probability: point.probability,
            },
            (_, classes) => Decision::default_for(classes),
        }
    }

    /// Of the weights; the class-evidence layer is float in every file.
    pub fn precision(&self) -> &'static str {
        let backbone = self
            .model
            .specs()
            .into_iter()
            .find(|spec| !is_evidence_layer(spec));
        let layer = backbone.and_then(|spec| self.model.layers.get(&spec.name));
        layer.map_or("unknown", |weights| weights.state())
    }

    /// Refuses a model whose classes do not exclude each other, for `what` cannot measure it.
    pub fn check_exclusive(&self, what: &str) -> Result<()> {
        if self.model.card.activation.is_softmax() {
            return Ok(());
        }
        Err(Failure::new(
            format!(
                "The classes of {} do not exclude each other, and {what} takes the most probable one for the answer.",
                self.file
            ),
            "Measure such a model class by class, by softcam eval with --label-columns.",
        ))
    }

    /// Refuses to compare what answers different questions.
    pub fn check_same_classes(&self, other: &Self) -> Result<()> {
        let (card, others) = (&self.model.card, &other.model.card);
        if card.classes == others.classes && card.activation == others.activation {
            return Ok(());
        }
        Err(Failure::new(
            format!(
                "{} and {} do not have the same classes with probabilities of the same kind.",
                self.file, other.file
            ),
            "Give --against a model with the same classes in the same order.",
        ))
    }
}
