//! What evidence itself costs, so that maps become sparse and smooth.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// λ1 and λ2 of the paper's eq. 5: L = CE + λ1 · ‖A‖₁ + λ2 · ‖A‖₂, per image over all classes and cells, then averaged
/// over the batch. The official code takes the first image of each batch only, which has the same expectation and more
/// noise; the second norm is not squared, there and here.
///
/// What goes beyond the paper is off by default: penalties on differences of maps, total variation, and a rise from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Penalty {
    /// λ1: drives cells to 0 (lasso).
    pub lasso: f32,
    /// λ2: keeps all cells small (ridge).
    pub ridge: f32,
    /// Puts every penalty on what softmax sees of the maps: A₁ − A₀ for two classes, which is one map, and each map minus
    /// the mean of all classes' maps in its cell for more. What all classes share cancels in softmax, costs nothing here,
    /// and stays where it is. (For two classes the centred maps are ± half of A₁ − A₀, so that λ1 means the same either
    /// way.)
    pub difference: bool,
    /// λ of the total variation (anisotropic): on the sum over the same maps and all cells of the |difference| to the
    /// right and to the lower neighbour, per image, then averaged over the batch. Cells of one finding come to agree, and
    /// single ones vanish.
    pub total_variation: f32,
    /// Epochs, whole or not, in which all three rise evenly from 0 to what they are; 0 is from the first step on.
    pub warm_up: f64,
}

impl Penalty {
    /// Whether there is any.
    pub fn is_some(self) -> bool {
        self.lasso > 0.0 || self.ridge > 0.0 || self.total_variation > 0.0
    }

    /// The λ1 from which on empty maps are the best there are, whatever a picture shows: of maps with so many `cells` and
    /// `classes`, and such label smoothing.
    ///
    /// In an empty map, a cell of the right class lowers the cross-entropy by (1 − 1/classes)(1 − smoothing)/cells per
    /// unit of evidence, and costs λ1; in a difference of maps it is half of (1 − smoothing)/cells. Both terms are convex in
    /// the maps, so what does not pay at 0 pays nowhere. Below it, of two classes drawn equally often, evidence grows in a cell whose
    /// picture has the class with a probability above ½ + λ1 · cells.
    pub fn emptying_lasso(self, classes: usize, cells: usize, smoothing: f32) -> f32 {
        let gain = if self.difference {
            0.5
        } else {
            1.0 - 1.0 / classes as f32
        };
        gain * (1.0 - smoothing) / cells as f32
    }

    /// What it is after `epochs` of the run, whole or not.
    pub(crate) fn at(self, epochs: f64) -> Self {
        let factor = if epochs < self.warm_up {
            (epochs / self.warm_up) as f32
        } else {
            1.0
        };
        Self {
            lasso: factor * self.lasso,
            ridge: factor * self.ridge,
            total_variation: factor * self.total_variation,
            ..self
        }
    }

    /// Refuses what makes no sense.
    pub(crate) fn check(self) -> Result<(), String> {
        for (name, value) in [
            ("λ1", f64::from(self.lasso)),
            ("λ2", f64::from(self.ridge)),
            ("the total variation's λ", f64::from(self.total_variation)),
            ("the penalty's warm-up", self.warm_up),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(format!("{name} is {value}, and it must not be below 0"));
            }
        }
        Ok(())
    }

    /// What one picture's maps, `[classes, rows, columns]`, cost as `share` of its batch; the slope of that by each of
    /// their values is added to `slope`.
    pub(crate) fn cost(
        self,
        maps: &[f32],
        [classes, columns]: [usize; 2],
        share: f32,
        slope: &mut [f32],
    ) -> f32 {
        if !self.is_some() {
            return 0.0;
        }
        let cells = maps.len() / classes;
        let read = if self.difference {
            Cow::from(differences(maps, classes))
        } else {
            Cow::from(maps)
        };
        let mut by_read = vec![0.0; read.len()];
        let mut cost = 0.0;
        if self.lasso > 0.0 {
            cost += lasso(&read, self.lasso * share, &mut by_read);
        }
        if self.ridge > 0.0 {
            cost += ridge(&read, self.ridge * share, &mut by_read);
        }
        if self.total_variation > 0.0 {
            let factor = self.total_variation * share;
            for (map, slope) in (read.chunks_exact(cells)).zip(by_read.chunks_exact_mut(cells)) {
                cost += variation(map, columns, factor, slope);
            }
        }
        let by_maps = if self.difference {
            by_maps(by_read, classes)
        } else {
            by_read
        };
        for (slope, more) in slope.iter_mut().zip(by_maps) {
            *slope += more;
        }
        cost
    }
}

/// What softmax sees of maps `[classes, cells]`; see [`Penalty::difference`].
fn differences(maps: &[f32], classes: usize) -> Vec<f32> {
    if classes == 2 {
        let (first, second) = maps.split_at(maps.len() / 2);
        return second.iter().zip(first).map(|(b, a)| b - a).collect();
    }
    centred(maps, classes)
}

/// From the slope by those differences to that by the maps.
fn by_maps(by_differences: Vec<f32>, classes: usize) -> Vec<f32> {
    if classes == 2 {
        let negative = by_differences.iter().map(|slope| -slope);
        return negative.chain(by_differences.iter().copied()).collect();
    }
    // Taking the mean away is a symmetric matrix.
    centred(&by_differences, classes)
}

/// Values `[classes, cells]` minus the mean over classes in each cell.
fn centred(values: &[f32], classes: usize) -> Vec<f32> {
    let cells = values.len() / classes;
    let mean = |cell: usize| {
        let of_cell = values.iter().skip(cell).step_by(cells);
        of_cell.sum::<f32>() / classes as f32
    };
    let means: Vec<f32> = (0..cells).map(mean).collect();
    let centred = values.iter().zip(means.iter().cycle());
    centred.map(|(value, mean)| value - mean).collect()
}

fn lasso(maps: &[f32], factor: f32, slope: &mut [f32]) -> f32 {
    let mut cost = 0.0;
    for (slope, value) in slope.iter_mut().zip(maps) {
        cost += factor * value.abs();
        *slope += factor * sign(*value);
    }
    cost
}

fn ridge(maps: &[f32], factor: f32, slope: &mut [f32]) -> f32 {
    // The square root has no slope at 0.
    let norm = (maps.iter().map(|value| value * value).sum::<f32>() + 1e-12).sqrt();
    for (slope, value) in slope.iter_mut().zip(maps) {
        *slope += factor * value / norm;
    }
    factor * norm
}

/// Of one map with so many columns.
fn variation(map: &[f32], columns: usize, factor: f32, slope: &mut [f32]) -> f32 {
    let mut cost = 0.0;
    let mut pair = |cell: usize, neighbour: usize| {
        let step = map[neighbour] - map[cell];
        cost += factor * step.abs();
        slope[neighbour] += factor * sign(step);
        slope[cell] -= factor * sign(step);
    };
    for cell in 0..map.len() {
        if (cell + 1) % columns != 0 {
            pair(cell, cell + 1);
        }
        if cell + columns < map.len() {
            pair(cell, cell + columns);
        }
    }
    cost
}

/// Where there is nothing, there is no direction.
fn sign(value: f32) -> f32 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::{Target, loss, soft_targets};
    use proptest::prelude::*;

    /// Three classes, two rows, three columns.
    const MAPS: [f32; 18] = [
        0.7, -1.2, 0.4, 2.0, -0.3, 0.9, -2.1, 0.6, 1.5, -0.8, 0.2, -0.5, 1.1, 0.3, -1.7, 0.1, 2.6,
        -0.6,
    ];

    const ALL: Penalty = Penalty {
        lasso: 0.3,
        ridge: 0.7,
        difference: false,
        total_variation: 0.2,
        warm_up: 0.0,
    };

    fn cost(penalty: Penalty, maps: &[f32], classes: usize) -> f64 {
        let mut slope = vec![0.0; maps.len()];
        f64::from(penalty.cost(maps, [classes, 3], 0.5, &mut slope))
    }

    #[test]
    fn every_slope_is_what_small_changes_of_a_cell_give() {
        for (classes, difference) in [(3, false), (3, true), (2, false), (2, true)] {
            let penalty = Penalty { difference, ..ALL };
            let maps = &MAPS[..6 * classes];
            let mut slope = vec![0.0; maps.len()];
            penalty.cost(maps, [classes, 3], 0.5, &mut slope);
            for index in 0..maps.len() {
                let moved = |by: f32| {
                    let mut maps = maps.to_vec();
                    maps[index] += by;
                    cost(penalty, &maps, classes)
                };
                let measured = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let told = f64::from(slope[index]);
                assert!(
                    (measured - told).abs() < 1e-3,
                    "{classes} {difference} {index}: {measured} {told}"
                );
            }
        }
    }

    #[test]
    fn what_all_classes_share_costs_nothing_in_differences() {
        let bump = [5.0, 0.0, -3.0, 1.0, 9.0, 2.0];
        for classes in [2, 3] {
            let maps = &MAPS[..6 * classes];
            let shared: Vec<f32> = (maps.iter().zip(bump.iter().cycle()))
                .map(|(value, bump)| value + bump)
                .collect();
            let of = |difference, maps: &[f32]| cost(Penalty { difference, ..ALL }, maps, classes);
            assert!((of(true, maps) - of(true, &shared)).abs() < 1e-4);
            assert!((of(false, maps) - of(false, &shared)).abs() > 0.1);
        }
    }

    #[test]
    fn the_difference_of_two_maps_is_one_map() {
        let maps = [1.0, 2.0, 3.0, 4.0, 2.0, 3.0];
        let of = |penalty| {
            cost(
                Penalty {
                    difference: true,
                    ..penalty
                },
                &maps,
                2,
            )
        };
        let none = Penalty::default();
        // 3, 0, 0.
        assert!((of(Penalty { lasso: 2.0, ..none }) - 3.0).abs() < 1e-6);
        assert!((of(Penalty { ridge: 2.0, ..none }) - 3.0).abs() < 1e-6);
        let total_variation = 2.0;
        assert!(
            (of(Penalty {
                total_variation,
                ..none
            }) - 3.0)
                .abs()
                < 1e-6
        );
    }

    #[test]
    fn total_variation_sums_steps_to_the_right_and_down() {
        let only = Penalty {
            total_variation: 1.0,
            ..Penalty::default()
        };
        // Rows 1 2 4 and 1 0 4: 1 + 2 + 1 + 4 to the right, 0 + 2 + 0 down; half of it for this share.
        let map = [1.0, 2.0, 4.0, 1.0, 0.0, 4.0];
        assert!((cost(only, &map, 1) - 5.0).abs() < 1e-6);
        assert_eq!(cost(only, &[3.0; 6], 1), 0.0);
    }

    #[test]
    fn the_slope_is_finite_where_all_evidence_is_nothing() {
        let mut slope = [0.0; 12];
        let cost = ALL.cost(&[0.0; 12], [2, 3], 1.0, &mut slope);
        assert!(cost.is_finite() && slope.iter().all(|slope| slope.is_finite()));
    }

    proptest! {
        #[test]
        fn from_that_lasso_on_no_maps_are_better_than_empty_ones(
            values in prop::collection::vec(-2.0_f32..2.0, 24),
            classes in 2_usize..5,
            difference: bool,
            smoothing in 0.0_f32..0.3,
        ) {
            let (cells, truth) = (6, 1);
            let none = Penalty { difference, ..Penalty::default() };
            let bound = none.emptying_lasso(classes, cells, smoothing);
            let soft = soft_targets(&[truth], &vec![1.0; classes], smoothing);
            let costs = |maps: &[f32], lasso: f32| {
                let target = Target {
                    soft: &soft,
                    share: 1.0,
                    penalty: Penalty { lasso, ..none },
                    smooth: false,
                };
                f64::from(loss(maps, 3, &target).0.total())
            };
            let maps = &values[..classes * cells];
            let empty = vec![0.0; classes * cells];
            prop_assert!(costs(maps, bound) >= costs(&empty, bound) - 1e-5);
            // Below it, a little evidence for what the picture is pays.
            let mut little = empty.clone();
            little[truth * cells..][..cells].fill(0.05);
            let against = if difference { -0.05 } else { 0.0 };
            for (class, map) in little.chunks_exact_mut(cells).enumerate() {
                if class != truth {
                    map.fill(against);
                }
            }
            prop_assert!(costs(&little, 0.8 * bound) < costs(&empty, 0.8 * bound) - 1e-4);
        }
    }

    #[test]
    fn it_rises_evenly_from_nothing_over_its_warm_up() {
        let rising = Penalty {
            warm_up: 2.5,
            ..ALL
        };
        assert!(!rising.at(0.0).is_some());
        let half = rising.at(1.25);
        for (part, whole) in [
            (half.lasso, ALL.lasso),
            (half.ridge, ALL.ridge),
            (half.total_variation, ALL.total_variation),
        ] {
            assert!((part - 0.5 * whole).abs() < 1e-6);
        }
        assert_eq!(rising.at(2.5), rising);
        assert_eq!(ALL.at(0.0), ALL, "no warm-up: from the first step on");
    }
}
