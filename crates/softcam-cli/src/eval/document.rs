//! All figures as JSON.

use super::measured::{Localisation, Measured};
use super::results::Results;
use crate::figures::{add_metrics, estimate};
use crate::folds::figures::calibration;
use serde_json::{Value, json};
use softcam::weights::ModelCard;
use softcam_eval::localisation::Options;
use softcam_eval::{Decision, Estimate};

/// The document that `--json` writes: the figures of the model at the top, those of the other under `against`.
pub fn document(results: &Results) -> Value {
    let [first, others @ ..] = results.models else {
        unreachable!("there is a model");
    };
    let mut document = model(first, results);
    document["skipped"] = json!({
        "unmapped": results.data.set.unmapped,
        "excluded": results.data.set.excluded,
        "repeated": results.data.set.repeated,
        "unreadable": results.answered.unreadable.len(),
        "unreadable_files": results.answered.unreadable.iter().map(|(file, _)| file).collect::<Vec<_>>(),
    });
    document["intervals"] = json!(format!(
        "95 %, percentile bootstrap over {}, {} resamples",
        results.data.unit,
        softcam_eval::Bootstrap::default().resamples
    ));
    document["seconds"] = json!(results.seconds);
    if let Some(nested) = &results.answered.nested {
        let classes = &first.subject.model.card.classes;
        let folds = nested.calibrations.iter().map(|(fold, used)| {
            let mut value = calibration(used, classes);
            value["fold"] = json!(fold);
            value
        });
        document["folds"] = folds.collect();
    }
    if let (Some(second), Some(agreement)) = (others.first(), &results.agreement) {
        let mut against = model(second, results);
        against["agreement"] = json!(agreement.share);
        against["largest_logit_difference"] = json!(agreement.largest_logit_difference);
        document["against"] = against;
    }
    document
}

fn model(measured: &Measured, results: &Results) -> Value {
    let metrics = &measured.metrics;
    let card = &measured.subject.model.card;
    let name = |class: usize| card.classes[class].as_str();
    let confusion = &metrics.confusion;
    let counts: Vec<Vec<u64>> = confusion
        .rows()
        .map(|row| row.iter().map(|count| *count as u64).collect())
        .collect();
    let operating_point = match measured.subject.decision() {
        _ if results.answered.nested.is_some() => Value::Null,
        Decision::Threshold {
            positive,
            probability,
        } => json!({
            "positive": name(positive),
            "probability": probability,
            "from_card": card.operating_point.is_some(),
        }),
        Decision::Largest => Value::Null,
    };
    let mut document = json!({
        "model": measured.subject.file,
        "title": card.title,
        "precision": measured.subject.precision(),
        "population": card.populations.first().map(|population| &population.name),
        "size": measured.request.size,
        "fit": measured.request.fit,
        "confusion": {
            "classes": confusion.classes().iter().map(|class| name(*class)).collect::<Vec<_>>(),
            "rows_are_true": true,
            "counts": counts,
        },
        "threshold": {
            "operating_point": operating_point,
            "youden_on_these_pictures": metrics.youden,
        },
        "reliability": metrics.reliability.iter().filter(|bin| bin.count > 0.0).map(|bin| json!({
            "from": bin.range.0,
            "to": bin.range.1,
            "n": bin.count as u64,
            "confidence": bin.confidence,
            "accuracy": bin.accuracy,
        })).collect::<Vec<_>>(),
        "evidence": {
            "mean_absolute": measured.mean_evidence,
            "empty_cells": measured.empty_cells,
        },
        "out_of_distribution": out_of_distribution(measured.flagged, metrics.pictures, card),
        "localisation": measured.located.as_ref().zip(results.boxes).map(|(located, task)| {
            let mut all = localisation(&located.all, task.options);
            all["map"] = json!(task.evidence.describe(&card.classes));
            all["answered_rightly"] = json!(located.right.as_ref().map(|l| localisation(l, task.options)));
            all
        }),
    });
    add_metrics(&mut document, metrics);
    document["few"] = few(&metrics.few, &card.classes);
    document
}

/// Classes with few units, and how many.
pub fn few(few: &[(usize, usize)], classes: &[String]) -> Value {
    let few = few.iter();
    few.map(|(class, units)| json!({"class": classes[*class], "groups": units}))
        .collect()
}

fn localisation(located: &Localisation, options: Options) -> Value {
    let beside = |measure: Option<Estimate>, chance: f64| {
        let mut value = estimate(measure);
        value["chance"] = json!(chance);
        value
    };
    let mut patches = beside(located.patches, located.patch_share);
    patches["k"] = json!(options.top);
    let mut near = beside(located.pointing_nearly, located.box_share_nearly);
    near["px"] = json!(options.tolerance);
    json!({
        "n": located.pictures,
        "without_positive_evidence": located.silent,
        "box_share": located.box_share,
        "activation_precision": beside(located.precision, located.box_share),
        "activation_sensitivity": estimate(located.sensitivity),
        "pointing_game": beside(located.pointing, located.box_share),
        "pointing_game_near": near,
        "patch_precision": patches,
    })
}

/// How many of so many pictures were flagged, where the model can tell.
pub fn out_of_distribution(
    flagged: Option<usize>,
    pictures: usize,
    card: &ModelCard,
) -> Option<Value> {
    flagged.map(|flagged| {
        json!({
            "flagged": flagged,
            "share": flagged as f64 / pictures as f64,
            "threshold": card.novelty.as_ref().map(|limits| limits.threshold),
        })
    })
}
