//! Numbers that look random and are the same on every machine.

/// SplitMix64 (Steele et al., "Fast splittable pseudorandom number generators", OOPSLA 2014): small, and every state is a
/// good seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of `seed`; every seed is a good one.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits, all values equally likely.
    #[expect(
        clippy::should_implement_trait,
        reason = "the sequence has no end, so no iterator's methods are wanted"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// Below `end`, which is positive. The bias, `end` in 2^64, is of no account.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// Scrambles 64 bits: inputs that differ anywhere give outputs that have nothing in common.
pub fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Number `index` of the sequence of `seed`: the same in whatever order, and by however many threads, numbers are asked for.
pub fn at(seed: u64, index: u64) -> u64 {
    mix(mix(seed ^ 0xBB67_AE85_84CA_A73B).wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// From 0 to below 1, evenly: the first 24 of `bits`, so that no rounding is involved.
pub fn unit(bits: u64) -> f32 {
    (bits >> 40) as f32 * (1.0 / (1 << 24) as f32)
}

/// About normal, mean 0 and variance 1, from -3.5 to 3.5: the sum of the four 16-bit parts of `bits`. No logarithm is taken,
/// so every machine gets the same.
pub fn normal(bits: u64) -> f32 {
    let parts = [bits, bits >> 16, bits >> 32, bits >> 48].map(|part| (part & 0xFFFF) as f32);
    let sum: f32 = parts.iter().sum();
    // Each part has variance 65536² / 12.
    (sum - 2.0 * 65_535.0) * (3.0_f32.sqrt() / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        // The reference implementation's first outputs for seed 1234567.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn normal_has_mean_0_and_variance_1() {
        let mut random = Random::new(1);
        let values: Vec<f32> = (0..100_000).map(|_| normal(random.next())).collect();
        let mean = values.iter().sum::<f32>() / 1e5;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
    }

    #[test]
    fn numbers_by_index_are_evenly_spread_and_differ_by_seed() {
        let values: Vec<f32> = (0..10_000).map(|index| unit(at(3, index))).collect();
        let mean = values.iter().sum::<f32>() / 1e4;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!(values.iter().all(|value| (0.0..1.0).contains(value)));
        assert!((0..100).all(|index| at(3, index) != at(4, index)));
        assert_eq!(unit(u64::MAX), 1.0 - 1.0 / 16_777_216.0);
    }

    #[test]
    fn below_reaches_every_number_and_no_other() {
        let mut random = Random::new(5);
        let mut met = [0; 7];
        for _ in 0..700 {
            met[random.below(7)] += 1;
        }
        assert!(met.iter().all(|&times| times > 50), "{met:?}");
    }
}
