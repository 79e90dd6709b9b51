//! How well scores put one class above the others: ROC curve, AUC, threshold.

/// Scores of pictures, sorted once; weights may differ from use to use.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Pictures by descending score.
    order: Vec<usize>,
    /// By descending score.
    scores: Vec<f64>,
    /// By descending score.
    positive: Vec<bool>,
}

/// A point of a ROC curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RocPoint {
    /// Scores from here on count as "yes"; infinite at the first point, where none does.
    pub threshold: f64,
    /// 1 − specificity.
    pub false_positive_rate: f64,
    /// Sensitivity.
    pub true_positive_rate: f64,
}

impl Ranking {
    /// `positive` says of each score whether it should be high.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn new(scores: &[f64], positive: &[bool]) -> Self {
        assert_eq!(scores.len(), positive.len());
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        Self {
            scores: order.iter().map(|&index| scores[index]).collect(),
            positive: order.iter().map(|&index| positive[index]).collect(),
            order,
        }
    }

    /// Area under the ROC curve as the Mann-Whitney statistic (Hanley & McNeil 1982): the share of pairs of a positive
    /// and a negative picture in which the positive one scores higher; equal scores count one half. None without a
    /// picture of either kind.
    pub fn auc(&self, weights: &[f64]) -> Option<f64> {
        let (mut above, mut pairs, mut negatives) = (0.0, 0.0, 0.0);
        // From the highest score down; `above` counts the positives so far.
        self.each_tie(weights, |_, positive, negative| {
            pairs += negative * (above + positive / 2.0);
            above += positive;
            negatives += negative;
        });
        (above > 0.0 && negatives > 0.0).then(|| pairs / (above * negatives))
    }

    /// Average precision: the mean of the precision at each score, weighted by how much sensitivity it adds, without
    /// interpolation. None without a positive picture.
    pub fn average_precision(&self, weights: &[f64]) -> Option<f64> {
        let (mut sum, mut hits, mut called) = (0.0, 0.0, 0.0);
        self.each_tie(weights, |_, positive, negative| {
            hits += positive;
            called += positive + negative;
            sum += positive * hits / called;
        });
        (hits > 0.0).then(|| sum / hits)
    }

    /// The ROC curve, one point per distinct score, from (0, 0) to (1, 1). Empty without a picture of either kind.
    pub fn roc(&self, weights: &[f64]) -> Vec<RocPoint> {
        let mut counts = vec![(f64::INFINITY, 0.0, 0.0)];
        let (mut hits, mut alarms) = (0.0, 0.0);
        self.each_tie(weights, |score, positive, negative| {
            hits += positive;
            alarms += negative;
            counts.push((score, alarms, hits));
        });
        if hits == 0.0 || alarms == 0.0 {
            return Vec::new();
        }
        (counts.into_iter())
            .map(|(threshold, so_far, found)| RocPoint {
                threshold,
                false_positive_rate: so_far / alarms,
                true_positive_rate: found / hits,
            })
            .collect()
    }

    /// The threshold with the largest sensitivity + specificity − 1 (Youden 1950). It lies halfway between two scores, so
    /// that rounding changes no answer; of equally good ones it is the highest. None without a picture of either kind.
    pub fn youden(&self, weights: &[f64]) -> Option<f64> {
        let roc = self.roc(weights);
        let index = |point: &RocPoint| point.true_positive_rate - point.false_positive_rate;
        let mut best: Option<usize> = None;
        for (at, point) in roc.iter().enumerate().skip(1) {
            if best.is_none_or(|best| index(point) > index(&roc[best])) {
                best = Some(at);
            }
        }
        let best = best?;
        let next = roc
            .get(best + 1)
            .map_or(roc[best].threshold, |point| point.threshold);
        Some(f64::midpoint(roc[best].threshold, next))
    }

    /// Calls `each` with every distinct score, descending, and the weight of positives and negatives that have it.
    /// Scores that nothing with a weight has are passed over.
    fn each_tie(&self, weights: &[f64], mut each: impl FnMut(f64, f64, f64)) {
        let mut start = 0;
        while start < self.scores.len() {
            let score = self.scores[start];
            let (mut positive, mut negative) = (0.0, 0.0);
            let mut end = start;
            while end < self.scores.len() && self.scores[end] == score {
                let weight = weights[self.order[end]];
                if self.positive[end] {
                    positive += weight;
                } else {
                    negative += weight;
                }
                end += 1;
            }
            if positive + negative > 0.0 {
                each(score, positive, negative);
            }
            // A score that is not a number equals nothing, itself included.
            start = end.max(start + 1);
        }
    }
}

/// [`Ranking::auc`] of the data itself.
pub fn auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranking::new(scores, positive).auc(&vec![1.0; scores.len()])
}

/// [`Ranking::youden`] of the data itself.
pub fn youden(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranking::new(scores, positive).youden(&vec![1.0; scores.len()])
}
