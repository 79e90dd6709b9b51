//! How two models differ on the same pictures.

use super::answers::Answered;
use super::measured::Measured;

/// How two models differ.
pub struct Agreement {
    /// Share of pictures that both answer alike, each by its own operating point.
    pub share: f64,
    /// Of any picture and class.
    pub largest_logit_difference: f64,
}

impl Agreement {
    /// Compares the first two models; there must be two.
    pub fn new(answered: &Answered, models: &[Measured]) -> Self {
        let [first, second, ..] = models else {
            unreachable!("two models were run");
        };
        let alike = first
            .calls
            .iter()
            .zip(&second.calls)
            .filter(|(a, b)| a == b)
            .count();
        let differences = answered.pictures.iter().flat_map(|(_, answers)| {
            let pairs = answers[0].logits.iter().zip(&answers[1].logits);
            pairs.map(|(a, b)| f64::from((a - b).abs()))
        });
        Self {
            share: alike as f64 / first.calls.len() as f64,
            largest_logit_difference: differences.fold(0.0, f64::max),
        }
    }
}
