//! The network of a checkpoint by plain names, and everything that was left aside on the way to it.

use super::description::Settings;
use super::import;
use super::locate::{Located, Wanted, locate};
use super::state_dict::{NotFloat, StateDict};
use super::surroundings::weights_alone;
use crate::error::{Result, error};

/// A network by plain names.
#[derive(Debug)]
pub(super) struct Found {
    /// Its tensors by the names of one convention; all there were, where no network was found.
    pub tensors: StateDict,
    /// Whether it takes grey pictures.
    pub is_grey: bool,
    located: Option<Located>,
    left_out: Vec<String>,
    copies: Vec<String>,
}

/// Finds the network in `floats`. `others` are tensors that cannot be weights.
pub(super) fn found(floats: StateDict, settings: &Settings, others: &[NotFloat]) -> Result<Found> {
    let weights = weights_alone(floats, settings.weights.as_deref())?;
    let wanted = Wanted {
        architecture: settings.architecture,
        head: settings.head.as_deref(),
        weights: settings.weights.as_deref(),
    };
    let located = locate(&weights.tensors, wanted)?;
    let tensors = match &located {
        Some(located) => located.tensors(weights.tensors),
        None => {
            let tensors = import::without_wrapper(weights.tensors, settings.architecture);
            check_floats(&tensors, settings, others)?;
            tensors
        }
    };
    let mut left_out = weights.left_out;
    left_out.extend(
        others
            .iter()
            .map(|NotFloat { name, element }| format!("{name} ({element})")),
    );
    left_out.extend(located.iter().flat_map(|located| located.left_out.clone()));
    let mut copies = weights.copies;
    copies.extend(located.iter().flat_map(|located| located.copies.clone()));
    Ok(Found {
        is_grey: located.as_ref().is_some_and(|located| located.is_grey),
        tensors,
        located,
        left_out,
        copies,
    })
}

/// Refuses a network whose weights are there, but not as floats.
fn check_floats(tensors: &StateDict, settings: &Settings, others: &[NotFloat]) -> Result<()> {
    let is_weight = |other: &&NotFloat| other.name.ends_with(".weight");
    let Some(other) = others.iter().find(is_weight) else {
        return Ok(());
    };
    match import::recognise(tensors, settings.architecture) {
        Ok(_) => Ok(()),
        Err(_) => Err(error!(CHECKPOINT_NOT_FLOAT, tensor = other.name, type = other.element)),
    }
}

/// Names listed at most.
const SHOWN: usize = 4;

impl Found {
    /// What a person should know about it, as sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.left_out.is_empty() {
            let names = self.left_out.iter().take(SHOWN).map(String::as_str);
            let names: Vec<&str> = names.collect();
            let more = match self.left_out.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            notes.push(format!(
                "Beside the weights, this was left out: {}{more}.",
                names.join(", ")
            ));
        }
        if !self.copies.is_empty() {
            notes.push(format!(
                "The file has the weights more than once; not taken: {}. Another copy is taken where `weights` names it.",
                self.copies.join(", ")
            ));
        }
        let Some(located) = &self.located else {
            return notes;
        };
        if located.is_grey {
            notes.push(
                "The first convolution reads one channel, so it was spread over red, green and blue by what they count in a grey value: \
                 on grey pictures the network computes what it did."
                    .to_owned(),
            );
        }
        if located.is_bias_free {
            notes.push("The last layer has no bias; it was given one of zeros.".to_owned());
        }
        if located.is_followed {
            notes.push(
                "The last layer is the first of a sequence: what follows it, such as a sigmoid or a softmax, has no tensors and is not seen."
                    .to_owned(),
            );
        }
        notes
    }
}
