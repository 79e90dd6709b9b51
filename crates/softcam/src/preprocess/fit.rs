//! From a photo of any shape to the network's square input.
//!
//! Resampling is Catmull-Rom with a kernel that widens when shrinking, as Pillow's BICUBIC (which torchvision uses), by
//! a crate that follows Pillow's arithmetic.

use super::disc::disc;
use super::{Photo, Placement, Rect, Size};
use crate::error::{Error, Result};
use crate::weights::{FitRule, InputSpec};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

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

/// Fits `photo` to `size` x `size` pixels by `rule` and normalises by `spec`.
pub fn fit(photo: &Photo, spec: &InputSpec, rule: FitRule, size: usize) -> Result<NetworkInput> {
    let Size { width, height } = photo.size();
    let (full_width, full_height) = (f64::from(width), f64::from(height));
    let whole = Rect {
        x: 0.0,
        y: 0.0,
        width: full_width,
        height: full_height,
    };
    let side = size as u32;
    // `source` is the part of the photo that is read, `target` the part of the input that it fills.
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

/// The whole photo, reduced so that its longer side has at most `longest` pixels: for showing it. RGBA with its size.
pub fn view(photo: &Photo, longest: u32) -> Result<(Vec<u8>, Size)> {
    let Size { width, height } = photo.size();
    if width.max(height) <= longest {
        return Ok((photo.pixels.as_raw().clone(), photo.size()));
    }
    let factor = f64::from(longest) / f64::from(width.max(height));
    let scaled = |length: u32| ((f64::from(length) * factor).round() as u32).max(1);
    let size = Size {
        width: scaled(width),
        height: scaled(height),
    };
    let whole = Rect {
        x: 0.0,
        y: 0.0,
        width: f64::from(width),
        height: f64::from(height),
    };
    Ok((resize(photo, whole, size.width, size.height)?, size))
}

fn resize(photo: &Photo, source: Rect, width: u32, height: u32) -> Result<Vec<u8>> {
    let failed = |what: &dyn std::fmt::Display| {
        Error::image(
            format!("The picture cannot be resized ({what})."),
            "Choose another picture.",
        )
    };
    let from = ImageRef::new(
        photo.pixels.width(),
        photo.pixels.height(),
        photo.pixels.as_raw(),
        PixelType::U8x4,
    )
    .map_err(|e| failed(&e))?;
    let mut to = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .crop(source.x, source.y, source.width, source.height)
        // Photos are opaque by now, so alpha need not be weighed in.
        .use_alpha(false);
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|e| failed(&e))?;
    Ok(to.into_vec())
}
