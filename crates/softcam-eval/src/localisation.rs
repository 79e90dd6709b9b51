//! Whether evidence lies where people marked the finding.
//!
//! Three measures, none of which looks at the decision:
//!
//! * **Activation precision**: of the positive evidence, the share inside of the boxes, Σ S·M / Σ S. It is the "relevance
//!   mass accuracy" of Arras et al. (Information Fusion 2022) and free of scale. **Activation sensitivity**: the mean of
//!   S / max S inside of the boxes, Σ S·M / Σ M / max S. Both from Djoumessi & Berens, MIDL 2026.
//! * **Pointing game** (Zhang et al., IJCV 2018): whether the largest evidence lies in a box, or at most a tolerance away.
//! * **Top-k patch precision** (Djoumessi et al. 2026, "Dual-IFM"): the input in 16 x 16 patches that do not overlap;
//!   of the k patches with the most evidence, as far as it is positive, the share that touches a box.
//!
//! S is the map at every pixel of the network's input, interpolated as the overlay is (bicubic, Keys' a = −0.5; the
//! paper's OpenCV and PyTorch take −0.75), and then clipped at 0. The paper scales S to its smallest and largest value;
//! here it is divided by the largest alone, which is the same wherever any evidence is below 0. M are the boxes' pixels.
//! Both are taken over what the network saw: boxes count as far as they lie within, padding counts as outside of
//! every box. The paper averages over true positives; callers choose their pictures.
//!
//! Beside each measure stands what a map without any knowledge would get: the boxes' share of the pixels or patches.

use softcam::overlay::Taps;
use softcam::preprocess::{Placement, Rect};

/// Patches along each side of the input.
pub const PATCHES: usize = 16;

/// The tolerance of the pointing game that the literature uses, in pixels of the network's input.
pub const TOLERANCE: f64 = 15.0;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Patches that count at most.
    pub top: usize,
    /// Of the tolerant pointing game, in pixels of the network's input.
    pub tolerance: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            top: 10,
            tolerance: TOLERANCE,
        }
    }
}

/// One picture's evidence against its boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Localised {
    /// Share of the positive evidence inside of the boxes; none where no evidence is positive.
    pub precision: Option<f64>,
    /// Mean evidence inside of the boxes as a share of the largest; 0 where no evidence is positive.
    pub sensitivity: f64,
    /// Whether the largest evidence is in a box.
    pub pointed: bool,
    /// Whether it is at most the tolerance away from one.
    pub pointed_nearly: bool,
    /// Patches among the top k with positive evidence.
    pub patches: usize,
    /// Those of them that touch a box.
    pub patch_hits: usize,
    /// What a map without knowledge would get.
    pub chance: Chance,
}

/// What a map without knowledge would get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Share of the pixels in a box: chance of precision and of the pointing game.
    pub pixels: f64,
    /// Share of the pixels at most the tolerance away from a box.
    pub pixels_nearly: f64,
    /// Share of the patches that touch a box.
    pub patches: f64,
}

/// Compares `map`, `rows` x `columns` in row-major order, with `boxes` in pixels of the upright photo. None where no box
/// lies in what the network saw.
///
/// # Panics
/// If `map` does not have `rows` · `columns` values.
pub fn localise(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    boxes: &[Rect],
    options: Options,
) -> Option<Localised> {
    assert_eq!(map.len(), rows * columns);
    let side = placement.input as usize;
    let boxes: Vec<Area> = boxes
        .iter()
        .filter_map(|rect| Area::on_input(rect, placement))
        .collect();
    if boxes.is_empty() {
        return None;
    }
    let evidence = stretch(map, (rows, columns), side);
    let marked = mask(&boxes, side, 0.0);
    let nearly = mask(&boxes, side, options.tolerance);
    let share = |mask: &[bool]| count(mask) / mask.len() as f64;

    let (mut inside, mut all, mut top) = (0.0, 0.0, 0);
    for (index, (&value, &marked)) in evidence.iter().zip(&marked).enumerate() {
        let positive = f64::from(value.max(0.0));
        all += positive;
        inside += if marked { positive } else { 0.0 };
        if value > evidence[top] {
            top = index;
        }
    }
    let largest = f64::from(evidence[top].max(0.0));
    let (scores, touched) = patches(&evidence, &marked, side);
    let best = top_patches(&scores, options.top);
    Some(Localised {
        precision: (all > 0.0).then(|| inside / all),
        sensitivity: if largest > 0.0 {
            inside / largest / count(&marked)
        } else {
            0.0
        },
        pointed: marked[top],
        pointed_nearly: nearly[top],
        patches: best.len(),
        patch_hits: best.iter().filter(|patch| touched[**patch]).count(),
        chance: Chance {
            pixels: share(&marked),
            pixels_nearly: share(&nearly),
            patches: share(&touched),
        },
    })
}

/// A box in pixels of the network's input.
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    /// As far as the network saw it; none if it did not, or if there is nothing to see.
    fn on_input(rect: &Rect, placement: &Placement) -> Option<Self> {
        let region = placement.region;
        let side = f64::from(placement.input);
        let x = |x: f64| ((x - region.x) / region.width * side).clamp(0.0, side);
        let y = |y: f64| ((y - region.y) / region.height * side).clamp(0.0, side);
        let on_input = Self {
            left: x(rect.x),
            top: y(rect.y),
            right: x(rect.x + rect.width),
            bottom: y(rect.y + rect.height),
        };
        (on_input.right > on_input.left && on_input.bottom > on_input.top).then_some(on_input)
    }

    /// Distance of a point from the box; 0 inside of it.
    fn distance(&self, x: f64, y: f64) -> f64 {
        let across = (self.left - x).max(x - self.right).max(0.0);
        let along = (self.top - y).max(y - self.bottom).max(0.0);
        across.hypot(along)
    }
}

/// Pixels whose centre is at most `tolerance` away from a box. A box between centres marks the pixel that its own centre
/// is in, so that small findings do not vanish on small inputs.
fn mask(boxes: &[Area], side: usize, tolerance: f64) -> Vec<bool> {
    let mut mask = vec![false; side * side];
    let pixel = |position: f64| (position.max(0.0) as usize).min(side - 1);
    for each in boxes {
        let rows = pixel(each.top - tolerance)..=pixel(each.bottom + tolerance);
        for row in rows {
            for column in pixel(each.left - tolerance)..=pixel(each.right + tolerance) {
                let distance = each.distance(column as f64 + 0.5, row as f64 + 0.5);
                mask[row * side + column] |= distance <= tolerance;
            }
        }
        let centre = |from: f64, to: f64| pixel(f64::midpoint(from, to));
        mask[centre(each.top, each.bottom) * side + centre(each.left, each.right)] = true;
    }
    mask
}

/// The map at every pixel of a `side` x `side` input.
fn stretch(map: &[f32], (rows, columns): (usize, usize), side: usize) -> Vec<f32> {
    let taps = |cells: usize| -> Vec<Taps> {
        let position = |pixel: usize| (pixel as f64 + 0.5) / side as f64 * cells as f64;
        (0..side)
            .map(|pixel| Taps::cubic(position(pixel), cells))
            .collect()
    };
    // Separable: first along every row of the map, then down.
    let across = taps(columns);
    let wide: Vec<f32> = map
        .chunks_exact(columns)
        .flat_map(|row| across.iter().map(|taps| taps.sample(|cell| row[cell])))
        .collect();
    let at = |taps: &Taps, column: usize| taps.sample(|row| wide[row * side + column]);
    (taps(rows).iter())
        .flat_map(|taps| (0..side).map(|column| at(taps, column)))
        .collect()
}

/// Mean evidence of every patch, and whether a marked pixel is in it. Where the side is no multiple of 16, patches differ
/// by a pixel.
fn patches(evidence: &[f32], marked: &[bool], side: usize) -> (Vec<f64>, Vec<bool>) {
    let mut sums = vec![0.0; PATCHES * PATCHES];
    let mut pixels = vec![0.0; PATCHES * PATCHES];
    let mut touched = vec![false; PATCHES * PATCHES];
    for (index, (value, marked)) in evidence.iter().zip(marked).enumerate() {
        let place = |pixel: usize| pixel * PATCHES / side;
        let patch = place(index / side) * PATCHES + place(index % side);
        sums[patch] += f64::from(*value);
        pixels[patch] += 1.0;
        touched[patch] |= marked;
    }
    let means = sums
        .iter()
        .zip(pixels)
        .map(|(sum, pixels): (&f64, f64)| sum / pixels.max(1.0));
    (means.collect(), touched)
}

/// The `top` patches with the most evidence, as far as it is positive; of equal ones the first.
fn top_patches(scores: &[f64], top: usize) -> Vec<usize> {
    let mut patches: Vec<usize> = (0..scores.len())
        .filter(|patch| scores[*patch] > 0.0)
        .collect();
    patches.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    patches.truncate(top);
    patches
}

fn count(mask: &[bool]) -> f64 {
    mask.iter().filter(|marked| **marked).count() as f64
}
