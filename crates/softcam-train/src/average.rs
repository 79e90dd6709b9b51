//! An exponential moving average of the weights, which is what a run with one measures and leaves.
//!
//! After step t (counted from 0) the average becomes d · average + (1 − d) · weights with d = min(decay, (1 + t) / (10 + t)).
//! The second term is the ramp of TensorFlow's `ExponentialMovingAverage` with `num_updates`: the weights that a run starts
//! from leave the average within its first steps instead of staying in it with a share of decayᵗ, so no correction for
//! them is needed. Means and variances of batch normalisation do not change in training, and need no average.

use crate::parameters::{Parameters, Trainable};
use burn::module::{Module, Param};
use burn::tensor::Tensor;

/// The average, filed like the weights that it follows.
#[derive(Debug)]
pub(crate) struct Average {
    /// Largest d, 0 to 1 (exclusive).
    decay: f64,
    /// Steps that went in.
    pub(crate) steps: usize,
    /// Of the backbone.
    pub(crate) body: Parameters,
    /// Of the class-evidence layer.
    pub(crate) head: Parameters,
}

impl Average {
    /// The weights that a run starts from.
    pub(crate) fn new(decay: f64, start: &Trainable) -> Self {
        Self {
            decay,
            steps: 0,
            body: start.body.clone().no_grad(),
            head: start.head.clone().no_grad(),
        }
    }

    /// Takes the weights after a step in.
    pub(crate) fn update(&mut self, trainable: &Trainable) {
        let kept = decay(self.decay, self.steps) as f32;
        let move_all = |average: &mut Parameters, now: &Parameters| {
            for (average, now) in average.weights.iter_mut().zip(&now.weights) {
                *average = moved(average, now, kept);
            }
            for (average, now) in average.vectors.iter_mut().zip(&now.vectors) {
                *average = moved(average, now, kept);
            }
        };
        move_all(&mut self.body, &trainable.body);
        move_all(&mut self.head, &trainable.head);
        self.steps += 1;
    }
}

/// What is kept of the average in step `step`, counted from 0.
fn decay(most: f64, step: usize) -> f64 {
    most.min((1 + step) as f64 / (10 + step) as f64)
}

/// Between `average` and `now`, nothing of which is to be differentiated.
fn moved<const D: usize>(
    average: &Param<Tensor<D>>,
    now: &Param<Tensor<D>>,
    kept: f32,
) -> Param<Tensor<D>> {
    let (average_value, now) = (average.val().detach(), now.val().detach());
    Param::initialized(average.id, average_value * kept + now * (1.0 - kept))
}

#[cfg(test)]
mod tests {
    use super::decay;

    #[test]
    fn the_first_weights_soon_leave_and_the_decay_ends_at_its_own() {
        let kept: Vec<f64> = (0..10_000).map(|step| decay(0.99, step)).collect();
        assert_eq!(kept[0], 0.1);
        assert!(kept.is_sorted() && kept[9_999] == 0.99);
        let of_the_start: f64 = kept[..20].iter().product();
        assert!(of_the_start < 1e-6, "{of_the_start}");
    }
}
