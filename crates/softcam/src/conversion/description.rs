//! What a person says about a checkpoint, and the model card that comes of it.

use super::given;
use super::grey;
use super::import::Recognised;
use super::pixels::in_pixel_values;
use super::quantize::Precision;
use crate::backbone::{Architecture, Convention, Options};
use crate::error::{Error, Result, error};
use crate::messages;
use crate::weights::{
    FORMAT_VERSION, FitRule, HeadActivation, InputSpec, MAX_INPUT_SIZE, ModelCard, Provenance,
};
use serde::{Deserialize, Serialize};

/// What a person may say about a checkpoint; everything that is left out has a default that claims nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The network; recognised by the names and shapes of the tensors where left out.
    pub architecture: Option<Architecture>,
    /// Title for people.
    pub title: Option<String>,
    /// Class names in the order of the logits.
    #[serde(deserialize_with = "given::names")]
    pub classes: Option<Vec<String>>,
    /// Whether classes exclude each other (softmax, as is assumed) or not (sigmoid).
    pub activation: Option<HeadActivation>,
    /// The last layer by its name in the checkpoint, where there are several.
    pub head: Option<String>,
    /// Key or prefix of the copy of the weights, where there are several; else the plain one.
    pub weights: Option<String>,
    /// Side of the input as trained; else that of the published weights.
    pub size: Option<usize>,
    /// Sides on offer; else the trained one, one and a half and twice as much.
    pub sizes: Option<Vec<usize>>,
    /// Mean of R, G, B in pixel values 0 to 255, or in shares of these where all values are at most 1; one number stands for
    /// all three. Else that of the published weights.
    #[serde(deserialize_with = "given::channels")]
    pub mean: Option<[f32; 3]>,
    /// Standard deviation, likewise.
    #[serde(deserialize_with = "given::channels")]
    pub std: Option<[f32; 3]>,
    /// How a photo becomes a square; else the largest centred square.
    pub fit: Option<FitRule>,
    /// Input pixels per cell of the map; see [`Options::output_stride`].
    pub output_stride: Option<usize>,
    /// Which block the class-evidence layer reads; see [`Options::evidence_block`].
    pub evidence_block: Option<usize>,
    /// Whether it reads the expansion behind that block; see [`Options::evidence_expansion`].
    pub evidence_expansion: Option<bool>,
    /// Whether neighbouring cells share their evidence; see [`Options::smooth_evidence`].
    pub smooth_evidence: Option<bool>,
    /// Logits are divided by this before the activation.
    pub temperature: Option<f32>,
    /// Whether it judges people's health.
    pub medical: Option<bool>,
    /// Where the float weights come from.
    pub source: Option<String>,
    /// Their licence.
    pub licence: Option<String>,
    /// Who made them, and the paper to cite.
    pub attribution: Option<String>,
    /// What they were trained on.
    pub training_data: Option<String>,
    /// What the model is for.
    pub intended_use: Option<String>,
    /// What it is not for.
    pub limits: Option<Vec<String>>,
}

impl Settings {
    /// Both together; what `more` says counts.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        macro_rules! either {
            ($($field:ident)*) => { Self { $($field: more.$field.or(self.$field)),* } };
        }
        either!(
            architecture title classes activation head weights size sizes mean std fit output_stride evidence_block
            evidence_expansion smooth_evidence temperature medical source licence attribution training_data intended_use limits
        )
    }
}

/// Where the model card comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Card {
    /// Written by hand.
    Given(Box<ModelCard>),
    /// Made from the checkpoint and these settings.
    Made(Box<Settings>),
}

const NOT_STATED: &str = "not stated";

/// The card of what was recognised, as far as `settings` do not say otherwise; what was assumed is added to `notes`.
pub(super) fn card_of(
    recognised: &Recognised,
    settings: Settings,
    is_grey: bool,
    precision: Precision,
    notes: &mut Vec<String>,
) -> Result<ModelCard> {
    let Recognised {
        architecture,
        convention,
        classes,
    } = *recognised;
    let names = match settings.classes {
        Some(names) if names.len() == classes => names,
        Some(names) => {
            return Err(error!(CHECKPOINT_CLASS_NAMES, classes, names = names.len()));
        }
        None => {
            notes.push(format!(
                "No class names were given, so the {classes} classes are numbered."
            ));
            (0..classes).map(|class| format!("class {class}")).collect()
        }
    };
    let (mut given_mean, mut given_std) = (settings.mean, settings.std);
    notes.extend(in_pixel_values(&mut given_mean, &mut given_std));
    let (mut mean, mut std) = architecture.trained_normalisation();
    if is_grey {
        (mean, std) = (grey::of_one_channel(mean), grey::of_one_channel(std));
    }
    if given_mean.is_none() || given_std.is_none() {
        notes.push(format!(
            "Where mean or standard deviation was not given, that of the published {} weights is assumed: {mean:?}, {std:?}.",
            architecture.name()
        ));
    }
    let size = settings.size.unwrap_or_else(|| architecture.trained_size());
    let text = |value: Option<String>| value.unwrap_or_else(|| NOT_STATED.to_owned());
    let mut card = ModelCard {
        format_version: FORMAT_VERSION,
        title: settings
            .title
            .unwrap_or_else(|| format!("{}, {classes} classes", architecture.name())),
        architecture,
        options: Options {
            output_stride: settings.output_stride,
            evidence_block: settings.evidence_block,
            evidence_expansion: settings.evidence_expansion.unwrap_or(false),
            smooth_evidence: settings.smooth_evidence.unwrap_or(false),
            signed_features: convention.signed_features,
        },
        input: InputSpec {
            size,
            sizes: settings.sizes.unwrap_or_else(|| sizes_from(size)),
            mean: given_mean.unwrap_or(mean),
            std: given_std.unwrap_or(std),
            fit: settings.fit.unwrap_or(FitRule::CentreSquare),
        },
        activation: settings.activation.unwrap_or_default(),
        temperature: settings.temperature.unwrap_or(1.0),
        medical: settings.medical.unwrap_or(false),
        operating_point: None,
        populations: Vec::new(),
        novelty: None,
        provenance: Provenance {
            weights: text(settings.source),
            licence: text(settings.licence),
            attribution: text(settings.attribution),
            training_data: text(settings.training_data),
            conversion: conversion(&convention, precision),
        },
        figures: Vec::new(),
        intended_use: text(settings.intended_use),
        limits: settings.limits.unwrap_or_else(|| {
            vec!["Nobody has stated what this model must not be used for.".to_owned()]
        }),
        classes: names,
    };
    card.format_version = card.needed_version();
    Ok(card)
}

/// Refuses a card that contradicts itself where it comes of what somebody said, and not of a file.
pub(super) fn check_said(card: &ModelCard) -> Result<()> {
    card.check().map_err(|error| {
        let said = match error.code() {
            "card-sizes" => messages::DESCRIPTION_SIZES,
            "card-mean" => messages::DESCRIPTION_MEAN,
            "card-std" => messages::DESCRIPTION_STD,
            "card-temperature" => messages::DESCRIPTION_TEMPERATURE,
            "card-stride" => messages::DESCRIPTION_STRIDE,
            "card-class-unnamed" => messages::DESCRIPTION_CLASS,
            _ => return error,
        };
        Error::new(said, error.values().clone())
    })
}

/// Names for a single logit's two classes.
pub(super) fn two_names(given: Option<Vec<String>>) -> Vec<String> {
    match given.as_deref() {
        Some([yes]) => vec![format!("not {yes}"), yes.clone()],
        Some(names) => names.to_vec(),
        None => vec!["no".to_owned(), "yes".to_owned()],
    }
}

/// The trained side, one and a half and twice as much, in whole cells.
fn sizes_from(size: usize) -> Vec<usize> {
    let cells = |size: usize| size.div_ceil(32).saturating_mul(32);
    let mut sizes = vec![
        size,
        cells(size.saturating_mul(3) / 2),
        size.saturating_mul(2),
    ];
    sizes.dedup();
    sizes.retain(|&side| side == size || side <= MAX_INPUT_SIZE);
    sizes
}

fn conversion(convention: &Convention, precision: Precision) -> String {
    let head = if convention.classifier == "classifier" && convention.name == "SoftCAM" {
        "the class-evidence layer is the trained one"
    } else {
        "the last linear layer became the class-evidence layer by the CAM identity, so the logits are those of the original"
    };
    let weights = match precision {
        Precision::Int8 => "int8 weights per output channel",
        Precision::Int4 => "int4 weights per output channel, int8 in depthwise layers",
        Precision::Float16 => "float16 weights",
        Precision::Float32 => "float32 weights",
    };
    format!("Not retrained. Batch normalisation folded; {head}; {weights}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_ascend_and_stay_in_range() {
        assert_eq!(sizes_from(224), [224, 352, 448]);
        assert_eq!(sizes_from(300), [300, 480, 600]);
        assert_eq!(sizes_from(1024), [1024]);
        assert_eq!(sizes_from(usize::MAX).first(), Some(&usize::MAX));
    }
}
