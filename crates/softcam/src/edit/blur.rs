//! Gaussian blur.

use super::byte::byte;
use crate::error::Result;
use crate::preprocess::{Size, resize_pixels};
use image::RgbaImage;

/// From this standard deviation in pixels on, the picture is blurred at a smaller size: it has no more detail than that, and
/// the cost no longer grows with the blur.
const EXACT: f64 = 4.0;

/// Blurs with a Gaussian of standard deviation `sigma` in pixels; beyond its edge the picture goes on as it ends.
pub(super) fn blur(pixels: &mut RgbaImage, sigma: f64) -> Result<()> {
    // Below that, neighbours count less than rounding.
    if sigma < 0.1 {
        return Ok(());
    }
    let (width, height) = pixels.dimensions();
    let full = Size { width, height };
    let factor = (sigma / EXACT).max(1.0);
    let reduced = |length: u32| ((f64::from(length) / factor).round() as u32).max(1);
    let small = Size {
        width: reduced(width),
        height: reduced(height),
    };
    let mut values = if small == full {
        pixels.as_raw().clone()
    } else {
        resize_pixels(pixels.as_raw(), full, full.whole(), small)?
    };
    // Each axis by what it was reduced by, since sizes are whole.
    let along = |length: u32, small: u32| sigma * f64::from(small) / f64::from(length);
    horizontally(&mut values, small, along(width, small.width));
    vertically(&mut values, small, along(height, small.height));
    if small != full {
        values = resize_pixels(&values, small, small.whole(), full)?;
    }
    pixels.copy_from_slice(&values);
    Ok(())
}

/// Weights of the neighbours at distances 0, 1, 2, … under a Gaussian of `sigma` cells, which is positive, as far as three of
/// it; those on both sides add up to 1.
pub fn gaussian(sigma: f64) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil() as usize;
    let weights: Vec<f64> = (0..=radius)
        .map(|at| (-0.5 * (at as f64 / sigma).powi(2)).exp())
        .collect();
    let sum = 2.0 * weights.iter().sum::<f64>() - 1.0;
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

fn horizontally(values: &mut [u8], size: Size, sigma: f64) {
    let kernel = gaussian(sigma);
    let width = size.width as usize;
    let mut line = vec![[0.0_f32; 3]; width];
    for row in values.as_chunks_mut::<4>().0.chunks_exact_mut(width) {
        for (from, to) in row.iter().zip(&mut line) {
            *to = [from[0], from[1], from[2]].map(f32::from);
        }
        for (x, pixel) in row.iter_mut().enumerate() {
            let mut sum = line[x].map(|value| value * kernel[0]);
            for (distance, &weight) in kernel.iter().enumerate().skip(1) {
                let (left, right) = (x.saturating_sub(distance), (x + distance).min(width - 1));
                for channel in 0..3 {
                    sum[channel] += weight * (line[left][channel] + line[right][channel]);
                }
            }
            store(pixel, sum);
        }
    }
}

/// Row by row, so that memory is read in order.
fn vertically(values: &mut [u8], size: Size, sigma: f64) {
    let kernel = gaussian(sigma);
    let (row, height) = (4 * size.width as usize, size.height as usize);
    let source = values.to_vec();
    let line = |y: usize| &source[y * row..][..row];
    let mut sums = vec![0.0_f32; row];
    for y in 0..height {
        for (sum, &value) in sums.iter_mut().zip(line(y)) {
            *sum = kernel[0] * f32::from(value);
        }
        for (distance, &weight) in kernel.iter().enumerate().skip(1) {
            let above = line(y.saturating_sub(distance));
            let below = line((y + distance).min(height - 1));
            for ((sum, &a), &b) in sums.iter_mut().zip(above).zip(below) {
                *sum += weight * (f32::from(a) + f32::from(b));
            }
        }
        let pixels = values[y * row..][..row].as_chunks_mut::<4>().0;
        for (pixel, sum) in pixels.iter_mut().zip(sums.as_chunks::<4>().0) {
            store(pixel, [sum[0], sum[1], sum[2]]);
        }
    }
}

fn store(pixel: &mut [u8; 4], values: [f32; 3]) {
    for (channel, value) in pixel.iter_mut().zip(values) {
        *channel = byte(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    /// Black on the left, white on the right.
    fn edge() -> RgbaImage {
        RgbaImage::from_fn(200, 40, |x, _| {
            Rgba([if x < 100 { 0 } else { 255 }, 9, 9, 255])
        })
    }

    #[test]
    fn an_edge_becomes_the_normal_distribution() {
        for sigma in [2.0, 5.0, 16.0] {
            let mut pixels = edge();
            blur(&mut pixels, sigma).unwrap();
            // One standard deviation to either side lies 15.9 % and 84.1 %; centres lie half a pixel beside the edge.
            let at = |x: f64| f64::from(pixels.get_pixel((100.0 + x) as u32, 20)[0]) / 255.0;
            for (place, expected) in [(-sigma, 0.159), (0.0, 0.5), (sigma, 0.841)] {
                let tolerance = 0.5 * 0.4 / sigma + 0.02;
                let got = at(place);
                assert!(
                    (got - expected).abs() < tolerance,
                    "{sigma} at {place}: {got}"
                );
            }
            assert!(pixels.pixels().all(|p| (p[1], p[3]) == (9, 255)), "{sigma}");
        }
    }

    #[test]
    fn a_tiny_picture_survives_a_vast_blur() {
        let mut pixels = RgbaImage::from_pixel(3, 1, Rgba([5, 6, 7, 255]));
        blur(&mut pixels, 1e4).unwrap();
        assert!(pixels.pixels().all(|p| p.0 == [5, 6, 7, 255]));
    }
}
