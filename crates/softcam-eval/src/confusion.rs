//! What was called what, and the metrics that follow from it.

/// Counts of (true class, called class). Only classes that occur have a row and a column, because a model may know
/// thousands that a data set does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    classes: Vec<usize>,
    /// `[classes, classes]`: row is the truth, column the call.
    counts: Vec<f64>,
}

impl Confusion {
    /// Counts weighted pictures.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn new(truths: &[usize], calls: &[usize], weights: &[f64]) -> Self {
        let classes = occurring(truths, calls);
        let cells = cells(&classes, truths, calls);
        Self::from_cells(classes, &cells, weights)
    }

    /// The same with the work that does not depend on weights done before.
    pub(crate) fn from_cells(classes: Vec<usize>, cells: &[usize], weights: &[f64]) -> Self {
        assert_eq!(cells.len(), weights.len());
        let mut counts = vec![0.0; classes.len() * classes.len()];
        for (&cell, weight) in cells.iter().zip(weights) {
            counts[cell] += weight;
        }
        Self { classes, counts }
    }

    /// The classes that occur, ascending.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// Rows by true class, columns by call, both in the order of [`Self::classes`].
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.counts.chunks_exact(self.classes.len().max(1))
    }

    /// Share of pictures that were called what they are.
    pub fn accuracy(&self) -> Option<f64> {
        let right: f64 = (0..self.classes.len())
            .map(|class| self.at(class, class))
            .sum();
        ratio(right, self.counts.iter().sum())
    }

    /// Of the pictures of a class, the share called so. None where there are none.
    pub fn sensitivity(&self, class: usize) -> Option<f64> {
        let class = self.index(class)?;
        ratio(self.at(class, class), self.truth(class))
    }

    /// Of the pictures of other classes, the share not called so. None where there are none.
    pub fn specificity(&self, class: usize) -> Option<f64> {
        let all: f64 = self.counts.iter().sum();
        let Some(class) = self.index(class) else {
            return ratio(all, all);
        };
        let others = all - self.truth(class);
        ratio(
            others - (self.called(class) - self.at(class, class)),
            others,
        )
    }

    /// Harmonic mean of precision and sensitivity of a class: 2 TP / (2 TP + FP + FN). None where it neither occurs nor
    /// is called.
    pub fn f1(&self, class: usize) -> Option<f64> {
        let class = self.index(class)?;
        ratio(
            2.0 * self.at(class, class),
            self.truth(class) + self.called(class),
        )
    }

    /// Mean of a metric over the classes that there are pictures of, each counting the same. (scikit-learn's macro
    /// averages take in classes that were called but do not occur as well; a model with classes that the data has no
    /// pictures of would be judged by these.)
    pub fn macro_average(&self, metric: impl Fn(&Self, usize) -> Option<f64>) -> Option<f64> {
        let occurring = (0..self.classes.len()).filter(|class| self.truth(*class) > 0.0);
        let values: Vec<f64> = occurring
            .filter_map(|class| metric(self, self.classes[class]))
            .collect();
        ratio(values.iter().sum(), values.len() as f64)
    }

    /// Cohen's kappa with quadratic weights (Cohen 1968): agreement beyond chance where being off by two grades is four
    /// times as bad as by one. None where chance alone would agree fully.
    pub fn quadratic_kappa(&self) -> Option<f64> {
        let total: f64 = self.counts.iter().sum();
        let (mut observed, mut expected) = (0.0, 0.0);
        for truth in 0..self.classes.len() {
            for call in 0..self.classes.len() {
                let apart = self.classes[truth] as f64 - self.classes[call] as f64;
                observed += apart * apart * self.at(truth, call);
                expected += apart * apart * self.truth(truth) * self.called(call) / total;
            }
        }
        (expected > 0.0).then(|| 1.0 - observed / expected)
    }

    fn index(&self, class: usize) -> Option<usize> {
        self.classes.binary_search(&class).ok()
    }

    fn at(&self, truth: usize, call: usize) -> f64 {
        self.counts[truth * self.classes.len() + call]
    }

    fn truth(&self, class: usize) -> f64 {
        let row = class * self.classes.len();
        self.counts[row..row + self.classes.len()].iter().sum()
    }

    fn called(&self, class: usize) -> f64 {
        self.counts
            .iter()
            .skip(class)
            .step_by(self.classes.len())
            .sum()
    }
}

/// Classes that occur as truth or call, ascending.
pub(crate) fn occurring(truths: &[usize], calls: &[usize]) -> Vec<usize> {
    let mut classes: Vec<usize> = truths.iter().chain(calls).copied().collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// For each picture its place in the matrix of `classes`, which must have all that occur.
pub(crate) fn cells(classes: &[usize], truths: &[usize], calls: &[usize]) -> Vec<usize> {
    assert_eq!(truths.len(), calls.len());
    let index = |class: &usize| classes.partition_point(|other| other < class);
    (truths.iter().zip(calls))
        .map(|(truth, call)| index(truth) * classes.len() + index(call))
        .collect()
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
