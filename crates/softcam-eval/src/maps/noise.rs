//! Random numbers that are the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use softcam::random;

/// A stream of them.
pub(super) struct Noise(ChaCha8Rng);

impl Noise {
    /// Stream `index` of `seed`: what one picture gets does not depend on which others were made before.
    pub(super) fn new(seed: u64, index: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(index as u64);
        Self(random)
    }

    /// Evenly from −1 to 1.
    pub(super) fn even(&mut self) -> f32 {
        // 24 bits, which a float holds exactly, at the middle of their steps.
        ((self.0.next_u32() >> 8) as f32 + 0.5) / 8_388_608.0 - 1.0
    }

    /// About normal, mean 0 and variance 1.
    pub(super) fn normal(&mut self) -> f32 {
        random::normal(self.0.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_that_are_promised() {
        let mut noise = Noise::new(3, 1);
        let moments = |values: Vec<f32>| {
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            let square = values.iter().map(|value| value * value).sum::<f32>();
            (mean, square / values.len() as f32)
        };
        let (mean, square) = moments((0..50_000).map(|_| noise.normal()).collect());
        assert!(
            mean.abs() < 0.02 && (square - 1.0).abs() < 0.03,
            "{mean} {square}"
        );
        let even: Vec<f32> = (0..50_000).map(|_| noise.even()).collect();
        assert!(even.iter().all(|value| value.abs() <= 1.0));
        let (mean, square) = moments(even);
        assert!(
            mean.abs() < 0.02 && (square - 1.0 / 3.0).abs() < 0.01,
            "{mean} {square}"
        );
    }

    #[test]
    fn streams_differ() {
        let first = |index| Noise::new(5, index).even();
        assert_eq!(first(0), first(0));
        assert_ne!(first(0), first(1));
    }
}
