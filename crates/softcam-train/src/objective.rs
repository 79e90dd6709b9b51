//! The loss: cross-entropy of the logits and the [`Penalty`] on the evidence maps.
//!
//! It is computed on the host, picture by picture, with its slope by every cell of the maps. Whoever computes the network
//! (our own gradients on the CPU, burn elsewhere) takes it from there, so that there is one loss and not one per device.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

pub use crate::penalty::Penalty;
use softcam::smoothing::smooth;
use std::borrow::Cow;

/// What pictures cost: one of them as its share of the batch, or an epoch on average.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// Cross-entropy.
    pub cross_entropy: f32,
    /// Of the maps; see [`Penalty`].
    pub penalty: f32,
}

impl Loss {
    /// Of both parts.
    pub fn total(self) -> f32 {
        self.cross_entropy + self.penalty
    }

    /// Both parts times `share`.
    #[must_use]
    pub fn scaled(self, share: f32) -> Self {
        Self {
            cross_entropy: share * self.cross_entropy,
            penalty: share * self.penalty,
        }
    }
}

impl AddAssign for Loss {
    fn add_assign(&mut self, other: Self) {
        self.cross_entropy += other.cross_entropy;
        self.penalty += other.penalty;
    }
}

/// What one picture of a batch is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Its row of [`soft_targets`].
    pub(crate) soft: &'a [f32],
    /// 1 / pictures in the batch.
    pub(crate) share: f32,
    pub(crate) penalty: Penalty,
    /// Whether neighbouring cells share their evidence; see [`smooth`].
    pub(crate) smooth: bool,
}

/// What a picture with these evidence maps, `[classes, rows, columns]`, costs, and the slope of that by each of their
/// values, before neighbours share them. The logits are the means of the maps; those of a network without maps are maps of one cell.
pub(crate) fn loss(maps: &[f32], columns: usize, target: &Target) -> (Loss, Vec<f32>) {
    let cells = maps.len() / target.soft.len();
    let size = [cells / columns, columns];
    let mut maps = Cow::from(maps);
    if target.smooth {
        smooth(maps.to_mut(), size);
    }
    let logits: Vec<f32> = (maps.chunks_exact(cells))
        .map(|map| map.iter().sum::<f32>() / cells as f32)
        .collect();
    let (cross_entropy, by_logit) = cross_entropy(&logits, target.soft);
    let mut slope: Vec<f32> = (by_logit.iter())
        .flat_map(|by_logit| std::iter::repeat_n(by_logit / cells as f32, cells))
        .collect();
    let shape = [target.soft.len(), columns];
    let penalty = (target.penalty).cost(&maps, shape, target.share, &mut slope);
    if target.smooth {
        smooth(&mut slope, size);
    }
    let loss = Loss {
        cross_entropy,
        penalty,
    };
    (loss, slope)
}

/// −Σ soft · log softmax(logits), and its slope by logit.
fn cross_entropy(logits: &[f32], soft: &[f32]) -> (f32, Vec<f32>) {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
    let total: f32 = soft.iter().sum();
    let log = |logit: f32| logit - max - sum.ln();
    let pairs = || logits.iter().zip(soft);
    let loss = pairs().map(|(&logit, share)| -share * log(logit)).sum();
    let slope = pairs().map(|(&logit, share)| total * log(logit).exp() - share);
    (loss, slope.collect())
}

/// What the logarithms of the probabilities are multiplied by, `[batch, classes]`: the sum over all is the negative of
/// PyTorch's `CrossEntropyLoss` with a weight per class and label smoothing, which is the weighted mean over the batch with
/// `smoothing / classes` of each target spread over all classes.
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

    #[test]
    fn cross_entropy_is_that_of_pytorch() {
        // torch.nn.functional.cross_entropy(torch.tensor([[2., -1., 0.5], [0., 1., -3.]]), torch.tensor([0, 2]),
        //     weight=torch.tensor([1., 2., 3.]), label_smoothing=s) for s = 0, 0.1
        let rows = [[2.0_f32, -1.0, 0.5], [0.0, 1.0, -3.0]];
        let of = |smoothing| {
            let soft = soft_targets(&[0, 2], &[1.0, 2.0, 3.0], smoothing);
            let costs = rows.iter().zip(soft.chunks_exact(3));
            costs
                .map(|(row, soft)| cross_entropy(row, soft).0)
                .sum::<f32>()
        };
        let by_hand = {
            let nll =
                |row: [f64; 3], t: usize| row.iter().map(|v| v.exp()).sum::<f64>().ln() - row[t];
            (nll([2.0, -1.0, 0.5], 0) + 3.0 * nll([0.0, 1.0, -3.0], 2)) / 4.0
        };
        assert!(
            (f64::from(of(0.0)) - by_hand).abs() < 1e-5,
            "{} {by_hand}",
            of(0.0)
        );
        assert!(of(0.1) < of(0.0), "a wrong answer costs less: {}", of(0.1));
    }

    #[test]
    fn penalties_are_sums_per_picture_and_means_over_the_batch() {
        let of = |lasso, ridge| {
            let penalty = Penalty {
                lasso,
                ridge,
                ..Penalty::default()
            };
            let pictures = [[3.0_f32, -4.0], [0.0, 0.0]];
            let target = Target {
                soft: &[1.0, 0.0],
                share: 0.5,
                penalty,
                smooth: false,
            };
            let costs = pictures.iter().map(|maps| loss(maps, 2, &target).0);
            costs.map(|loss| loss.penalty).sum::<f32>()
        };
        assert!((of(1.0, 0.0) - 3.5).abs() < 1e-5);
        assert!((of(0.0, 1.0) - 2.5).abs() < 1e-5);
        assert!((of(2.0, 3.0) - 14.5).abs() < 1e-4);
    }

    /// Three classes, four cells.
    const MAPS: [f32; 12] = [
        0.7, -1.2, 0.4, 2.0, -0.3, 0.9, -2.1, 0.6, 1.5, -0.8, 0.2, -0.5,
    ];

    fn target(soft: &[f32], smooth: bool) -> Target<'_> {
        Target {
            soft,
            share: 0.25,
            penalty: Penalty {
                lasso: 0.1,
                ridge: 0.3,
                total_variation: 0.2,
                ..Penalty::default()
            },
            smooth,
        }
    }

    #[test]
    fn the_slope_is_what_small_changes_of_a_cell_give() {
        let soft = [0.2, 0.5, 0.1];
        for smooth in [false, true] {
            let target = target(&soft, smooth);
            let cost = |maps: &[f32]| f64::from(loss(maps, 2, &target).0.total());
            let (_, slope) = loss(&MAPS, 2, &target);
            for index in 0..MAPS.len() {
                let moved = |by: f32| {
                    let mut maps = MAPS;
                    maps[index] += by;
                    cost(&maps)
                };
                let measured = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let told = f64::from(slope[index]);
                assert!(
                    (measured - told).abs() < 1e-4,
                    "{smooth} {index}: {measured} {told}"
                );
            }
        }
    }

    #[test]
    fn the_slope_is_finite_where_all_evidence_is_nothing() {
        let (cost, slope) = loss(&[0.0; 8], 2, &target(&[1.0, 0.0], true));
        assert!(cost.total().is_finite() && slope.iter().all(|v| v.is_finite()));
    }
}
