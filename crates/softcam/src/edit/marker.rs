//! A side marker as radiographers lay it beside a film: a lead letter, which the film shows in plain white.

use crate::preprocess::Rect;
use image::RgbaImage;

/// Width of the letter over its height.
const WIDTH: f64 = 0.7;
/// Thickness of its strokes over its height.
const STROKE: f64 = 0.25;

/// Where a marker of `size` centred at `x`, `y` lies, in pixels of the photo: all in shares of `region`, `size` of the root
/// of its area.
pub fn marker_box(region: &Rect, x: f64, y: f64, size: f64) -> Rect {
    let height = size * (region.width * region.height).sqrt();
    let width = WIDTH * height;
    Rect {
        x: region.x + x * region.width - width / 2.0,
        y: region.y + y * region.height - height / 2.0,
        width,
        height,
    }
}

/// Paints an upright white L; a pixel belongs to it where its centre does.
pub(super) fn paint(pixels: &mut RgbaImage, region: &Rect, x: f64, y: f64, size: f64) {
    let letter = marker_box(region, x, y, size);
    let stroke = STROKE * letter.height;
    for (column, row, pixel) in pixels.enumerate_pixels_mut() {
        let right = f64::from(column) + 0.5 - letter.x;
        let down = f64::from(row) + 0.5 - letter.y;
        let inside = (0.0..letter.width).contains(&right) && (0.0..letter.height).contains(&down);
        if inside && (right < stroke || down >= letter.height - stroke) {
            pixel.0[..3].fill(255);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn the_letter_has_two_strokes() {
        let mut pixels = RgbaImage::from_pixel(40, 40, Rgba([10, 20, 30, 255]));
        let region = Rect {
            x: 0.0,
            y: 0.0,
            width: 40.0,
            height: 40.0,
        };
        // 20 high and 14 wide with strokes of 5, from (13, 10).
        paint(&mut pixels, &region, 0.5, 0.5, 0.5);
        let white = |x: u32, y: u32| pixels.get_pixel(x, y).0 == [255; 4];
        for y in 0..40 {
            for x in 0..40 {
                let upright = (13..18).contains(&x) && (10..30).contains(&y);
                let foot = (13..27).contains(&x) && (25..30).contains(&y);
                assert_eq!(white(x, y), upright || foot, "{x} {y}");
            }
        }
    }
}
