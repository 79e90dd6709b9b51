//! Turning, moving and enlarging.

use super::byte::byte;
use crate::preprocess::Rect;
use image::RgbaImage;

/// Turns clockwise about the centre of `region`.
pub(super) fn turn(pixels: &mut RgbaImage, region: &Rect, degrees: f64) {
    if degrees % 360.0 == 0.0 {
        return;
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    // From where in the old picture: the turn backwards.
    warp(pixels, region, [cos, sin, -sin, cos], (0.0, 0.0));
}

/// Moves by shares of the sides of `region`.
pub(super) fn shift(pixels: &mut RgbaImage, region: &Rect, x: f64, y: f64) {
    if (x, y) == (0.0, 0.0) {
        return;
    }
    let by = (-x * region.width, -y * region.height);
    warp(pixels, region, [1.0, 0.0, 0.0, 1.0], by);
}

/// Enlarges about the centre of `region`.
pub(super) fn zoom(pixels: &mut RgbaImage, region: &Rect, factor: f64) {
    if factor == 1.0 {
        return;
    }
    let inverse = 1.0 / factor;
    warp(pixels, region, [inverse, 0.0, 0.0, inverse], (0.0, 0.0));
}

/// Every pixel becomes what lay at matrix · (pixel - centre) + centre + by, interpolated between the four pixels around;
/// beyond the edge, the edge.
fn warp(pixels: &mut RgbaImage, region: &Rect, [a, b, c, d]: [f64; 4], by: (f64, f64)) {
    let source = pixels.clone();
    let (width, height) = source.dimensions();
    let centre_x = region.x + region.width / 2.0;
    let centre_y = region.y + region.height / 2.0;
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        let dx = f64::from(x) + 0.5 - centre_x;
        let dy = f64::from(y) + 0.5 - centre_y;
        let from_x = a * dx + b * dy + centre_x + by.0 - 0.5;
        let from_y = c * dx + d * dy + centre_y + by.1 - 0.5;
        let (left, right, along) = neighbours(from_x, width);
        let (above, below, down) = neighbours(from_y, height);
        let corners = [(left, above), (right, above), (left, below), (right, below)]
            .map(|(x, y)| source.get_pixel(x, y).0);
        for channel in 0..3 {
            let [p, q, r, s] = corners.map(|corner| f32::from(corner[channel]));
            let upper = p + (q - p) * along;
            let lower = r + (s - r) * along;
            pixel[channel] = byte(upper + (lower - upper) * down);
        }
    }
}

/// The pixels to both sides of a position and how far it lies towards the second.
fn neighbours(position: f64, length: u32) -> (u32, u32, f32) {
    let position = position.clamp(0.0, f64::from(length - 1));
    let first = position.floor();
    let second = (first as u32 + 1).min(length - 1);
    (first as u32, second, (position - first) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    const REGION: Rect = Rect {
        x: 1.0,
        y: 0.0,
        width: 4.0,
        height: 4.0,
    };

    /// Every pixel tells where it was; the region's centre is (3, 2).
    fn picture() -> RgbaImage {
        RgbaImage::from_fn(6, 4, |x, y| Rgba([40 * x as u8, 60 * y as u8, 3, 255]))
    }

    fn after(change: impl Fn(&mut RgbaImage)) -> impl Fn(u32, u32) -> (u8, u8) {
        let mut pixels = picture();
        change(&mut pixels);
        assert!(pixels.pixels().all(|p| (p[2], p[3]) == (3, 255)));
        move |x, y| {
            let pixel = pixels.get_pixel(x, y);
            (pixel[0] / 40, pixel[1] / 60)
        }
    }

    #[test]
    fn a_quarter_turn_goes_clockwise_about_the_regions_centre() {
        let turned = after(|pixels| turn(pixels, &REGION, 90.0));
        // The region's top left corner is now its top right one.
        assert_eq!(turned(4, 0), (1, 0));
        assert_eq!(turned(4, 3), (4, 0));
        assert_eq!(turned(1, 0), (1, 3));
    }

    #[test]
    fn a_shift_counts_in_shares_of_the_region() {
        let shifted = after(|pixels| shift(pixels, &REGION, 0.25, -0.5));
        assert_eq!(shifted(3, 0), (2, 2));
        assert_eq!(shifted(0, 3), (0, 3), "the edge is repeated");
    }

    #[test]
    fn a_zoom_keeps_the_centre() {
        let mut pixels = RgbaImage::from_fn(6, 4, |x, _| Rgba([40 * x as u8, 0, 3, 255]));
        zoom(&mut pixels, &REGION, 2.0);
        // Centres at ±0.5 and ±1.5 pixels came from ±0.25 and ±0.75.
        let row: Vec<u8> = (1..5).map(|x| pixels.get_pixel(x, 2)[0]).collect();
        assert_eq!(row, [70, 90, 110, 130]);
    }
}
