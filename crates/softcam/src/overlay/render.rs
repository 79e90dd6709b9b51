//! Drawing a map over a view of the photo.

use super::colour::Tint;
use super::upsample::Taps;
use crate::error::{Result, error};
use crate::preprocess::{Placement, Rect, Size, check_size};

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
    /// From values to colours.
    pub tint: Tint,
}

/// Veil over what the network did not see.
const UNSEEN: [u8; 4] = [32, 32, 32, 150];
/// Contour lines: near-black, half transparent.
const LINE: [u8; 4] = [10, 10, 10, 170];
/// Pixels of a dash and of the gap after it.
const DASH: usize = 4;
const LEVELS: f32 = 4.0;

/// RGBA pixels for the part `part` of the photo (in its pixels; it may reach beyond) at `size` pixels: transparent where
/// the evidence is zero, veiled outside of what the network saw.
///
/// `map` is row-major with `rows` x `columns` values in logit units. Values between cell centres are computed at every
/// pixel, whatever the size; without interpolation cells end at the edges of pixels.
///
/// # Errors
///
/// Where the map has another number of values, or part or size are empty or absurdly large.
pub fn render(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    part: Rect,
    size: Size,
    style: Style,
) -> Result<Vec<u8>> {
    check_size(size)?;
    check(map, (rows, columns), placement, &part)?;
    let region = placement.region;
    let horizontal = axis(
        size.width,
        (part.x, part.width),
        (region.x, region.width),
        columns,
        style.interpolation,
    );
    let vertical = axis(
        size.height,
        (part.y, part.height),
        (region.y, region.height),
        rows,
        style.interpolation,
    );
    // Separable: first each map row at every pixel column, then each pixel row from those.
    let width = size.width as usize;
    let mut stretched = vec![0.0; rows * width];
    for (row, line) in stretched.chunks_exact_mut(width).enumerate() {
        for (value, taps) in line.iter_mut().zip(&horizontal) {
            *value = taps.map_or(0.0, |taps| taps.sample(|cell| map[row * columns + cell]));
        }
    }

    let mut pixels = Vec::with_capacity(4 * width * size.height as usize);
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
                Some(v) => style.tint.colour(v, style.limit),
            };
            pixels.extend(pixel);
            left = value;
            above[x] = value;
        }
    }
    Ok(pixels)
}

/// Refuses what cannot be drawn.
fn check(
    map: &[f32],
    (rows, columns): (usize, usize),
    placement: &Placement,
    part: &Rect,
) -> Result<()> {
    if map.is_empty() || rows.checked_mul(columns) != Some(map.len()) {
        return Err(error!(MAP_NOT_DRAWN, values = map.len(), rows, columns));
    }
    for (what, rect) in [("part", part), ("region", &placement.region)] {
        let Rect {
            x,
            y,
            width,
            height,
        } = *rect;
        let finite = [x, y, width, height].iter().all(|value| value.is_finite());
        if !finite || width <= 0.0 || height <= 0.0 {
            return Err(error!(PLACE_NOT_DRAWN, what, rect = format!("{rect:?}")));
        }
    }
    Ok(())
}

/// For each of `pixels` pixels along one axis, which show the stretch `part` of the photo: the cells of `region` to draw on,
/// or none outside of it.
fn axis(
    pixels: u32,
    part: (f64, f64),
    region: (f64, f64),
    cells: usize,
    interpolation: Interpolation,
) -> Vec<Option<Taps>> {
    (0..pixels)
        .map(|pixel| {
            let on_photo = part.0 + (f64::from(pixel) + 0.5) / f64::from(pixels) * part.1;
            let position = (on_photo - region.0) / region.1 * cells as f64;
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
