//! Photos for showing.

use super::resize::resize;
use super::{Photo, Rect, Size};
use crate::error::{Result, error};

/// Most pixels of a view or an overlay: more than any screen has.
const MOST: u64 = 64 << 20;
/// A part may reach beyond the photo by this many pixels, as sums of fractions do.
const ROUNDING: f64 = 1e-3;

/// RGBA of the part `part` of the photo at `out` pixels: reduced with a kernel that sees every pixel, enlarged smoothly.
///
/// # Errors
///
/// Where the part is empty or does not lie on the photo, or `out` is empty or absurdly large.
pub fn view(photo: &Photo, part: Rect, out: Size) -> Result<Vec<u8>> {
    check_size(out)?;
    let whole = photo.size().whole();
    let inside = part.x >= -ROUNDING
        && part.y >= -ROUNDING
        && part.x + part.width <= whole.width + ROUNDING
        && part.y + part.height <= whole.height + ROUNDING;
    let part = part
        .intersection(&whole)
        .filter(|_| inside)
        .ok_or_else(|| {
            error!(
                PART_OUTSIDE,
                part = format!("{part:?}"),
                width = whole.width,
                height = whole.height
            )
        })?;
    if part == whole && out == photo.size() {
        return Ok(photo.pixels.as_raw().clone());
    }
    resize(photo, part, out.width, out.height)
}

/// Refuses sizes that no picture for showing has.
pub(crate) fn check_size(size: Size) -> Result<()> {
    let pixels = u64::from(size.width) * u64::from(size.height);
    if (1..=MOST).contains(&pixels) {
        return Ok(());
    }
    Err(error!(
        DRAWING_SIZE,
        width = size.width,
        height = size.height,
        most = MOST
    ))
}

/// The whole photo, reduced so that its longer side has at most `longest` pixels. RGBA with its size.
pub fn view_whole(photo: &Photo, longest: u32) -> Result<(Vec<u8>, Size)> {
    let Size { width, height } = photo.size();
    let factor = (f64::from(longest) / f64::from(width.max(height))).min(1.0);
    let scaled = |length: u32| ((f64::from(length) * factor).round() as u32).max(1);
    let size = Size {
        width: scaled(width),
        height: scaled(height),
    };
    Ok((view(photo, photo.size().whole(), size)?, size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn photo() -> Photo {
        let pixels = RgbaImage::from_fn(40, 20, |x, y| Rgba([6 * x as u8, 12 * y as u8, 0, 255]));
        Photo::new(pixels, "drawn")
    }

    #[test]
    fn a_part_at_its_own_size_is_the_photos_pixels() {
        let part = Rect {
            x: 10.0,
            y: 5.0,
            width: 7.0,
            height: 4.0,
        };
        let size = Size {
            width: 7,
            height: 4,
        };
        let got = view(&photo(), part, size).unwrap();
        for (index, pixel) in got.as_chunks::<4>().0.iter().enumerate() {
            let (x, y) = (10 + index as u32 % 7, 5 + index as u32 / 7);
            assert_eq!(pixel, &photo().pixels.get_pixel(x, y).0);
        }
        let (whole, size) = view_whole(&photo(), 100).unwrap();
        assert_eq!((whole.len(), size), (4 * 40 * 20, photo().size()));
        assert_eq!(view_whole(&photo(), 10).unwrap().1.height, 5);
    }

    #[test]
    fn what_is_no_part_is_refused() {
        let size = Size {
            width: 8,
            height: 8,
        };
        let whole = photo().size().whole();
        for part in [
            Rect { x: -1.0, ..whole },
            Rect {
                width: 41.0,
                ..whole
            },
            Rect {
                height: 0.0,
                ..whole
            },
            Rect {
                x: f64::NAN,
                ..whole
            },
            Rect {
                y: f64::INFINITY,
                ..whole
            },
        ] {
            let error = view(&photo(), part, size).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Request, "{part:?}");
        }
        let none = Size {
            width: 0,
            height: 8,
        };
        let vast = Size {
            width: u32::MAX,
            height: u32::MAX,
        };
        assert!(view(&photo(), whole, none).is_err());
        assert!(view(&photo(), whole, vast).is_err());
        let rounded = Rect {
            width: 40.0 + 1e-9,
            ..whole
        };
        assert!(view(&photo(), rounded, size).is_ok());
    }
}
