//! Finds the bright disc of a fundus photograph on its dark surround.

use super::view::view_whole;
use super::{Photo, Rect};
use crate::error::Result;
use image::RgbaImage;

/// The photo is searched at this size: finding an edge to half a percent is enough.
const SEARCHED: u32 = 256;
/// Brighter than the surround by this much counts as disc, in pixel values (the official `crop.py` adds 10 too).
const ABOVE_SURROUND: u8 = 10;
/// A surround is darker than this.
const DARK: u8 = 64;
/// A row or column belongs to the disc when this share of it does: dust and date stamps are less.
const SHARE: f64 = 0.04;

/// The square around the disc, in pixels of the photo; it may reach beyond the photo where the camera cut the disc off.
/// Without a dark surround, the centred square.
///
/// A photo is searched once and remembers.
pub(super) fn disc(photo: &Photo) -> Result<Rect> {
    if let Some(found) = photo.disc.get() {
        return Ok(*found);
    }
    let found = search(photo)?;
    Ok(*photo.disc.get_or_init(|| found))
}

impl Photo {
    /// The same photo with other pixels, as many as before. Where the network looks stays what it was: what is searched for
    /// in the picture (see [`crate::weights::FitRule::Disc`]) is searched for in this one, not in the changed one.
    pub(crate) fn with_pixels(&self, pixels: RgbaImage) -> Result<Self> {
        disc(self)?;
        Ok(Self {
            pixels,
            format: self.format,
            notes: self.notes.clone(),
            disc: self.disc.clone(),
        })
    }
}

fn search(photo: &Photo) -> Result<Rect> {
    let full = photo.size();
    let (pixels, size) = view_whole(photo, SEARCHED)?;
    let (width, height) = (size.width as usize, size.height as usize);
    let brightness: Vec<u8> = (pixels.as_chunks::<4>().0.iter())
        .map(|[r, g, b, _]| *r.max(g).max(b))
        .collect();
    let surround = surround(&brightness, width, height);
    let bright =
        |x: usize, y: usize| brightness[y * width + x] > surround.saturating_add(ABOVE_SURROUND);
    let columns = extent(width, |x| share(height, |y| bright(x, y)));
    let rows = extent(height, |y| share(width, |x| bright(x, y)));
    let (full_width, full_height) = (f64::from(full.width), f64::from(full.height));
    let (scale_x, scale_y) = (full_width / width as f64, full_height / height as f64);
    let found = columns
        .zip(rows)
        .map(|((left, right), (top, bottom))| Rect {
            x: left as f64 * scale_x,
            y: top as f64 * scale_y,
            width: (right - left) as f64 * scale_x,
            height: (bottom - top) as f64 * scale_y,
        });
    let whole = full_width.min(full_height);
    // What fills the photo has no surround, what is small is no disc.
    let fills = columns == Some((0, width)) && rows == Some((0, height));
    let disc = found
        .filter(|found| !fills && surround < DARK && found.width.max(found.height) >= 0.3 * whole);
    let (side, centre_x, centre_y) = match disc {
        Some(found) => (
            found.width.max(found.height),
            found.x + found.width / 2.0,
            found.y + found.height / 2.0,
        ),
        None => (whole, full_width / 2.0, full_height / 2.0),
    };
    Ok(Rect {
        x: centre_x - side / 2.0,
        y: centre_y - side / 2.0,
        width: side,
        height: side,
    })
}

/// Brightness of the surround: the darkest of the four corners' medians.
fn surround(brightness: &[u8], width: usize, height: usize) -> u8 {
    let (w, h) = ((width / 16).max(1), (height / 16).max(1));
    let median = |left: usize, top: usize| {
        let mut values: Vec<u8> = (top..top + h)
            .flat_map(|y| &brightness[y * width + left..][..w])
            .copied()
            .collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    let corners = [
        median(0, 0),
        median(width - w, 0),
        median(0, height - h),
        median(width - w, height - h),
    ];
    corners.into_iter().min().unwrap_or(0)
}

fn share(length: usize, belongs: impl Fn(usize) -> bool) -> f64 {
    (0..length).filter(|&at| belongs(at)).count() as f64 / length as f64
}

/// First and one past the last line that belongs to the disc.
fn extent(lines: usize, share: impl Fn(usize) -> f64) -> Option<(usize, usize)> {
    let belongs = |line: &usize| share(*line) >= SHARE;
    let first = (0..lines).find(belongs)?;
    let last = (0..lines).rev().find(belongs)?;
    Some((first, last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn photo(width: u32, height: u32, inside: impl Fn(f64, f64) -> bool) -> Photo {
        let pixels = RgbaImage::from_fn(width, height, |x, y| {
            let value = if inside(f64::from(x) + 0.5, f64::from(y) + 0.5) {
                [180, 90, 40, 255]
            } else {
                [3, 2, 2, 255]
            };
            Rgba(value)
        });
        Photo::new(pixels, "drawn")
    }

    fn circle(x: f64, y: f64, radius: f64) -> impl Fn(f64, f64) -> bool {
        move |a, b| (a - x).hypot(b - y) < radius
    }

    #[test]
    fn a_disc_is_found_where_it_lies() {
        let square = disc(&photo(800, 600, circle(300.0, 280.0, 200.0))).unwrap();
        assert!((square.x - 100.0).abs() < 20.0, "{square:?}");
        assert!((square.y - 80.0).abs() < 20.0, "{square:?}");
        assert!((square.width - 400.0).abs() < 30.0, "{square:?}");
    }

    #[test]
    fn a_disc_cut_off_above_and_below_keeps_its_sides() {
        let square = disc(&photo(1072, 712, circle(536.0, 356.0, 430.0))).unwrap();
        assert!((square.x - 106.0).abs() < 20.0, "{square:?}");
        assert!(square.y < -50.0, "{square:?}");
        assert_eq!(square.width, square.height);
    }

    #[test]
    fn without_a_surround_the_centred_square_is_taken() {
        let expected = Rect {
            x: 100.0,
            y: 0.0,
            width: 200.0,
            height: 200.0,
        };
        assert_eq!(disc(&photo(400, 200, |_, _| true)).unwrap(), expected);
        assert_eq!(disc(&photo(400, 200, |_, _| false)).unwrap(), expected);
    }
}
