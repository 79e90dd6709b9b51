//! The fit beside scikit-learn's.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use serde_json::Value;
use softcam_teach::{Layer, Regression};

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

fn table(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let parts: Vec<f64> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f64 = parts.iter().sum();
    parts.into_iter().map(|part| part / sum).collect()
}

#[test]
fn probabilities_and_weights_are_those_of_scikit_learn() {
    let document: Value = serde_json::from_str(include_str!("logistic.json")).unwrap();
    for case in document["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let rows = table(&case["rows"]);
        let labels: Vec<usize> = (numbers(&case["labels"]).into_iter())
            .map(|label| label as usize)
            .collect();
        let count = case["classes"].as_u64().unwrap() as usize;
        let width = rows[0].len();
        let flat = rows.concat();
        let problem = Regression {
            rows: &flat,
            width,
            classes: &labels,
            count,
        };
        let members: Vec<usize> = (0..rows.len()).collect();
        let penalty = case["penalty"].as_f64().unwrap();
        let layer = problem.fit(&members, penalty, &Layer::zero(count, width), 1e-9);
        for (row, expected) in rows.iter().zip(table(&case["probabilities"])) {
            for (got, expected) in softmax(&layer.logits(row)).iter().zip(expected) {
                assert!((got - expected).abs() < 1e-4, "{name}: {got} {expected}");
            }
        }
        let filters: Vec<(&[f64], f64)> = layer.filters().collect();
        let expected = table(&case["weights"]);
        for (class, expected) in expected.iter().enumerate() {
            for (at, expected) in expected.iter().enumerate() {
                // Of two classes, scikit-learn has the difference.
                let got = match count {
                    2 => filters[1].0[at] - filters[0].0[at],
                    _ => filters[class].0[at],
                };
                assert!((got - expected).abs() < 1e-4, "{name}: {got} {expected}");
            }
        }
    }
}
