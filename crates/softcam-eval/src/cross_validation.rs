//! Figures from predictions of models that did not see the picture.
//!
//! In cross-validation every picture is answered by the model of its fold, which was trained on the others. A temperature
//! and an operating point that are chosen on these very answers would make them look better than they are (Varma & Simon,
//! BMC Bioinformatics 2006), so that [`OutOfFold::nested`] takes, for each fold, what suits the answers of all other folds.
//! [`OutOfFold::calibration`] takes what suits all of them: that is for the model that is used afterwards.

use crate::calibration::{fit_temperature, fit_with_offsets};
use crate::error::{Error, Result, check_length};
use crate::predictions::Decision;
use crate::ranking::youden;
use softcam::evidence::softmax;
use std::collections::{BTreeMap, BTreeSet};

/// Operating points this close to 0 or 1 would be none; a hundredth from the end still lets a sure answer pass.
const MARGIN: f64 = 0.01;

/// Logits of pictures by models that were trained without their fold.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfFold {
    classes: usize,
    logits: Vec<f32>,
    truths: Vec<usize>,
    folds: Vec<usize>,
    with_offsets: bool,
}

/// How logits become an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Added to the logits, one for each class; empty where none were wanted.
    pub offsets: Vec<f32>,
    /// Logits are divided by it before softmax.
    pub temperature: f32,
    /// For two classes, the probability from which on the answer is class 1: the one with the largest sensitivity +
    /// specificity (Youden 1950). None for more classes, and where the pictures are all of one class.
    pub threshold: Option<f32>,
}

impl Calibration {
    /// How answers are taken from probabilities of `classes` classes.
    pub fn decision(&self, classes: usize) -> Decision {
        match self.threshold {
            Some(probability) => Decision::Threshold {
                positive: 1,
                probability,
            },
            None => Decision::default_for(classes),
        }
    }

    /// One per class.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        if self.offsets.is_empty() {
            return softmax(logits, self.temperature);
        }
        let moved: Vec<f32> = (logits.iter().zip(&self.offsets))
            .map(|(logit, offset)| logit + offset)
            .collect();
        softmax(&moved, self.temperature)
    }
}

/// Answers whose calibration was chosen without their fold.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// `[pictures, classes]`, row-major.
    pub probabilities: Vec<f32>,
    /// What each picture was called.
    pub calls: Vec<usize>,
    /// By fold, what was used for its pictures.
    pub calibrations: BTreeMap<usize, Calibration>,
}

impl OutOfFold {
    /// `logits` is `[pictures, classes]`, row-major; `truths` and `folds` have each picture's class and fold.
    ///
    /// # Errors
    ///
    /// Where there is no picture, lengths do not fit, a class does not exist, or a logit is not finite.
    pub fn new(
        classes: usize,
        logits: Vec<f32>,
        truths: Vec<usize>,
        folds: Vec<usize>,
    ) -> Result<Self> {
        if truths.is_empty() || classes == 0 {
            return Err(Error::NoPredictions);
        }
        check_length("logits", logits.len(), classes * truths.len())?;
        check_length("folds", folds.len(), truths.len())?;
        if let Some(&class) = truths.iter().find(|class| **class >= classes) {
            return Err(Error::NoSuchClass { class, classes });
        }
        if let Some(at) = logits.iter().position(|logit| !logit.is_finite()) {
            return Err(Error::NotFinite {
                index: at / classes,
                what: "logit",
            });
        }
        Ok(Self {
            classes,
            logits,
            truths,
            folds,
            with_offsets: false,
        })
    }

    /// The same with an offset for each class beside the temperature; see [`fit_with_offsets`]. For models whose training drew
    /// the classes in other shares than these pictures have.
    #[must_use]
    pub fn with_offsets(self) -> Self {
        Self {
            with_offsets: true,
            ..self
        }
    }

    /// What suits all pictures: the temperature that minimises the negative log-likelihood (Guo et al. 2017), and at it the
    /// operating point.
    pub fn calibration(&self) -> Result<Calibration> {
        self.fitted(|_| true)
    }

    /// Every picture's answer by the temperature and operating point that suit the other folds' pictures. Where there is no
    /// other fold, the temperature is 1 and class 1 of two begins at one half.
    pub fn nested(&self) -> Result<Nested> {
        let mut calibrations = BTreeMap::new();
        for fold in self.folds.iter().copied().collect::<BTreeSet<_>>() {
            let calibration = if self.folds.iter().all(|other| *other == fold) {
                Calibration {
                    offsets: Vec::new(),
                    temperature: 1.0,
                    threshold: None,
                }
            } else {
                self.fitted(|other| other != fold)?
            };
            calibrations.insert(fold, calibration);
        }
        let mut probabilities = Vec::with_capacity(self.logits.len());
        let mut calls = Vec::with_capacity(self.truths.len());
        for (row, fold) in self.logits.chunks_exact(self.classes).zip(&self.folds) {
            let calibration = &calibrations[fold];
            let row = calibration.probabilities(row);
            calls.push(calibration.decision(self.classes).class(&row));
            probabilities.extend(row);
        }
        Ok(Nested {
            probabilities,
            calls,
            calibrations,
        })
    }

    /// What suits the pictures of those folds that `takes` takes.
    fn fitted(&self, takes: impl Fn(usize) -> bool) -> Result<Calibration> {
        let rows = self.logits.chunks_exact(self.classes);
        let (mut logits, mut truths) = (Vec::new(), Vec::new());
        for ((row, truth), fold) in rows.zip(&self.truths).zip(&self.folds) {
            if takes(*fold) {
                logits.extend_from_slice(row);
                truths.push(*truth);
            }
        }
        let (temperature, offsets) = match self.with_offsets {
            true => fit_with_offsets(&logits, self.classes, &truths)?,
            false => (fit_temperature(&logits, self.classes, &truths)?, Vec::new()),
        };
        let calibration = Calibration {
            offsets: offsets.into_iter().map(|offset| offset as f32).collect(),
            temperature: temperature as f32,
            threshold: None,
        };
        let threshold = || {
            let rows = logits.chunks_exact(2);
            let scores: Vec<f64> = rows
                .map(|row| f64::from(calibration.probabilities(row)[1]))
                .collect();
            let positive: Vec<bool> = truths.iter().map(|&truth| truth == 1).collect();
            let probability = youden(&scores, &positive)?;
            Some(probability.clamp(MARGIN, 1.0 - MARGIN) as f32)
        };
        let threshold = (self.classes == 2).then(threshold).flatten();
        Ok(Calibration {
            threshold,
            ..calibration
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    /// Logits of class 1 with 0 for class 0.
    fn pictures(rows: &[(f32, usize, usize)]) -> OutOfFold {
        OutOfFold::new(
            2,
            rows.iter().flat_map(|row| [0.0, row.0]).collect(),
            rows.iter().map(|row| row.1).collect(),
            rows.iter().map(|row| row.2).collect(),
        )
        .unwrap()
    }

    #[test]
    fn a_folds_answers_say_nothing_about_its_own_calibration() {
        let others = [
            (-2.0, 0, 1),
            (1.0, 1, 1),
            (-1.0, 0, 2),
            (0.6, 0, 2),
            (2.0, 1, 2),
            (0.3, 1, 1),
        ];
        let with = |rows: &[(f32, usize, usize)]| {
            let nested = pictures(&[rows, &others[..]].concat()).nested().unwrap();
            nested.calibrations[&0].clone()
        };
        let one = with(&[(5.0, 1, 0), (-5.0, 0, 0)]);
        assert_eq!(one, with(&[(-5.0, 1, 0), (5.0, 0, 0), (4.0, 0, 0)]));
        // The other folds' is what suits the rest alone.
        assert_eq!(one, pictures(&others).calibration().unwrap());
    }

    #[test]
    fn a_picture_is_called_by_the_point_of_its_fold() {
        // Fold 0 alone would begin at a logit between 2 and 3, fold 1 at one between −3 and −2.
        let rows = [
            (1.0, 0, 0),
            (2.0, 0, 0),
            (3.0, 1, 0),
            (4.0, 1, 0),
            (-4.0, 0, 1),
            (-3.0, 0, 1),
            (-2.0, 1, 1),
            (-1.0, 1, 1),
        ];
        let nested = pictures(&rows).nested().unwrap();
        assert_eq!(nested.calls, [1, 1, 1, 1, 0, 0, 0, 0]);
        let [first, second] = [0, 1].map(|fold| nested.calibrations[&fold].clone());
        assert!(first.threshold < Some(0.5) && second.threshold > Some(0.5));
        assert_eq!(first, pictures(&rows[4..]).calibration().unwrap());
        assert_eq!(second, pictures(&rows[..4]).calibration().unwrap());
        // Probabilities are those of the fold's temperature.
        assert_eq!(
            nested.probabilities[..2],
            softmax(&[0.0, 1.0], first.temperature)
        );
    }

    #[test]
    fn offsets_are_those_of_the_other_folds() {
        // The model takes the classes to be equally frequent, and of fold 0 nobody asks.
        let rows: Vec<(f32, usize, usize)> = (0..120)
            .map(|index| {
                let class = usize::from(index % 6 == 0);
                let logit = [-0.6, 0.6][class] + 0.4 * (index % 7) as f32 - 1.2;
                (logit, class, 1 + index % 2)
            })
            .chain([(9.0, 0, 0), (-9.0, 1, 0)])
            .collect();
        let nested = pictures(&rows).with_offsets().nested().unwrap();
        let offsets = &nested.calibrations[&0].offsets;
        assert!(offsets[0] > 0.0 && (offsets[0] + offsets[1]).abs() < 1e-5);
        let rest = pictures(&rows[..120]).with_offsets();
        assert_eq!(nested.calibrations[&0], rest.calibration().unwrap());
        // Probabilities have the class's share, which the temperature alone does not give.
        let calibration = rest.calibration().unwrap();
        let mean = |calibration: &Calibration| {
            let of = |row: &(f32, usize, usize)| calibration.probabilities(&[0.0, row.0])[1];
            rows[..120].iter().map(of).sum::<f32>() / 120.0
        };
        assert!((mean(&calibration) - 1.0 / 6.0).abs() < 0.01);
        let plain = pictures(&rows[..120]).calibration().unwrap();
        assert!((mean(&plain) - 1.0 / 6.0).abs() > 0.03);
    }

    #[test]
    fn one_fold_alone_is_left_as_it_is() {
        let nested = pictures(&[(2.0, 0, 3), (4.0, 1, 3)]).nested().unwrap();
        assert_eq!(nested.calls, [1, 1]);
        assert_eq!(nested.calibrations[&3].temperature, 1.0);
        assert_eq!(nested.calibrations[&3].threshold, None);
    }

    #[test]
    fn more_classes_have_no_point() {
        let logits = vec![1.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 2.0];
        let all = OutOfFold::new(3, logits, vec![0, 1, 2], vec![0, 0, 1]).unwrap();
        assert_eq!(all.calibration().unwrap().threshold, None);
        assert_eq!(all.nested().unwrap().calls, [0, 1, 2]);
        assert!(OutOfFold::new(2, vec![0.0; 4], vec![0, 2], vec![0, 0]).is_err());
        assert!(OutOfFold::new(2, vec![f32::NAN, 0.0], vec![0], vec![0]).is_err());
        assert!(OutOfFold::new(2, vec![0.0; 4], vec![0, 1], vec![0]).is_err());
    }
}
