//! Drawing a map over a view of the photo.

use super::colour::colour;
use super::upsample::Taps;
use crate::preprocess::{Placement, Size};

/// How values between cell centres are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// Bicubic: easier to read against the photo.
    Smooth,
    /// Each cell as a flat square: what was computed, and no more.
    Cells,
}

/// How a map is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The scale ends at ±limit, in logit units.
    pub limit: f32,
    /// Between cell centres.
    pub interpolation: Interpolation,
    /// Lines at ±1/4, ±1/2 and ±3/4 of the limit, solid for and dashed against.
    pub contours: bool,
}

/// Veil over what the network did not see.
const UNSEEN: [u8; 4] = [32, 32, 32, 150];
/// Contour lines: near-black, half transparent.
const LINE: [u8; 4] = [10, 10, 10, 170];
/// Pixels of a dash and of the gap after it.
const DASH: usize = 4;
const LEVELS: f32 = 4.0;

/// RGBA pixels for a view of the photo with size `view`: transparent where the evidence is zero, veiled outside of
/// what the network saw.
///
/// `map` is row-major with `rows` x `columns` values in logit units.
pub fn render(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    view: Size,
    style: Style,
) -> Vec<u8> {
    let region = placement.region;
    let horizontal = axis(
        view.width,
        placement.photo.width,
        (region.x, region.width),
        columns,
        style.interpolation,
    );
    let vertical = axis(
        view.height,
        placement.photo.height,
        (region.y, region.height),
        rows,
        style.interpolation,
    );
    // Separable: first each map row at every pixel column, then each pixel row from those.
    let width = view.width as usize;
    let mut stretched = vec![0.0; rows * width];
    for (row, line) in stretched.chunks_exact_mut(width).enumerate() {
        for (value, taps) in line.iter_mut().zip(&horizontal) {
            *value = taps.map_or(0.0, |taps| taps.sample(|cell| map[row * columns + cell]));
        }
    }

    let mut pixels = Vec::with_capacity(4 * width * view.height as usize);
    let mut above: Vec<Option<f32>> = vec![None; width];
    for (y, vertical_taps) in vertical.iter().enumerate() {
        let mut left = None;
        for (x, horizontal_taps) in horizontal.iter().enumerate() {
            let value = match (vertical_taps, horizontal_taps) {
                (Some(taps), Some(_)) => Some(taps.sample(|row| stretched[row * width + x])),
                _ => None,
            };
            let pixel = match value {
                None => UNSEEN,
                Some(v)
                    if style.contours && on_contour(v, [left, above[x]], style.limit, x + y) =>
                {
                    LINE
                }
                Some(v) => colour(v, style.limit),
            };
            pixels.extend(pixel);
            left = value;
            above[x] = value;
        }
    }
    pixels
}

/// For each of `pixels` view pixels along one axis: the cells to draw on, or none outside of the region.
fn axis(
    pixels: u32,
    photo: u32,
    (start, length): (f64, f64),
    cells: usize,
    interpolation: Interpolation,
) -> Vec<Option<Taps>> {
    (0..pixels)
        .map(|pixel| {
            let on_photo = (f64::from(pixel) + 0.5) / f64::from(pixels) * f64::from(photo);
            let position = (on_photo - start) / length * cells as f64;
            let inside = (0.0..=cells as f64).contains(&position);
            inside.then(|| match interpolation {
                Interpolation::Smooth => Taps::cubic(position, cells),
                Interpolation::Cells => Taps::nearest(position, cells),
            })
        })
        .collect()
}

/// Whether a contour runs between this pixel and one of its earlier neighbours.
fn on_contour(value: f32, neighbours: [Option<f32>; 2], limit: f32, along: usize) -> bool {
    let dashed_out = value < 0.0 && (along / DASH) % 2 == 1;
    !dashed_out
        && neighbours
            .iter()
            .flatten()
            .any(|&neighbour| band(value, limit) != band(neighbour, limit))
}

/// Between which two levels a value lies. Zero itself is no level: the band around it reaches to the first on both
/// sides, so that noise around zero draws no lines. Nor is there a level at the limit or beyond, where the colour is
/// full: on a scale kept from another photo, evidence may go far beyond it.
fn band(value: f32, limit: f32) -> i32 {
    let outermost = LEVELS - 1.0;
    (value / limit * LEVELS)
        .trunc()
        .clamp(-outermost, outermost) as i32
}

/// Lays `overlay` over `photo` with `opacity` 0 to 1, both RGBA of the same size; the result is opaque.
pub fn blend(photo: &[u8], overlay: &[u8], opacity: f32) -> Vec<u8> {
    (photo
        .as_chunks::<4>()
        .0
        .iter()
        .zip(overlay.as_chunks::<4>().0))
    .flat_map(|(under, over)| {
        let alpha = f32::from(over[3]) / 255.0 * opacity;
        let mix = |channel: usize| {
            let (a, b) = (f32::from(under[channel]), f32::from(over[channel]));
            (a + (b - a) * alpha).round() as u8
        };
        [mix(0), mix(1), mix(2), 255]
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::Rect;

    const VIEW: Size = Size {
        width: 40,
        height: 20,
    };

    fn placement() -> Placement {
        Placement {
            photo: Size {
                width: 400,
                height: 200,
            },
            input: 64,
            region: Rect {
                x: 100.0,
                y: 0.0,
                width: 200.0,
                height: 200.0,
            },
        }
    }

    fn style(interpolation: Interpolation) -> Style {
        Style {
            limit: 4.0,
            interpolation,
            contours: false,
        }
    }

    fn pixel(pixels: &[u8], x: usize, y: usize) -> [u8; 4] {
        pixels[4 * (y * 40 + x)..][..4].try_into().unwrap()
    }

    #[test]
    fn cells_land_where_the_placement_says() {
        let map = [4.0, -4.0, 0.0, 2.0];
        let pixels = render(
            &map,
            (2, 2),
            &placement(),
            VIEW,
            style(Interpolation::Cells),
        );
        assert_eq!(pixels.len(), 4 * 40 * 20);
        assert_eq!(pixel(&pixels, 5, 5), UNSEEN, "left of the square");
        assert_eq!(pixel(&pixels, 35, 5), UNSEEN, "right of the square");
        assert_eq!(pixel(&pixels, 12, 5), colour(4.0, 4.0));
        assert_eq!(pixel(&pixels, 27, 5), colour(-4.0, 4.0));
        assert_eq!(pixel(&pixels, 12, 15), colour(0.0, 4.0));
        assert_eq!(pixel(&pixels, 27, 15), colour(2.0, 4.0));
    }

    #[test]
    fn contours_separate_levels_and_leave_a_flat_map_alone() {
        let with = Style {
            contours: true,
            ..style(Interpolation::Cells)
        };
        let flat = render(&[1.5; 4], (2, 2), &placement(), VIEW, with);
        let lines = |pixels: &[u8]| {
            pixels
                .as_chunks::<4>()
                .0
                .iter()
                .filter(|p| **p == LINE)
                .count()
        };
        assert_eq!(lines(&flat), 0);
        let positive = lines(&render(&[0.0, 4.0], (1, 2), &placement(), VIEW, with));
        let negative = lines(&render(&[0.0, -4.0], (1, 2), &placement(), VIEW, with));
        assert_eq!(positive, 20, "one solid line from top to bottom");
        assert!((1..20).contains(&negative), "a dashed one: {negative}");
        let strong = [4.0, 5.0, 50.0, 4000.0];
        let beyond = render(&strong, (2, 2), &placement(), VIEW, with);
        assert_eq!(lines(&beyond), 0, "no levels beyond the limit");
    }

    #[test]
    fn blending_keeps_the_photo_where_there_is_no_evidence() {
        let photo = [10, 20, 30, 255, 10, 20, 30, 255];
        let overlay = [200, 100, 0, 0, 200, 100, 0, 255];
        assert_eq!(
            blend(&photo, &overlay, 0.5),
            [10, 20, 30, 255, 105, 60, 15, 255]
        );
        assert_eq!(blend(&photo, &overlay, 0.0), photo);
    }
}
