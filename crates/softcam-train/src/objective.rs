//! The loss: cross-entropy of the logits and the ElasticNet penalty on the evidence maps.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// λ1 and λ2 of the paper's eq. 5: L = CE + λ1 · ‖A‖₁ + λ2 · ‖A‖₂, per image over all classes and cells, then averaged
/// over the batch. The official code takes the first image of each batch only, which has the same expectation and more
/// noise; the second norm is not squared, there and here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Penalty {
    /// λ1: drives cells to 0 (lasso).
    pub lasso: f32,
    /// λ2: keeps all cells small (ridge).
    pub ridge: f32,
}

impl Penalty {
    /// Whether there is any.
    pub fn is_some(self) -> bool {
        self.lasso > 0.0 || self.ridge > 0.0
    }

    /// The penalty on maps `[batch, classes, h, w]`.
    pub fn of(self, maps: Tensor<4>) -> Tensor<1> {
        let [batch, classes, height, width] = maps.dims();
        let flat = maps.reshape([batch, classes * height * width]);
        let mut penalty = Tensor::zeros([1], &flat.device());
        if self.lasso > 0.0 {
            penalty = penalty + flat.clone().abs().sum_dim(1).mean().mul_scalar(self.lasso);
        }
        if self.ridge > 0.0 {
            // The square root has no slope at 0.
            let norm = flat.powi_scalar(2).sum_dim(1).add_scalar(1e-12).sqrt();
            penalty = penalty + norm.mean().mul_scalar(self.ridge);
        }
        penalty
    }
}

/// Cross-entropy of logits `[batch, classes]` with a weight per class and label smoothing, as PyTorch's
/// `CrossEntropyLoss` has it: the weighted mean over the batch, with `smoothing / classes` of each target spread over
/// all classes.
pub fn cross_entropy(
    logits: Tensor<2>,
    targets: &[usize],
    class_weights: &[f32],
    smoothing: f32,
) -> Tensor<1> {
    let shape = logits.dims();
    let soft = soft_targets(targets, class_weights, smoothing);
    let soft = Tensor::<2>::from_data(TensorData::new(soft, shape), &logits.device());
    (log_softmax(logits, 1) * soft).sum().neg()
}

/// What the logarithms of the probabilities are multiplied by, `[batch, classes]`.
pub(crate) fn soft_targets(targets: &[usize], class_weights: &[f32], smoothing: f32) -> Vec<f32> {
    let (batch, classes) = (targets.len(), class_weights.len());
    let total: f32 = targets.iter().map(|&class| class_weights[class]).sum();
    let spread = smoothing / classes as f32;
    let mut soft = vec![0.0; batch * classes];
    for (row, &target) in soft.chunks_exact_mut(classes).zip(targets) {
        for (class, value) in row.iter_mut().enumerate() {
            let kept = if class == target {
                1.0 - smoothing
            } else {
                0.0
            };
            *value = (kept + spread) * class_weights[class] / total;
        }
    }
    soft
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn value(tensor: Tensor<1>) -> f32 {
        tensor.into_scalar::<f32>()
    }

    #[test]
    fn cross_entropy_is_that_of_pytorch() {
        // torch.nn.functional.cross_entropy(torch.tensor([[2., -1., 0.5], [0., 1., -3.]]), torch.tensor([0, 2]),
        //     weight=torch.tensor([1., 2., 3.]), label_smoothing=s) for s = 0, 0.1
        let logits = || {
            Tensor::<2>::from_data(
                TensorData::new(vec![2.0_f32, -1.0, 0.5, 0.0, 1.0, -3.0], [2, 3]),
                &Device::flex(),
            )
        };
        let plain = value(cross_entropy(logits(), &[0, 2], &[1.0, 2.0, 3.0], 0.0));
        let by_hand = {
            let nll =
                |row: [f64; 3], t: usize| row.iter().map(|v| v.exp()).sum::<f64>().ln() - row[t];
            (nll([2.0, -1.0, 0.5], 0) + 3.0 * nll([0.0, 1.0, -3.0], 2)) / 4.0
        };
        assert!(
            (f64::from(plain) - by_hand).abs() < 1e-5,
            "{plain} {by_hand}"
        );
        let smooth = value(cross_entropy(logits(), &[0, 2], &[1.0, 2.0, 3.0], 0.1));
        assert!(smooth < plain, "a wrong answer costs less: {smooth}");
    }

    #[test]
    fn penalties_are_sums_per_picture_and_means_over_the_batch() {
        let maps = Tensor::<4>::from_data(
            TensorData::new(vec![3.0_f32, -4.0, 0.0, 0.0], [2, 2, 1, 1]),
            &Device::flex(),
        );
        let of = |lasso, ridge| value(Penalty { lasso, ridge }.of(maps.clone()));
        assert!((of(1.0, 0.0) - 3.5).abs() < 1e-5);
        assert!((of(0.0, 1.0) - 2.5).abs() < 1e-5);
        assert!((of(2.0, 3.0) - 14.5).abs() < 1e-4);
    }

    #[test]
    fn the_slope_of_the_ridge_is_finite_where_all_evidence_is_nothing() {
        let device = Device::flex().autodiff();
        let maps = Tensor::<4>::zeros([1, 2, 2, 2], &device).require_grad();
        let penalty = Penalty {
            lasso: 1.0,
            ridge: 1.0,
        };
        let gradients = penalty.of(maps.clone()).backward();
        let slope = maps.grad(&gradients).unwrap().into_data();
        assert!(
            slope
                .as_slice::<f32>()
                .unwrap()
                .iter()
                .all(|v| v.is_finite())
        );
    }
}
