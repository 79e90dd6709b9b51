//! Where a network lies in a checkpoint: behind which prefix its backbone's tensors are, and which layer is its last.
//!
//! A wrapper puts its own name before every tensor (`model.backbone.conv1.weight`), and often has the last layer elsewhere
//! (`model.head.weight`). What is found is given the names that its convention has, so that everything after this reads
//! plain checkpoints.

use super::grey;
use super::head::{self, Behind};
use super::needed::{Needed, needed};
use super::state_dict::{FloatTensor, StateDict};
use super::surroundings::no_such_weights;
use crate::backbone::{Architecture, Backbone, Convention, Options, UnitSpec};
use crate::error::{Result, error};
use std::collections::BTreeSet;

/// What a person may say about where to look.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// The network, where it is not to be recognised.
    pub architecture: Option<Architecture>,
    /// The last layer, where there are several.
    pub head: Option<&'a str>,
    /// The copy of the weights, where there are several.
    pub weights: Option<&'a str>,
}

/// A network that was found.
#[derive(Debug)]
pub(super) struct Located {
    /// Names of its tensors in the checkpoint, and what its convention calls them; the first convolution comes first.
    names: Vec<(String, String)>,
    /// What the convention calls its last layer.
    classifier: &'static str,
    /// Number of logits.
    pub classes: usize,
    /// What was left out, by its name in the checkpoint.
    pub left_out: Vec<String>,
    /// Prefixes of further copies of the same network.
    pub copies: Vec<String>,
    /// Whether its first convolution read one channel; it reads three now.
    pub is_grey: bool,
    /// Whether its last layer had no bias; it has one of zeros now.
    pub is_bias_free: bool,
    /// Whether its last layer is the first of a sequence, so that something without tensors may follow it.
    pub is_followed: bool,
}

impl Located {
    /// Its tensors by the names of its convention, and nothing else.
    pub fn tensors(&self, mut from: StateDict) -> StateDict {
        let mut tensors: StateDict = (self.names.iter())
            .filter_map(|(name, usual)| Some((usual.clone(), from.remove(name)?)))
            .collect();
        if self.is_grey
            && let Some((_, stem)) = self.names.first()
            && let Some(kernel) = tensors.get_mut(stem)
        {
            *kernel = grey::reading_colour(kernel);
        }
        if self.is_bias_free {
            let zeros = FloatTensor {
                shape: vec![self.classes],
                data: vec![0.0; self.classes],
            };
            tensors.insert(format!("{}.bias", self.classifier), zeros);
        }
        tensors
    }
}

/// A backbone that is there with every tensor.
struct Place<'a> {
    architecture: Architecture,
    backbone: &'a Backbone,
    convention: Convention,
    /// Put before a name of the convention, after `trimmed` bytes were cut off it.
    prefix: String,
    trimmed: usize,
    tensors: Vec<Needed>,
    /// Channels that the first convolution reads.
    channels: usize,
}

/// Finds the network in `tensors`. Nothing where no backbone is there as a whole, or more than a network.
pub(super) fn locate(tensors: &StateDict, wanted: Wanted) -> Result<Option<Located>> {
    let candidates = (wanted.architecture).map_or(Architecture::ALL.to_vec(), |only| vec![only]);
    let backbones: Vec<(Architecture, Backbone)> = candidates
        .into_iter()
        .map(|architecture| (architecture, architecture.backbone(Options::default())))
        .collect();
    let mut places: Vec<Place> = (backbones.iter())
        .flat_map(|(architecture, backbone)| places(*architecture, backbone, tensors))
        .collect();
    // ResNet-18 is part of every ResNet-34.
    let most = places.iter().map(|place| place.tensors.len()).max();
    places.retain(|place| Some(place.tensors.len()) == most);
    places.sort_by_key(|place| (place.trimmed, is_average(&place.prefix), place.prefix.len()));
    if let Some(name) = wanted.weights
        && places.len() > 1
    {
        let Some(at) = places.iter().position(|place| place.is_called(name)) else {
            let names: Vec<String> = places.iter().map(Place::name).collect();
            return Err(no_such_weights(name, &names));
        };
        places.swap(0, at);
    }
    let Some(place) = places.first() else {
        return Ok(None);
    };
    if place.trimmed > 0 && place.architecture.has_signed_features() {
        return Err(error!(
            CHECKPOINT_LAST_RELU,
            architecture = place.architecture.name()
        ));
    }
    let copies: Vec<String> = (places[1..].iter())
        .map(|copy| copy.prefix.clone())
        .filter(|prefix| !prefix.is_empty() && !place.prefix.starts_with(prefix))
        .collect();
    place.network(tensors, wanted.head, copies)
}

/// Whether a prefix names an average over training rather than the weights themselves.
fn is_average(prefix: &str) -> bool {
    (prefix.split('.')).any(|word| {
        word.contains("ema") || matches!(word, "teacher" | "swa" | "swa_model" | "momentum_encoder")
    })
}

/// Every way in which a backbone is there.
fn places<'a>(
    architecture: Architecture,
    backbone: &'a Backbone,
    tensors: &StateDict,
) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    let Some(stem) = backbone.units().next() else {
        return found;
    };
    for (index, &convention) in backbone.conventions.iter().enumerate() {
        let names = || {
            backbone
                .units()
                .flat_map(move |spec| needed(spec, &spec.sources[index]))
        };
        let Some(Needed { name: anchor, .. }) = names().next() else {
            continue;
        };
        let word = common_word(names().map(|needed| needed.name));
        for trimmed in BTreeSet::from([0, word]) {
            for prefix in prefixes(&anchor[trimmed..], tensors) {
                let place = Place {
                    architecture,
                    backbone,
                    convention,
                    prefix,
                    trimmed,
                    tensors: names().collect(),
                    channels: 3,
                };
                found.extend(place.complete(stem, tensors));
            }
        }
    }
    // The same tensors may be told by more than one convention; the first counts, and whole names before others.
    found.sort_by_key(|place| place.trimmed);
    let mut seen = BTreeSet::new();
    found.retain(|place| seen.insert(place.full(&place.tensors[0].name)));
    found
}

/// Length of the word that all names begin with, its dot included; 0 where they do not.
fn common_word(mut names: impl Iterator<Item = String>) -> usize {
    let Some(first) = names.next() else {
        return 0;
    };
    let length = first.find('.').map_or(0, |dot| dot + 1);
    if names.all(|name| name.starts_with(&first[..length])) {
        length
    } else {
        0
    }
}

/// Everything that stands before `anchor` in a name.
fn prefixes(anchor: &str, tensors: &StateDict) -> Vec<String> {
    let before = |name: &String| {
        let prefix = name.strip_suffix(anchor)?;
        (prefix.is_empty() || prefix.ends_with('.')).then(|| prefix.to_owned())
    };
    tensors.keys().filter_map(before).collect()
}

impl Place<'_> {
    fn full(&self, name: &str) -> String {
        format!("{}{}", self.prefix, &name[self.trimmed..])
    }

    /// Its prefix, for people.
    fn name(&self) -> String {
        match self.prefix.strip_suffix('.') {
            Some(name) => name.to_owned(),
            None => "the plain one".to_owned(),
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.prefix.split('.').any(|word| word == name) || self.prefix.trim_end_matches('.') == name
    }

    /// The place, if every tensor of the backbone is there. The first convolution may read any number of channels.
    fn complete(mut self, stem: &UnitSpec, tensors: &StateDict) -> Option<Self> {
        let [out, _, height, width] = stem.weight_shape();
        for (index, needed) in self.tensors.iter().enumerate() {
            let shape = &tensors.get(&self.full(&needed.name))?.shape;
            if index > 0 {
                needed.fits(shape).then_some(())?;
            } else if let [o, channels, h, w] = shape[..] {
                ((o, h, w) == (out, height, width)).then_some(())?;
                self.channels = channels;
            } else {
                return None;
            }
        }
        Some(self)
    }

    /// The whole network, with its last layer.
    fn network(
        &self,
        tensors: &StateDict,
        wanted: Option<&str>,
        copies: Vec<String>,
    ) -> Result<Option<Located>> {
        let backbone: BTreeSet<String> = self
            .tensors
            .iter()
            .map(|needed| self.full(&needed.name))
            .collect();
        let rest: StateDict = (tensors.iter())
            .filter(|(name, _)| !backbone.contains(*name))
            .filter(|(name, _)| !copies.iter().any(|prefix| name.starts_with(prefix)))
            .map(|(name, tensor)| (name.clone(), tensor.clone()))
            .collect();
        let usual = self.convention.classifier;
        let head = head::find(
            &Behind {
                architecture: self.architecture.name(),
                features: self.backbone.features,
                usual: &format!("{}{usual}", self.prefix),
                prefix: &self.prefix,
            },
            &rest,
            wanted,
        )?;
        let Some(head) = head else {
            return Ok(None);
        };
        if self.channels != 1 && self.channels != 3 {
            return Err(error!(
                CHECKPOINT_CHANNELS,
                layer = self.full(&self.tensors[0].name),
                channels = self.channels
            ));
        }
        let mut names: Vec<(String, String)> = (self.tensors.iter())
            .map(|needed| (self.full(&needed.name), needed.name.clone()))
            .collect();
        let parts = ["weight", "bias"];
        names
            .extend(parts.map(|part| (format!("{}.{part}", head.name), format!("{usual}.{part}"))));
        Ok(Some(Located {
            names,
            classifier: usual,
            classes: head.classes,
            left_out: head.left_out,
            copies: copies
                .iter()
                .map(|prefix| prefix.trim_end_matches('.').to_owned())
                .collect(),
            is_grey: self.channels == 1,
            is_bias_free: !rest.contains_key(&format!("{}.bias", head.name)),
            is_followed: head.name.ends_with(".0"),
        }))
    }
}
