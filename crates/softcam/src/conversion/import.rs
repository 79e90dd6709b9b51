//! From a PyTorch state dict, already read into float tensors by name, to a model with batch norm apart.
//!
//! The last linear layer `[classes, features]` becomes the class-evidence layer `[classes, features, 1, 1]` by the CAM
//! identity: mean over cells of (W z + b) = W · mean(z) + b. The logits stay the same; the maps come for free.

use super::state_dict::{FloatTensor, StateDict, weights_alone};
use crate::backbone::{Architecture, Backbone, Convention, Options, SourceNames, UnitSpec};
use crate::error::{Error, Result, error};
use crate::weights::{BatchNorm, LayerWeights, Model, ModelCard, is_evidence_layer};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a checkpoint is, told by the names and shapes of its tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Recognised {
    /// The network.
    pub architecture: Architecture,
    /// Whose names it uses.
    pub convention: Convention,
    /// Number of classes.
    pub classes: usize,
}

/// Tells which network `tensors` belong to, among all or, with `architecture`, in which naming of that one.
pub fn recognise(tensors: &StateDict, architecture: Option<Architecture>) -> Result<Recognised> {
    refuse_torchvision_vgg(tensors)?;
    let candidates = architecture.map_or(Architecture::ALL.to_vec(), |only| vec![only]);
    let mut nearest: Option<Fit> = None;
    for architecture in candidates {
        let backbone = architecture.backbone(Options::default());
        let fit = Fit::nearest(architecture, &backbone, None, tensors);
        if nearest
            .as_ref()
            .is_none_or(|best| fit.faults() < best.faults())
        {
            nearest = Some(fit);
        }
    }
    let Some(fit) = nearest else {
        return Err(unknown(tensors));
    };
    if fit.problems.is_empty() {
        return Ok(fit.recognised());
    }
    // A foreign network is better told what is known than what it lacks.
    if architecture.is_none() && 2 * fit.matching <= tensors.len() {
        return Err(unknown(tensors));
    }
    Err(fit.refusal())
}

/// Builds the model that `card` describes. Missing, unexpected and misshapen tensors are all listed by name.
pub fn from_state_dict(card: ModelCard, tensors: StateDict) -> Result<Model> {
    Ok(from_weights(card, weights_alone(tensors).0, |_| {})?.0)
}

/// The same from the weights alone; `done` is told each layer's name.
pub(super) fn from_weights(
    card: ModelCard,
    tensors: StateDict,
    mut done: impl FnMut(&str),
) -> Result<(Model, Recognised)> {
    card.check()?;
    refuse_torchvision_vgg(&tensors)?;
    let mut model = Model {
        card,
        layers: BTreeMap::new(),
        known_answer: None,
        novelty_reference: None,
    };
    let (architecture, classes) = (model.card.architecture, model.card.classes.len());
    let fit = Fit::nearest(architecture, &model.backbone(), Some(classes), &tensors);
    if !fit.problems.is_empty() {
        return Err(fit.refusal());
    }
    let options = model.card.options;
    if fit.convention.signed_features != options.signed_features && fit.is_decided_by_names {
        let convention = fit.convention.name;
        let architecture = architecture.name();
        return Err(if fit.convention.signed_features {
            error!(CHECKPOINT_SIGNED, convention, architecture)
        } else {
            error!(CHECKPOINT_UNSIGNED, convention, architecture)
        });
    }
    let mut source = Source {
        tensors,
        problems: Vec::new(),
    };
    for spec in model.specs() {
        let names = if is_evidence_layer(&spec) {
            &fit.classifier
        } else {
            &spec.sources[fit.index]
        };
        let weights = source.layer(&spec, names);
        done(&spec.name);
        model.layers.insert(spec.name, weights);
    }
    if source.problems.is_empty() {
        Ok((model, fit.recognised()))
    } else {
        Err(refusal(architecture, &source.problems))
    }
}

/// Puts a class of zeros before the only one of a recognised network: softmax(0, z) = sigmoid(z).
pub(super) fn two_classes_from_one(tensors: &mut StateDict, recognised: &Recognised) {
    let classifier = last_layer(recognised.convention.classifier, tensors);
    for part in ["weight", "bias"] {
        if let Some(tensor) = tensors.get_mut(&format!("{classifier}.{part}"))
            && let Some(classes) = tensor.shape.first_mut()
        {
            *classes *= 2;
            let zeros = vec![0.0; tensor.data.len()];
            tensor.data.splice(0..0, zeros);
        }
    }
}

/// A tensor that a network needs.
struct Needed {
    name: String,
    shape: Vec<usize>,
    /// The last layer may be linear, without the two axes of a kernel.
    linear: Option<Vec<usize>>,
}

impl Needed {
    fn fits(&self, shape: &[usize]) -> bool {
        self.shape == shape || self.linear.as_deref() == Some(shape)
    }
}

const NORM_PARTS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

fn needed(spec: &UnitSpec, source: &SourceNames) -> Vec<Needed> {
    let channels = vec![spec.out_channels];
    let mut list = Vec::new();
    let mut push = |name: String, shape: Vec<usize>, linear| {
        list.push(Needed {
            name,
            shape,
            linear,
        });
    };
    if let Some(name) = &source.convolution {
        let linear = is_evidence_layer(spec).then(|| vec![spec.out_channels, spec.in_channels]);
        let shape = spec.weight_shape().to_vec();
        push(format!("{name}.weight"), shape, linear);
        if spec.source_bias {
            push(format!("{name}.bias"), channels.clone(), None);
        }
    }
    if let Some(name) = &source.norm {
        for part in NORM_PARTS {
            push(format!("{name}.{part}"), channels.clone(), None);
        }
    }
    list
}

/// How well a checkpoint fits one network in one naming.
struct Fit {
    architecture: Architecture,
    convention: Convention,
    /// Of the convention.
    index: usize,
    /// Whether no other naming fits as well.
    is_decided_by_names: bool,
    /// Where the last layer really is.
    classifier: SourceNames,
    classes: usize,
    /// Tensors of the checkpoint that have their place.
    matching: usize,
    problems: Vec<Problem>,
}

enum Problem {
    Missing(String),
    Unexpected(String),
    Shape {
        name: String,
        got: Vec<usize>,
        wanted: Vec<usize>,
    },
}

impl Fit {
    fn nearest(
        architecture: Architecture,
        backbone: &Backbone,
        classes: Option<usize>,
        tensors: &StateDict,
    ) -> Self {
        let conventions = backbone.conventions.iter().enumerate();
        let mut fits: Vec<Self> = conventions
            .map(|(index, &convention)| {
                let classifier = last_layer(convention.classifier, tensors);
                let classes = classes.unwrap_or_else(|| {
                    let weight = tensors.get(&format!("{classifier}.weight"));
                    weight.and_then(|w| w.shape.first().copied()).unwrap_or(1)
                });
                let classifier = SourceNames::convolution(classifier);
                let needed: Vec<Needed> = (backbone.units())
                    .flat_map(|spec| needed(spec, &spec.sources[index]))
                    .chain(needed(&backbone.evidence_layer(classes), &classifier))
                    .collect();
                let (matching, problems) = compare(&needed, tensors);
                Self {
                    architecture,
                    convention,
                    index,
                    is_decided_by_names: true,
                    classifier,
                    classes,
                    matching,
                    problems,
                }
            })
            .collect();
        fits.sort_by_key(Self::faults);
        let tied = fits
            .get(1)
            .is_some_and(|next| next.faults() == fits[0].faults());
        let mut best = fits.swap_remove(0);
        best.is_decided_by_names = !tied;
        best
    }

    fn recognised(&self) -> Recognised {
        Recognised {
            architecture: self.architecture,
            convention: self.convention,
            classes: self.classes,
        }
    }

    fn faults(&self) -> usize {
        self.problems.len()
    }

    fn refusal(&self) -> Error {
        let names = |wanted: fn(&Problem) -> Option<&String>| -> Vec<&String> {
            self.problems.iter().filter_map(wanted).collect()
        };
        let missing = names(|problem| match problem {
            Problem::Missing(name) => Some(name),
            _ => None,
        });
        let unexpected = names(|problem| match problem {
            Problem::Unexpected(name) => Some(name),
            _ => None,
        });
        let list: Vec<String> = (self.problems.iter())
            .map(|problem| match problem {
                Problem::Missing(name) => {
                    format!("{name} is missing{}", nearest_name(name, &unexpected))
                }
                Problem::Unexpected(name) => format!(
                    "{name} is not part of the network{}",
                    nearest_name(name, &missing)
                ),
                Problem::Shape { name, got, wanted } => {
                    format!("{name} has shape {got:?} instead of {wanted:?}")
                }
            })
            .collect();
        refusal(self.architecture, &list)
    }
}

/// The name of the last layer: `classifier`, or the one layer with a matrix inside it. Who fine-tunes a network often puts
/// a dropout before its last layer, which numbers them.
fn last_layer(classifier: &str, tensors: &StateDict) -> String {
    let numbered = |name: &str| {
        let number = name.strip_prefix(classifier)?.strip_prefix('.')?;
        let number = number.strip_suffix(".weight")?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| format!("{classifier}.{number}"))
    };
    let is_plain = tensors.contains_key(&format!("{classifier}.weight"));
    let matrices = tensors.iter().filter(|(_, tensor)| tensor.shape.len() == 2);
    let mut inside: Vec<String> = matrices.filter_map(|(name, _)| numbered(name)).collect();
    match (is_plain, inside.len()) {
        (false, 1) => inside.remove(0),
        _ => classifier.to_owned(),
    }
}

fn compare(needed: &[Needed], tensors: &StateDict) -> (usize, Vec<Problem>) {
    let mut strangers: BTreeSet<&str> = tensors.keys().map(String::as_str).collect();
    let mut problems = Vec::new();
    let mut matching = 0;
    for needed in needed {
        strangers.remove(needed.name.as_str());
        match tensors.get(&needed.name) {
            None => problems.push(Problem::Missing(needed.name.clone())),
            Some(tensor) if needed.fits(&tensor.shape) => matching += 1,
            Some(tensor) => problems.push(Problem::Shape {
                name: needed.name.clone(),
                got: tensor.shape.clone(),
                wanted: needed.linear.as_ref().unwrap_or(&needed.shape).clone(),
            }),
        }
    }
    let strangers = strangers.into_iter().map(str::to_owned);
    problems.extend(strangers.map(Problem::Unexpected));
    (matching, problems)
}

/// Only a likely name helps.
const LIKELY: f64 = 0.6;

fn nearest_name(name: &str, among: &[&String]) -> String {
    let likeness = |other: &str| strsim::normalized_levenshtein(name, other);
    let nearest = (among.iter())
        .map(|other| (likeness(other), other))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, other)) if likeness >= LIKELY => format!(" (the nearest is {other})"),
        _ => String::new(),
    }
}

fn refusal(architecture: Architecture, problems: &[String]) -> Error {
    // A line each.
    let problems: String = problems
        .iter()
        .map(|problem| format!("\n  {problem}"))
        .collect();
    error!(
        CHECKPOINT_MISFIT,
        architecture = architecture.name(),
        problems
    )
}

fn unknown(tensors: &StateDict) -> Error {
    const SHOWN: usize = 5;
    let names: Vec<&str> = tensors.keys().take(SHOWN).map(String::as_str).collect();
    let known: Vec<&str> = Architecture::ALL.iter().map(|a| a.name()).collect();
    error!(
        CHECKPOINT_UNKNOWN,
        count = tensors.len(),
        first = names.join(", "),
        known = known.join(", ")
    )
}

/// torchvision's first hidden layer, and timm's form of it.
const VGG_HIDDEN: [(&str, &[usize]); 2] = [
    ("classifier.0.weight", &[4096, 25088]),
    ("pre_logits.fc1.weight", &[4096, 512, 7, 7]),
];

fn refuse_torchvision_vgg(tensors: &StateDict) -> Result<()> {
    let has = |(name, shape): &(&str, &[usize])| {
        tensors
            .get(*name)
            .is_some_and(|tensor| tensor.shape == *shape)
    };
    if !VGG_HIDDEN.iter().any(has) {
        return Ok(());
    }
    Err(error!(CHECKPOINT_VGG))
}

/// Takes tensors out one by one, their names and shapes being right.
struct Source {
    tensors: StateDict,
    problems: Vec<String>,
}

impl Source {
    fn layer(&mut self, spec: &UnitSpec, source: &SourceNames) -> LayerWeights {
        let channels = spec.out_channels;
        let (weight, bias) = match &source.convolution {
            Some(name) => (
                self.take(name, "weight"),
                spec.source_bias.then(|| self.take(name, "bias")),
            ),
            None => (vec![1.0; spec.weight_len()], None),
        };
        match &source.norm {
            Some(name) => {
                let [scale, shift, mean, variance] = NORM_PARTS.map(|part| self.take(name, part));
                if variance.iter().any(|&value| value < 0.0) {
                    self.problems
                        .push(format!("{name}.running_var is negative"));
                }
                LayerWeights::Unfolded {
                    weight,
                    bias,
                    norm: BatchNorm {
                        scale,
                        shift,
                        mean,
                        variance,
                        epsilon: spec.epsilon,
                    },
                }
            }
            None => LayerWeights::Folded {
                weight,
                bias: bias.unwrap_or_else(|| vec![0.0; channels]),
            },
        }
    }

    fn take(&mut self, module: &str, part: &str) -> Vec<f32> {
        let name = format!("{module}.{part}");
        let Some(FloatTensor { shape, data }) = self.tensors.remove(&name) else {
            self.problems.push(format!("{name} is missing"));
            return Vec::new();
        };
        if data.len() != shape.iter().product::<usize>() {
            self.problems
                .push(format!("{name} holds {} values for {shape:?}", data.len()));
        } else if let Some(value) = data.iter().find(|value| !value.is_finite()) {
            self.problems.push(format!("{name} holds {value}"));
        }
        data
    }
}
