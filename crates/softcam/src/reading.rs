//! What may be said of a picture: one rule for the page, the embedded element and the command line.
//!
//! A model answers whatever it is shown. Its card says what its answers are worth: from which probability on it says yes,
//! from which novelty on it should not have been asked, and whether people's health is at stake. The page has the same rule
//! in JavaScript; `tests/fixtures/readings.json` holds both to it.

use crate::evidence::ranking;
use crate::novelty::Novelty;
use crate::weights::ModelCard;
use serde::Serialize;

/// Beside every answer of a model that judges people's health; nothing dismisses it.
pub const NOTICE: &str = "Teaching demonstration. Not a diagnosis, not a medical device.";

/// On everything that is shown of a picture that the model does not know.
pub const UNLIKE_WARNING: &str = "Unlike the pictures that this model was trained on: neither this map nor its probabilities mean anything.";

/// What a model's answer to one picture comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// Whether [`NOTICE`] belongs beside it.
    pub notice: bool,
    /// Whether the picture is unlike those that the model knows: then no map and no probability may be shown unless
    /// somebody insists, and then only with [`UNLIKE_WARNING`].
    pub flagged: bool,
    /// Yes or no, where the model says such things.
    pub decision: Option<Decision>,
    /// What is shown where nobody asks for anything else.
    pub shown: Choice,
}

/// A probability beside the point from which on it counts as a yes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Decision {
    /// Index of the class that "yes" means.
    pub positive: usize,
    /// Of that class, 0 to 1.
    pub probability: f32,
    /// "Yes" from this probability on.
    pub threshold: f32,
    /// Whether it is a yes.
    pub yes: bool,
    /// The same point on the evidence axis: the difference of the logits, that class less the other, from which on it is a
    /// yes. d = T · ln(p / (1 − p)), since p = 1 / (1 + exp(−d / T)) for two classes.
    pub on_evidence: f64,
}

/// One class's map, or that map less another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The class.
    pub class: usize,
    /// The class whose evidence is subtracted.
    pub against: Option<usize>,
}

impl Reading {
    /// `logits` and `probabilities` have one value per class of the card, at least one.
    pub fn of(
        card: &ModelCard,
        logits: &[f32],
        probabilities: &[f32],
        novelty: Option<Novelty>,
    ) -> Self {
        Self {
            notice: card.medical,
            flagged: novelty.is_some_and(|novelty| novelty.flagged()),
            decision: Decision::of(card, probabilities),
            shown: Choice::default_for(card, logits),
        }
    }
}

impl Decision {
    /// None where the card has no such point, or the model has more than two classes: then no difference of two logits
    /// tells where "yes" begins.
    pub fn of(card: &ModelCard, probabilities: &[f32]) -> Option<Self> {
        let point = card.operating_point.as_ref()?;
        let probability = *probabilities.get(point.positive)?;
        let share = f64::from(point.probability);
        (card.classes.len() == 2).then(|| Self {
            positive: point.positive,
            probability,
            threshold: point.probability,
            yes: probability >= point.probability,
            on_evidence: f64::from(card.temperature) * (share / (1.0 - share)).ln(),
        })
    }

    /// As a sentence; `classes` are those of the card.
    pub fn sentence(&self, classes: &[String]) -> String {
        let name = classes.get(self.positive).map_or("", String::as_str);
        let mut letters = name.chars();
        let name: String = (letters.next().into_iter().flat_map(char::to_uppercase))
            .chain(letters)
            .collect();
        let (value, limit) = apart(self.probability, self.threshold);
        let answer = if self.yes { "yes" } else { "no" };
        format!(
            "{name}: probability {value}; this model says yes from {limit} on, so here it says {answer}."
        )
    }
}

impl Choice {
    /// Softmax over two classes sees nothing but the difference of their logits, so that is what is shown of two: the
    /// finding over the other. Of more classes, and of those that do not exclude each other, the most likely.
    pub fn default_for(card: &ModelCard, logits: &[f32]) -> Self {
        if card.classes.len() == 2 && card.activation.is_softmax() {
            let point = card.operating_point.as_ref();
            let positive = point.map_or(1, |point| point.positive);
            return Self {
                class: positive,
                against: Some(1 - positive),
            };
        }
        Self {
            class: ranking(logits).first().copied().unwrap_or(0),
            against: None,
        }
    }
}

/// Both with as few decimals, at least two, as tell them apart; no rounding claims a certainty that is not there.
fn apart(value: f32, limit: f32) -> (String, String) {
    let at = |digits: usize| (format!("{value:.digits$}"), format!("{limit:.digits$}"));
    let told = (2..7).map(at).find(|(value, limit)| value != limit);
    let (shown, limit) = told.unwrap_or_else(|| at(2));
    let shown = match shown.parse::<f32>() {
        Ok(rounded) if rounded >= 1.0 && value < 1.0 => "above 0.99".to_owned(),
        Ok(rounded) if rounded <= 0.0 && value > 0.0 => "below 0.01".to_owned(),
        _ => shown,
    };
    (shown, limit)
}

#[cfg(test)]
mod tests {
    use super::{Decision, apart};

    #[test]
    fn numbers_are_told_apart_and_claim_no_certainty() {
        let of = |value, limit| {
            let (value, limit) = apart(value, limit);
            format!("{value} {limit}")
        };
        assert_eq!(of(0.321, 0.18), "0.32 0.18");
        assert_eq!(of(0.1796, 0.18), "0.1796 0.1800");
        assert_eq!(of(0.9999, 0.5), "above 0.99 0.50");
        assert_eq!(of(0.0001, 0.5), "below 0.01 0.50");
        assert_eq!(of(0.5, 0.5), "0.50 0.50");
    }

    #[test]
    fn a_decision_is_a_sentence() {
        let decision = Decision {
            positive: 1,
            probability: 0.321,
            threshold: 0.18,
            yes: true,
            on_evidence: -1.2,
        };
        let classes = ["healthy".to_owned(), "pneumonia".to_owned()];
        assert_eq!(
            decision.sentence(&classes),
            "Pneumonia: probability 0.32; this model says yes from 0.18 on, so here it says yes."
        );
    }
}
