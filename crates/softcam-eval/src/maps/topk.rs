//! Of the places that a map holds to be most important, how many touch a mark.
//!
//! Two forms, for k = 1 to 30:
//!
//! * [`overlapping`], the paper's (Djoumessi & Berens, MIDL 2026), as its official code has it: the map at 60 x 60 points,
//!   each of which stands for a patch of 33 x 33 pixels of a 512 px input, 8 px apart (a BagNet-33's receptive fields). Points are
//!   visited in descending order; one is a patch unless it lies in the 4 x 4 neighbourhood (two rows above to one below, one
//!   column left to two right) of one visited before, patch or not: down a smooth slope there is no further patch, so that
//!   smooth maps have few. The code's neighbourhoods run over the map's edge into the next row, by its arithmetic; here they
//!   end there. It takes points above 1, in logits, which would leave out every map that is
//!   scaled to 0 … 1, and does not say what it took for those: [`Options::threshold`] is the caller's, 0 by default.
//! * [`disjoint`] ("Dual-IFM", Djoumessi et al. 2026): 16 x 16 patches that do not overlap, by their mean, above 0.
//!
//! Precision at k is micro-averaged, as in the code: hits of all pictures over patches of all pictures.

use super::grid::{Shrink, resize};
use super::marks::Marks;
use super::order::{Ties, descending};
use softcam::map::Map;

/// Most patches that count, by the paper; its code ends one earlier.
pub const TOP: usize = 30;

/// Patches along each side of the input, of the form that does not overlap.
pub const PATCHES: usize = 16;

/// What of the overlapping form is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Most patches.
    pub top: usize,
    /// Only what is larger than this counts; without, everything does.
    pub threshold: Option<f32>,
    /// How a map of more than 60 x 60 values becomes smaller.
    pub shrink: Shrink,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            top: TOP,
            threshold: Some(0.0),
            shrink: Shrink::Mean,
        }
    }
}

impl Options {
    /// The official code's: above 1 (in logits), k up to 29, sampled.
    pub fn official() -> Self {
        Self {
            top: TOP - 1,
            threshold: Some(1.0),
            shrink: Shrink::Sample,
        }
    }
}

/// Whether each patch of a picture touches a mark, the most important first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopK {
    /// Fewer than asked for where the map has no more.
    pub hits: Vec<bool>,
}

/// The paper's form; see [the module](self).
///
/// # Panics
/// If `map` does not have `rows` · `columns` values.
pub fn overlapping(map: &Map, marks: &Marks, options: &Options) -> TopK {
    /// Points along each side.
    const POINTS: usize = 60;
    let scale = marks.side() as f64 / 512.0;
    let points = resize(&map.values, map.shape(), (POINTS, POINTS), options.shrink);
    let mut blocked = vec![false; POINTS * POINTS];
    let mut hits = Vec::new();
    // Raster order of equal values is what comes out of the code's sort on the CPU.
    for index in descending(&points, Ties::Raster) {
        let index = index as usize;
        let enough = options.threshold.is_none_or(|least| points[index] > least);
        if hits.len() == options.top || !enough {
            break;
        }
        let (row, column) = (index / POINTS, index % POINTS);
        if !blocked[index] {
            let pixels = |point: usize| {
                let first = (point as f64 * 8.0 * scale).round() as usize;
                first..first + ((33.0 * scale).round() as usize).max(1)
            };
            hits.push(marks.touch(pixels(row), pixels(column)));
        }
        for near in row.saturating_sub(2)..(row + 2).min(POINTS) {
            for beside in column.saturating_sub(1)..(column + 3).min(POINTS) {
                blocked[near * POINTS + beside] = true;
            }
        }
    }
    TopK { hits }
}

/// The form with patches that do not overlap; see [the module](self). Where the side is no multiple of 16, patches differ by
/// a pixel.
///
/// # Panics
/// If `map` does not have `rows` · `columns` values.
pub fn disjoint(map: &Map, marks: &Marks, top: usize) -> TopK {
    let side = marks.side();
    let evidence = resize(&map.values, map.shape(), (side, side), Shrink::Mean);
    Patches::new(&evidence, marks).best(top)
}

/// The input in 16 x 16 patches that do not overlap.
pub(crate) struct Patches {
    /// Mean evidence of each.
    scores: Vec<f64>,
    /// Whether a marked pixel is in it.
    touched: Vec<bool>,
}

impl Patches {
    /// `evidence` has a value for every pixel of the input.
    pub(crate) fn new(evidence: &[f32], marks: &Marks) -> Self {
        let mut sums = vec![0.0; PATCHES * PATCHES];
        let mut pixels = vec![0.0; PATCHES * PATCHES];
        let mut touched = vec![false; PATCHES * PATCHES];
        for (index, (value, marked)) in evidence.iter().zip(marks.pixels()).enumerate() {
            let place = |pixel: usize| pixel * PATCHES / marks.side();
            let patch = place(index / marks.side()) * PATCHES + place(index % marks.side());
            sums[patch] += f64::from(*value);
            pixels[patch] += 1.0;
            touched[patch] |= marked;
        }
        let means = sums.iter().zip(pixels);
        Self {
            scores: means
                .map(|(sum, pixels): (&f64, f64)| sum / pixels.max(1.0))
                .collect(),
            touched,
        }
    }

    /// The `top` patches with the most evidence, as far as it is positive; of equal ones the first.
    pub(crate) fn best(&self, top: usize) -> TopK {
        let positive = (0..self.scores.len()).filter(|&patch| self.scores[patch] > 0.0);
        let mut patches: Vec<usize> = positive.collect();
        patches.sort_by(|&a, &b| self.scores[b].total_cmp(&self.scores[a]));
        patches.truncate(top);
        TopK {
            hits: patches.iter().map(|&patch| self.touched[patch]).collect(),
        }
    }

    /// Whether each touches a mark.
    pub(crate) fn touched(&self) -> &[bool] {
        &self.touched
    }
}

/// Precision at `k`: hits over patches, of all pictures together, each as often as `weights` says. None where there is no
/// patch.
///
/// # Panics
/// If there are not as many weights as pictures.
pub fn precision(pictures: &[TopK], weights: &[f64], k: usize) -> Option<f64> {
    assert_eq!(pictures.len(), weights.len());
    let (mut hits, mut patches) = (0.0, 0.0);
    for (TopK { hits: found }, weight) in pictures.iter().zip(weights) {
        let best = &found[..k.min(found.len())];
        hits += weight * best.iter().filter(|hit| **hit).count() as f64;
        patches += weight * best.len() as f64;
    }
    (patches > 0.0).then(|| hits / patches)
}
