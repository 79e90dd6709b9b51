//! Changing a photo, to see what that does to the answer.
//!
//! Edits work on the upright photo at its full resolution, one after the other. The photo keeps its size, and the network
//! looks at the same part of it as before: cells and shares always refer to that part, [`Placement::region`] of the photo
//! that was not yet edited. Parameters that change nothing give the very same bytes.

mod area;
mod blur;
mod byte;
mod geometry;
mod jpeg;
mod marker;
mod mask;
mod noise;
mod read;
mod tone;

pub use blur::gaussian;
pub use marker::marker_box;
pub use mask::{Fill, Mask};
pub use read::from_json;

use crate::error::{Result, error};
use crate::preprocess::{Photo, Placement};
use image::RgbaImage;
use serde::Serialize;

/// Most edits of one photo: each may cost as much as decoding it.
const MOST: usize = 64;

/// One change. As JSON: `{"kind": "turn", "degrees": 5}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Edit {
    /// Cells of a grid are painted over.
    Mask(Mask),
    /// Turned about the centre of what the network sees; what is uncovered repeats the photo's edge.
    Turn {
        /// Clockwise, -360 to 360.
        degrees: f64,
    },
    /// Moved; what is uncovered repeats the photo's edge.
    Shift {
        /// To the right, as a share of the width of what the network sees, -1 to 1.
        x: f64,
        /// Down, as a share of its height, -1 to 1.
        y: f64,
    },
    /// Enlarged about the centre of what the network sees; what is uncovered repeats the photo's edge.
    Zoom {
        /// 0.1 to 10; below 1 the photo becomes smaller.
        factor: f64,
    },
    /// The same is added to every channel.
    Brightness {
        /// -1 to 1, as a share of the full range.
        by: f64,
    },
    /// Every channel's distance from the middle of the range is multiplied.
    Contrast {
        /// 0 to 10; 0 is grey all over.
        factor: f64,
    },
    /// Gaussian blur; beyond its edge the photo is taken to go on as it ends.
    Blur {
        /// Standard deviation, as a share of the side of what the network sees (the root of its area), 0 to 0.5: at
        /// 224 px, 0.01 is about two pixels of the network's input.
        sigma: f64,
    },
    /// Noise that is about normal, grain by grain and channel by channel. A grain is a pixel of the network's input: finer
    /// ones would average out before the network sees them.
    Noise {
        /// Standard deviation, as a share of the full range, 0 to 1.
        sigma: f64,
        /// The same seed gives the same noise; 0 where JSON leaves it out.
        seed: u64,
    },
    /// What JPEG at this quality loses (baseline, colour at half resolution), at the photo's own resolution. No quality
    /// leaves the photo as it is.
    Jpeg {
        /// 1 to 100, as libjpeg counts.
        quality: u8,
    },
    /// A white letter L, as a lead marker leaves on a film.
    Marker {
        /// Of its centre, as a share of the width of what the network sees, 0 to 1.
        x: f64,
        /// As a share of its height, 0 to 1.
        y: f64,
        /// Its height, as a share of the side of what the network sees (the root of its area), 0 to 0.5.
        size: f64,
    },
}

/// `photo` after `edits`; `placement` is where the network looks at it before them.
///
/// # Errors
///
/// Where a parameter is out of its range, a mask has no such cell, or `placement` belongs to another photo.
pub fn apply(photo: &Photo, edits: &[Edit], placement: &Placement) -> Result<Photo> {
    check(edits, photo, placement)?;
    let mut pixels = photo.pixels.clone();
    for edit in edits {
        edit.apply(&mut pixels, placement)?;
    }
    photo.with_pixels(pixels)
}

/// All of them first, so that nothing is computed in vain.
fn check(edits: &[Edit], photo: &Photo, placement: &Placement) -> Result<()> {
    if edits.len() > MOST {
        return Err(error!(EDITS_TOO_MANY, count = edits.len(), most = MOST));
    }
    if placement.photo != photo.size() {
        return Err(error!(EDIT_OF_ANOTHER_PHOTO));
    }
    edits.iter().try_for_each(Edit::check)
}

impl Edit {
    fn check(&self) -> Result<()> {
        match self {
            Self::Mask(mask) => mask.check(),
            Self::Turn { degrees } => within("turn.degrees", *degrees, -360.0, 360.0),
            Self::Shift { x, y } => {
                within("shift.x", *x, -1.0, 1.0).and_then(|()| within("shift.y", *y, -1.0, 1.0))
            }
            Self::Zoom { factor } => within("zoom.factor", *factor, 0.1, 10.0),
            Self::Brightness { by } => within("brightness.by", *by, -1.0, 1.0),
            Self::Contrast { factor } => within("contrast.factor", *factor, 0.0, 10.0),
            Self::Blur { sigma } => within("blur.sigma", *sigma, 0.0, 0.5),
            Self::Noise { sigma, .. } => within("noise.sigma", *sigma, 0.0, 1.0),
            Self::Jpeg { quality } => within("jpeg.quality", f64::from(*quality), 1.0, 100.0),
            Self::Marker { x, y, size } => within("marker.x", *x, 0.0, 1.0)
                .and_then(|()| within("marker.y", *y, 0.0, 1.0))
                .and_then(|()| within("marker.size", *size, 0.0, 0.5)),
        }
    }

    fn apply(&self, pixels: &mut RgbaImage, placement: &Placement) -> Result<()> {
        let region = &placement.region;
        match *self {
            Self::Mask(ref mask) => mask.apply(pixels, placement)?,
            Self::Turn { degrees } => geometry::turn(pixels, region, degrees),
            Self::Shift { x, y } => geometry::shift(pixels, region, x, y),
            Self::Zoom { factor } => geometry::zoom(pixels, region, factor),
            Self::Brightness { by } => tone::brightness(pixels, by),
            Self::Contrast { factor } => tone::contrast(pixels, factor),
            Self::Blur { sigma } => {
                let side = (region.width * region.height).sqrt();
                blur::blur(pixels, sigma * side)?;
            }
            Self::Noise { sigma, seed } => noise::add(pixels, placement, sigma, seed),
            Self::Jpeg { quality } => jpeg::degrade(pixels, quality),
            Self::Marker { x, y, size } => marker::paint(pixels, region, x, y, size),
        }
        Ok(())
    }
}

fn within(what: &str, value: f64, least: f64, most: f64) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(error!(EDIT_OUT_OF_RANGE, what, value, least, most))
}
