//! How much of a map lies where the picture has no content.
//!
//! Borders, a black surround, white wedges of a registered scan: whoever finds evidence there has found a shortcut. [`outside`]
//! takes a mask from anywhere; [`empty`] makes one by this rule:
//!
//! * what the photo does not cover is outside (padding, and what surrounds a disc that the camera cut off);
//! * what is **dark and flat** at the edge is outside, as far as it hangs together (by sides) from the edge of the photo on.
//!   As in [`softcam::preprocess`]'s search for a disc, the surround's brightness is the darkest of the four corners'
//!   medians of the brightest channel, it must be below 64, and up to 10 above it counts. Other than there, nine tenths of that corner
//!   must be that dark, so that the noise of a scan's dark background is no surround;
//! * what is **white** (every channel 250 or more) at the edge is outside, likewise.
//!
//! Markers and letters lie on the picture: a caller who knows where adds them to the mask.

use super::picture::Picture;
use super::replacement::on_pixels;
use crate::error::{Error, Result};
use softcam::map::Map;
use softcam::preprocess::Placement;

/// A surround is darker than this.
const DARK: f32 = 64.0;
/// Up to this much above the surround still belongs to it.
const ABOVE_SURROUND: f32 = 10.0;
/// Share of a corner's pixels that are as dark as a surround.
const FLAT: f64 = 0.9;
/// From here on, a pixel is white.
const WHITE: f32 = 250.0;

/// What of a map lies outside of the content.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outside {
    /// Share of the positive values' sum; none where no value is positive.
    pub positive: Option<f64>,
    /// Share of the absolute values' sum; none where all are 0.
    pub absolute: Option<f64>,
    /// Share of the pixels: what a map without knowledge would get.
    pub chance: f64,
}

/// Measures `map` against `mask`, which says for every pixel of the `side` x `side` input whether it is outside of the content.
///
/// # Errors
///
/// Where `map` does not have the values that it says it has, or the mask is not `side` x `side`.
pub fn outside(map: &Map, mask: &[bool], side: usize) -> Result<Outside> {
    if mask.len() != side * side || mask.is_empty() {
        return Err(Error::Length {
            what: "pixels of a mask",
            got: mask.len(),
            expected: (side * side).max(1),
        });
    }
    let values = on_pixels(map, side)?;
    let share = |size: fn(f32) -> f32| {
        let (mut out, mut all) = (0.0, 0.0);
        for (&value, &outside) in values.iter().zip(mask) {
            let size = f64::from(size(value));
            all += size;
            out += if outside { size } else { 0.0 };
        }
        (all > 0.0).then(|| out / all)
    };
    Ok(Outside {
        positive: share(|value| value.max(0.0)),
        absolute: share(f32::abs),
        chance: super::marks::share(mask),
    })
}

/// Whether each pixel of the network's input is outside of the picture's content, row-major, by the rule of [the
/// module](self).
///
/// # Errors
///
/// Where `placement` is of another input size.
pub fn empty(picture: &Picture, placement: &Placement) -> Result<Vec<bool>> {
    let side = picture.size();
    if placement.input as usize != side {
        return Err(Error::Length {
            what: "pixels along a side of the placement",
            got: placement.input as usize,
            expected: side,
        });
    }
    let covered = covered(placement, side);
    let channels = |pixel: usize| picture.rgb(pixel);
    let least: Vec<f32> = (0..side * side)
        .map(|pixel| channels(pixel).into_iter().fold(f32::INFINITY, f32::min))
        .collect();
    let most: Vec<f32> = (0..side * side)
        .map(|pixel| channels(pixel).into_iter().fold(0.0, f32::max))
        .collect();
    let mut empty: Vec<bool> = covered.iter().map(|covered| !covered).collect();
    if let Some(dark) = surround(&most, &covered, side) {
        flood(&mut empty, &covered, side, |pixel| most[pixel] <= dark);
    }
    flood(&mut empty, &covered, side, |pixel| least[pixel] >= WHITE);
    Ok(empty)
}

/// Whether the photo covers each pixel's centre.
fn covered(placement: &Placement, side: usize) -> Vec<bool> {
    let (region, photo) = (placement.region, placement.photo);
    let along = |at: usize, start: f64, length: f64, full: u32| {
        let centre = start + (at as f64 + 0.5) / side as f64 * length;
        (0.0..=f64::from(full)).contains(&centre)
    };
    (0..side * side)
        .map(|pixel| {
            along(pixel % side, region.x, region.width, photo.width)
                && along(pixel / side, region.y, region.height, photo.height)
        })
        .collect()
}

/// Up to which brightness a pixel belongs to the surround, where there is one: of the corners of what is covered.
fn surround(most: &[f32], covered: &[bool], side: usize) -> Option<f32> {
    let pixels = || (0..side * side).filter(|&pixel| covered[pixel]);
    let (left, right) = (
        pixels().map(|pixel| pixel % side).min()?,
        pixels().map(|pixel| pixel % side).max()?,
    );
    let (top, bottom) = (pixels().next()? / side, pixels().next_back()? / side);
    let (width, height) = (
        ((right - left + 1) / 16).max(1),
        ((bottom - top + 1) / 16).max(1),
    );
    let corner = |x: usize, y: usize| {
        let rows = (y..y + height).flat_map(|row| &most[row * side + x..][..width]);
        let mut values: Vec<f32> = rows.copied().collect();
        values.sort_by(f32::total_cmp);
        values
    };
    let (far_x, far_y) = (right + 1 - width, bottom + 1 - height);
    let corners = [(left, top), (far_x, top), (left, far_y), (far_x, far_y)];
    let darkest = corners
        .map(|(x, y)| corner(x, y))
        .into_iter()
        .min_by(|a, b| a[a.len() / 2].total_cmp(&b[b.len() / 2]))?;
    let median = darkest[darkest.len() / 2];
    let limit = median + ABOVE_SURROUND;
    let flat = darkest.iter().filter(|value| **value <= limit).count() as f64;
    (median < DARK && flat >= FLAT * darkest.len() as f64).then_some(limit)
}

/// Adds the covered pixels that `belongs` holds of and that hang together with the edge of what is covered.
fn flood(empty: &mut [bool], covered: &[bool], side: usize, belongs: impl Fn(usize) -> bool) {
    let neighbours = |pixel: usize| {
        let (row, column) = (pixel / side, pixel % side);
        [
            (row > 0).then(|| pixel - side),
            (row + 1 < side).then_some(pixel + side),
            (column > 0).then(|| pixel - 1),
            (column + 1 < side).then_some(pixel + 1),
        ]
    };
    let at_edge = |&pixel: &usize| {
        let beyond = |next: &Option<usize>| next.is_none_or(|next| !covered[next]);
        covered[pixel] && belongs(pixel) && neighbours(pixel).iter().any(beyond)
    };
    let mut met = vec![false; side * side];
    let mut open: Vec<usize> = (0..side * side).filter(at_edge).collect();
    while let Some(pixel) = open.pop() {
        if !std::mem::replace(&mut met[pixel], true) {
            empty[pixel] = true;
            let next = neighbours(pixel).into_iter().flatten();
            open.extend(next.filter(|&next| covered[next] && !met[next] && belongs(next)));
        }
    }
}
