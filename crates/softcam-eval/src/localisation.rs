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

use crate::maps::marks::{Marks, share};
use crate::maps::topk::Patches;
use crate::maps::{Shrink, resize};
use softcam::preprocess::{Placement, Rect};

pub use crate::maps::topk::PATCHES;

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
    let marks = Marks::from_boxes(boxes, placement)?;
    Some(localise_marks(map, (rows, columns), &marks, options))
}

/// The same with marks of any shape.
///
/// # Panics
/// If `map` does not have `rows` · `columns` values.
pub fn localise_marks(
    map: &[f32],
    (rows, columns): (usize, usize),
    marks: &Marks,
    options: Options,
) -> Localised {
    let side = marks.side();
    let evidence = resize(map, (rows, columns), (side, side), Shrink::Mean);
    let marked = marks.pixels();
    let nearly = marks.within(options.tolerance);

    let (mut inside, mut all, mut top) = (0.0, 0.0, 0);
    for (index, (&value, &marked)) in evidence.iter().zip(marked).enumerate() {
        let positive = f64::from(value.max(0.0));
        all += positive;
        inside += if marked { positive } else { 0.0 };
        if value > evidence[top] {
            top = index;
        }
    }
    let largest = f64::from(evidence[top].max(0.0));
    let patches = Patches::new(&evidence, marks);
    let best = patches.best(options.top).hits;
    Localised {
        precision: (all > 0.0).then(|| inside / all),
        sensitivity: if largest > 0.0 {
            inside / largest / marked.iter().filter(|marked| **marked).count() as f64
        } else {
            0.0
        },
        pointed: marked[top],
        pointed_nearly: nearly[top],
        patches: best.len(),
        patch_hits: best.iter().filter(|hit| **hit).count(),
        chance: Chance {
            pixels: marks.share(),
            pixels_nearly: share(&nearly),
            patches: share(patches.touched()),
        },
    }
}
