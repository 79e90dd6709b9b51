//! The Gaussian of the features of known pictures; see [`softcam::novelty`].

use nalgebra::{DMatrix, SymmetricEigen};
use softcam::novelty::NoveltyReference;

/// The variance is at least this share of the features' mean square: a channel that never speaks must not make the
/// smallest rounding error infinitely strange.
const FLOOR: f64 = 1e-6;

/// Fits mean, the `directions` leading principal directions with their variances, and the variance of the rest
/// (probabilistic PCA's maximum-likelihood solution). `features` has a row per picture; none where there are fewer than
/// two pictures. At most half as many directions as pictures are used: further ones describe these very pictures.
pub fn fit(features: &[Vec<f32>], directions: usize) -> Option<NoveltyReference> {
    let (count, width) = (features.len(), features.first()?.len());
    if count < 2 || width == 0 {
        return None;
    }
    let directions = directions.min(count / 2).min(width - 1).max(1);
    let mean: Vec<f64> = (0..width)
        .map(|channel| {
            features
                .iter()
                .map(|row| f64::from(row[channel]))
                .sum::<f64>()
                / count as f64
        })
        .collect();
    let centred = DMatrix::from_fn(count, width, |row, channel| {
        f64::from(features[row][channel]) - mean[channel]
    });
    // With fewer pictures than channels, the pictures' Gram matrix has the same eigenvalues and is smaller.
    let gram = &centred * centred.transpose() / (count - 1) as f64;
    let total = gram.trace();
    let SymmetricEigen {
        eigenvectors,
        eigenvalues,
    } = SymmetricEigen::new(gram);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| eigenvalues[b].total_cmp(&eigenvalues[a]));
    let square = mean.iter().map(|value| value * value).sum::<f64>() / width as f64;
    let floor = (FLOOR * square).max(f64::MIN_POSITIVE);
    let mut basis = Vec::with_capacity(directions * width);
    let mut variance = Vec::with_capacity(directions);
    let mut explained = 0.0;
    for &index in order.iter().take(directions) {
        let direction = centred.transpose() * eigenvectors.column(index);
        let norm = direction.norm();
        if norm <= f64::EPSILON {
            break;
        }
        basis.extend(direction.iter().map(|value| (value / norm) as f32));
        variance.push(eigenvalues[index].max(floor) as f32);
        explained += eigenvalues[index];
    }
    let rest = ((total - explained) / (width - variance.len()) as f64).max(floor);
    Some(NoveltyReference {
        mean: mean.into_iter().map(|value| value as f32).collect(),
        basis,
        variance,
        residual_variance: rest as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{Purpose, stream};
    use rand::Rng;

    /// Sums of uniform numbers: near enough to a Gaussian.
    fn cloud(count: usize, seed: u64) -> Vec<Vec<f32>> {
        let mut rng = stream(seed, Purpose::Order, 0, 0);
        let mut normal = || (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0;
        (0..count)
            .map(|_| {
                let (large, other) = (5.0 * normal(), 2.0 * normal());
                (0..20)
                    .map(|channel| match channel {
                        0 => 3.0 + large,
                        1 => other,
                        _ => 0.1 * normal(),
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn variances_are_those_of_the_cloud_and_its_pictures_score_about_one() {
        let reference = fit(&cloud(400, 1), 2).unwrap();
        assert!(
            (reference.variance[0] - 25.0).abs() < 5.0,
            "{:?}",
            reference.variance
        );
        assert!(
            (reference.variance[1] - 4.0).abs() < 1.0,
            "{:?}",
            reference.variance
        );
        assert!((reference.residual_variance - 0.01).abs() < 0.002);
        let scores: Vec<f32> = cloud(200, 2)
            .iter()
            .map(|row| reference.score(row))
            .collect();
        let mean = scores.iter().sum::<f32>() / 200.0;
        assert!((mean - 1.0).abs() < 0.1, "{mean}");
        // Far along the widest direction is less strange than a little beside all of them.
        let mut along = vec![0.0; 20];
        along[0] = 13.0;
        let mut beside = vec![0.0; 20];
        (beside[0], beside[5]) = (3.0, 3.0);
        assert!(reference.score(&along) < 2.0);
        assert!(reference.score(&beside) > 10.0);
    }

    #[test]
    fn too_little_to_go_by_gives_nothing() {
        assert!(fit(&[], 4).is_none());
        assert!(fit(&[vec![1.0, 2.0]], 4).is_none());
        let same = vec![vec![1.0, 2.0, 3.0]; 5];
        let reference = fit(&same, 2).unwrap();
        assert!(reference.score(&[1.0, 2.0, 3.0]) < 1e-3);
    }
}
