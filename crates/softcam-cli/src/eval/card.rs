//! Measured figures into a model's card.

use super::measured::{Localisation, Measured};
use crate::figures::{card_figures, figure};
use softcam::weights::{Figure, Model, file};
use softcam_eval::Estimate;

/// The model's file with these figures, which were measured on `measured_on`, in its card. Others of the same are replaced,
/// and those of other data stay.
pub fn with_figures(
    model: &Model,
    figures: Vec<Figure>,
    measured_on: &str,
) -> softcam::Result<Vec<u8>> {
    let mut model = model.clone();
    let kept = |figure: &Figure| figure.measured_on != measured_on;
    model.card.figures.retain(kept);
    model.card.figures.extend(figures);
    let bytes = file::write(&model)?;
    // No file leaves here that a reader would refuse.
    file::read(&bytes)?;
    Ok(bytes)
}

/// What was measured, as a card has it.
pub fn figures(measured: &Measured, measured_on: &str) -> Vec<Figure> {
    let located = measured.located.as_ref().map(|located| &located.all);
    let share = |count: usize| count as f64 / measured.metrics.pictures as f64;
    let value = |name: &str, value: Option<f64>| {
        Some(Figure {
            name: name.to_owned(),
            value: value?,
            measured_on: measured_on.to_owned(),
            ..Figure::default()
        })
    };
    let of = |name: &str, part: fn(&Localisation) -> Option<Estimate>| {
        let estimate = located.and_then(part)?;
        Some(figure(name, estimate, measured_on))
    };
    let more = [
        value(
            "share flagged as unlike the training pictures",
            measured.flagged.map(share),
        ),
        value("share of empty cells", Some(measured.empty_cells)),
        of("activation precision", |l| l.precision),
        of("activation sensitivity", |l| l.sensitivity),
        of("pointing game", |l| l.pointing),
        of("patch precision", |l| l.patches),
        value(
            "share of the picture in boxes",
            located.map(|l| l.box_share),
        ),
    ];
    let mut figures = card_figures(&measured.metrics, measured_on);
    figures.extend(more.into_iter().flatten());
    figures
}
