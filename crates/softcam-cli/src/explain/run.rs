//! What a run of the model came to, for everything that tells of it.

use super::method::Explained;
use softcam::edit::Edit;
use softcam::evidence::ranking;
use softcam::explain::Request;
use softcam::overlay::{scale_limit, shared_limit};
use softcam::preprocess::Note;
use softcam::reading::{Choice, Reading};
use softcam::weights::ModelCard;
use softcam::{Answer, Explanation};

/// Classes listed.
const LISTED: usize = 5;

/// A run, with what may be said of it.
pub struct Run<'a> {
    pub card: &'a ModelCard,
    pub request: Request,
    pub explanation: Explanation,
    pub reading: Reading,
    /// The answer to the picture as it was, where it was edited.
    pub before: Option<Answer>,
    pub edits: Vec<Edit>,
    /// What was done to the picture's values when it was opened.
    pub notes: Vec<Note>,
    pub shown: Shown,
    /// Another method's map of the same, where one was asked for and may be shown.
    pub method: Option<Explained>,
    /// Whether somebody insisted on an answer that means nothing.
    pub anyway: bool,
    pub seconds: f64,
}

/// What is shown: one class's map, or the difference of two.
pub struct Shown {
    pub choice: Choice,
    pub map: Vec<f32>,
    /// The logit, or the difference of two, that the map adds up to.
    pub logit: f32,
    /// End of the colour scale.
    pub limit: f32,
}

impl Run<'_> {
    /// Whether neither map nor probability may be shown. Of an edited picture, the original counts: an edit must not make
    /// a stranger known, nor a known picture a stranger without a word.
    pub fn withheld(&self) -> bool {
        self.unlike() && !self.anyway
    }

    /// Whether the picture, edited or not, is unlike those that the model knows.
    pub fn unlike(&self) -> bool {
        let before = self.before.as_ref().and_then(|answer| answer.novelty);
        self.reading.flagged || before.is_some_and(|novelty| novelty.flagged())
    }

    /// The most likely classes.
    pub fn top(&self) -> Vec<usize> {
        let mut order = ranking(&self.explanation.answer.logits);
        order.truncate(LISTED);
        order
    }

    /// Rows and columns of the evidence map.
    pub fn shape(&self) -> (usize, usize) {
        (
            self.explanation.maps.height(),
            self.explanation.maps.width(),
        )
    }

    /// Name of what is shown.
    pub fn name(&self) -> String {
        let Choice { class, against } = self.shown.choice;
        let classes = &self.card.classes;
        match against {
            Some(other) => format!("{} over {}", classes[class], classes[other]),
            None => classes[class].clone(),
        }
    }
}

impl Shown {
    /// `choice` of `explanation`.
    pub fn new(explanation: &Explanation, choice: Choice) -> Self {
        let Explanation { maps, answer } = explanation;
        let (class, logits) = (choice.class, &answer.logits);
        let (map, logit) = match choice.against {
            Some(other) => (maps.difference(class, other), logits[class] - logits[other]),
            None => (maps.map(class).to_vec(), logits[class]),
        };
        // Single maps share one scale. A difference has its own, for it may be far smaller or larger than they are.
        let limit = match choice.against {
            Some(_) => scale_limit(&map),
            None => shared_limit(maps),
        };
        Self {
            choice,
            map,
            logit,
            limit,
        }
    }

    /// Sum of all cells over their number.
    pub fn sum_of_shares(&self) -> f64 {
        let sum: f64 = self.map.iter().map(|&v| f64::from(v)).sum();
        sum / self.map.len() as f64
    }
}
