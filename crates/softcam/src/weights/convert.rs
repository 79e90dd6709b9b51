//! From a float checkpoint to a finished model file, in memory: what the command line and the page both do.
//!
//! [`super::state_dict::from_safetensors`] reads the tensors, [`convert`] recognises the network, writes the model card
//! where none is given, imports, folds and reduces, and [`seal`] adds the known answer and gives the bytes of the file.

use super::import::{self, Recognised};
use super::quantize::{LayerError, Precision, reduce};
use super::state_dict::{StateDict, weights_alone};
use super::{
    FORMAT_VERSION, FitRule, InputSpec, MAX_INPUT_SIZE, Model, ModelCard, Provenance, file,
};
use crate::backbone::{Architecture, Convention, Options, UnitSpec};
use crate::error::{Error, Result};
use crate::explain::Explainer;
use burn::tensor::Device;
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
    pub classes: Option<Vec<String>>,
    /// Side of the input as trained; else that of the published weights.
    pub size: Option<usize>,
    /// Sides on offer; else the trained one, one and a half and twice as much.
    pub sizes: Option<Vec<usize>>,
    /// Mean of R, G, B in pixel values 0 to 255; else that of the published weights.
    pub mean: Option<[f32; 3]>,
    /// Standard deviation, likewise.
    pub std: Option<[f32; 3]>,
    /// How a photo becomes a square; else the largest centred square.
    pub fit: Option<FitRule>,
    /// Input pixels per cell of the map; see [`Options::output_stride`].
    pub output_stride: Option<usize>,
    /// Logits are divided by this before softmax.
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

/// Where the model card comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Card {
    /// Written by hand.
    Given(Box<ModelCard>),
    /// Made from the checkpoint and these settings.
    Made(Box<Settings>),
}

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
    tensors: StateDict,
    card: Card,
    precision: Precision,
    mut progress: impl FnMut(Progress),
) -> Result<Conversion> {
    let (mut tensors, left_out) = weights_alone(tensors);
    let mut notes = Vec::new();
    if let Some(first) = left_out.first() {
        notes.push(format!(
            "{} tensors beside the weights were left out, such as {first}.",
            left_out.len()
        ));
    }
    let card = match card {
        Card::Given(card) => *card,
        Card::Made(settings) => {
            let mut recognised = import::recognise(&tensors, settings.architecture)?;
            let mut settings = settings;
            if recognised.classes == 1 {
                import::two_classes_from_one(&mut tensors, &recognised);
                recognised.classes = 2;
                settings.classes = Some(two_names(settings.classes));
                notes.push(
                    "The network has one logit, so it was taken for a yes-or-no classifier with a sigmoid: a class whose evidence is 0 \
                     everywhere was put before it, and the softmax of the two is that sigmoid."
                        .to_owned(),
                );
            }
            card_of(&recognised, *settings, precision, &mut notes)?
        }
    };
    card.check()?;
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
        notes,
    })
}

/// Adds the known answer, computed on `device`, and writes the file. It is read back, so that no file leaves here that a
/// reader would refuse.
pub async fn seal(mut model: Model, device: &Device) -> Result<Vec<u8>> {
    let explainer = Explainer::new(model.clone(), device)?;
    model.known_answer = Some(explainer.answer().await?);
    let bytes = file::write(&model)?;
    file::read(&bytes)?;
    Ok(bytes)
}

const NOT_STATED: &str = "not stated";

fn card_of(
    recognised: &Recognised,
    settings: Settings,
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
            return Err(Error::request(
                format!(
                    "The checkpoint has {classes} classes, and {} class names were given.",
                    names.len()
                ),
                "Give one name per class, in the order of the logits.",
            ));
        }
        None => {
            notes.push(format!(
                "No class names were given, so the {classes} classes are numbered."
            ));
            (0..classes).map(|class| format!("class {class}")).collect()
        }
    };
    let (mean, std) = architecture.trained_normalisation();
    if settings.mean.is_none() || settings.std.is_none() {
        notes.push(format!(
            "Where mean or standard deviation was not given, that of the published {} weights is assumed: {mean:?}, {std:?}.",
            architecture.name()
        ));
    }
    let size = settings.size.unwrap_or_else(|| architecture.trained_size());
    let text = |value: Option<String>| value.unwrap_or_else(|| NOT_STATED.to_owned());
    Ok(ModelCard {
        format_version: FORMAT_VERSION,
        title: settings
            .title
            .unwrap_or_else(|| format!("{}, {classes} classes", architecture.name())),
        architecture,
        options: Options {
            output_stride: settings.output_stride,
            signed_features: convention.signed_features,
        },
        input: InputSpec {
            size,
            sizes: settings.sizes.unwrap_or_else(|| sizes_from(size)),
            mean: settings.mean.unwrap_or(mean),
            std: settings.std.unwrap_or(std),
            fit: settings.fit.unwrap_or(FitRule::CentreSquare),
        },
        temperature: settings.temperature.unwrap_or(1.0),
        medical: settings.medical.unwrap_or(false),
        operating_point: None,
        out_of_distribution: None,
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
    })
}

/// Names for a single logit's two classes.
fn two_names(given: Option<Vec<String>>) -> Vec<String> {
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

    #[test]
    fn settings_are_read_from_json() {
        let settings: Settings = serde_json::from_str(
            "{\"architecture\":\"resnet50\",\"classes\":[\"healthy\",\"ill\"],\"output_stride\":16}",
        )
        .unwrap();
        assert_eq!(settings.architecture, Some(Architecture::ResNet50));
        assert!(serde_json::from_str::<Settings>("{\"klasses\":[]}").is_err());
    }
}
