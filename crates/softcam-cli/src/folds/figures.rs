//! How good the models of all folds are together.

use super::table::{Prediction, units};
use crate::failure::Result;
use crate::figures::{METRICS, add_metrics, text};
use serde_json::{Value, json};
use softcam_eval::confusion::Confusion;
use softcam_eval::cross_validation::{Calibration, Nested};
use softcam_eval::ranking::Ranking;
use softcam_eval::{Decision, Metrics, OutOfFold, Predictions, Settings, measure};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Figures of predictions out of fold, each with a 95 % interval over groups. Every picture was answered with the temperature
/// and the operating point that suit its collection's pictures of the other folds; the interval takes both as given.
pub struct CrossValidated {
    /// One by one.
    pub collections: Vec<Collection>,
    /// All pictures together.
    pub pooled: Measured,
    /// Folds, counted from 1, that there are predictions of.
    pub folds: Vec<usize>,
}

/// Figures of a collection.
pub struct Collection {
    /// Its name.
    pub name: String,
    /// On its pictures.
    pub measured: Measured,
    /// What suits all of its pictures: for a model that is trained on everything.
    pub calibration: Calibration,
    /// What was used for the pictures of each fold, which suits the other folds.
    pub nested: BTreeMap<usize, Calibration>,
}

/// Figures of some pictures.
pub struct Measured {
    /// Over all folds.
    pub metrics: Metrics,
    /// Of each fold.
    pub folds: Vec<OfFold>,
}

/// Figures of one fold, which are of few pictures.
pub struct OfFold {
    fold: usize,
    pictures: usize,
    auc: Option<f64>,
    accuracy: Option<f64>,
}

/// What was predicted, with answers: probabilities and a call per picture.
struct Answered<'a> {
    predictions: Vec<&'a Prediction>,
    probabilities: Vec<f32>,
    calls: Vec<usize>,
}

impl CrossValidated {
    /// Measures `predictions`; `names` are those of the collections, each of which has some. `with_offsets`: see [`out_of_fold`].
    pub fn new(
        predictions: &[Prediction],
        names: &[String],
        classes: usize,
        with_offsets: bool,
        settings: Settings,
    ) -> Result<Self> {
        let mut collections = Vec::new();
        let mut all = Answered {
            predictions: Vec::new(),
            probabilities: Vec::new(),
            calls: Vec::new(),
        };
        for name in names {
            let these: Vec<&Prediction> = (predictions.iter())
                .filter(|prediction| prediction.row.collection == *name)
                .collect();
            let out_of_fold = out_of_fold(&these, classes, with_offsets)?;
            let Nested {
                probabilities,
                calls,
                calibrations,
            } = out_of_fold.nested()?;
            let answered = Answered {
                predictions: these,
                probabilities,
                calls,
            };
            collections.push(Collection {
                name: name.clone(),
                measured: answered.measured(classes, settings)?,
                calibration: out_of_fold.calibration()?,
                nested: calibrations,
            });
            all.predictions.extend(answered.predictions);
            all.probabilities.extend(answered.probabilities);
            all.calls.extend(answered.calls);
        }
        let folds: BTreeSet<usize> = predictions.iter().map(|p| p.row.fold).collect();
        Ok(Self {
            collections,
            pooled: all.measured(classes, settings)?,
            folds: folds.into_iter().collect(),
        })
    }

    /// All of it as JSON.
    pub fn document(&self, classes: &[String]) -> Value {
        let collections = self.collections.iter().map(|collection| {
            let mut value = collection.measured.document();
            value["name"] = json!(collection.name);
            value["calibration"] = calibration(&collection.calibration, classes);
            let nested = collection.nested.iter().map(|(fold, used)| {
                let mut value = calibration(used, classes);
                value["fold"] = json!(fold);
                value
            });
            value["calibration_by_fold"] = nested.collect();
            value
        });
        json!({
            "folds": self.folds,
            "collections": collections.collect::<Vec<_>>(),
            "pooled": self.pooled.document(),
            "intervals": format!(
                "95 %, percentile bootstrap over groups, {} resamples, calibrations as they are",
                softcam_eval::Bootstrap::default().resamples
            ),
            "calibration": "a collection's temperature and operating point for a fold suit its pictures of the other folds",
        })
    }

    /// Prints what there is to say.
    pub fn print(&self, out: &mut impl Write) -> Result<()> {
        for collection in &self.collections {
            print(&collection.name, &collection.measured.metrics, out)?;
            let Calibration {
                offsets,
                temperature,
                threshold,
            } = &collection.calibration;
            write!(out, "  of all its folds: temperature {temperature:.3}")?;
            match threshold {
                Some(threshold) => writeln!(out, ", operating point {threshold:.3}")?,
                None => writeln!(out)?,
            }
            if !offsets.is_empty() {
                writeln!(out, "  offsets of the classes {offsets:.3?}")?;
            }
        }
        if self.collections.len() > 1 {
            print("all collections", &self.pooled.metrics, out)?;
        }
        Ok(())
    }
}

fn print(name: &str, metrics: &Metrics, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "{name}: {} pictures, {} groups",
        metrics.pictures, metrics.units
    )?;
    for (name, of) in METRICS {
        if let Some(estimate) = of(metrics) {
            writeln!(out, "  {name:<24}{}", text(Some(estimate)))?;
        }
    }
    Ok(())
}

/// The predictions without what identifies the pictures; `with_offsets` for a calibration with an offset for each class.
pub fn out_of_fold(
    predictions: &[&Prediction],
    classes: usize,
    with_offsets: bool,
) -> Result<OutOfFold> {
    let logits = predictions.iter().flat_map(|p| p.logits.iter().copied());
    let out_of_fold = OutOfFold::new(
        classes,
        logits.collect(),
        predictions.iter().map(|p| p.row.class).collect(),
        predictions.iter().map(|p| p.row.fold).collect(),
    )?;
    Ok(match with_offsets {
        true => out_of_fold.with_offsets(),
        false => out_of_fold,
    })
}

/// Offsets, a temperature and an operating point as JSON.
pub fn calibration(calibration: &Calibration, classes: &[String]) -> Value {
    json!({
        "class_offsets": calibration.offsets,
        "temperature": calibration.temperature,
        "operating_point": calibration.threshold.map(|probability| json!({
            "positive": classes[1],
            "probability": probability,
        })),
    })
}

impl Answered<'_> {
    fn measured(&self, classes: usize, settings: Settings) -> Result<Measured> {
        let truths: Vec<usize> = self.predictions.iter().map(|p| p.row.class).collect();
        let units = units(self.predictions.iter().map(|p| &p.row));
        let predictions = Predictions::new(
            classes,
            self.probabilities.clone(),
            truths,
            units,
            Decision::default_for(classes),
        )?
        .called(self.calls.clone())?;
        let folds: BTreeSet<usize> = self.predictions.iter().map(|p| p.row.fold).collect();
        let folds = folds.into_iter().map(|fold| {
            let inside: Vec<f64> = (self.predictions.iter())
                .map(|p| f64::from(u8::from(p.row.fold == fold)))
                .collect();
            let confusion = Confusion::new(predictions.truths(), &self.calls, &inside);
            OfFold {
                fold,
                pictures: inside.iter().sum::<f64>() as usize,
                auc: auc(&predictions, &inside),
                accuracy: confusion.accuracy(),
            }
        });
        Ok(Measured {
            folds: folds.collect(),
            metrics: measure(&predictions, settings),
        })
    }
}

impl Measured {
    fn document(&self) -> Value {
        let mut value = json!({
            "by_fold": self.folds.iter().map(|of| json!({
                "fold": of.fold,
                "n": of.pictures,
                "auc": of.auc,
                "accuracy": of.accuracy,
            })).collect::<Vec<_>>(),
            "confusion": {
                "classes": self.metrics.confusion.classes(),
                "rows_are_true": true,
                "counts": self.metrics.confusion.rows().collect::<Vec<_>>(),
            },
        });
        add_metrics(&mut value, &self.metrics);
        value
    }
}

/// Of weighted pictures: of class 1 of two, else the mean over classes of each against the rest.
fn auc(predictions: &Predictions, weights: &[f64]) -> Option<f64> {
    let classes = match predictions.classes() {
        2 => 1..2,
        classes => 0..classes,
    };
    let values: Vec<f64> = classes
        .filter_map(|class| {
            let truths = predictions.truths().iter();
            let positive: Vec<bool> = truths.map(|truth| *truth == class).collect();
            Ranking::new(&predictions.scores(class), &positive).auc(weights)
        })
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::super::table::Row;
    use super::*;

    /// Two collections whose logits lie apart: what is "yes" there is "no" here.
    fn predictions() -> Vec<Prediction> {
        let logit = |class: usize, index: usize, shift: f32| {
            shift + if class == 1 { 1.0 } else { -1.0 } + 0.01 * index as f32
        };
        (0..80)
            .map(|number| {
                let (collection, index) = (number % 2, number / 2);
                let class = index % 2;
                Prediction {
                    row: Row {
                        collection: ["low", "high"][collection].into(),
                        file: format!("{number}.png"),
                        class,
                        group: Some(format!("{collection} {}", index / 2)),
                        fold: 1 + index / 2 % 4,
                    },
                    logits: vec![0.0, logit(class, index, [-4.0, 4.0][collection])],
                    novelty: None,
                }
            })
            .collect()
    }

    #[test]
    fn every_collection_has_its_own_operating_point() {
        let names = ["low".to_owned(), "high".to_owned()];
        let figures =
            CrossValidated::new(&predictions(), &names, 2, false, Settings::default()).unwrap();
        assert_eq!(figures.folds, [1, 2, 3, 4]);
        for collection in &figures.collections {
            let metrics = &collection.measured.metrics;
            assert_eq!((metrics.pictures, metrics.units), (40, 20));
            let accuracy = metrics.accuracy.unwrap();
            assert_eq!(accuracy.value, 1.0, "{}", collection.name);
            assert_eq!(collection.nested.len(), 4);
        }
        let [low, high] = &figures.collections[..] else {
            panic!("two collections");
        };
        assert!(low.calibration.threshold < high.calibration.threshold);
        // By one half for all, half of the pictures would be called wrongly.
        assert_eq!(figures.pooled.metrics.accuracy.unwrap().value, 1.0);
        assert!(figures.pooled.metrics.auc.unwrap().value < 0.9);
        let document = figures.document(&["no".into(), "yes".into()]);
        assert_eq!(document["pooled"]["n"], 80);
        assert_eq!(document["collections"][1]["by_fold"][0]["n"], 10);
        assert_eq!(document["collections"][0]["by_fold"][2]["auc"], 1.0);
    }
}
