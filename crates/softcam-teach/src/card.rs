//! The card of a taught model: honest about how little it has seen.

use crate::report::Report;
use softcam::weights::{Figure, ModelCard, Provenance};

/// The card of a model with `names` as classes on the backbone of `base`.
pub fn card(base: &ModelCard, names: &[String], report: &Report) -> ModelCard {
    let total: usize = report.pictures.iter().sum();
    let counts: Vec<String> = (names.iter().zip(&report.pictures))
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let counts = counts.join(", ");
    let from = &base.provenance;
    let chosen = if report.accuracy.is_some() {
        "chosen by cross-validation"
    } else {
        "not chosen by cross-validation, since a class has pictures of one burst alone"
    };
    let figures = (report.accuracy.iter())
        .map(|accuracy| Figure {
            name: "accuracy, cross-validated".to_owned(),
            value: accuracy.share,
            low: Some(accuracy.low),
            high: Some(accuracy.high),
            measured_on: format!(
                "the visitor's own {total} pictures ({counts}), {} folds; pictures of one burst, and nearly equal ones, are never in two folds and count as one for the interval ({} in all); the penalty was chosen without the fold",
                accuracy.folds, accuracy.independent
            ),
        })
        .collect();
    ModelCard {
        title: format!("Own classes: {}", names.join(", ")),
        temperature: 1.0,
        medical: false,
        operating_point: None,
        populations: Vec::new(),
        novelty: None,
        provenance: Provenance {
            weights: format!("Backbone: {}. Class-evidence layer: made by a visitor.", base.title),
            licence: from.licence.clone(),
            attribution: from.attribution.clone(),
            training_data: format!(
                "Backbone: {}. Class-evidence layer: {total} pictures of the visitor's own ({counts}), none of which is in this file.",
                from.training_data.trim_end_matches('.')
            ),
            conversion: format!(
                "{} Then the class-evidence layer was fitted anew by multinomial logistic regression on mean features, with an L2 penalty of {} for features of mean square 1, {chosen}; the backbone is unchanged.",
                from.conversion, report.penalty
            ),
        },
        figures,
        intended_use: "To try out how a network learns classes from a few pictures, and what it goes by.".to_owned(),
        limits: vec![
            format!("Made by a visitor from {total} pictures. Nobody else has checked it."),
            "Not for medical pictures: it is no diagnosis and no medical device, whatever its classes are called.".to_owned(),
            "It names one of its classes for any picture: so few pictures are no reference to tell unlike ones by, and it has none.".to_owned(),
            "What all pictures of a class share, such as a background or the light, it may take for the class.".to_owned(),
            "A cell of the map sees far more of the photo than the square that it is drawn on, so borders in the map are not borders of objects.".to_owned(),
        ],
        classes: names.to_vec(),
        ..base.clone()
    }
}
