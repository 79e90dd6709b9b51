//! From logits to probabilities.

use crate::evidence::softmax;
use serde::{Deserialize, Serialize};

/// How probabilities follow from the logits of a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HeadActivation {
    /// One class is right: probabilities add up to 1.
    #[default]
    Softmax,
    /// Every class is a yes-or-no question of its own, and several may be right at once, or none.
    Sigmoid,
}

impl HeadActivation {
    /// Whether it is the usual one; cards leave that out.
    pub fn is_softmax(&self) -> bool {
        *self == Self::Softmax
    }

    /// Probabilities of `logits / temperature`, one per class, 0 to 1.
    pub fn probabilities(self, logits: &[f32], temperature: f32) -> Vec<f32> {
        match self {
            Self::Softmax => softmax(logits, temperature),
            Self::Sigmoid => (logits.iter())
                .map(|&logit| (1.0 / (1.0 + f64::from(-logit / temperature).exp())) as f32)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HeadActivation::{Sigmoid, Softmax};

    #[test]
    fn classes_that_do_not_exclude_each_other_have_probabilities_of_their_own() {
        let logits = [0.795_f32, 2.0, -1000.0, 1000.0];
        let several = Sigmoid.probabilities(&logits, 1.0);
        assert!((several[0] - 0.6889).abs() < 1e-4, "{several:?}");
        assert_eq!(several[2..], [0.0, 1.0]);
        assert_eq!(
            Sigmoid.probabilities(&logits[..1], 1.0)[0],
            several[0],
            "whatever the other logits are"
        );
        let cooler = Sigmoid.probabilities(&logits, 0.5);
        assert!((cooler[1] - 0.982_01).abs() < 1e-4, "{cooler:?}");
        let one: f32 = Softmax.probabilities(&logits[..2], 1.0).iter().sum();
        assert!((one - 1.0).abs() < 1e-6);
    }
}
