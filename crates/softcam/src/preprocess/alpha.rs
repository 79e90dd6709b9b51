//! Transparency: pictures are laid over white, as a page shows them.

use image::RgbaImage;

/// Colours that were multiplied by how opaque their pixel is, as they were before.
#[inline(never)]
pub(super) fn divide(pixels: &mut RgbaImage) {
    for pixel in pixels.pixels_mut() {
        let alpha = u32::from(pixel[3]);
        if (1..255).contains(&alpha) {
            for channel in &mut pixel.0[..3] {
                let whole = (u32::from(*channel) * 255 + alpha / 2) / alpha;
                *channel = whole.min(255) as u8;
            }
        }
    }
}

/// Makes every pixel opaque.
#[inline(never)]
pub(super) fn lay_over_white(pixels: &mut RgbaImage) {
    for pixel in pixels.pixels_mut() {
        let alpha = u32::from(pixel[3]);
        if alpha < 255 {
            for channel in &mut pixel.0[..3] {
                let over_white = u32::from(*channel) * alpha + 255 * (255 - alpha);
                *channel = ((over_white + 127) / 255) as u8;
            }
            pixel[3] = 255;
        }
    }
}
