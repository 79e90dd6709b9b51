//! From single results to figures with intervals, and to differences.

use super::figures::{Figure, Kind};
use super::record::{Record, Share};
use super::verdict::Verdict;
use softcam_attribution::Method;
use softcam_eval::{Bootstrap, Estimate};
use std::collections::BTreeMap;

/// With fewer patients than this, an interval by resampling means too little to call anybody ahead.
pub const LEAST_UNITS: usize = 5;

/// All that one method gave with one network.
pub struct Entry {
    /// Index of the network.
    pub network: usize,
    /// Who explained.
    pub method: Method,
    /// By index of the picture.
    pub records: BTreeMap<usize, Record>,
}

/// A figure with its interval, and on how many pictures it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// With its interval.
    pub estimate: Estimate,
    /// Pictures that define it.
    pub pictures: usize,
}

/// A method less SoftCAM on the same pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Method less SoftCAM, with the interval of the paired bootstrap: each resample draws the same pictures for both.
    pub estimate: Estimate,
    /// Pictures that both define.
    pub pictures: usize,
    /// Whether these are of enough patients for a verdict.
    pub enough: bool,
    /// Of the method, not of SoftCAM.
    pub verdict: Verdict,
}

/// Which pictures belong together, by index, and how intervals are drawn.
pub struct Resampling<'a> {
    /// One number per picture of the table; those of one patient have the same.
    pub units: &'a [usize],
    /// Of all intervals.
    pub bootstrap: Bootstrap,
}

impl Figure {
    /// What a picture adds to the figure: a part and a whole. None where the picture does not define it.
    pub fn share(&self, record: &Record) -> Option<Share> {
        match self.kind {
            Kind::Mean => record.values.get(self.id).map(|value| [*value, 1.0]),
            Kind::Size => (record.values.get(self.id)).map(|value| [value.abs(), 1.0]),
            Kind::Ratio(place) => {
                let shares = record.shares.get(self.id)?;
                shares.get(place).copied().filter(|[_, whole]| *whole > 0.0)
            }
        }
    }
}

/// Parts over wholes, each picture with its weight.
fn ratio<'a>(shares: impl Iterator<Item = (&'a Share, &'a f64)>) -> Option<f64> {
    let (mut part, mut whole) = (0.0, 0.0);
    for (share, weight) in shares {
        part += weight * share[0];
        whole += weight * share[1];
    }
    (whole > 0.0).then(|| part / whole)
}

impl Resampling<'_> {
    /// The figure of all pictures of `entry` that define it.
    pub fn value(&self, entry: &Entry, figure: &Figure) -> Option<Value> {
        let defined = (entry.records.iter())
            .filter_map(|(picture, record)| Some((figure.share(record)?, self.units[*picture])));
        let (shares, units): (Vec<Share>, Vec<usize>) = defined.unzip();
        let estimate = self
            .bootstrap
            .estimate(&units, |weights| ratio(shares.iter().zip(weights)))?;
        Some(Value {
            estimate,
            pictures: shares.len(),
        })
    }

    /// `entry` less `softcam` on the pictures of both.
    pub fn difference(
        &self,
        entry: &Entry,
        softcam: &Entry,
        figure: &Figure,
    ) -> Option<Difference> {
        let both = (entry.records.iter()).filter_map(|(picture, record)| {
            let theirs = figure.share(record)?;
            let ours = figure.share(softcam.records.get(picture)?)?;
            Some(((theirs, ours), self.units[*picture]))
        });
        let (pairs, units): (Vec<(Share, Share)>, Vec<usize>) = both.unzip();
        let estimate = self
            .bootstrap
            .paired(&units, |weights| {
                let theirs = ratio(pairs.iter().map(|(share, _)| share).zip(weights))?;
                let ours = ratio(pairs.iter().map(|(_, share)| share).zip(weights))?;
                Some((theirs, ours))
            })?
            .difference;
        let mut different = units;
        different.sort_unstable();
        different.dedup();
        let enough = different.len() >= LEAST_UNITS;
        let verdict = match enough {
            true => Verdict::of(estimate, figure.better),
            false => Verdict::Undecided,
        };
        Some(Difference {
            estimate,
            pictures: pairs.len(),
            enough,
            verdict,
        })
    }
}

impl Entry {
    /// A curve's mean over the pictures that have it; none where none has, or where they differ in length.
    pub fn curve(&self, id: &str) -> Option<Vec<f64>> {
        let curves: Vec<&Vec<f64>> = (self.records.values())
            .filter_map(|record| record.curves.get(id))
            .collect();
        let first = curves.first()?;
        let mut sums = vec![0.0; first.len()];
        for curve in &curves {
            if curve.len() != sums.len() {
                return None;
            }
            for (sum, value) in sums.iter_mut().zip(*curve) {
                *sum += value / curves.len() as f64;
            }
        }
        Some(sums)
    }

    /// A curve of ratios, parts and wholes added up over pictures place by place.
    pub fn ratios(&self, id: &str) -> Option<Vec<f64>> {
        let curves = (self.records.values()).filter_map(|record| record.shares.get(id));
        let mut sums: Vec<Share> = Vec::new();
        for curve in curves {
            sums.resize(sums.len().max(curve.len()), [0.0; 2]);
            for (sum, share) in sums.iter_mut().zip(curve) {
                *sum = [sum[0] + share[0], sum[1] + share[1]];
            }
        }
        let ratios: Vec<f64> = (sums.iter())
            .map_while(|[part, whole]| (*whole > 0.0).then(|| part / whole))
            .collect();
        (!ratios.is_empty()).then_some(ratios)
    }

    /// Median over pictures of a number of each.
    pub fn median(&self, of: impl Fn(&Record) -> f64) -> Option<f64> {
        let mut values: Vec<f64> = self.records.values().map(of).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() {
            0 => None,
            length if length % 2 == 1 => Some(values[middle]),
            _ => Some(f64::midpoint(values[middle - 1], values[middle])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::by_id;
    use super::*;

    fn entry(values: &[f64]) -> Entry {
        let record = |value: &f64| Record {
            values: BTreeMap::from([("gini".to_owned(), *value), ("deletion".to_owned(), *value)]),
            shares: BTreeMap::from([("top_k".to_owned(), vec![[*value, 1.0]; 10])]),
            curves: BTreeMap::from([("deletion".to_owned(), vec![1.0, *value])]),
            milliseconds: *value,
            ..Record::default()
        };
        Entry {
            network: 0,
            method: Method::Rise,
            records: values.iter().map(record).enumerate().collect(),
        }
    }

    fn resampling(units: &[usize]) -> Resampling<'_> {
        Resampling {
            units,
            bootstrap: Bootstrap::default(),
        }
    }

    #[test]
    fn a_map_against_itself_is_the_same() {
        let (a, units) = (entry(&[0.1, 0.5, 0.3, 0.9, 0.2, 0.4]), [0, 1, 2, 3, 4, 5]);
        for figure in ["gini", "deletion", "top_k"].map(|id| by_id(id).unwrap()) {
            let got = resampling(&units).difference(&a, &a, figure).unwrap();
            assert_eq!(
                got.estimate,
                Estimate {
                    value: 0.0,
                    low: 0.0,
                    high: 0.0
                },
                "{}",
                figure.id
            );
            assert_eq!(got.verdict, Verdict::Same);
            assert_eq!(got.pictures, 6);
        }
    }

    #[test]
    fn a_constant_lead_is_seen_whichever_end_is_good() {
        let units = [0, 1, 2, 3, 4, 5];
        let low = entry(&[0.1, 0.5, 0.3, 0.8, 0.2, 0.4]);
        let high = entry(&[0.2, 0.6, 0.4, 0.9, 0.3, 0.5]);
        let verdict = |a: &Entry, b: &Entry, id: &str| {
            let got = resampling(&units)
                .difference(a, b, by_id(id).unwrap())
                .unwrap();
            assert!((got.estimate.value.abs() - 0.1).abs() < 1e-12, "{got:?}");
            got.verdict
        };
        assert_eq!(verdict(&high, &low, "gini"), Verdict::Ahead);
        assert_eq!(verdict(&low, &high, "gini"), Verdict::Behind);
        assert_eq!(verdict(&high, &low, "deletion"), Verdict::Behind);
        assert_eq!(verdict(&low, &high, "deletion"), Verdict::Ahead);
        // The same of four patients is too little.
        let few = resampling(&[0, 0, 1, 2, 3, 3]).difference(&high, &low, by_id("gini").unwrap());
        let few = few.unwrap();
        assert_eq!((few.verdict, few.enough), (Verdict::Undecided, false));
    }

    #[test]
    fn only_pictures_of_both_count() {
        let (all, mut some) = (entry(&[0.1, 0.5, 0.3]), entry(&[0.2, 0.6, 0.4]));
        some.records.remove(&1);
        let got = resampling(&[0, 1, 2]).difference(&some, &all, by_id("gini").unwrap());
        assert_eq!(got.unwrap().pictures, 2);
        some.records.clear();
        assert!(
            resampling(&[0, 1, 2])
                .difference(&some, &all, by_id("gini").unwrap())
                .is_none()
        );
    }

    #[test]
    fn curves_are_means_and_ratios_of_sums() {
        let all = entry(&[0.1, 0.5, 0.3]);
        let curve = all.curve("deletion").unwrap();
        assert!((curve[0] - 1.0).abs() < 1e-12 && (curve[1] - 0.3).abs() < 1e-12);
        assert!((all.ratios("top_k").unwrap()[9] - 0.3).abs() < 1e-12);
        assert_eq!(all.median(|record| record.milliseconds), Some(0.3));
        assert_eq!(
            entry(&[0.1, 0.5]).median(|record| record.milliseconds),
            Some(0.3)
        );
        assert_eq!(all.curve("insertion"), None);
    }
}
