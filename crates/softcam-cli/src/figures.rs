//! What is measured of a classifier's answers, as text and as JSON.

use serde_json::{Value, json};
use softcam::weights::Figure;
use softcam_eval::{Estimate, FEW, Metrics};

/// Classes that a caution names.
const NAMED: usize = 5;

/// A metric's name, and where it is.
pub type Metric = (&'static str, fn(&Metrics) -> Option<Estimate>);

/// What is listed of every evaluation, in this order.
pub const METRICS: [Metric; 7] = [
    ("accuracy", |m| m.accuracy),
    ("AUC", |m| m.auc),
    ("F1", |m| m.f1),
    ("sensitivity", |m| m.sensitivity),
    ("specificity", |m| m.specificity),
    ("calibration error", |m| m.calibration_error),
    ("quadratic kappa", |m| m.kappa),
];

/// A value with its interval.
pub fn text(estimate: Option<Estimate>) -> String {
    match estimate {
        Some(estimate) => match estimate.interval() {
            Some((low, high)) => format!("{:.4}  ({low:.4} to {high:.4})", estimate.value),
            None => format!("{:.4}  (no interval)", estimate.value),
        },
        None => "not defined".to_owned(),
    }
}

/// A value with its interval; nulls where there is none.
pub fn estimate(estimate: Option<Estimate>) -> Value {
    let interval = estimate.and_then(Estimate::interval);
    json!({
        "value": estimate.map(|e| e.value),
        "low": interval.map(|(low, _)| low),
        "high": interval.map(|(_, high)| high),
    })
}

/// Says which classes have too few units, `unit` in the plural, to rely on their figures; nothing where all have enough.
pub fn caution(few: &[(usize, usize)], classes: &[String], unit: &str) -> Option<String> {
    let named: Vec<String> = (few.iter().take(NAMED))
        .map(|(class, units)| format!("{:?} {units}", classes[*class]))
        .collect();
    let more = match few.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more classes"),
    };
    (!few.is_empty()).then(|| {
        format!(
            "Classes with fewer than {FEW} {unit}: {}{more}. Their figures are a matter of chance, and intervals understate it.",
            named.join(", ")
        )
    })
}

/// Writes the metrics with their intervals into an object of JSON.
pub fn add_metrics(document: &mut Value, metrics: &Metrics) {
    document["n"] = json!(metrics.pictures);
    document["groups"] = json!(metrics.units);
    for (key, value) in [
        ("accuracy", metrics.accuracy),
        ("auc", metrics.auc),
        ("f1", metrics.f1),
        ("sensitivity", metrics.sensitivity),
        ("specificity", metrics.specificity),
        ("ece", metrics.calibration_error),
    ] {
        document[key] = estimate(value);
    }
    document["kappa"] = json!(metrics.kappa.map(|kappa| estimate(Some(kappa))));
}

/// The metrics as a card has them.
pub fn card_figures(metrics: &Metrics, measured_on: &str) -> Vec<Figure> {
    let pictures = Figure {
        name: "pictures".to_owned(),
        value: metrics.pictures as f64,
        measured_on: measured_on.to_owned(),
        ..Figure::default()
    };
    let estimates = [
        ("accuracy", metrics.accuracy),
        ("AUC", metrics.auc),
        ("F1", metrics.f1),
        ("sensitivity", metrics.sensitivity),
        ("specificity", metrics.specificity),
        ("expected calibration error", metrics.calibration_error),
        ("quadratic weighted kappa", metrics.kappa),
    ];
    let estimates = (estimates.into_iter())
        .filter_map(|(name, estimate)| Some(figure(name, estimate?, measured_on)));
    std::iter::once(pictures).chain(estimates).collect()
}

/// A value with its interval as a card has it.
pub fn figure(name: &str, estimate: Estimate, measured_on: &str) -> Figure {
    let interval = estimate.interval();
    Figure {
        name: name.to_owned(),
        value: estimate.value,
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        measured_on: measured_on.to_owned(),
    }
}

/// Whether names of classes are grades in order: three or more that all end in a number, one more each time.
pub fn are_grades(classes: &[String]) -> bool {
    let number = |name: &String| -> Option<u32> {
        let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        name[start..].parse().ok()
    };
    let numbers: Option<Vec<u32>> = classes.iter().map(number).collect();
    numbers.is_some_and(|n| {
        n.len() > 2
            && n.windows(2)
                .all(|pair| pair[0].checked_add(1) == Some(pair[1]))
    })
}

#[cfg(test)]
mod tests {
    use super::are_grades;

    #[test]
    fn grades_are_told_by_their_numbers() {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert!(are_grades(&names(&["0", "1", "2"])));
        assert!(are_grades(&names(&["grade 1", "grade 2", "grade 3"])));
        assert!(!are_grades(&names(&["grade 1", "grade 3", "grade 4"])));
        assert!(!are_grades(&names(&["no", "yes", "1"])));
        assert!(
            !are_grades(&names(&["0", "1"])),
            "two have no order to speak of"
        );
    }
}
