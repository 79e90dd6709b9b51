//! From the colours that a file states to sRGB, which a network was trained on and a screen shows.
//!
//! Read are profiles of curves and primaries, which is what cameras, phones and screens write: Display P3, Adobe RGB,
//! ProPhoto, greys of any gamma. Tables of colours, as printers have, are named and left aside. A profile that says what
//! sRGB is, be it by rounded numbers, changes no pixel.

mod colours;
mod curve;
mod icc;
mod matrix;
mod transform;

use super::{Note, png};
use colours::Colours;
use curve::Curve;
use image::RgbaImage;
use transform::Transform;

/// A PNG's gamma that stands for the curve of sRGB.
const SRGB_GAMMA: std::ops::RangeInclusive<f64> = 0.45..=0.46;

/// Converts `pixels` as the profile `icc` asks, or else as a PNG states. `grey` says whether the file is without colour.
/// Returns what there is to tell about it; alpha stays.
pub(super) fn to_srgb(
    pixels: &mut RgbaImage,
    icc: Option<&[u8]>,
    bytes: &[u8],
    grey: bool,
) -> Option<Note> {
    let (colours, note) = match icc {
        Some(icc) => match icc::read(icc, grey) {
            Ok((colours, name)) => (colours, Note::Profile { name }),
            Err(note) => return Some(note),
        },
        None => (stated(bytes)?, Note::Gamma),
    };
    let transform = Transform::new(&colours);
    if transform.changes_nothing() {
        return None;
    }
    transform.apply(pixels);
    Some(note)
}

/// Gamma and primaries of a PNG without a profile that does not say that it is sRGB.
fn stated(bytes: &[u8]) -> Option<Colours> {
    if !bytes.starts_with(b"\x89PNG") || png::chunk(bytes, b"sRGB").is_some() {
        return None;
    }
    let gamma = png::gamma(bytes).filter(|gamma| (0.05..=20.0).contains(gamma))?;
    let curve = if SRGB_GAMMA.contains(&gamma) {
        Curve::srgb()
    } else {
        Curve::power(1.0 / gamma)
    };
    let primaries = png::chromaticities(bytes)
        .and_then(matrix::of_chromaticities)
        .unwrap_or(matrix::SRGB);
    Some(Colours::Rgb(
        Box::new([curve.clone(), curve.clone(), curve]),
        primaries,
    ))
}
