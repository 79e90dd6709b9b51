//! Mixup (Zhang et al., ICLR 2018): pictures and what they are to be, mixed in pairs.
//!
//! As in timm, one share is drawn per batch, and the first picture is mixed with the last, the second with the last but
//! one, and so on; of an odd number, the one in the middle stays as it is.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Largest α for which [`share`] soon finds one.
pub(crate) const LARGEST_ALPHA: f64 = 4.0;

/// How much of each picture is its own, 0 to 1, drawn from Beta(α, α) by Jöhnk's method (Metrika 8, 1964). Logarithms,
/// for with a small α the powers are too small for a number.
pub(crate) fn share(alpha: f64, rng: &mut ChaCha8Rng) -> f32 {
    loop {
        let [a, b] = [0, 1].map(|_| (1.0 - rng.random::<f64>()).ln() / alpha);
        if a.exp() + b.exp() <= 1.0 {
            return (1.0 / (1.0 + (b - a).exp())) as f32;
        }
    }
}

/// Mixes `values`, a row per picture of so many: row i becomes share · row i + (1 − share) · row (count − 1 − i).
pub(crate) fn mix(values: &mut [f32], count: usize, share: f32) {
    let length = values.len() / count.max(1);
    let (first, rest) = values.split_at_mut(count / 2 * length);
    let partners = rest.chunks_exact_mut(length).rev();
    for (row, partner) in first.chunks_exact_mut(length).zip(partners) {
        for (a, b) in row.iter_mut().zip(partner) {
            (*a, *b) = (
                share * *a + (1.0 - share) * *b,
                share * *b + (1.0 - share) * *a,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{Purpose, stream};

    #[test]
    fn shares_have_the_moments_of_their_beta_distribution() {
        let mut rng = stream(1, Purpose::Mixup, 0, 0);
        for alpha in [0.2, 1.0, LARGEST_ALPHA] {
            let shares: Vec<f64> = (0..4000)
                .map(|_| f64::from(share(alpha, &mut rng)))
                .collect();
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
            let mean = shares.iter().sum::<f64>() / 4000.0;
            let variance = shares.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / 4000.0;
            assert!((mean - 0.5).abs() < 0.03, "{alpha}: {mean}");
            let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            assert!(
                (variance / expected - 1.0).abs() < 0.1,
                "{alpha}: {variance} {expected}"
            );
        }
        // Nothing but 0 and 1 is left of it, and it still ends.
        let share = share(1e-4, &mut rng);
        assert!((0.0..=1.0).contains(&share));
    }

    #[test]
    fn pairs_are_mixed_and_the_middle_stays() {
        let mut values = [1.0, 2.0, 10.0, 20.0, 5.0, 6.0];
        mix(&mut values, 3, 0.75);
        assert_eq!(values, [2.0, 3.0, 10.0, 20.0, 4.0, 5.0]);
        let mut alone = [1.0, 2.0];
        mix(&mut alone, 1, 0.3);
        assert_eq!(alone, [1.0, 2.0]);
    }
}
