//! Measured figures into a model's card.

use super::measured::Measured;
use softcam::weights::{Figure, Model, file};
use softcam_eval::Estimate;

/// The model's file with the figures in its card. Those that were measured on the same are replaced, others stay.
pub fn with_figures(
    model: &Model,
    measured: &Measured,
    measured_on: &str,
) -> softcam::Result<Vec<u8>> {
    let mut model = model.clone();
    let kept = |figure: &Figure| figure.measured_on != measured_on;
    model.card.figures.retain(kept);
    model.card.figures.extend(figures(measured, measured_on));
    let bytes = file::write(&model)?;
    // No file leaves here that a reader would refuse.
    file::read(&bytes)?;
    Ok(bytes)
}

fn figures(measured: &Measured, measured_on: &str) -> Vec<Figure> {
    let metrics = &measured.metrics;
    let value = |estimate: Option<Estimate>| estimate.map(|estimate| estimate.value);
    let located = measured.located.as_ref().map(|located| &located.all);
    let of = |part: fn(&super::measured::Localisation) -> Option<Estimate>| {
        located.and_then(part).map(|e| e.value)
    };
    let share = |count: usize| count as f64 / metrics.pictures as f64;
    let figures = [
        ("pictures", Some(metrics.pictures as f64)),
        ("accuracy", value(metrics.accuracy)),
        ("AUC", value(metrics.auc)),
        (
            "AUC, lower end of its 95 % interval",
            metrics.auc.map(|e| e.low),
        ),
        (
            "AUC, upper end of its 95 % interval",
            metrics.auc.map(|e| e.high),
        ),
        ("F1", value(metrics.f1)),
        ("sensitivity", value(metrics.sensitivity)),
        ("specificity", value(metrics.specificity)),
        (
            "expected calibration error",
            value(metrics.calibration_error),
        ),
        ("quadratic weighted kappa", value(metrics.kappa)),
        (
            "share flagged as unlike the training pictures",
            measured.flagged.map(share),
        ),
        ("share of empty cells", Some(measured.empty_cells)),
        ("activation precision", of(|l| l.precision)),
        ("activation sensitivity", of(|l| l.sensitivity)),
        ("pointing game", of(|l| l.pointing)),
        ("patch precision", of(|l| l.patches)),
        (
            "share of the picture in boxes",
            located.map(|l| l.box_share),
        ),
    ];
    (figures.into_iter())
        .filter_map(|(name, value)| {
            Some(Figure {
                name: name.to_owned(),
                value: value?,
                measured_on: measured_on.to_owned(),
            })
        })
        .collect()
}
