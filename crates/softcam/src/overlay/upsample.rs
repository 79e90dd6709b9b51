//! Sampling a small map at the positions of many pixels, along one axis at a time.

/// The four cells that a position draws on, with their weights, which add up to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taps {
    /// Indices of the cells; at the edges one comes more than once.
    pub cells: [usize; 4],
    /// What each of them counts.
    pub weights: [f32; 4],
}

impl Taps {
    /// Catmull-Rom interpolation (Keys, 1981, a = −0.5) at `position` in cells, where cell 0 spans 0 to 1 and has its
    /// value at 0.5. Beyond the outermost centres the edge cell is repeated.
    pub fn cubic(position: f64, cells: usize) -> Self {
        let centred = position - 0.5;
        let base = centred.floor();
        let t = (centred - base) as f32;
        let (t2, t3) = (t * t, t * t * t);
        let clamp = |offset: f64| (base + offset).clamp(0.0, (cells - 1) as f64) as usize;
        Self {
            cells: [clamp(-1.0), clamp(0.0), clamp(1.0), clamp(2.0)],
            weights: [
                0.5 * (-t3 + 2.0 * t2 - t),
                0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
                0.5 * (-3.0 * t3 + 4.0 * t2 + t),
                0.5 * (t3 - t2),
            ],
        }
    }

    /// The one cell that `position` lies in.
    pub fn nearest(position: f64, cells: usize) -> Self {
        let cell = position.floor().clamp(0.0, (cells - 1) as f64) as usize;
        Self {
            cells: [cell; 4],
            weights: [1.0, 0.0, 0.0, 0.0],
        }
    }

    /// The interpolated value, from those of the cells.
    pub fn sample(&self, value: impl Fn(usize) -> f32) -> f32 {
        (self.cells.iter().zip(&self.weights))
            .map(|(&cell, weight)| weight * value(cell))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Taps;
    use proptest::prelude::*;

    #[test]
    fn cell_centres_are_exact() {
        let map = [3.0, -1.0, 7.0];
        for (cell, &value) in map.iter().enumerate() {
            let taps = Taps::cubic(cell as f64 + 0.5, map.len());
            assert_eq!(taps.sample(|i| map[i]), value);
        }
    }

    proptest! {
        #[test]
        fn weights_add_up_and_cells_exist(position in -3.0_f64..20.0, cells in 1_usize..16) {
            for taps in [Taps::cubic(position, cells), Taps::nearest(position, cells)] {
                prop_assert!((taps.weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                prop_assert!(taps.cells.iter().all(|&cell| cell < cells));
            }
        }
    }
}
