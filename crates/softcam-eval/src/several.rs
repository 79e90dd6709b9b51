//! Metrics where several classes may be right at once: each class is a question of its own.
//!
//! There is no most probable class to be right about, so that there is no accuracy over classes: a network that says nothing
//! of a hundred rare findings would be right nearly always.

use crate::bootstrap::{Bootstrap, Estimate};
use crate::error::{Error, Result, check_length};
use crate::metrics::distinct;
use crate::ranking::{Ranking, RocPoint};

/// "Yes" begins here: cards of such models have no operating point.
pub const YES: f32 = 0.5;

/// Probabilities of pictures, and what they show.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    classes: usize,
    probabilities: Vec<f32>,
    shows: Vec<Vec<Option<bool>>>,
    units: Vec<usize>,
}

impl Labelled {
    /// `probabilities` is `[pictures, classes]`, row-major; `shows` says of each picture and class whether it shows it, or
    /// nothing where nobody knows; `units` says which pictures belong together: resamples draw units, not pictures.
    ///
    /// # Errors
    ///
    /// Where there is no picture, lengths do not fit, or a probability is not finite.
    pub fn new(
        classes: usize,
        probabilities: Vec<f32>,
        shows: Vec<Vec<Option<bool>>>,
        units: Vec<usize>,
    ) -> Result<Self> {
        if shows.is_empty() || classes == 0 {
            return Err(Error::NoPredictions);
        }
        check_length("probabilities", probabilities.len(), classes * shows.len())?;
        check_length("units", units.len(), shows.len())?;
        for labels in &shows {
            check_length("labels of a picture", labels.len(), classes)?;
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
            shows,
            units,
        })
    }

    /// Measures the classes `labelled`, and their means.
    pub fn measure(&self, labelled: &[usize], bootstrap: Bootstrap) -> Each {
        let questions: Vec<Question> = labelled
            .iter()
            .map(|&class| Question::new(self, class))
            .collect();
        let mean = |metric: Metric| {
            let values = |weights: &[f64]| {
                let values: Vec<f64> = (questions.iter())
                    .filter_map(|question| metric(question, weights))
                    .collect();
                (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
            };
            bootstrap.estimate(&self.units, values)
        };
        Each {
            pictures: self.shows.len(),
            units: distinct(self.units.iter().copied()),
            auc: mean(Question::auc),
            average_precision: mean(Question::average_precision),
            sensitivity: mean(Question::sensitivity),
            specificity: mean(Question::specificity),
            classes: (questions.iter())
                .map(|question| question.measure(&self.units, bootstrap))
                .collect(),
        }
    }
}

/// How good a model is class by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// Number of pictures.
    pub pictures: usize,
    /// Number of patients, or whatever else belongs together.
    pub units: usize,
    /// Mean over the classes that it is defined for, each counting the same.
    pub auc: Option<Estimate>,
    /// Likewise.
    pub average_precision: Option<Estimate>,
    /// Likewise.
    pub sensitivity: Option<Estimate>,
    /// Likewise.
    pub specificity: Option<Estimate>,
    /// One by one.
    pub classes: Vec<OfClass>,
}

/// How good a model is about one class. What the data does not define is none.
#[derive(Debug, Clone, PartialEq)]
pub struct OfClass {
    /// Its index.
    pub class: usize,
    /// Pictures that show it.
    pub positive: usize,
    /// Pictures that do not. Those of which nobody knows are in neither number.
    pub negative: usize,
    /// Units with a picture that shows it, and with one that does not.
    pub units: (usize, usize),
    /// Area under the ROC curve.
    pub auc: Option<Estimate>,
    /// Area under the curve of precision over sensitivity, by steps.
    pub average_precision: Option<Estimate>,
    /// From [`YES`] on.
    pub sensitivity: Option<Estimate>,
    /// Likewise.
    pub specificity: Option<Estimate>,
    /// ROC curve.
    pub roc: Vec<RocPoint>,
}

/// A statistic of a question under weights of all pictures.
type Metric = fn(&Question, &[f64]) -> Option<f64>;

/// Whether a class is shown: pictures of which somebody knows.
struct Question {
    class: usize,
    /// Their places among all pictures.
    pictures: Vec<usize>,
    /// Whether each shows it.
    truths: Vec<bool>,
    /// Whether each is said to.
    calls: Vec<bool>,
    ranking: Ranking,
}

impl Question {
    fn new(labelled: &Labelled, class: usize) -> Self {
        let known = labelled.shows.iter().enumerate();
        let (pictures, truths): (Vec<usize>, Vec<bool>) = known
            .filter_map(|(picture, shows)| Some((picture, shows[class]?)))
            .unzip();
        let probability =
            |&picture: &usize| labelled.probabilities[picture * labelled.classes + class];
        let scores: Vec<f64> = pictures.iter().map(|p| f64::from(probability(p))).collect();
        Self {
            class,
            calls: pictures.iter().map(|p| probability(p) >= YES).collect(),
            ranking: Ranking::new(&scores, &truths),
            truths,
            pictures,
        }
    }

    fn measure(&self, units: &[usize], bootstrap: Bootstrap) -> OfClass {
        let of = |truth: bool| {
            let pictures = self.pictures.iter().zip(&self.truths);
            let those = pictures.filter(move |(_, shows)| **shows == truth);
            those.map(|(picture, _)| units[*picture])
        };
        let (yes, no) = (distinct(of(true)), distinct(of(false)));
        let estimate = |metric: Metric, resting_on: usize| {
            let estimate = bootstrap.estimate(units, |weights| metric(self, weights));
            estimate.map(|estimate| estimate.resting_on(resting_on))
        };
        OfClass {
            class: self.class,
            positive: of(true).count(),
            negative: of(false).count(),
            units: (yes, no),
            auc: estimate(Self::auc, yes.min(no)),
            average_precision: estimate(Self::average_precision, yes.min(no)),
            sensitivity: estimate(Self::sensitivity, yes),
            specificity: estimate(Self::specificity, no),
            roc: self.ranking.roc(&vec![1.0; self.pictures.len()]),
        }
    }

    /// The weights of its own pictures.
    fn own(&self, weights: &[f64]) -> Vec<f64> {
        self.pictures
            .iter()
            .map(|&picture| weights[picture])
            .collect()
    }

    fn auc(&self, weights: &[f64]) -> Option<f64> {
        self.ranking.auc(&self.own(weights))
    }

    fn average_precision(&self, weights: &[f64]) -> Option<f64> {
        self.ranking.average_precision(&self.own(weights))
    }

    fn sensitivity(&self, weights: &[f64]) -> Option<f64> {
        self.called_rightly(weights, true)
    }

    fn specificity(&self, weights: &[f64]) -> Option<f64> {
        self.called_rightly(weights, false)
    }

    /// Of the pictures with this truth, the share that is called so.
    fn called_rightly(&self, weights: &[f64], truth: bool) -> Option<f64> {
        let (mut right, mut all) = (0.0, 0.0);
        for ((picture, _), call) in (self.pictures.iter().zip(&self.truths))
            .zip(&self.calls)
            .filter(|((_, shows), _)| **shows == truth)
        {
            all += weights[*picture];
            if *call == truth {
                right += weights[*picture];
            }
        }
        (all > 0.0).then(|| right / all)
    }
}
