//! A network that gives features, and learns classes.

use crate::card::card;
use crate::choice::{Counter, MOST_FITS, choose};
use crate::classes::{check_examples, checked_names};
use crate::duplicates::{joined, pairs};
use crate::logistic::Regression;
use crate::report::Report;
use crate::span::Span;
use softcam::backbone::EVIDENCE_LAYER;
use softcam::network::Network;
use softcam::preprocess::{Photo, fit};
use softcam::weights::{LayerWeights, Model, ModelCard};
use softcam::{Device, Result, Watch, error};

/// One labelled picture.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// As [`Teacher::features`] gives them.
    pub features: &'a [f32],
    /// Index of its class.
    pub class: usize,
    /// Pictures of one burst have the same; a single picture has one of its own.
    pub burst: usize,
}

/// A model with classes of one's own, and what it is worth. It has no known answer yet: see
/// [`softcam::conversion::seal`].
#[derive(Debug)]
pub struct Taught {
    /// An ordinary model.
    pub model: Model,
    /// What it is worth.
    pub report: Report,
}

/// A model whose backbone is used.
#[derive(Debug)]
pub struct Teacher {
    base: Model,
    network: Network,
}

impl Teacher {
    /// Puts the backbone of `base` on the CPU.
    ///
    /// # Errors
    ///
    /// Where `base` judges people's health, or its weights do not fit together.
    pub fn new(base: Model) -> Result<Self> {
        if base.card.medical {
            return Err(error!(TEACH_MEDICAL));
        }
        // From behind the last block: what the class-evidence layer reads.
        let network = Network::watching(None, &base, &Device::flex())?;
        Ok(Self { base, network })
    }

    /// Card of the model whose backbone is used.
    pub fn card(&self) -> &ModelCard {
        &self.base.card
    }

    /// Mean features of a picture, one per channel that the class-evidence layer reads, at the size and by the fit that the
    /// card recommends.
    ///
    /// # Errors
    ///
    /// Where the run fails.
    pub async fn features(&self, photo: &Photo) -> Result<Vec<f32>> {
        let input = &self.base.card.input;
        let fitted = fit(photo, input, input.fit, input.size)?;
        Ok(self.network.run(fitted.values, input.size).await?.features)
    }

    /// Fits a class-evidence layer for the classes `names` to `lessons`. `watch` is asked whether to go on.
    ///
    /// # Errors
    ///
    /// Where classes or pictures are too few, too many or unfit, and one that [`softcam::Error::is_cancelled`] where `watch`
    /// said no.
    pub async fn teach(
        &self,
        names: &[String],
        lessons: &[Lesson<'_>],
        watch: &mut dyn Watch,
    ) -> Result<Taught> {
        let names = checked_names(names)?;
        let features: Vec<&[f32]> = lessons.iter().map(|lesson| lesson.features).collect();
        let classes: Vec<usize> = lessons.iter().map(|lesson| lesson.class).collect();
        let bursts: Vec<usize> = lessons.iter().map(|lesson| lesson.burst).collect();
        check_examples(&names, &features, &classes, self.base.backbone().features)?;
        let total = lessons.len() + MOST_FITS;
        let span = Span::of(&features, total, watch).await?;
        let alike = pairs(&span.rows, span.width(), &span.squares);
        let groups = joined(&bursts, &alike);
        let problem = Regression {
            rows: &span.rows,
            width: span.width(),
            classes: &classes,
            count: names.len(),
        };
        let mut counter = Counter::new(watch, lessons.len(), total);
        let chosen = choose(problem, &groups, &mut counter).await?;
        let report = Report::new(names.len(), &classes, &bursts, &groups, &alike, &chosen);
        let (weight, bias) = span.filters(&chosen.layer);
        Ok(Taught {
            model: self.with_layer(&names, weight, bias, &report),
            report,
        })
    }

    fn with_layer(
        &self,
        names: &[String],
        weight: Vec<f32>,
        bias: Vec<f32>,
        report: &Report,
    ) -> Model {
        let mut model = self.base.clone();
        model.card = card(&self.base.card, names, report);
        model.known_answer = None;
        model.novelty_reference = None;
        let layer = LayerWeights::Folded { weight, bias };
        model.layers.insert(EVIDENCE_LAYER.to_owned(), layer);
        model
    }
}
