//! Which pixels come first.

/// What comes first of equal values. A map that was clipped at 0 is equal over large parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// A fixed disorder, the same for all maps: equal values speak for no place.
    #[default]
    Scattered,
    /// From top to bottom and from left to right, as a stable sort leaves them (the official SoftCAM code).
    Raster,
}

/// Indices of `values`, the largest first.
pub(super) fn descending(values: &[f32], ties: Ties) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    if ties == Ties::Scattered {
        order.sort_unstable_by_key(|&index| scatter(index));
    }
    // Stable; 0.0 and -0.0 are equal.
    order.sort_by(|&a, &b| {
        let (a, b) = (values[a as usize] + 0.0, values[b as usize] + 0.0);
        b.total_cmp(&a)
    });
    order
}

/// A permutation of all 32-bit numbers (Mueller's hash).
fn scatter(index: u32) -> u32 {
    let x = (index ^ (index >> 16)).wrapping_mul(0x045D_9F3B);
    let x = (x ^ (x >> 16)).wrapping_mul(0x045D_9F3B);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_values_speak_for_no_place() {
        let order = descending(&[0.0; 1000], Ties::Scattered);
        let mean = order[..500].iter().sum::<u32>() / 500;
        assert!((400..600).contains(&mean), "{mean}");
        assert_eq!(
            descending(&[1.0, 2.0, 2.0, -0.0, 0.0], Ties::Raster),
            [1, 2, 0, 3, 4]
        );
    }

    proptest! {
        #[test]
        fn every_index_comes_once_and_values_fall(values in prop::collection::vec(-2_i8..3, 1..200)) {
            let values: Vec<f32> = values.into_iter().map(f32::from).collect();
            for ties in [Ties::Scattered, Ties::Raster] {
                let order = descending(&values, ties);
                prop_assert!(order.windows(2).all(|p| values[p[0] as usize] >= values[p[1] as usize]));
                let mut sorted = order.clone();
                sorted.sort_unstable();
                prop_assert!(sorted.iter().enumerate().all(|(at, &index)| at == index as usize));
            }
        }
    }
}
