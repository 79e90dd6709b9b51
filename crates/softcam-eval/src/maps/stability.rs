//! Whether a map stays when the picture hardly changes.
//!
//! Two kinds of change that people do not see: noise of a few grey levels (evenly within a box around the picture, as the
//! sensitivity of Yeh et al., "On the (in)fidelity and sensitivity of explanations", NeurIPS 2019, and captum's
//! `sensitivity_max` have it), and a shift by a few pixels, after which the map is compared where it should be then. The
//! change of a map is ‖A′ − A‖ / ‖A‖, and beside it stands Spearman's rank correlation.

use super::noise::Noise;
use super::picture::Picture;
use crate::error::{Result, check_length};
use softcam::map::Map;
use softcam::overlay::Taps;
use softcam::sanity::similarity;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The largest change of a pixel value by noise, of 255.
    pub noise: f32,
    /// Pictures with noise.
    pub samples: usize,
    /// Shifts in pixels of the input: right and down.
    pub shifts: Vec<(i32, i32)>,
    /// Of the noise.
    pub seed: u64,
}

impl Default for Options {
    /// Noise of 0.02 of the range, as captum has it, ten times; four pixels to each side.
    fn default() -> Self {
        Self {
            noise: 5.0,
            samples: 10,
            shifts: vec![(4, 0), (-4, 0), (0, 4), (0, -4)],
            seed: 0,
        }
    }
}

/// A plan. Picture 0 is the one itself, those with noise follow, then the shifted ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    picture: Picture,
    options: Options,
}

/// How much maps changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Mean of ‖A′ − A‖ / ‖A‖.
    pub mean: f64,
    /// The largest.
    pub max: f64,
    /// Mean rank correlation of A′ and A, from −1 to 1.
    pub rank: f64,
}

/// Under both kinds of change; none where there was no such picture, or the map of the picture itself is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stable {
    /// Under noise.
    pub noise: Option<Change>,
    /// Under shift.
    pub shift: Option<Change>,
}

impl Stability {
    /// Of `picture`.
    pub fn new(picture: &Picture, options: &Options) -> Self {
        Self {
            picture: picture.clone(),
            options: options.clone(),
        }
    }

    /// How many pictures there are to explain.
    pub fn pictures(&self) -> usize {
        1 + self.options.samples + self.options.shifts.len()
    }

    /// Picture `index`: normalised, `[3, size, size]`. Noise leaves pixel values within 0 and 255; a shifted picture
    /// goes on as it ends.
    ///
    /// # Panics
    /// If `index` is not below [`Self::pictures`].
    pub fn picture(&self, index: usize) -> Vec<f32> {
        match self.shift(index) {
            Some(shift) => self.shifted(shift),
            None if index == 0 => self.picture.values().to_vec(),
            None => self.noisy(index),
        }
    }

    fn shift(&self, index: usize) -> Option<(i32, i32)> {
        let at = index.checked_sub(1 + self.options.samples)?;
        Some(self.options.shifts[at])
    }

    fn noisy(&self, index: usize) -> Vec<f32> {
        let mut noise = Noise::new(self.options.seed, index);
        let steps = self.picture.steps();
        let (black, white) = (self.picture.normalised(0.0), self.picture.normalised(255.0));
        let values = self.picture.values().iter().enumerate();
        values
            .map(|(at, &value)| {
                let channel = at / self.picture.pixels();
                let changed = value + noise.even() * self.options.noise * steps[channel];
                // A picture that lies beyond the range stays where it is.
                let (low, high) = (black[channel].min(value), white[channel].max(value));
                changed.clamp(low, high)
            })
            .collect()
    }

    fn shifted(&self, (right, down): (i32, i32)) -> Vec<f32> {
        let side = self.picture.size();
        let from = |at: usize, by: i32| {
            let from = at as i64 - i64::from(by);
            from.clamp(0, side as i64 - 1) as usize
        };
        self.picture
            .values()
            .chunks_exact(side * side)
            .flat_map(|channel| {
                (0..side * side).map(move |pixel| {
                    channel[from(pixel / side, down) * side + from(pixel % side, right)]
                })
            })
            .collect()
    }

    /// Compares the maps of all pictures, in order, with the first one.
    ///
    /// After a shift, cells whose content was shifted off the picture do not count, and the map is read between its cells
    /// (bicubic) where the shift is no whole number of them; that alone changes a map that is rough a little.
    ///
    /// # Errors
    ///
    /// Where there is not a map per picture, or they differ in shape.
    pub fn compare(&self, maps: &[Map]) -> Result<Stable> {
        check_length("maps", maps.len(), self.pictures())?;
        let own = &maps[0];
        for map in maps {
            check_length("rows of a map", map.rows, own.rows)?;
            check_length("columns of a map", map.columns, own.columns)?;
            check_length("values of a map", map.values.len(), own.rows * own.columns)?;
        }
        let (mut noise, mut shift) = (Vec::new(), Vec::new());
        for (index, map) in maps.iter().enumerate().skip(1) {
            match self.shift(index) {
                None => noise.push(difference(&own.values, &map.values)),
                Some(by) => {
                    let (before, after) = shifted_back(own, map, by, self.picture.size());
                    shift.push(difference(&before, &after));
                }
            }
        }
        Ok(Stable {
            noise: summary(noise),
            shift: summary(shift),
        })
    }
}

/// Relative change and rank correlation; none where the first map is 0 or there is none.
fn difference(before: &[f32], after: &[f32]) -> Option<(f64, f64)> {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    let size = norm(&mut before.iter().map(|value| f64::from(*value)));
    let pairs = before.iter().zip(after);
    let change = norm(&mut pairs.map(|(a, b)| f64::from(*b) - f64::from(*a)));
    let rank = similarity(before, after).ok()?.rank;
    (size > 0.0).then(|| (change / size, rank))
}

fn summary(changes: Vec<Option<(f64, f64)>>) -> Option<Change> {
    let changes: Vec<(f64, f64)> = changes.into_iter().collect::<Option<_>>()?;
    let count = changes.len() as f64;
    (!changes.is_empty()).then(|| Change {
        mean: changes.iter().map(|(change, _)| change).sum::<f64>() / count,
        max: changes
            .iter()
            .map(|(change, _)| *change)
            .fold(0.0, f64::max),
        rank: changes.iter().map(|(_, rank)| rank).sum::<f64>() / count,
    })
}

/// The map before, and the one after read where each cell's content went, of those cells whose content is still there.
fn shifted_back(
    before: &Map,
    after: &Map,
    (right, down): (i32, i32),
    side: usize,
) -> (Vec<f32>, Vec<f32>) {
    let axis = |cells: usize, by: i32| -> Vec<(usize, Taps)> {
        let shift = f64::from(by) / side as f64 * cells as f64;
        (0..cells)
            .map(|cell| (cell, cell as f64 + 0.5 + shift))
            .filter(|(_, place)| (0.0..=cells as f64).contains(place))
            .map(|(cell, place)| (cell, Taps::cubic(place, cells)))
            .collect()
    };
    let (rows, columns) = (axis(before.rows, down), axis(before.columns, right));
    let mut pair = (Vec::new(), Vec::new());
    for (row, along) in &rows {
        for (column, across) in &columns {
            pair.0.push(before.values[row * before.columns + column]);
            pair.1.push(along.sample(|row| {
                let line = &after.values[row * before.columns..][..before.columns];
                across.sample(|column| line[column])
            }));
        }
    }
    pair
}
