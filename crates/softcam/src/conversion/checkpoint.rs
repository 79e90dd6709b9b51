//! From the tensors of a checkpoint to a model, in memory: recognise the network, write the model card where none is
//! given, import, fold and reduce.

use super::description::{Card, Settings, card_of, check_said, two_names};
use super::found::{Found, found};
use super::import::{self, Recognised};
use super::pixels::in_pixel_values;
use super::quantize::{LayerError, Precision, reduce};
use super::state_dict::Tensors;
use crate::backbone::{Architecture, UnitSpec};
use crate::error::Result;
use crate::weights::{Model, ModelCard};
use serde::Serialize;

/// A step of the conversion that has just been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress<'a> {
    /// The layer that it was about.
    pub layer: &'a str,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// A converted model, and what there is to say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// What the checkpoint was taken for.
    pub recognised: Recognised,
    /// The network as trained, for comparisons.
    pub float: Model,
    /// The model at the wanted precision, not yet sealed.
    pub model: Model,
    /// Error of each layer that lost precision.
    pub errors: Vec<LayerError>,
    /// Whether nobody said if classes exclude each other, where that matters.
    pub asks_activation: bool,
    /// What a person should know and may not expect, as sentences.
    pub notes: Vec<String>,
}

impl Conversion {
    /// Learned parameters of the network as trained.
    pub fn parameters(&self) -> usize {
        parameters(&self.float)
    }
}

/// Learned parameters of a model: weights and biases, and two per channel of each normalisation.
pub fn parameters(model: &Model) -> usize {
    let layer = |spec: &UnitSpec| {
        let source = spec.sources.first();
        let has_convolution = source.is_none_or(|source| source.convolution.is_some());
        let has_norm = source.is_some_and(|source| source.norm.is_some());
        usize::from(has_convolution) * spec.weight_len()
            + usize::from(spec.source_bias) * spec.out_channels
            + 2 * usize::from(has_norm) * spec.out_channels
    };
    model.specs().iter().map(layer).sum()
}

/// Turns the tensors of a checkpoint into a model. `progress` is told every layer, twice.
pub fn convert(
    tensors: impl Into<Tensors>,
    card: Card,
    precision: Precision,
    mut progress: impl FnMut(Progress),
) -> Result<Conversion> {
    let Tensors { floats, others } = tensors.into();
    let settings = match &card {
        Card::Made(settings) => (**settings).clone(),
        Card::Given(card) => Settings {
            architecture: Some(card.architecture),
            ..Settings::default()
        },
    };
    let mut notes = Vec::new();
    let found = found(floats, &settings, &others)?;
    notes.extend(found.notes());
    let Found {
        mut tensors,
        is_grey,
        ..
    } = found;
    let mut asks_activation = false;
    let card = match card {
        Card::Given(card) => given(*card, &mut notes),
        Card::Made(settings) => {
            let mut recognised = import::recognise(&tensors, settings.architecture)?;
            let mut settings = settings;
            if recognised.classes == 1 {
                import::two_classes_from_one(&mut tensors, &recognised);
                recognised.classes = 2;
                settings.classes = Some(two_names(settings.classes));
                settings.activation = None;
                notes.push(
                    "The network has one logit, so it was taken for a yes-or-no classifier with a sigmoid: a class whose evidence is 0 \
                     everywhere was put before it, and the softmax of the two is that sigmoid."
                        .to_owned(),
                );
            } else if recognised.classes > 2 && settings.activation.is_none() {
                asks_activation = true;
                notes.push(
                    "Nothing says whether classes exclude each other, so it is assumed that they do (softmax). Where a picture may \
                     have several at once, its activation is a sigmoid."
                        .to_owned(),
                );
            }
            card_of(&recognised, *settings, is_grey, precision, &mut notes)?
        }
    };
    check_said(&card)?;
    let layers = card.architecture.backbone(card.options).units().count() + 1;
    let (mut done, total) = (0, 2 * layers);
    let mut step = |layer: &str| {
        done += 1;
        progress(Progress { layer, done, total });
    };
    let (float, recognised) = import::from_weights(card, tensors, &mut step)?;
    if let Some(warning) = lookalike(&recognised) {
        notes.push(warning);
    }
    let (model, errors) = reduce(float.clone(), precision, &mut step)?;
    Ok(Conversion {
        recognised,
        float,
        model,
        errors,
        asks_activation,
        notes,
    })
}

/// A card that somebody wrote, with what it cannot mean put right.
fn given(mut card: ModelCard, notes: &mut Vec<String>) -> ModelCard {
    let (mut mean, mut std) = (Some(card.input.mean), Some(card.input.std));
    notes.extend(in_pixel_values(&mut mean, &mut std));
    card.input.mean = mean.unwrap_or(card.input.mean);
    card.input.std = std.unwrap_or(card.input.std);
    card.format_version = card.format_version.max(card.needed_version());
    card
}

/// Another network whose tensors look just the same.
fn lookalike(recognised: &Recognised) -> Option<String> {
    (recognised.architecture == Architecture::EfficientNetLite0
        && recognised.convention.classifier == "classifier")
        .then(|| {
            "timm's efficientnet_lite0 has the same tensors as its tf_efficientnet_lite0 but pads differently; only the \
             latter is converted exactly."
                .to_owned()
        })
}
