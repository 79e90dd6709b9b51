//! A few hundred pictures span far fewer directions than there are features.
//!
//! The penalty is the same in every orthonormal basis, and the best filters lie in the span of the examples. Fitted is
//! therefore in coordinates of that span, centred and divided by one number, and turned back at the end: the same answer for
//! a fraction of the arithmetic.

use crate::logistic::{Layer, dot};
use softcam::{Error, Result, Watch};

/// What is left of an example counts as a direction of its own above this share of its square: features are floats of
/// 24 bits, and what is below is rounding.
const NEW: f64 = 1e-12;

/// Examples after which somebody is asked whether to go on.
const TURN: usize = 25;

/// Examples in coordinates of their span.
#[derive(Debug)]
pub struct Span {
    mean: Vec<f64>,
    /// Root of the mean square of the centred examples.
    scale: f64,
    /// `[width, features]`, orthonormal rows.
    basis: Vec<Vec<f64>>,
    /// `[examples, width]`, row-major; the mean square of the examples is 1.
    pub rows: Vec<f64>,
    /// Square of each example's features as they are, in the unit of `rows`.
    pub squares: Vec<f64>,
}

impl Span {
    /// Of `features`, which has a row per example, all of one length.
    ///
    /// # Errors
    ///
    /// One that [`Error::is_cancelled`] where `watch` said no. It is told `done` of `total`.
    pub async fn of(features: &[&[f32]], total: usize, watch: &mut dyn Watch) -> Result<Self> {
        let count = features.len().max(1) as f64;
        let length = features.first().map_or(0, |row| row.len());
        let mut mean = vec![0.0; length];
        for row in features {
            for (mean, value) in mean.iter_mut().zip(*row) {
                *mean += f64::from(*value) / count;
            }
        }
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut coordinates: Vec<Vec<f64>> = Vec::with_capacity(features.len());
        let mut square = 0.0;
        let mut squares: Vec<f64> = Vec::with_capacity(features.len());
        for (index, row) in features.iter().enumerate() {
            if index % TURN == 0 && !watch.go_on(index, total).await {
                return Err(Error::cancelled());
            }
            let mut rest: Vec<f64> = (row.iter().zip(&mean))
                .map(|(value, mean)| f64::from(*value) - mean)
                .collect();
            squares.push(row.iter().map(|value| f64::from(*value).powi(2)).sum());
            let whole = dot(&rest, &rest);
            square += whole / count;
            let mut at = vec![0.0; basis.len()];
            // Twice, since the first time leaves rounding errors along the basis.
            for _ in 0..2 {
                for (at, direction) in at.iter_mut().zip(&basis) {
                    let along = dot(&rest, direction);
                    *at += along;
                    for (rest, direction) in rest.iter_mut().zip(direction) {
                        *rest -= along * direction;
                    }
                }
            }
            let left = dot(&rest, &rest);
            if basis.len() < length && left > NEW * whole && left > 0.0 {
                let norm = left.sqrt();
                at.push(norm);
                rest.iter_mut().for_each(|value| *value /= norm);
                basis.push(rest);
            }
            coordinates.push(at);
        }
        // Where all are equal there is nothing to divide by.
        let scale = if square > 0.0 { square.sqrt() } else { 1.0 };
        let width = basis.len().max(1);
        let mut rows = vec![0.0; width * features.len()];
        for (row, at) in rows.chunks_exact_mut(width).zip(&coordinates) {
            for (value, at) in row.iter_mut().zip(at) {
                *value = at / scale;
            }
        }
        for value in &mut squares {
            *value /= scale * scale;
        }
        basis.resize_with(width, || vec![0.0; length]);
        Ok(Self {
            mean,
            scale,
            basis,
            rows,
            squares,
        })
    }

    /// Coordinates per example, at least one.
    pub fn width(&self) -> usize {
        self.basis.len()
    }

    /// Filters on features from a layer on coordinates: `[classes, features]` and one bias per class.
    pub fn filters(&self, layer: &Layer) -> (Vec<f32>, Vec<f32>) {
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for (along, bias) in layer.filters() {
            let mut filter = vec![0.0; self.mean.len()];
            for (along, direction) in along.iter().zip(&self.basis) {
                for (value, direction) in filter.iter_mut().zip(direction) {
                    *value += along / self.scale * direction;
                }
            }
            biases.push((bias - dot(&filter, &self.mean)) as f32);
            weights.extend(filter.into_iter().map(|value| value as f32));
        }
        (weights, biases)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use crate::logistic::Regression;

    fn span(features: &[&[f32]]) -> Span {
        let mut watch = async |_, _| true;
        pollster::block_on(Span::of(features, features.len(), &mut watch)).unwrap()
    }

    #[test]
    fn distances_stay_and_the_mean_square_is_one() {
        let features: [&[f32]; 4] = [
            &[1.0, 2.0, 0.5, 0.0],
            &[0.0, 1.0, 1.5, 1.0],
            &[2.0, 2.0, 0.0, 0.0],
            &[1.0, 2.0, 0.5, 0.0],
        ];
        let span = span(&features);
        assert!(span.width() <= 3);
        let row = |index: usize| &span.rows[index * span.width()..][..span.width()];
        let mean_square: f64 = (0..4).map(|index| dot(row(index), row(index))).sum::<f64>() / 4.0;
        assert!((mean_square - 1.0).abs() < 1e-12, "{mean_square}");
        let apart = |a: usize, b: usize| {
            let of = |pairs: &mut dyn Iterator<Item = (f64, f64)>| -> f64 {
                pairs.map(|(a, b)| (a - b) * (a - b)).sum()
            };
            let features =
                (features[a].iter().zip(features[b])).map(|(a, b)| (f64::from(*a), f64::from(*b)));
            let coordinates = row(a).iter().copied().zip(row(b).iter().copied());
            (of(&mut { features }), of(&mut { coordinates }))
        };
        let (one, two) = (apart(0, 1), apart(1, 2));
        // Squares are in the same unit.
        let raw: f64 = features[0].iter().map(|v| f64::from(*v).powi(2)).sum();
        assert!((raw / span.squares[0] - one.0 / one.1).abs() < 1e-9);
        assert!((one.0 / one.1 - two.0 / two.1).abs() < 1e-9);
        assert!(apart(0, 3).1 < 1e-20);
    }

    #[test]
    fn filters_give_the_logits_of_the_coordinates() {
        let features: [&[f32]; 3] = [&[1.0, 2.0, 5.0], &[0.0, 1.0, 1.5], &[2.0, 2.0, 0.0]];
        let span = span(&features);
        let problem = Regression {
            rows: &span.rows,
            width: span.width(),
            classes: &[0, 1, 1],
            count: 2,
        };
        let layer = problem.fit(&[0, 1, 2], 0.01, &Layer::zero(2, span.width()), 1e-9);
        let (weights, biases) = span.filters(&layer);
        for (index, row) in features.iter().enumerate() {
            let expected = layer.logits(&span.rows[index * span.width()..][..span.width()]);
            for (class, expected) in expected.iter().enumerate() {
                let got: f32 = (weights[class * 3..].iter().zip(*row))
                    .map(|(weight, value)| weight * value)
                    .sum::<f32>()
                    + biases[class];
                assert!((f64::from(got) - expected).abs() < 1e-4, "{got} {expected}");
            }
        }
    }

    #[test]
    fn equal_pictures_span_nothing_and_nothing_breaks() {
        let row: &[f32] = &[1.0, 2.0];
        let span = span(&[row, row, row]);
        assert_eq!(span.width(), 1);
        assert!(span.rows.iter().all(|value| *value == 0.0));
    }
}
