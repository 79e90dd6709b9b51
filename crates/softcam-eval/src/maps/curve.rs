//! A score as a picture changes step by step.

use crate::error::{Result, check_length};

/// Scores at ascending positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// From 0 (nothing changed) on; what 1 is depends on the measure.
    pub positions: Vec<f64>,
    /// The score at each.
    pub values: Vec<f64>,
}

impl Curve {
    /// The area under the curve by trapezoids, over its whole width, which counts as 1: for a curve from 0 to 1 the area
    /// itself. Of a single point, its value; 0 where there is none.
    pub fn area(&self) -> f64 {
        let width = match (self.positions.first(), self.positions.last()) {
            (Some(first), Some(last)) if last > first => last - first,
            _ => return self.values.first().copied().unwrap_or(0.0),
        };
        let areas = self.positions.windows(2).zip(self.values.windows(2));
        let area: f64 = areas
            .map(|(x, y)| (x[1] - x[0]) * f64::midpoint(y[0], y[1]))
            .sum();
        area / width
    }

    /// The mean of several curves, point by point, each counting as often as `weights` says. None where no weight is left.
    ///
    /// # Errors
    ///
    /// Where the curves differ in length, or there are not as many weights.
    pub fn mean(curves: &[Self], weights: &[f64]) -> Result<Option<Self>> {
        let Some(first) = curves.first() else {
            return Ok(None);
        };
        let points = first.positions.len();
        check_length("weights of curves", weights.len(), curves.len())?;
        for curve in curves {
            check_length("positions of a curve", curve.positions.len(), points)?;
            check_length("values of a curve", curve.values.len(), points)?;
        }
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return Ok(None);
        }
        let value = |point: usize| {
            let sum: f64 = curves
                .iter()
                .zip(weights)
                .map(|(curve, weight)| curve.values[point] * weight)
                .sum();
            sum / all
        };
        Ok(Some(Self {
            positions: first.positions.clone(),
            values: (0..points).map(value).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(positions: &[f64], values: &[f64]) -> Curve {
        Curve {
            positions: positions.to_vec(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn areas_by_hand() {
        // numpy.trapezoid([1, .5, 0], [0, .5, 1])
        assert_eq!(curve(&[0.0, 0.5, 1.0], &[1.0, 0.5, 0.0]).area(), 0.5);
        // Unequal steps: .25 · .9 + .75 · .4
        let uneven = curve(&[0.0, 0.25, 1.0], &[1.0, 0.8, 0.0]);
        assert!((uneven.area() - 0.525).abs() < 1e-12);
        // Half as wide, and as high.
        assert_eq!(curve(&[0.0, 0.5], &[1.0, 1.0]).area(), 1.0);
        assert_eq!(curve(&[0.0], &[0.7]).area(), 0.7);
        assert_eq!(curve(&[], &[]).area(), 0.0);
    }

    #[test]
    fn means_weigh() {
        let curves = [
            curve(&[0.0, 1.0], &[1.0, 0.0]),
            curve(&[0.0, 1.0], &[1.0, 0.6]),
        ];
        let mean = Curve::mean(&curves, &[1.0, 2.0]).unwrap().unwrap();
        assert_eq!(mean.values, [1.0, 1.2 / 3.0]);
        assert_eq!(Curve::mean(&curves, &[0.0, 0.0]).unwrap(), None);
        assert_eq!(Curve::mean(&[], &[]).unwrap(), None);
        assert!(Curve::mean(&curves, &[1.0]).is_err());
        assert!(Curve::mean(&[curves[0].clone(), curve(&[0.0], &[1.0])], &[1.0, 1.0]).is_err());
    }
}
