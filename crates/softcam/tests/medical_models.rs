//! The shipped medical models: what their cards must say, what their reference must be, and that damage to either is
//! refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bytes;
use softcam::preprocess::{Limits, decode};
use softcam::weights::file::{read, write};
use softcam::weights::{Model, ModelCard, OperatingPoint, Population};
use softcam::{Device, Explainer, Fault};

const NAMES: [&str; 10] = [
    "fundus-dense",
    "fundus-sparse",
    "oct-dense",
    "oct-sparse",
    "fundus-grades",
    "chest-dense",
    "chest-sparse",
    "marker-none",
    "marker-random",
    "marker-tied",
];

fn file_of(name: &str) -> Vec<u8> {
    bytes(&format!("web/models/{name}.safetensors"))
}

#[test]
fn cards_say_what_a_medical_model_must_say() {
    for name in NAMES {
        let bytes = file_of(name);
        assert!(bytes.len() < 6_000_000, "{name}: {} bytes", bytes.len());
        let model = read(&bytes).unwrap();
        assert!(write(&model).unwrap() == bytes, "{name}");
        let card = &model.card;
        assert!(card.medical, "{name}");
        assert_eq!(
            card.operating_point.is_some(),
            card.classes.len() == 2,
            "{name}"
        );
        assert!(
            card.novelty.is_some() && model.novelty_reference.is_some(),
            "{name}"
        );
        assert!(
            card.figures.iter().any(|figure| figure.name == "AUC"),
            "{name}"
        );
        assert!(card.intended_use.contains("no medical device"), "{name}");
        assert!(card.limits.len() >= 3, "{name}");
        let explainer = Explainer::new(model, &Device::flex()).unwrap();
        let test = pollster::block_on(explainer.self_test()).unwrap();
        assert!(test.passed(), "{name}: {test:?}");
    }
}

#[test]
fn a_cat_is_flagged_by_all_and_a_sample_of_its_own_by_none() {
    let open =
        |path: &str| decode(&bytes(&format!("web/samples/{path}")), &Limits::default()).unwrap();
    let own = |name: &str| match &name[..3] {
        "fun" => open("fundus/idrid-001.jpg"),
        "oct" => open("oct/drusen-364469-1.jpg"),
        "mar" => open("marker/kermany-person1065_bacteria_2999.jpg"),
        _ => open("chest/kermany-person1946_bacteria_4874.jpg"),
    };
    for name in NAMES {
        let explainer = Explainer::new(read(&file_of(name)).unwrap(), &Device::flex()).unwrap();
        let flagged = |photo: &softcam::preprocess::Photo| {
            let explanation = explainer.explain(photo, explainer.default_request());
            let explanation = pollster::block_on(explanation).unwrap();
            explanation.answer.novelty.unwrap().flagged()
        };
        assert!(flagged(&open("chelsea.jpg")), "{name}");
        assert!(!flagged(&own(name)), "{name}");
    }
}

#[test]
fn damaged_references_and_points_are_refused() {
    let damaged = |change: &dyn Fn(&mut Model)| {
        let mut model = read(&file_of("fundus-dense")).unwrap();
        change(&mut model);
        let error = read(&write(&model).unwrap()).unwrap_err();
        assert_eq!(error.fault(), Fault::Model, "{error}");
        error.to_string()
    };
    type Change = fn(&mut Model);
    let cases: [(Change, &str); 13] = [
        (
            |m| m.novelty_reference.as_mut().unwrap().variance[0] = 0.0,
            "reference.variance",
        ),
        (
            |m| m.novelty_reference.as_mut().unwrap().mean[3] = f32::NAN,
            "reference.mean",
        ),
        (|m| m.novelty_reference = None, "reference."),
        (
            |m| m.card.novelty.as_mut().unwrap().threshold = -1.0,
            "out-of-distribution",
        ),
        (
            |m| m.card.novelty.as_mut().unwrap().residual_variance = 0.0,
            "residual variance",
        ),
        (
            |m| m.card.novelty.as_mut().unwrap().blocks = Some(0),
            "0 blocks",
        ),
        (
            |m| m.card.novelty.as_mut().unwrap().blocks = Some(19),
            "network has 9",
        ),
        (
            |m| m.card.operating_point.as_mut().unwrap().positive = 2,
            "operating point",
        ),
        (
            |m| m.card.populations = vec![population(m, "a"), population(m, "A ")],
            "two have it",
        ),
        (|m| m.card.populations = vec![population(m, " ")], "no name"),
        (
            |m| {
                m.card.populations = vec![population(m, "a")];
                m.card.populations[0].temperature += 1.0;
            },
            "first population, \"a\"",
        ),
        (
            |m| {
                m.card.populations = vec![population(m, "a"), population(m, "b")];
                m.card.populations[1].temperature = 0.0;
            },
            "temperature 0",
        ),
        (
            |m| {
                m.card.operating_point = Some(OperatingPoint {
                    positive: 1,
                    probability: 1.0,
                    chosen: String::new(),
                });
            },
            "operating point",
        ),
    ];
    for (change, expected) in cases {
        let message = damaged(&change);
        assert!(message.contains(expected), "no {expected} in {message}");
    }
}

/// With what the card says of all pictures.
fn population(model: &Model, name: &str) -> Population {
    Population {
        name: name.to_owned(),
        temperature: model.card.temperature,
        operating_point: model.card.operating_point.clone(),
    }
}

#[test]
fn a_population_has_its_own_temperature_and_point() {
    let model = read(&file_of("chest-dense")).unwrap();
    let mut card = model.card.clone();
    card.populations.clear();
    let plain = card.clone();
    let error = card.for_population("adults").unwrap_err();
    assert_eq!(error.code(), "population-none");
    card.populations = vec![population(&model, "children"), population(&model, "adults")];
    card.populations[1].temperature = 2.5;
    card.populations[1]
        .operating_point
        .as_mut()
        .unwrap()
        .probability = 0.25;
    card.check().unwrap();
    let json = serde_json::to_string(&card).unwrap();
    let card = ModelCard::from_json(&json).unwrap();

    let adults = card.for_population(" Adults").unwrap();
    adults.check().unwrap();
    assert_eq!(adults.temperature, 2.5);
    assert_eq!(adults.operating_point.as_ref().unwrap().probability, 0.25);
    assert_eq!(adults.populations[0].name, "adults");
    let back = adults.for_population("children").unwrap();
    assert_eq!(back, card, "the order of two is what it was");
    let error = card.for_population("dogs").unwrap_err();
    assert_eq!(error.code(), "population-unknown");
    assert!(error.advice().contains("children, adults"));
    // Cards without them are written as ever.
    let plain = serde_json::to_string(&plain).unwrap();
    assert!(!plain.contains("populations"));
}
