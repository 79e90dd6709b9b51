//! From a PyTorch state dict, already read into float tensors by name, to a model with batch norm apart.
//!
//! The last linear layer `[classes, features]` becomes the class-evidence layer `[classes, features, 1, 1]` by the CAM
//! identity: mean over cells of (W z + b) = W · mean(z) + b. The logits stay the same; the maps come for free.

use super::foreign;
use super::needed::{NORM_PARTS, Needed, needed};
use super::state_dict::{FloatTensor, StateDict};
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
    if tensors.is_empty() {
        return Err(error!(CHECKPOINT_EMPTY));
    }
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
    if architecture.is_none()
        && let Some(network) = foreign::name(tensors)
    {
        return Err(error!(CHECKPOINT_FOREIGN, network, known = known()));
    }
    // A foreign network is better told what is known than what it lacks.
    if architecture.is_none() && 2 * fit.matching <= tensors.len() {
        return Err(unknown(tensors));
    }
    Err(fit.refusal())
}

/// `tensors` without the words that all their names begin with, as many as bring them nearest to some network: what is
/// wrong with them is then told by the names of that network.
pub(super) fn without_wrapper(tensors: StateDict, architecture: Option<Architecture>) -> StateDict {
    let matching = |tensors: &StateDict| {
        let candidates = architecture.map_or(Architecture::ALL.to_vec(), |only| vec![only]);
        let fits = candidates.into_iter().map(|architecture| {
            let backbone = architecture.backbone(Options::default());
            Fit::nearest(architecture, &backbone, None, tensors).matching
        });
        fits.max().unwrap_or(0)
    };
    let mut best = (matching(&tensors), tensors);
    let mut stripped = common_word_off(&best.1);
    while let Some(inside) = stripped {
        let nearness = matching(&inside);
        stripped = common_word_off(&inside);
        if nearness > best.0 {
            best = (nearness, inside);
        }
    }
    best.1
}

/// The same without the first word of every name, where that is the same one.
fn common_word_off(tensors: &StateDict) -> Option<StateDict> {
    let (word, _) = tensors.keys().next()?.split_once('.')?;
    let inside = tensors.iter().map(|(name, tensor)| {
        let rest = name.strip_prefix(word)?.strip_prefix('.')?;
        Some((rest.to_owned(), tensor.clone()))
    });
    inside.collect()
}

/// Builds the model that `card` describes from tensors by the names of one of its conventions. Missing, unexpected and
/// misshapen tensors are listed by name; `done` is told each layer's name.
pub fn from_weights(
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

/// Puts a class of zeros before the only one of a located network: softmax(0, z) = sigmoid(z).
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
    // A line each; the first few tell what kind of mistake it is.
    const SHOWN: usize = 8;
    let lines = problems
        .iter()
        .take(SHOWN)
        .map(|problem| format!("\n  {problem}"));
    let more = match problems.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let problems: String = lines.chain([more]).collect();
    error!(
        CHECKPOINT_MISFIT,
        architecture = architecture.name(),
        problems
    )
}

fn unknown(tensors: &StateDict) -> Error {
    const SHOWN: usize = 5;
    let names: Vec<&str> = tensors.keys().take(SHOWN).map(String::as_str).collect();
    error!(
        CHECKPOINT_UNKNOWN,
        count = tensors.len(),
        first = names.join(", "),
        known = known()
    )
}

fn known() -> String {
    let names: Vec<&str> = Architecture::ALL.iter().map(|a| a.name()).collect();
    names.join(", ")
}

/// torchvision's first hidden layer, and timm's form of it.
const VGG_HIDDEN: [(&str, &[usize]); 2] = [
    ("classifier.0.weight", &[4096, 25088]),
    ("pre_logits.fc1.weight", &[4096, 512, 7, 7]),
];

fn refuse_torchvision_vgg(tensors: &StateDict) -> Result<()> {
    // Behind the prefix of a wrapper, too.
    let has = |(wanted, shape): &(&str, &[usize])| {
        (tensors.iter()).any(|(name, tensor)| name.ends_with(wanted) && tensor.shape == *shape)
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
