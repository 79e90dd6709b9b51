//! All metrics of one set of predictions.

use crate::bootstrap::{Bootstrap, Estimate};
use crate::calibration::{Bin, expected_calibration_error, reliability};
use crate::confusion::{Confusion, cells, occurring};
use crate::predictions::Predictions;
use crate::ranking::{Ranking, RocPoint};
use std::collections::BTreeSet;

/// So many patients, or whatever else belongs together, a class should have at least.
pub const FEW: usize = 10;

/// What is to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// Of the intervals.
    pub bootstrap: Bootstrap,
    /// Whether the order of the classes means something, as that of grades does: quadratic kappa is measured then.
    pub ordinal: bool,
}

/// How good predictions are. What the data does not define is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    /// Number of pictures.
    pub pictures: usize,
    /// Number of patients, or whatever else belongs together; that of pictures where nothing does.
    pub units: usize,
    /// Share of right answers. For two classes an answer is "yes" from the operating point on, and not the more
    /// probable class: accuracy, F1, sensitivity and specificity then belong to one and the same way of answering.
    pub accuracy: Option<Estimate>,
    /// Of the positive class for two classes; else the mean over classes of each against the rest.
    pub auc: Option<Estimate>,
    /// Of the positive class for two classes; else the mean over classes.
    pub f1: Option<Estimate>,
    /// At the operating point for two classes; else the mean over classes, each against the rest, of the most probable.
    pub sensitivity: Option<Estimate>,
    /// Likewise.
    pub specificity: Option<Estimate>,
    /// Expected calibration error in 15 bins of the top class's probability.
    pub calibration_error: Option<Estimate>,
    /// Cohen's kappa with quadratic weights, where classes are ordered.
    pub kappa: Option<Estimate>,
    /// Classes that the pictures of fewer than [`FEW`] units are of, with the number of these units, ascending: their
    /// figures are a matter of chance, and intervals understate it. Of a single one, there is no interval.
    pub few: Vec<(usize, usize)>,
    /// What was called what.
    pub confusion: Confusion,
    /// What the calibration error was computed from.
    pub reliability: Vec<Bin>,
    /// ROC curves by class: of the positive one for two classes, else of each that occurs.
    pub roc: Vec<(usize, Vec<RocPoint>)>,
    /// For two classes, the threshold of the positive one that Youden's index would choose on these very data: to look
    /// at, not to report figures with.
    pub youden: Option<f64>,
}

/// Measures everything.
pub fn measure(predictions: &Predictions, settings: Settings) -> Metrics {
    let truths = predictions.truths();
    let units = predictions.units();
    let calls = predictions.calls();
    let positive = predictions.decision().positive();
    let ones = vec![1.0; truths.len()];
    let estimate =
        |statistic: &dyn Fn(&[f64]) -> Option<f64>| settings.bootstrap.estimate(units, statistic);

    let classes = occurring(truths, &calls);
    let cells = cells(&classes, truths, &calls);
    let confusion = |weights: &[f64]| Confusion::from_cells(classes.clone(), &cells, weights);
    let per_class = |metric: fn(&Confusion, usize) -> Option<f64>| {
        estimate(&|weights| match positive {
            Some(class) => metric(&confusion(weights), class),
            None => confusion(weights).macro_average(metric),
        })
    };

    let ranked: Vec<usize> = match positive {
        Some(class) => vec![class],
        None => occurring(truths, &[]),
    };
    let rankings: Vec<Ranking> = (ranked.iter())
        .map(|class| {
            let positive: Vec<bool> = truths.iter().map(|truth| truth == class).collect();
            Ranking::new(&predictions.scores(*class), &positive)
        })
        .collect();
    let auc = |weights: &[f64]| {
        let values: Vec<f64> = rankings.iter().filter_map(|r| r.auc(weights)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };

    // How many units there are of one side, and of both.
    let of = |is_one: &dyn Fn(usize) -> bool| {
        let pictures = truths
            .iter()
            .zip(units)
            .filter(|(truth, _)| is_one(**truth));
        distinct(pictures.map(|(_, unit)| *unit))
    };
    let (yes, no) = positive.map_or((usize::MAX, usize::MAX), |class| {
        (of(&|truth| truth == class), of(&|truth| truth != class))
    });
    let resting = |estimate: Option<Estimate>, units| estimate.map(|e| e.resting_on(units));
    let few = (occurring(truths, &[]).into_iter())
        .map(|class| (class, of(&|truth| truth == class)))
        .filter(|(_, units)| *units < FEW);

    let (confidences, correct) = predictions.confidences();
    let bins = |weights: &[f64]| reliability(&confidences, &correct, weights);
    let kappa = |weights: &[f64]| confusion(weights).quadratic_kappa();
    let curves = rankings.iter().map(|ranking| ranking.roc(&ones));
    Metrics {
        pictures: truths.len(),
        units: distinct(units.iter().copied()),
        accuracy: estimate(&|weights| confusion(weights).accuracy()),
        auc: resting(estimate(&auc), yes.min(no)),
        f1: resting(per_class(Confusion::f1), yes.min(no)),
        sensitivity: resting(per_class(Confusion::sensitivity), yes),
        specificity: resting(per_class(Confusion::specificity), no),
        calibration_error: estimate(&|weights| expected_calibration_error(&bins(weights))),
        kappa: settings.ordinal.then(|| estimate(&kappa)).flatten(),
        few: few.collect(),
        confusion: confusion(&ones),
        reliability: bins(&ones),
        roc: ranked.iter().copied().zip(curves).collect(),
        youden: positive
            .and(rankings.first())
            .and_then(|ranking| ranking.youden(&ones)),
    }
}

/// How many different ones there are.
pub(crate) fn distinct(units: impl Iterator<Item = usize>) -> usize {
    units.collect::<BTreeSet<_>>().len()
}
