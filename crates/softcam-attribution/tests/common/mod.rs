//! What the tests share: the networks that PyTorch's fixtures were made with, and their input.

#![allow(dead_code, reason = "each test file uses its own part")]

#[path = "../../../softcam/tests/common/torch.rs"]
pub mod torch;

use softcam::conversion::{Card, Precision, convert};
use softcam::weights::Model;
use softcam_attribution::{Attribution, Classifier, Method, Options, Plan, Subject, Target};
use std::path::Path;

/// Bytes of a file of the repository.
pub fn bytes(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A network of tests/parity/make_torch_fixtures.py with five classes, by its name there.
pub fn model(name: &str) -> Model {
    let tensors = torch::state_dict(&torch::modules()[name]);
    let card = Card::Made(Box::default());
    convert(tensors, card, Precision::Float32, |_| {})
        .unwrap()
        .model
}

/// The same, ready to be explained.
pub fn classifier(name: &str) -> Classifier {
    Classifier::new(&model(name)).unwrap()
}

/// The input of those fixtures in front of a network.
pub fn subject(classifier: &Classifier, size: usize) -> Subject<'_> {
    Subject::new(classifier, torch::image(size), size).unwrap()
}

/// A method's map.
pub fn explained(
    subject: &Subject,
    method: Method,
    target: Target,
    options: &Options,
) -> Attribution {
    finished(Plan::new(subject, method, target, options).unwrap())
}

/// Runs every pass of a plan.
pub fn finished(mut plan: Plan) -> Attribution {
    for index in 0..plan.passes() {
        let pass = plan.pass(index).unwrap();
        plan.absorb(index, pass);
    }
    plan.finish().unwrap()
}

/// Largest absolute value.
pub fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// Largest absolute difference.
pub fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    largest(&differences)
}
