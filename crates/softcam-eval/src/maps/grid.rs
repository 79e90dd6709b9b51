//! Maps on other grids than their own.

use softcam::overlay::Taps;

/// How many values become fewer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shrink {
    /// A cell is the mean of what it covers: nothing is lost between cells.
    #[default]
    Mean,
    /// A cell is the interpolated value in its middle, as `cv2.resize` and `interpolate` without antialiasing have it. The
    /// official SoftCAM code reads maps of 512 x 512 values at 60 x 60 or 16 x 16 points this way.
    Sample,
}

/// `map`, `from` rows x columns in row-major order, on a grid of `to` rows x columns over the same picture.
///
/// Along an axis that gets longer, or stays, values are interpolated as the overlay is: bicubic, Keys' a = −0.5. Along one
/// that gets shorter, `shrink` says how.
///
/// # Panics
/// If `map` does not have the values that `from` says, or there are none.
pub fn resize(map: &[f32], from: (usize, usize), to: (usize, usize), shrink: Shrink) -> Vec<f32> {
    assert_eq!(map.len(), from.0 * from.1);
    assert!(!map.is_empty());
    if from == to {
        return map.to_vec();
    }
    // Separable: first along every row, then down.
    let across = axis(from.1, to.1, shrink);
    let wide: Vec<f32> = map
        .chunks_exact(from.1)
        .flat_map(|row| across.iter().map(|reads| reads.value(|cell| row[cell])))
        .collect();
    axis(from.0, to.0, shrink)
        .iter()
        .flat_map(|reads| (0..to.1).map(|column| reads.value(|row| wide[row * to.1 + column])))
        .collect()
}

/// What one cell of the new grid reads along one axis.
enum Reads {
    Taps(Taps),
    Mean(std::ops::Range<usize>),
}

impl Reads {
    fn value(&self, at: impl Fn(usize) -> f32) -> f32 {
        match self {
            Self::Taps(taps) => taps.sample(at),
            Self::Mean(range) => {
                let sum: f64 = range.clone().map(|cell| f64::from(at(cell))).sum();
                (sum / range.len() as f64) as f32
            }
        }
    }
}

fn axis(from: usize, to: usize, shrink: Shrink) -> Vec<Reads> {
    let reads = |cell: usize| match shrink {
        Shrink::Mean if to < from => Reads::Mean(cell * from / to..(cell + 1) * from / to),
        _ => {
            let middle = (cell as f64 + 0.5) / to as f64 * from as f64;
            Reads::Taps(Taps::cubic(middle, from))
        }
    };
    (0..to).map(reads).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_means_or_samples() {
        let map = [1.0, 3.0, 5.0, 11.0];
        assert_eq!(resize(&map, (1, 4), (1, 2), Shrink::Mean), [2.0, 8.0]);
        // In the middle between two: (−1, 9, 9, −1) / 16 of the neighbours, the edge repeated.
        let sampled = resize(&map, (1, 4), (1, 2), Shrink::Sample);
        assert_eq!(sampled, [30.0 / 16.0, 130.0 / 16.0]);
    }

    proptest! {
        #[test]
        fn flat_maps_stay_flat_and_means_stay(
            values in prop::collection::vec(-3.0_f32..3.0, 36),
            (rows, columns) in (1_usize..20, 1_usize..20),
        ) {
            for shrink in [Shrink::Mean, Shrink::Sample] {
                let flat = resize(&[2.5; 36], (4, 9), (rows, columns), shrink);
                prop_assert_eq!(flat.len(), rows * columns);
                prop_assert!(flat.iter().all(|value| (value - 2.5).abs() < 1e-5));
            }
            let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
            let halved = resize(&values, (6, 6), (3, 2), Shrink::Mean);
            prop_assert!((mean(&halved) - mean(&values)).abs() < 1e-5);
        }
    }
}
