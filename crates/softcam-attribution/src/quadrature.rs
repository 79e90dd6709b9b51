//! Gauss-Legendre quadrature.

use std::f64::consts::PI;

/// Places from 0 to 1, ascending, and weights that add up to 1, of `count` points: exact for polynomials of degree
/// 2 `count` − 1. The places are the roots of the Legendre polynomial, found by Newton's method.
pub(crate) fn gauss_legendre(count: usize) -> Vec<(f64, f64)> {
    let n = count as f64;
    let point = |index: usize| {
        // Tricomi's approximation is close enough for Newton's method to end at this root and no other.
        let mut x = -(PI * (index as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..100 {
            let (value, derivative) = legendre(count, x);
            slope = derivative;
            let step = value / derivative;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..count).map(point).collect()
}

/// The Legendre polynomial of degree `count` and its derivative at `x`, by Bonnet's recursion.
fn legendre(count: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (0.0, 1.0);
    for degree in 0..count {
        let k = degree as f64;
        let next = ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0);
        (before, value) = (value, next);
    }
    let derivative = count as f64 * (x * value - before) / (x * x - 1.0);
    (value, derivative)
}

#[cfg(test)]
mod tests {
    use super::gauss_legendre;

    #[test]
    fn few_points_are_the_known_ones() {
        let [(place, weight)] = gauss_legendre(1)[..] else {
            panic!("one point")
        };
        assert!((place - 0.5).abs() < 1e-15 && (weight - 1.0).abs() < 1e-15);
        // 0 and +-sqrt(3/5) with weights 8/9 and 5/9, brought to 0 to 1.
        let three = gauss_legendre(3);
        let side = 0.5 * 0.6_f64.sqrt();
        for ((place, weight), expected) in
            three
                .iter()
                .zip([(0.5 - side, 5.0), (0.5, 8.0), (0.5 + side, 5.0)])
        {
            assert!((place - expected.0).abs() < 1e-14, "{place}");
            assert!((weight - expected.1 / 18.0).abs() < 1e-14, "{weight}");
        }
    }

    #[test]
    fn polynomials_are_integrated_exactly() {
        for count in [2, 7, 50, 333] {
            let points = gauss_legendre(count);
            assert!(points.is_sorted_by(|a, b| a.0 < b.0), "{count}");
            for degree in [0, 1, 3, (2 * count - 1).min(60)] {
                let sum: f64 = points.iter().map(|(x, w)| w * x.powi(degree as i32)).sum();
                let expected = 1.0 / (degree as f64 + 1.0);
                assert!((sum - expected).abs() < 1e-13, "{count} {degree}: {sum}");
            }
        }
    }
}
