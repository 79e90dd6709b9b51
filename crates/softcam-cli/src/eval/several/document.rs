//! All figures as JSON, and as a card has them.

use super::results::{Measured, Results};
use crate::eval::document::{few, out_of_distribution};
use crate::figures::{estimate, figure};
use serde_json::{Value, json};
use softcam::weights::Figure;
use softcam_eval::Bootstrap;
use softcam_eval::several::{OfClass, YES};

/// The document that `--json` writes: the figures of the model at the top, those of the other under `against`.
pub fn document(results: &Results) -> Value {
    let [first, others @ ..] = results.models else {
        unreachable!("there is a model");
    };
    let mut document = model(first);
    let set = &results.data.set;
    let unreadable = &results.answered.unreadable;
    document["not_measured"] = json!(results.without_labels());
    document["skipped"] = json!({
        "unlabelled": set.unlabelled,
        "excluded": set.excluded,
        "repeated": set.repeated,
        "unreadable": unreadable.len(),
        "unreadable_files": unreadable.iter().map(|(file, _)| file).collect::<Vec<_>>(),
    });
    document["intervals"] = json!(format!(
        "95 %, percentile bootstrap over {}, {} resamples",
        results.data.unit,
        Bootstrap::default().resamples
    ));
    document["seconds"] = json!(results.seconds);
    if let Some(second) = others.first() {
        document["against"] = model(second);
        document["against"]["largest_logit_difference"] = json!(results.largest_difference());
    }
    document
}

fn model(measured: &Measured) -> Value {
    let card = &measured.subject.model.card;
    let each = &measured.each;
    json!({
        "model": measured.subject.file,
        "title": card.title,
        "precision": measured.subject.precision(),
        "population": card.populations.first().map(|population| &population.name),
        "size": measured.request.size,
        "fit": measured.request.fit,
        "activation": card.activation,
        "yes_from": YES,
        "n": each.pictures,
        "groups": each.units,
        "auc": estimate(each.auc),
        "average_precision": estimate(each.average_precision),
        "sensitivity": estimate(each.sensitivity),
        "specificity": estimate(each.specificity),
        "few": few(&measured.few(), &card.classes),
        "classes": each.classes.iter().map(|class| of_class(measured, class)).collect::<Vec<_>>(),
        "evidence": {
            "mean_absolute": measured.mean_evidence,
            "empty_cells": measured.empty_cells,
        },
        "out_of_distribution": out_of_distribution(measured.flagged, each.pictures, card),
    })
}

fn of_class(measured: &Measured, class: &OfClass) -> Value {
    json!({
        "class": measured.name(class),
        "yes": class.positive,
        "no": class.negative,
        "unknown": measured.each.pictures - class.positive - class.negative,
        "auc": estimate(class.auc),
        "average_precision": estimate(class.average_precision),
        "sensitivity": estimate(class.sensitivity),
        "specificity": estimate(class.specificity),
    })
}

/// The figures as a card has them: how many pictures, means over classes, and how well each class is ranked.
pub fn figures(measured: &Measured, measured_on: &str) -> Vec<Figure> {
    let value = |name: &str, value: f64| Figure {
        name: name.to_owned(),
        value,
        measured_on: measured_on.to_owned(),
        ..Figure::default()
    };
    let each = &measured.each;
    let mut figures = vec![value("pictures", each.pictures as f64)];
    let means = [
        ("mean AUC", each.auc),
        ("mean average precision", each.average_precision),
        ("mean sensitivity", each.sensitivity),
        ("mean specificity", each.specificity),
    ];
    let means = means.map(|(name, mean)| (name.to_owned(), mean));
    let classes = each.classes.iter().flat_map(|class| {
        let name = measured.name(class);
        [
            (format!("AUC: {name}"), class.auc),
            (
                format!("average precision: {name}"),
                class.average_precision,
            ),
        ]
    });
    let estimates = means.into_iter().chain(classes);
    figures.extend(
        estimates.filter_map(|(name, estimate)| Some(figure(&name, estimate?, measured_on))),
    );
    if let Some(flagged) = measured.flagged {
        let share = flagged as f64 / each.pictures as f64;
        figures.push(value(
            "share flagged as unlike the training pictures",
            share,
        ));
    }
    figures.push(value("share of empty cells", measured.empty_cells));
    figures
}
