//! Activation consistency ("local to global", r⁺ and r⁻; Djoumessi & Berens, MIDL 2026).
//!
//! r⁺ is the share of cells above 0 in the map of the finding on pictures that have it, r⁻ the share below 0 on pictures that
//! do not, each as mean and standard deviation over pictures: does what single cells say agree with the answer? The official
//! code resizes maps to 16 x 16 and divides them by their largest absolute value, which leaves all signs as they are, so
//! that only a threshold other than 0 would need it. For r⁻ it takes the map *of the healthy class*, although the paper's text
//! speaks of the finding's; callers choose which map they bring. Methods that clip at 0 have no cell below 0 by construction.

use super::grid::{Shrink, resize};
use softcam::map::Map;

/// Rows and columns of the grid that cells are counted on, as in the official code.
pub const GRID: usize = 16;

/// Shares of the cells of one map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Consistency {
    /// Above 0.
    pub positive: f64,
    /// Below 0.
    pub negative: f64,
}

/// Counts cells on `GRID` x `GRID`. None where the map is 0 everywhere: it says nothing.
///
/// `shrink`: the official code samples.
///
/// # Panics
/// If `map` does not have `rows` · `columns` values, or none.
pub fn consistency(map: &Map, shrink: Shrink) -> Option<Consistency> {
    let cells = resize(&map.values, map.shape(), (GRID, GRID), shrink);
    let share = |is: fn(f32) -> bool| {
        cells.iter().filter(|value| is(**value)).count() as f64 / cells.len() as f64
    };
    cells
        .iter()
        .any(|value| *value != 0.0)
        .then(|| Consistency {
            positive: share(|value| value > 0.0),
            negative: share(|value| value < 0.0),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: Vec<f32>, rows: usize, columns: usize) -> Option<Consistency> {
        let map = Map {
            values,
            rows,
            columns,
            total: None,
        };
        consistency(&map, Shrink::Mean)
    }

    #[test]
    fn shares_by_hand() {
        let mut values = vec![-1.0; 256];
        values[..64].fill(2.0);
        values[64..96].fill(0.0);
        let shares = of(values, 16, 16).unwrap();
        assert_eq!((shares.positive, shares.negative), (0.25, 0.625));
        assert_eq!(of(vec![0.0; 9], 3, 3), None);
        // One column each, and the interpolated value changes its sign in the middle.
        let halves = of(vec![-1.0, 1.0], 1, 2).unwrap();
        assert_eq!((halves.positive, halves.negative), (0.5, 0.5));
    }

    proptest! {
        #[test]
        fn scale_does_not_count_and_the_sign_turns_it_round(values in prop::collection::vec(-2.0_f32..2.0, 49)) {
            let once = of(values.clone(), 7, 7).unwrap();
            let other = of(values.iter().map(|value| value * -4.0).collect(), 7, 7).unwrap();
            prop_assert_eq!((once.positive, once.negative), (other.negative, other.positive));
            prop_assert!(once.positive + once.negative <= 1.0 + 1e-12);
        }
    }
}
