//! Whether a picture is like those that a model knows: out-of-distribution detection.
//!
//! A classifier answers whatever it is shown; a holiday photo dropped on a chest model gets a probability of pneumonia
//! like any film. The score here is the squared Mahalanobis distance (Lee et al., "A Simple Unified Framework for
//! Detecting Out-of-Distribution Samples", NeurIPS 2018) of the pooled features, under the Gaussian of probabilistic
//! PCA (Tipping & Bishop 1999): full variance along the leading directions of the training pictures, one shared variance
//! along all others. The latter is what most unlike pictures are caught by (as in ViM, Wang et al., CVPR 2022). The
//! features are those of a block in the middle (Lee et al. join several): what the last ones keep is what tells the classes
//! apart, and a strong penalty on the evidence leaves them even less to tell unlike pictures by.

mod counterpart;

pub use counterpart::{Counterpart, more_familiar, tells};

use serde::Serialize;

/// The Gaussian of the features of known pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct NoveltyReference {
    /// `[features]`.
    pub mean: Vec<f32>,
    /// `[directions, features]`, row-major, orthonormal rows.
    pub basis: Vec<f32>,
    /// `[directions]`, positive: variance along each.
    pub variance: Vec<f32>,
    /// Positive: variance along every other direction.
    pub residual_variance: f32,
}

impl NoveltyReference {
    /// Squared Mahalanobis distance per feature, so that a picture like those of the reference scores about 1.
    /// `features` has one value per channel; where it has not, the score is infinite.
    pub fn score(&self, features: &[f32]) -> f32 {
        if features.len() != self.mean.len() {
            return f32::INFINITY;
        }
        let centred: Vec<f64> = (features.iter().zip(&self.mean))
            .map(|(value, mean)| f64::from(*value) - f64::from(*mean))
            .collect();
        let mut outside: f64 = centred.iter().map(|value| value * value).sum();
        let mut distance = 0.0;
        for (direction, &variance) in self.basis.chunks_exact(centred.len()).zip(&self.variance) {
            let along: f64 = (direction.iter().zip(&centred))
                .map(|(&a, &b)| f64::from(a) * b)
                .sum();
            outside -= along * along;
            distance += along * along / f64::from(variance);
        }
        distance += outside.max(0.0) / f64::from(self.residual_variance);
        (distance / centred.len() as f64) as f32
    }
}

/// How unlike the known pictures one is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Novelty {
    /// About 1 for a picture like those that the model knows.
    pub score: f32,
    /// What is above it is flagged.
    pub threshold: f32,
    /// What would have to be done to the picture so that it is more like those, where that was looked for and found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<Counterpart>,
}

impl Novelty {
    /// Whether the model's answer should not be relied on at all.
    pub fn flagged(&self) -> bool {
        // A score that is not a number flags too.
        self.score > self.threshold || self.score.is_nan() || self.counterpart.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_in_standard_deviations_along_and_outside_the_directions() {
        let reference = NoveltyReference {
            mean: vec![1.0, 2.0, 3.0],
            basis: vec![0.6, 0.8, 0.0],
            variance: vec![4.0],
            residual_variance: 0.25,
        };
        assert_eq!(reference.score(&[1.0, 2.0, 3.0]), 0.0);
        // Two standard deviations along the direction: (3 * 4 / 4) = 4 / 3 features.
        let along = reference.score(&[1.0 + 4.0 * 0.6, 2.0 + 4.0 * 0.8, 3.0]);
        assert!((along - 4.0 / 3.0).abs() < 1e-5, "{along}");
        // Two standard deviations outside.
        let outside = reference.score(&[1.0, 2.0, 4.0]);
        assert!((outside - 4.0 / 3.0).abs() < 1e-5, "{outside}");
        assert_eq!(reference.score(&[1.0]), f32::INFINITY);
    }

    #[test]
    fn what_is_not_a_number_is_flagged() {
        let novelty = |score| Novelty {
            score,
            threshold: 2.0,
            counterpart: None,
        };
        assert!(!novelty(2.0).flagged());
        assert!(novelty(2.1).flagged());
        assert!(novelty(f32::NAN).flagged());
    }

    #[test]
    fn what_is_known_as_its_negative_alone_is_flagged() {
        let negative = Novelty {
            score: 1.0,
            threshold: 2.0,
            counterpart: Some(Counterpart::Negative),
        };
        assert!(negative.flagged());
    }
}
