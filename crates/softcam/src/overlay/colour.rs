//! The diverging colour map.

use super::palette::Palette;

/// The strongest evidence still lets the photo's outlines through.
const MOST: f32 = 0.92;

/// How values become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tint {
    /// Opacity grows with the square of the evidence, so that a photo with weak evidence all over stays recognisable.
    /// Without, it is linear.
    pub fade: bool,
    /// Which hues.
    pub palette: Palette,
}

impl Tint {
    /// RGBA for evidence `value` on a scale that ends at ±`limit`; beyond it the colour saturates. The sign picks the hue
    /// and the strength the opacity: zero is clear, and nothing weak looks strong. What is not a number is clear.
    pub fn colour(self, value: f32, limit: f32) -> [u8; 4] {
        let strength = if limit > 0.0 {
            (value / limit).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        let [r, g, b] = if strength < 0.0 {
            self.palette.opposing()
        } else {
            self.palette.supporting()
        };
        let opacity = if self.fade {
            strength * strength
        } else {
            strength.abs()
        };
        [r, g, b, (opacity * MOST * 255.0).round() as u8]
    }
}

/// A horizontal bar from −limit (left) to +limit (right), RGBA: exactly the overlay's colours and opacities.
pub fn colour_bar(width: usize, height: usize, tint: Tint) -> Vec<u8> {
    let line: Vec<u8> = (0..width)
        .flat_map(|x| tint.colour(2.0 * (x as f32 + 0.5) / width as f32 - 1.0, 1.0))
        .collect();
    line.repeat(height)
}
