//! Evidence maps on the host, and the sums that make them an explanation.

use crate::error::{Result, error};
use crate::map::Map;
use crate::smoothing::smooth;

/// A cell counts as empty when its absolute value is below this share of the largest.
const EMPTY: f32 = 0.05;

/// One signed map per class, row-major: `[classes, height, width]`, in logit units. Positive speaks for the class,
/// negative against it; nothing is clipped or rescaled.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceMaps {
    classes: usize,
    height: usize,
    width: usize,
    data: Vec<f32>,
}

impl EvidenceMaps {
    /// Wraps `data`, which must hold `classes · height · width` values.
    pub fn new(classes: usize, height: usize, width: usize, data: Vec<f32>) -> Result<Self> {
        let cells = classes
            .checked_mul(height)
            .and_then(|n| n.checked_mul(width));
        if cells != Some(data.len()) || data.is_empty() {
            return Err(error!(
                RUN_WRONG_LENGTH,
                values = data.len(),
                classes,
                height,
                width
            ));
        }
        Ok(Self {
            classes,
            height,
            width,
            data,
        })
    }

    /// Lets neighbouring cells share their evidence; see [`smooth`].
    pub(crate) fn smooth(&mut self) {
        smooth(&mut self.data, [self.height, self.width]);
    }

    /// Number of maps.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows of each map.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of each map.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Cells of each map.
    pub fn cells(&self) -> usize {
        self.height * self.width
    }

    /// All maps, one after the other.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// The map of one class, row-major.
    ///
    /// # Panics
    /// If `class` is not below [`Self::classes`].
    pub fn map(&self, class: usize) -> &[f32] {
        &self.data[class * self.cells()..][..self.cells()]
    }

    /// Evidence for `class` over `other`: the difference of their maps, whose mean is the difference of the logits.
    /// Softmax sees nothing but such differences.
    ///
    /// # Panics
    /// If either is not below [`Self::classes`].
    pub fn difference(&self, class: usize, other: usize) -> Vec<f32> {
        (self.map(class).iter().zip(self.map(other)))
            .map(|(a, b)| a - b)
            .collect()
    }

    /// The map of `class`, or of `class` over `against`, with what it adds up to: the mean of its cells, which is the logit
    /// or the difference of two.
    ///
    /// # Errors
    ///
    /// Where there is no such class.
    pub fn map_of(&self, class: usize, against: Option<usize>) -> Result<Map> {
        for class in [Some(class), against].into_iter().flatten() {
            if class >= self.classes {
                return Err(error!(CLASS_OUT_OF_RANGE, class, count = self.classes));
            }
        }
        let values = match against {
            Some(other) => self.difference(class, other),
            None => self.map(class).to_vec(),
        };
        let total = self.mean(class) - against.map_or(0.0, |other| self.mean(other));
        Ok(Map {
            values,
            rows: self.height,
            columns: self.width,
            total: Some(total as f32),
        })
    }

    /// Mean of a class's map: its logit, computed here once more from the values that are shown.
    pub fn mean(&self, class: usize) -> f64 {
        let sum: f64 = self.map(class).iter().map(|&v| f64::from(v)).sum();
        sum / self.cells() as f64
    }

    /// Largest absolute evidence over all classes: the natural limit of a scale that all classes share.
    pub fn max_abs(&self) -> f32 {
        self.data
            .iter()
            .fold(0.0, |max, value| max.max(value.abs()))
    }

    /// Mean absolute value of all cells of all maps.
    pub fn mean_abs(&self) -> f64 {
        let sum: f64 = self.data.iter().map(|&value| f64::from(value.abs())).sum();
        sum / self.data.len() as f64
    }

    /// Share of all cells whose absolute value is below a twentieth of the largest: how sparse the evidence is.
    pub fn empty_share(&self) -> f64 {
        let limit = EMPTY * self.max_abs();
        let empty = self.data.iter().filter(|value| value.abs() < limit).count();
        empty as f64 / self.data.len() as f64
    }

    /// Refuses what only a failed run produces: values that are not finite, maps that are all the same constant, or
    /// logits that are not the means of their maps. A wrong picture is worse than none.
    #[inline(never)]
    pub fn check_against(&self, logits: &[f32]) -> Result<()> {
        if logits.len() != self.classes {
            return Err(error!(
                RUN_WRONG_CLASSES,
                logits = logits.len(),
                classes = self.classes
            ));
        }
        if !self
            .data
            .iter()
            .chain(logits)
            .all(|value| value.is_finite())
        {
            return Err(error!(RUN_NOT_FINITE));
        }
        if self.data.len() > 1 && self.data.iter().all(|&value| value == self.data[0]) {
            return Err(error!(RUN_CONSTANT));
        }
        let tolerance = 1e-4 * f64::from(self.max_abs()).max(1.0);
        for (class, &logit) in logits.iter().enumerate() {
            let difference = (self.mean(class) - f64::from(logit)).abs();
            if difference > tolerance {
                return Err(error!(
                    RUN_WRONG_SUM,
                    class,
                    sum = format!("{:.5}", self.mean(class)),
                    logit = format!("{logit:.5}")
                ));
            }
        }
        Ok(())
    }
}

/// softmax(logits / temperature), computed stably.
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f64> = logits
        .iter()
        .map(|&logit| f64::from((logit - max) / temperature).exp())
        .collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|&e| (e / sum) as f32).collect()
}

/// Class indices by descending logit; equal logits keep the order of the classes.
pub fn ranking(logits: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order
}

/// Cosine of two maps: 1 where they differ by a factor at most, whatever their size.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        (a.iter().zip(b))
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps() -> EvidenceMaps {
        EvidenceMaps::new(2, 1, 2, vec![1.0, 3.0, -4.0, 0.0]).unwrap()
    }

    #[test]
    fn mean_is_the_logit() {
        assert_eq!(maps().mean(0), 2.0);
        assert_eq!(maps().mean(1), -2.0);
        assert_eq!(maps().max_abs(), 4.0);
        assert_eq!(maps().difference(0, 1), [5.0, 3.0]);
        assert_eq!(maps().mean_abs(), 2.0);
        assert_eq!(maps().empty_share(), 0.25);
        maps().check_against(&[2.0, -2.0]).unwrap();
    }

    #[test]
    fn a_map_knows_what_it_adds_up_to() {
        let alone = maps().map_of(1, None).unwrap();
        assert_eq!(
            (alone.values, alone.total),
            (vec![-4.0, 0.0], Some(-2.0)),
            "the logit"
        );
        let over = maps().map_of(0, Some(1)).unwrap();
        assert_eq!((over.rows, over.columns), (1, 2));
        assert_eq!(
            (over.values, over.total),
            (vec![5.0, 3.0], Some(4.0)),
            "the difference of two"
        );
        for (class, against) in [(2, None), (0, Some(2))] {
            let error = maps().map_of(class, against).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Request);
        }
    }

    #[test]
    fn a_failed_run_is_refused() {
        let cases = [
            (maps(), vec![2.0, -2.1]),
            (maps(), vec![2.0]),
            (maps(), vec![2.0, f32::NAN]),
            (
                EvidenceMaps::new(1, 1, 2, vec![0.0, 0.0]).unwrap(),
                vec![0.0],
            ),
            (
                EvidenceMaps::new(1, 1, 2, vec![f32::INFINITY, 0.0]).unwrap(),
                vec![0.0],
            ),
        ];
        for (maps, logits) in cases {
            let error = maps.check_against(&logits).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Device);
        }
        assert!(EvidenceMaps::new(2, 2, 2, vec![0.0; 7]).is_err());
        assert!(EvidenceMaps::new(usize::MAX, 2, 2, vec![0.0; 7]).is_err());
    }

    #[test]
    fn softmax_sums_to_one_and_does_not_overflow() {
        let p = softmax(&[1000.0, 999.0, -1000.0], 1.0);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((p[0] / p[1] - std::f32::consts::E).abs() < 1e-4);
        let flat = softmax(&[2.0, 0.0], 1e6);
        assert!((flat[0] - 0.5).abs() < 1e-5, "a high temperature flattens");
    }

    #[test]
    fn cosine_sees_direction_and_not_size() {
        assert!((cosine(&[1.0, -2.0], &[3.0, -6.0]) - 1.0).abs() < 1e-12);
        assert!((cosine(&[1.0, -2.0], &[-1.0, 2.0]) + 1.0).abs() < 1e-12);
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 5.0]), 0.0);
    }

    #[test]
    fn ranking_is_descending_and_stable() {
        assert_eq!(ranking(&[0.0, 2.0, 2.0, -1.0]), [1, 2, 0, 3]);
    }
}
