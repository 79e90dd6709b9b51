//! Two methods on the same pictures.

use crate::bootstrap::{Bootstrap, Estimate};

/// Two values, and how far apart they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// The first method's value.
    pub first: Estimate,
    /// The second's.
    pub second: Estimate,
    /// First minus second. Its interval is over the same resamples for both, so that what makes a picture hard for both
    /// does not widen it.
    pub difference: Estimate,
    /// Share of the resamples in which the first is larger; ties count half.
    pub larger: f64,
}

impl Paired {
    /// Whether the interval of the difference leaves 0 out.
    pub fn differs(&self) -> bool {
        self.difference.low > 0.0 || self.difference.high < 0.0
    }
}

impl Bootstrap {
    /// The paired bootstrap by units: `statistics` gives both methods' values for the same weights of pictures; see
    /// [`Self::estimate`], which this is otherwise like. A resample on which either is none is drawn again.
    pub fn paired(
        &self,
        units: &[usize],
        statistics: impl Fn(&[f64]) -> Option<(f64, f64)>,
    ) -> Option<Paired> {
        let value = statistics(&vec![1.0; units.len()])?;
        let pairs = self.resample(units, &statistics)?;
        let of = |part: fn((f64, f64)) -> f64| {
            let values = pairs.iter().copied().map(part).collect();
            self.interval(part(value), values)
        };
        let larger = pairs
            .iter()
            .map(|(first, second)| match first.total_cmp(second) {
                _ if first == second => 0.5,
                std::cmp::Ordering::Greater => 1.0,
                _ => 0.0,
            });
        Some(Paired {
            first: of(|(first, _)| first),
            second: of(|(_, second)| second),
            difference: of(|(first, second)| first - second),
            larger: larger.sum::<f64>() / pairs.len() as f64,
        })
    }

    /// [`Self::paired`] of the methods' means over the pictures for which both have a value.
    ///
    /// # Panics
    /// If there are not as many values as pictures.
    pub fn paired_means(
        &self,
        units: &[usize],
        first: &[Option<f64>],
        second: &[Option<f64>],
    ) -> Option<Paired> {
        assert_eq!((first.len(), second.len()), (units.len(), units.len()));
        self.paired(units, |weights| {
            let (mut a, mut b, mut all) = (0.0, 0.0, 0.0);
            for (weight, pair) in weights.iter().zip(first.iter().zip(second)) {
                if let (Some(first), Some(second)) = pair {
                    a += weight * first;
                    b += weight * second;
                    all += weight;
                }
            }
            (all > 0.0).then(|| (a / all, b / all))
        })
    }
}
