//! The binary on the model and the samples that the page ships.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{refusal, repository, scratch, softcam, stdout};
use serde_json::Value;
use softcam::preprocess::{Limits, decode};
use std::fs;

fn model() -> std::path::PathBuf {
    repository("web/models/efficientnet-lite0.safetensors")
}

fn sample(name: &str) -> std::path::PathBuf {
    repository("web/samples").join(name)
}

#[test]
fn inspect_prints_card_layers_and_sizes() {
    let text = stdout(&softcam(arguments!["inspect", model()]));
    for expected in [
        "EfficientNet-Lite0",
        "Apache-2.0",
        "blocks.3.expand",
        "[32, 3, 3, 3]",
        "int8",
        &format!("{} bytes", fs::metadata(model()).unwrap().len()),
    ] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
    let card: Value =
        serde_json::from_str(&stdout(&softcam(arguments!["inspect", model(), "--json"]))).unwrap();
    assert_eq!(card["classes"].as_array().unwrap().len(), 1000);
}

#[test]
fn explain_adds_up_and_draws() {
    let out = scratch("explain").join("overlay.png");
    let output = softcam(arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        model(),
        "--json",
        "--all-maps",
        "--out",
        &out,
    ]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let number = |key: &str| answer[key].as_f64().unwrap();
    assert!(
        answer["name"].as_str().unwrap().contains("cat"),
        "{}",
        answer["name"]
    );
    assert!((number("sum_of_shares") - number("logit")).abs() < 1e-4);
    let cells = (number("rows") * number("columns")) as usize;
    assert_eq!(answer["maps"].as_array().unwrap().len(), 1000 * cells);
    let probabilities: f64 = answer["top"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["probability"].as_f64().unwrap())
        .sum();
    assert!((0.5..=1.0001).contains(&probabilities), "{probabilities}");

    let photo = decode(
        &fs::read(sample("chelsea.jpg")).unwrap(),
        &Limits::default(),
    )
    .unwrap()
    .size();
    let overlay = decode(&fs::read(out).unwrap(), &Limits::default()).unwrap();
    assert_eq!(overlay.size().width, photo.width);
    assert!(
        overlay.size().height > photo.height,
        "the colour bar is below the picture"
    );
    let orange = overlay
        .pixels
        .pixels()
        .filter(|p| p[0] > p[2].saturating_add(60))
        .count();
    assert!(orange > 1000, "evidence for the class is drawn in orange");
}

#[test]
fn any_class_can_be_asked_for_and_set_against_another() {
    let explain = |more: &[&str]| {
        let mut list = arguments![
            "explain",
            sample("chelsea.jpg"),
            "--model",
            model(),
            "--json"
        ]
        .to_vec();
        list.extend(more.iter().map(Into::into));
        serde_json::from_str::<Value>(&stdout(&softcam(list))).unwrap()
    };
    let number = |answer: &Value, key: &str| answer[key].as_f64().unwrap();
    let dog = explain(&["--class", "golden retriever"]);
    let cat = explain(&["--class", "tabby"]);
    let over = explain(&["--class", "tabby", "--against", "golden retriever"]);
    assert!(number(&cat, "logit") > number(&dog, "logit"));
    let difference = number(&cat, "logit") - number(&dog, "logit");
    assert!((number(&over, "logit") - difference).abs() < 1e-4);
    assert!((number(&over, "sum_of_shares") - difference).abs() < 1e-4);
    assert_eq!(number(&explain(&["--size", "320"]), "rows"), 10.0);
}

#[test]
fn mistakes_are_explained_on_standard_error() {
    let explain = |image: std::path::PathBuf, more: &[&str]| {
        let mut list = arguments!["explain", image, "--model", model()].to_vec();
        list.extend(more.iter().map(Into::into));
        refusal(&softcam(list))
    };
    assert!(explain(sample("nowhere.jpg"), &[]).contains("nowhere.jpg"));
    let unknown = explain(sample("chelsea.jpg"), &["--class", "tigger cat"]);
    assert!(unknown.contains("tiger cat"), "{unknown}");
    let size = explain(sample("chelsea.jpg"), &["--size", "7"]);
    assert!(size.contains("help:") && size.contains("224"), "{size}");
    let broken = explain(repository("tests/bad/images/truncated.jpg"), &[]);
    assert!(broken.contains("help:"), "{broken}");
    let not_a_model = refusal(&softcam(arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        sample("chelsea.jpg"),
    ]));
    assert!(not_a_model.contains("help:"), "{not_a_model}");
}
