//! From a photo of any shape to the network's square input.

use super::disc::disc;
use super::resize::resize;
use super::{Photo, Placement, Rect};
use crate::error::{Result, error};
use crate::weights::{FitRule, InputSpec, MAX_INPUT_SIZE};

/// What the network is given.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkInput {
    /// Side of the square in pixels.
    pub size: usize,
    /// Normalised values, `[3, size, size]`, channels R, G, B.
    pub values: Vec<f32>,
    /// Where it lies on the photo.
    pub placement: Placement,
}

/// What of a photo goes where in the input.
struct Layout {
    /// The part of the photo that is read.
    source: Rect,
    /// Left, top, width and height of the part of the input that it fills, in pixels.
    target: (u32, u32, u32, u32),
    placement: Placement,
}

/// Where a network's input of `size` x `size` pixels lies on `photo` by `rule`.
pub fn place(photo: &Photo, rule: FitRule, size: usize) -> Result<Placement> {
    Ok(layout(photo, rule, size)?.placement)
}

fn layout(photo: &Photo, rule: FitRule, size: usize) -> Result<Layout> {
    if !(1..=MAX_INPUT_SIZE).contains(&size) {
        return Err(error!(INPUT_SIZE, size, most = MAX_INPUT_SIZE));
    }
    let whole = photo.size().whole();
    let (full_width, full_height) = (whole.width, whole.height);
    let side = size as u32;
    let (source, target) = match rule {
        FitRule::Stretch => (whole, (0, 0, side, side)),
        FitRule::CentreSquare => {
            let square = full_width.min(full_height);
            let source = Rect {
                x: (full_width - square) / 2.0,
                y: (full_height - square) / 2.0,
                width: square,
                height: square,
            };
            (source, (0, 0, side, side))
        }
        FitRule::Pad => {
            let longest = full_width.max(full_height);
            let scaled = |length: f64| ((length / longest * size as f64).round() as u32).max(1);
            let (w, h) = (scaled(full_width), scaled(full_height));
            (whole, ((side - w) / 2, (side - h) / 2, w, h))
        }
        FitRule::Disc => on_square(disc(photo)?, full_width, full_height, side),
    };
    let (left, top, target_width, target_height) = target;
    let scale_x = source.width / f64::from(target_width);
    let scale_y = source.height / f64::from(target_height);
    let placement = Placement {
        photo: photo.size(),
        input: side,
        region: Rect {
            x: source.x - f64::from(left) * scale_x,
            y: source.y - f64::from(top) * scale_y,
            width: size as f64 * scale_x,
            height: size as f64 * scale_y,
        },
    };
    Ok(Layout {
        source,
        target,
        placement,
    })
}

/// Fits `photo` to `size` x `size` pixels by `rule` and normalises by `spec`.
pub fn fit(photo: &Photo, spec: &InputSpec, rule: FitRule, size: usize) -> Result<NetworkInput> {
    let Layout {
        source,
        target,
        placement,
    } = layout(photo, rule, size)?;
    let (left, top, target_width, target_height) = target;
    let pixels = resize(photo, source, target_width, target_height)?;

    let mut values = vec![0.0; 3 * size * size];
    for channel in 0..3 {
        let (mean, std) = (spec.mean[channel], spec.std[channel]);
        // Padding with the mean colour is zero after normalisation; what surrounds a disc is black.
        if rule == FitRule::Disc {
            values[channel * size * size..][..size * size].fill(-mean / std);
        }
        for row in 0..target_height as usize {
            let out = (channel * size + top as usize + row) * size + left as usize;
            let line = &pixels[4 * row * target_width as usize..][..4 * target_width as usize];
            normalise(
                &mut values[out..],
                line.as_chunks::<4>().0,
                channel,
                (mean, std),
            );
        }
    }
    Ok(NetworkInput {
        size,
        values,
        placement,
    })
}

/// One channel of pixels that lie side by side. Out of line for the reason that `decode.rs` gives.
#[inline(never)]
pub(crate) fn normalise<const CHANNELS: usize>(
    values: &mut [f32],
    pixels: &[[u8; CHANNELS]],
    channel: usize,
    (mean, std): (f32, f32),
) {
    for (value, pixel) in values.iter_mut().zip(pixels) {
        *value = (f32::from(pixel[channel]) - mean) / std;
    }
}

/// The part of `square` that lies on the photo, and the part of the input that it fills.
fn on_square(
    square: Rect,
    full_width: f64,
    full_height: f64,
    side: u32,
) -> (Rect, (u32, u32, u32, u32)) {
    let scale = f64::from(side) / square.width;
    // Along one axis: whole pixels of the input, and the part of the photo under them.
    let axis = |start: f64, full: f64| {
        let first = ((-start).max(0.0) * scale).round() as u32;
        let last = ((full - start).min(square.width) * scale).round() as u32;
        let (first, last) = (first.min(side - 1), last.clamp(1, side));
        let last = last.max(first + 1);
        let from = (start + f64::from(first) / scale).clamp(0.0, full - 1.0);
        let to = (start + f64::from(last) / scale).clamp(from + 1.0, full);
        (first, last - first, from, to - from)
    };
    let (left, width, x, source_width) = axis(square.x, full_width);
    let (top, height, y, source_height) = axis(square.y, full_height);
    let source = Rect {
        x,
        y,
        width: source_width,
        height: source_height,
    };
    (source, (left, top, width, height))
}
