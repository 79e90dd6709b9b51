//! What is to be explained.

use serde::{Deserialize, Serialize};
use softcam::{Result, error};

/// A class, or a class over another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the map speaks for.
    pub class: usize,
    /// What it speaks against; none for the class alone.
    pub against: Option<usize>,
}

impl Target {
    /// The class alone.
    pub fn class(class: usize) -> Self {
        Self {
            class,
            against: None,
        }
    }

    /// The class over another.
    pub fn over(class: usize, against: usize) -> Self {
        Self {
            class,
            against: Some(against),
        }
    }

    /// Refuses classes that are not there, and a class against itself.
    pub(crate) fn check(&self, classes: usize) -> Result<()> {
        for class in [Some(self.class), self.against].into_iter().flatten() {
            if class >= classes {
                return Err(error!(CLASS_OUT_OF_RANGE, class, count = classes));
            }
        }
        if self.against == Some(self.class) {
            return Err(error!(METHOD_AGAINST_ITSELF, class = self.class));
        }
        Ok(())
    }

    /// The logit, or the difference of two.
    pub fn score(&self, logits: &[f32]) -> f32 {
        logits[self.class] - self.against.map_or(0.0, |other| logits[other])
    }

    /// The probability of the class; of two classes the difference of the logits, since the difference of two probabilities
    /// also moves with every third class. `of` gives the probabilities of all classes.
    pub fn probability(&self, logits: &[f32], of: impl FnOnce(&[f32]) -> Vec<f32>) -> f32 {
        match self.against {
            None => of(logits)[self.class],
            Some(_) => self.score(logits),
        }
    }

    /// What each logit counts in [`Self::score`].
    pub fn weights(&self, classes: usize) -> Vec<f32> {
        let mut weights = vec![0.0; classes];
        weights[self.class] = 1.0;
        if let Some(other) = self.against {
            weights[other] -= 1.0;
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_give_the_score() {
        let logits = [1.0, -2.5, 4.0];
        for target in [Target::class(1), Target::over(2, 1), Target::over(1, 2)] {
            let weights = target.weights(3);
            let sum: f32 = weights.iter().zip(logits).map(|(w, l)| w * l).sum();
            assert_eq!(sum, target.score(&logits));
        }
        let halves = |logits: &[f32]| vec![0.5; logits.len()];
        assert_eq!(Target::class(2).probability(&logits, halves), 0.5);
        assert_eq!(Target::over(2, 1).probability(&logits, halves), 6.5);
    }

    #[test]
    fn what_cannot_be_explained_is_refused() {
        assert!(Target::over(0, 2).check(3).is_ok());
        let code = |target: Target| target.check(3).unwrap_err().code();
        assert_eq!(code(Target::class(3)), "class-out-of-range");
        assert_eq!(code(Target::over(0, 3)), "class-out-of-range");
        assert_eq!(code(Target::over(1, 1)), "method-against-itself");
    }
}
