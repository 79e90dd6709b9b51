//! Brightness and contrast.

use super::byte::byte;
use image::RgbaImage;

/// Adds `by`, a share of the full range.
pub(super) fn brightness(pixels: &mut RgbaImage, by: f64) {
    every(pixels, |value| value + 255.0 * by);
}

/// Multiplies the distance from the middle of the range.
pub(super) fn contrast(pixels: &mut RgbaImage, factor: f64) {
    every(pixels, |value| 127.5 + (value - 127.5) * factor);
}

fn every(pixels: &mut RgbaImage, change: impl Fn(f64) -> f64) {
    let table: [u8; 256] = std::array::from_fn(|value| byte(change(value as f64) as f32));
    for pixel in pixels.pixels_mut() {
        for channel in &mut pixel.0[..3] {
            *channel = table[usize::from(*channel)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn values_saturate() {
        let mut pixels = RgbaImage::from_pixel(1, 1, Rgba([0, 100, 250, 255]));
        brightness(&mut pixels, 0.1);
        assert_eq!(pixels.get_pixel(0, 0).0, [26, 126, 255, 255]);
        let mut pixels = RgbaImage::from_pixel(1, 1, Rgba([0, 100, 250, 255]));
        contrast(&mut pixels, 2.0);
        assert_eq!(pixels.get_pixel(0, 0).0, [0, 73, 255, 255]);
        contrast(&mut pixels, 0.0);
        assert_eq!(pixels.get_pixel(0, 0).0, [128, 128, 128, 255]);
    }
}
