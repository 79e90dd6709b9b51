//! What is chosen after training: a temperature, an operating point, and a threshold for unlike pictures.

use super::arguments::Arguments;
use crate::figures::card_figures;
use crate::folds::figures::CrossValidated;
use crate::folds::table::Prediction;
use softcam::network::Output;
use softcam::novelty::NoveltyReference;
use softcam::weights::{Figure, NoveltyLimits, OperatingPoint, Population};
use softcam_eval::OutOfFold;
use softcam_eval::cross_validation::Calibration;
use softcam_train::Pictures;
use std::collections::BTreeMap;

/// What a finished model's card and file get.
pub struct Fitted {
    /// Added to the classes' logits; empty where none were wanted.
    pub offsets: Vec<f32>,
    /// Logits are divided by it.
    pub temperature: f32,
    /// Where "yes" begins, for two classes.
    pub operating_point: Option<OperatingPoint>,
    /// Collections, where each has a temperature and an operating point of its own.
    pub populations: Vec<Population>,
    /// Measured figures.
    pub figures: Vec<Figure>,
    /// What unlike pictures are told by.
    pub novelty: Option<(NoveltyLimits, NoveltyReference)>,
}

impl Fitted {
    /// For a model that is only one of several folds': pictures to compare with, and no threshold, which comes from all folds.
    pub fn of_fold(reference: Option<(NoveltyReference, Reference)>) -> Self {
        let novelty = reference.map(|(reference, about)| {
            let limits = NoveltyLimits {
                threshold: f32::MAX,
                residual_variance: reference.residual_variance,
                blocks: Some(about.watched),
                counterparts: Vec::new(),
                fitted: format!(
                    "from {} pictures that the model was trained on; without a threshold, since this is the model of one fold",
                    about.pictures
                ),
            };
            (limits, reference)
        });
        Self {
            novelty,
            ..Self::nothing()
        }
    }

    fn nothing() -> Self {
        Self {
            offsets: Vec::new(),
            temperature: 1.0,
            operating_point: None,
            populations: Vec::new(),
            figures: Vec::new(),
            novelty: None,
        }
    }

    /// By what a model says about `tune`; `limits` are for the scores of unlike pictures.
    pub fn on_tune(
        outputs: &[Output],
        tune: &Pictures,
        reference: Option<(NoveltyReference, Reference)>,
        arguments: &Arguments,
    ) -> crate::failure::Result<Self> {
        let count = tune.items.len();
        let pictures = OutOfFold::new(
            tune.classes.len(),
            outputs
                .iter()
                .flat_map(|output| output.logits.clone())
                .collect(),
            tune.items.iter().map(|item| item.class).collect(),
            vec![0; count],
        )?;
        let calibration = pictures.calibration()?;
        let on = format!("the tune part, {count} pictures");
        let novelty = reference.map(|(reference, about)| {
            let mut scores: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
            for (item, output) in tune.items.iter().zip(outputs) {
                scores
                    .entry(item.source)
                    .or_default()
                    .push(reference.score(&output.features));
            }
            (about.limits(&reference, scores, &on, arguments), reference)
        });
        Ok(Self {
            temperature: calibration.temperature,
            operating_point: operating_point(&calibration, &on),
            novelty,
            ..Self::nothing()
        })
    }

    /// By what the models of `folds` folds said about pictures that they did not see, for a model that was trained on all
    /// of them; each collection is a population of its own where there are several, the first one the default.
    ///
    /// The threshold for unlike pictures comes from scores out of fold, too: every picture's score is by the model of its
    /// fold against the Gaussian of the pictures which that was trained on. The reference in the file is the final model's,
    /// made in the same way of all pictures, so that a new picture like these scores as those did, or, with more pictures to
    /// compare with, a little less: the threshold errs on the side of letting pictures pass. Scores of the final model's own
    /// pictures would be too small, for it knows them.
    pub fn out_of_fold(
        figures: &CrossValidated,
        predictions: &[Prediction],
        reference: Option<(NoveltyReference, Reference)>,
        by: &str,
        arguments: &Arguments,
    ) -> Self {
        let folds = figures.folds.len();
        let on = |what: &str, count: usize| {
            format!(
                "{count} pictures{what}, each answered by that model of a cross-validation by {by} in {folds} folds which had not seen it"
            )
        };
        let several = figures.collections.len() > 1;
        let mut populations: Vec<Population> = (figures.collections.iter())
            .map(|collection| {
                let what = if several {
                    format!(" of {}", collection.name)
                } else {
                    String::new()
                };
                let on = on(&what, collection.measured.metrics.pictures);
                Population {
                    name: collection.name.clone(),
                    temperature: collection.calibration.temperature,
                    operating_point: operating_point(&collection.calibration, &on),
                }
            })
            .collect();
        let (temperature, operating_point) = match populations.first() {
            Some(first) => (first.temperature, first.operating_point.clone()),
            None => (1.0, None),
        };
        // Of several collections, the first one's: --class-offsets is refused there.
        let offsets = (figures.collections.first())
            .map(|collection| collection.calibration.offsets.clone())
            .unwrap_or_default();
        if !several {
            populations.clear();
        }
        let novelty = reference.map(|(reference, about)| {
            let mut scores: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
            for prediction in predictions {
                let mut names = figures.collections.iter().map(|c| &c.name);
                let collection = names.position(|name| *name == prediction.row.collection);
                let of_collection = scores.entry(collection.unwrap_or(0)).or_default();
                of_collection.extend(prediction.novelty);
            }
            let on = on("", predictions.len());
            (about.limits(&reference, scores, &on, arguments), reference)
        });
        let measured_on = |name: &str| {
            let of = if name.is_empty() {
                String::new()
            } else {
                format!(": {name}")
            };
            format!("cross-validation by {by}, {folds} folds{of}")
        };
        let mut all = Vec::new();
        for collection in &figures.collections {
            let name = if several {
                collection.name.as_str()
            } else {
                ""
            };
            all.extend(card_figures(
                &collection.measured.metrics,
                &measured_on(name),
            ));
        }
        if several {
            let on = measured_on("all collections");
            all.extend(card_figures(&figures.pooled.metrics, &on));
        }
        Self {
            offsets,
            temperature,
            operating_point,
            populations,
            figures: all,
            novelty,
        }
    }
}

/// The card's operating point; `on` is what it was chosen on.
pub fn operating_point(calibration: &Calibration, on: &str) -> Option<OperatingPoint> {
    Some(OperatingPoint {
        positive: 1,
        probability: calibration.threshold?,
        chosen: format!("largest sensitivity + specificity (Youden) on {on}"),
    })
}

/// What a reference of known pictures was made from.
#[derive(Clone, Copy)]
pub struct Reference {
    /// Blocks whose features are compared.
    pub watched: usize,
    /// Pictures that it was fitted on.
    pub pictures: usize,
}

impl Reference {
    /// The threshold from `scores` of known pictures that the reference was not made from, by collection; `on` says which.
    /// Every collection's pictures are to pass, not only those of the largest.
    pub fn limits(
        self,
        reference: &NoveltyReference,
        mut scores: BTreeMap<usize, Vec<f32>>,
        on: &str,
        arguments: &Arguments,
    ) -> NoveltyLimits {
        let known = (scores.values_mut())
            .map(|scores| {
                scores.sort_by(f32::total_cmp);
                quantile(scores, arguments.known)
            })
            .fold(0.0, f32::max);
        NoveltyLimits {
            threshold: (arguments.known_margin * known).max(f32::MIN_POSITIVE),
            residual_variance: reference.residual_variance,
            blocks: Some(self.watched),
            counterparts: Vec::new(),
            fitted: format!(
                "Mahalanobis distance of the pooled features behind the first {} blocks, {} directions, from {} pictures that the model was trained on; the threshold is {} times the score below which {} % of {}{on}, lie",
                self.watched,
                reference.variance.len(),
                self.pictures,
                arguments.known_margin,
                100.0 * arguments.known,
                if scores.len() > 1 {
                    "every collection of "
                } else {
                    ""
                },
            ),
        }
    }
}

/// Between neighbouring values in proportion; `sorted` ascends.
fn quantile(sorted: &[f32], share: f64) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let rest = (at - below as f64) as f32;
    sorted[below] + rest * (sorted[(below + 1).min(last)] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let sorted = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 0.75), 3.0);
        assert_eq!(quantile(&sorted, 1.0), 4.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
