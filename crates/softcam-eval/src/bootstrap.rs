//! Intervals by resampling.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;

/// A resample on which a statistic is not defined is drawn again, but not for ever.
const REDRAWS: usize = 20;

/// Percentile bootstrap (Efron & Tibshirani 1993) over units: each resample draws as many units as there are, with
/// replacement, and takes all pictures of a unit together (the cluster bootstrap; Field & Welsh 2007). Pictures of one
/// patient resemble each other, so that intervals over pictures would be too narrow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// How many resamples.
    pub resamples: usize,
    /// The same seed gives the same intervals, on every machine.
    pub seed: u64,
    /// Share of the resamples inside of the interval.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            resamples: 2000,
            seed: 0,
            level: 0.95,
        }
    }
}

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// On the data itself.
    pub value: f64,
    /// Lower end of the interval; not a number where there is none.
    pub low: f64,
    /// Upper end of the interval, likewise.
    pub high: f64,
}

impl Estimate {
    /// Both ends, where resampling can say anything.
    pub fn interval(self) -> Option<(f64, f64)> {
        (!self.low.is_nan() && !self.high.is_nan()).then_some((self.low, self.high))
    }

    /// The value alone, if it hangs on so few `units` that all resamples have the same ones: what looks like an interval then
    /// says nothing.
    #[must_use]
    pub fn resting_on(self, units: usize) -> Self {
        if units >= 2 {
            return self;
        }
        Self {
            value: self.value,
            low: f64::NAN,
            high: f64::NAN,
        }
    }
}

impl Bootstrap {
    /// `statistic` of the data itself, which has the weight 1 throughout, with its interval over resamples; `units` says
    /// which pictures belong together. A resample on which it is none is drawn again. None where it is none on the data
    /// itself, or on nearly all resamples.
    pub fn estimate(
        &self,
        units: &[usize],
        statistic: impl Fn(&[f64]) -> Option<f64>,
    ) -> Option<Estimate> {
        let value = statistic(&vec![1.0; units.len()])?;
        let values = self.resample(units, &statistic)?;
        Some(self.interval(value, values))
    }

    /// `statistic` of every resample. None where it is none on nearly all of them, or none are asked for.
    pub(crate) fn resample<T>(
        &self,
        units: &[usize],
        statistic: impl Fn(&[f64]) -> Option<T>,
    ) -> Option<Vec<T>> {
        let members = members(units);
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut weights = vec![0.0; units.len()];
        let mut values = Vec::with_capacity(self.resamples);
        let mut left = REDRAWS.saturating_mul(self.resamples);
        while values.len() < self.resamples && left > 0 {
            left -= 1;
            weights.fill(0.0);
            for _ in 0..members.len() {
                for &picture in &members[below(&mut random, members.len())] {
                    weights[picture] += 1.0;
                }
            }
            values.extend(statistic(&weights));
        }
        (values.len() == self.resamples && !values.is_empty()).then_some(values)
    }

    /// `value` with the interval that the resamples' `values`, of which there is at least one, make.
    pub(crate) fn interval(&self, value: f64, mut values: Vec<f64>) -> Estimate {
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - self.level) / 2.0;
        Estimate {
            value,
            low: quantile(&values, tail),
            high: quantile(&values, 1.0 - tail),
        }
    }
}

/// Pictures of each unit, by the unit's number.
fn members(units: &[usize]) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (picture, unit) in units.iter().enumerate() {
        members.entry(*unit).or_default().push(picture);
    }
    members.into_values().collect()
}

/// A number from 0 to `limit` − 1, by multiplication (Lemire 2019); its bias is below `limit` / 2⁶⁴.
fn below(random: &mut ChaCha8Rng, limit: usize) -> usize {
    ((u128::from(random.next_u64()) * limit as u128) >> 64) as usize
}

/// Linear between the two nearest of the sorted values, as in numpy.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (below, above) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    #[test]
    fn pictures_of_a_unit_are_drawn_together() {
        // A resample of two units of two pictures, one all right and one all wrong, has a share of 0, 1/2, 1 with
        // probability 1/4, 1/2, 1/4; of four units of one picture, of k/4 with probability C(4, k) / 16. So the
        // quantile at 0.275 is 1/2 for the former and 1/4 for the latter, and that at 0.225 is 0 for the former.
        let right = [1.0, 1.0, 0.0, 0.0];
        let share = |weights: &[f64]| {
            let pairs = weights.iter().zip(right);
            Some(
                pairs.map(|(weight, right)| weight * right).sum::<f64>()
                    / weights.iter().sum::<f64>(),
            )
        };
        let of = |units: &[usize], level| {
            let bootstrap = Bootstrap {
                level,
                ..Bootstrap::default()
            };
            let Estimate { value, low, high } = bootstrap.estimate(units, share).unwrap();
            assert_eq!(value, 0.5);
            (low, high)
        };
        assert_eq!(of(&[7, 7, 3, 3], 0.45), (0.5, 0.5));
        assert_eq!(of(&[7, 7, 3, 3], 0.55), (0.0, 1.0));
        assert_eq!(of(&[0, 1, 2, 3], 0.45), (0.25, 0.75));
        // Units of unlike size: whoever draws the single picture twice has two of them and no more.
        let bootstrap = Bootstrap::default();
        let sizes = bootstrap.resample(&[0, 1, 1, 1], |weights| Some(weights.iter().sum::<f64>()));
        let mut sizes = sizes.unwrap();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        assert_eq!(sizes, [2.0, 4.0, 6.0]);
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.quantile([1, 2, 4, 8], [0, 0.025, 0.5, 0.9, 1])
        let values = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [
            (0.0, 1.0),
            (0.025, 1.075),
            (0.5, 3.0),
            (0.9, 6.8),
            (1.0, 8.0),
        ] {
            assert!((quantile(&values, share) - expected).abs() < 1e-12);
        }
    }
}
