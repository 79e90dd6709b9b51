//! What a model said about labelled pictures.

use crate::error::{Error, Result, check_length};

/// How an answer is taken from probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision {
    /// Two classes: the positive one from this probability on, else the other.
    Threshold {
        /// Index of the class that "yes" means: 0 or 1.
        positive: usize,
        /// "Yes" from here on; as precise as probabilities are, so that one right at the threshold is not rounded away.
        probability: f32,
    },
    /// The most probable class; of equal ones the first.
    Largest,
}

impl Decision {
    /// For two classes: class 1 from one half on. For more: the most probable.
    pub fn default_for(classes: usize) -> Self {
        match classes {
            2 => Self::Threshold {
                positive: 1,
                probability: 0.5,
            },
            _ => Self::Largest,
        }
    }

    /// The class that these probabilities mean.
    pub fn class(self, probabilities: &[f32]) -> usize {
        match self {
            Self::Threshold {
                positive,
                probability,
            } if probabilities[positive] >= probability => positive,
            Self::Threshold { positive, .. } => 1 - positive.min(1),
            Self::Largest => largest(probabilities),
        }
    }

    /// The class that "yes" means, where there is one.
    pub fn positive(self) -> Option<usize> {
        match self {
            Self::Threshold { positive, .. } => Some(positive),
            Self::Largest => None,
        }
    }
}

/// The first of the largest values.
pub(crate) fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// Probabilities and true classes of pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    classes: usize,
    probabilities: Vec<f32>,
    truths: Vec<usize>,
    units: Vec<usize>,
    decision: Decision,
    calls: Option<Vec<usize>>,
}

impl Predictions {
    /// `probabilities` is `[pictures, classes]`, row-major; `truths` has each picture's class; `units` says which
    /// pictures belong together (those of one patient have one number): resamples draw units, not pictures.
    pub fn new(
        classes: usize,
        probabilities: Vec<f32>,
        truths: Vec<usize>,
        units: Vec<usize>,
        decision: Decision,
    ) -> Result<Self> {
        if truths.is_empty() || classes == 0 {
            return Err(Error::NoPredictions);
        }
        let lengths = [
            ("probabilities", probabilities.len(), classes * truths.len()),
            ("units", units.len(), truths.len()),
        ];
        for (what, got, expected) in lengths {
            if got != expected {
                return Err(Error::Length {
                    what,
                    got,
                    expected,
                });
            }
        }
        let positive = decision.positive();
        if positive.is_some() && classes != 2 {
            return Err(Error::Length {
                what: "classes for a decision by threshold",
                got: classes,
                expected: 2,
            });
        }
        if let Some(&class) = (truths.iter().chain(&positive)).find(|class| **class >= classes) {
            return Err(Error::NoSuchClass { class, classes });
        }
        if let Some(at) = probabilities.iter().position(|value| !value.is_finite()) {
            return Err(Error::NotFinite {
                index: at / classes,
                what: "probability",
            });
        }
        Ok(Self {
            classes,
            probabilities,
            truths,
            units,
            decision,
            calls: None,
        })
    }

    /// The same with what each picture was called, where that was not decided alike for all of them.
    ///
    /// # Errors
    ///
    /// Where there is not one call per picture, or a class does not exist.
    pub fn called(self, calls: Vec<usize>) -> Result<Self> {
        check_length("calls", calls.len(), self.truths.len())?;
        let classes = self.classes;
        if let Some(&class) = calls.iter().find(|class| **class >= classes) {
            return Err(Error::NoSuchClass { class, classes });
        }
        Ok(Self {
            calls: Some(calls),
            ..self
        })
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.truths.len()
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.truths.is_empty()
    }

    /// Number of classes of the model.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The true class of each picture.
    pub fn truths(&self) -> &[usize] {
        &self.truths
    }

    /// Which pictures belong together.
    pub fn units(&self) -> &[usize] {
        &self.units
    }

    /// How answers are taken.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// Probabilities of one picture.
    pub fn row(&self, picture: usize) -> &[f32] {
        &self.probabilities[picture * self.classes..][..self.classes]
    }

    /// The probability of `class` for each picture.
    pub fn scores(&self, class: usize) -> Vec<f64> {
        let rows = self.probabilities.chunks_exact(self.classes);
        rows.map(|row| f64::from(row[class])).collect()
    }

    /// What each picture was called.
    pub fn calls(&self) -> Vec<usize> {
        if let Some(calls) = &self.calls {
            return calls.clone();
        }
        let rows = self.probabilities.chunks_exact(self.classes);
        rows.map(|row| self.decision.class(row)).collect()
    }

    /// Probability of the most probable class of each picture, and whether it is the true one. The operating point does
    /// not matter here: how sure the model is has nothing to do with where "yes" begins.
    pub fn confidences(&self) -> (Vec<f64>, Vec<bool>) {
        let rows = self.probabilities.chunks_exact(self.classes);
        (rows.zip(&self.truths))
            .map(|(row, truth)| {
                let top = largest(row);
                (f64::from(row[top]), top == *truth)
            })
            .unzip()
    }
}
