//! The limit of the symmetric scale.

use crate::evidence::EvidenceMaps;

/// The limit that all classes of one image share: the largest absolute evidence among them, rounded up to two digits
/// so that the colour bar reads well.
pub fn shared_limit(maps: &EvidenceMaps) -> f32 {
    round_up(maps.max_abs())
}

/// The limit for evidence for one class over another. Both maps end at ±the shared limit, so their difference ends at
/// ±twice that, and nothing clips whichever two classes are compared.
pub fn difference_limit(maps: &EvidenceMaps) -> f32 {
    2.0 * shared_limit(maps)
}

/// The limit for any values, such as those of another method's map: the largest absolute value, rounded up likewise. What
/// is not finite does not count; 1 where all are zero.
pub fn scale_limit(values: &[f32]) -> f32 {
    let finite = values.iter().filter(|value| value.is_finite());
    round_up(finite.fold(0.0, |max, value| max.max(value.abs())))
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
    use super::{difference_limit, round_up, scale_limit, shared_limit};
    use crate::evidence::EvidenceMaps;
    use proptest::prelude::*;

    #[test]
    fn two_digits() {
        assert_eq!(round_up(25.0), 25.0);
        assert_eq!(round_up(25.01), 26.0);
        assert_eq!(round_up(0.0312), 0.032);
        assert_eq!(round_up(999.0), 1000.0);
        assert_eq!(round_up(0.0), 1.0);
        assert_eq!(scale_limit(&[1.0, -25.01, f32::NAN, f32::INFINITY]), 26.0);
        assert_eq!(scale_limit(&[]), 1.0);
    }

    proptest! {
        #[test]
        fn never_clips_and_never_wastes(value in 1e-20_f32..1e20) {
            let limit = round_up(value);
            prop_assert!(limit >= value * (1.0 - 1e-6));
            prop_assert!(limit <= value * 1.11);
        }

        #[test]
        fn no_map_and_no_difference_clips(values in proptest::collection::vec(-1e6_f32..1e6, 12)) {
            let maps = EvidenceMaps::new(3, 2, 2, values).unwrap();
            let within = |map: &[f32], limit: f32| map.iter().all(|v| v.abs() <= limit * (1.0 + 1e-6));
            for class in 0..3 {
                prop_assert!(within(maps.map(class), shared_limit(&maps)));
                for other in 0..3 {
                    let difference = maps.difference(class, other);
                    prop_assert!(within(&difference, difference_limit(&maps)));
                }
            }
        }
    }
}
