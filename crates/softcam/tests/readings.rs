//! What may be said of a picture, held to the outcomes that the page is held to as well.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bytes;
use serde::Deserialize;
use softcam::novelty::Novelty;
use softcam::reading::Reading;
use softcam::weights::{HeadActivation, ModelCard, OperatingPoint};

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    card: Card,
    logits: Vec<f32>,
    novelty: Option<Score>,
    expected: Expected,
}

/// What a reading depends on.
#[derive(Deserialize)]
struct Card {
    classes: Vec<String>,
    medical: bool,
    #[serde(default)]
    activation: HeadActivation,
    temperature: f32,
    operating_point: Option<OperatingPoint>,
}

#[derive(Deserialize)]
struct Score {
    /// JSON has no way to write what is not a number.
    score: Option<f32>,
    threshold: f32,
}

#[derive(Deserialize)]
struct Expected {
    notice: bool,
    flagged: bool,
    decision: Option<ExpectedDecision>,
    shown: ExpectedChoice,
    probabilities: Option<Vec<f32>>,
}

#[derive(Deserialize)]
struct ExpectedDecision {
    positive: usize,
    probability: f32,
    threshold: f32,
    yes: bool,
    on_evidence: f64,
}

#[derive(Debug, Deserialize)]
struct ExpectedChoice {
    class: usize,
    against: Option<usize>,
}

fn card(of: Card) -> ModelCard {
    ModelCard {
        classes: of.classes,
        medical: of.medical,
        activation: of.activation,
        temperature: of.temperature,
        operating_point: of.operating_point,
        ..common::shipped_model().card
    }
}

#[test]
fn every_case_comes_to_what_is_written() {
    let fixture: Fixture = serde_json::from_slice(&bytes("tests/fixtures/readings.json")).unwrap();
    assert!(fixture.cases.len() >= 12);
    for case in fixture.cases {
        let name = case.name;
        let card = card(case.card);
        let probabilities = card.probabilities(&case.logits);
        let novelty = case.novelty.map(|score| Novelty {
            score: score.score.unwrap_or(f32::NAN),
            threshold: score.threshold,
            counterpart: None,
        });
        let reading = Reading::of(&card, &case.logits, &probabilities, novelty);
        let expected = case.expected;
        assert_eq!(reading.notice, expected.notice, "{name}");
        assert_eq!(reading.flagged, expected.flagged, "{name}");
        assert_eq!(reading.shown.class, expected.shown.class, "{name}");
        assert_eq!(reading.shown.against, expected.shown.against, "{name}");
        assert_eq!(
            reading.decision.is_some(),
            expected.decision.is_some(),
            "{name}"
        );
        for (got, wanted) in probabilities
            .iter()
            .zip(expected.probabilities.iter().flatten())
        {
            assert!((got - wanted).abs() < 1e-5, "{name}: {probabilities:?}");
        }
        if let (Some(got), Some(wanted)) = (reading.decision, expected.decision) {
            assert_eq!(
                (got.positive, got.yes),
                (wanted.positive, wanted.yes),
                "{name}"
            );
            assert!(
                (got.probability - wanted.probability).abs() < 1e-5,
                "{name}: {got:?}"
            );
            assert!(
                (got.threshold - wanted.threshold).abs() < 1e-6,
                "{name}: {got:?}"
            );
            assert!(
                (got.on_evidence - wanted.on_evidence).abs() < 1e-5,
                "{name}: {got:?}"
            );
            // Both ways of asking say the same.
            let difference = case.logits[got.positive] - case.logits[1 - got.positive];
            assert_eq!(f64::from(difference) >= got.on_evidence, got.yes, "{name}");
        }
    }
}
