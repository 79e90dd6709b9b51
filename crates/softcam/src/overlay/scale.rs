//! The limit of the symmetric scale.

use crate::evidence::EvidenceMaps;

/// The limit that all classes of one image share: the largest absolute evidence among them, rounded up to two digits
/// so that the colour bar reads well.
pub fn shared_limit(maps: &EvidenceMaps) -> f32 {
    round_up(maps.max_abs())
}

fn round_up(value: f32) -> f32 {
    if value <= 0.0 {
        return 1.0;
    }
    let value = f64::from(value);
    let unit = 10.0_f64.powf(value.log10().floor() - 1.0);
    // A hair below, so that 25 stays 25 in spite of rounding.
    ((value / unit - 1e-6).ceil() * unit) as f32
}

#[cfg(test)]
mod tests {
    use super::round_up;
    use proptest::prelude::*;

    #[test]
    fn two_digits() {
        assert_eq!(round_up(25.0), 25.0);
        assert_eq!(round_up(25.01), 26.0);
        assert_eq!(round_up(0.0312), 0.032);
        assert_eq!(round_up(999.0), 1000.0);
        assert_eq!(round_up(0.0), 1.0);
    }

    proptest! {
        #[test]
        fn never_clips_and_never_wastes(value in 1e-20_f32..1e20) {
            let limit = round_up(value);
            prop_assert!(limit >= value * (1.0 - 1e-6));
            prop_assert!(limit <= value * 1.11);
        }
    }
}
