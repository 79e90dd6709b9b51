//! The diverging colour map.

/// Colour of full evidence for a class: a burnt orange, relative luminance 0.13.
const FOR: [u8; 3] = [176, 62, 0];
/// Colour of full evidence against it: a blue of the same luminance.
const AGAINST: [u8; 3] = [30, 94, 178];
/// The strongest evidence still lets the photo's outlines through.
const MAX_ALPHA: f32 = 0.92;

/// RGBA for evidence `value` on a scale that ends at ±`limit`; beyond it the colour saturates. Strength is carried by
/// opacity, linear in the value, so zero is clear and nothing weak looks strong.
pub fn colour(value: f32, limit: f32) -> [u8; 4] {
    let strength = if limit > 0.0 {
        (value / limit).clamp(-1.0, 1.0)
    } else {
        0.0
    };
    let [r, g, b] = if strength >= 0.0 { FOR } else { AGAINST };
    let alpha = strength.abs() * MAX_ALPHA * 255.0;
    [r, g, b, alpha.round() as u8]
}

/// A horizontal bar from −limit (left) to +limit (right), RGBA.
pub fn colour_bar(width: usize, height: usize) -> Vec<u8> {
    let line: Vec<u8> = (0..width)
        .flat_map(|x| colour(2.0 * (x as f32 + 0.5) / width as f32 - 1.0, 1.0))
        .collect();
    line.repeat(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance([r, g, b]: [u8; 3]) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    #[test]
    fn both_ends_are_equally_dark() {
        let ratio = (luminance(FOR) + 0.05) / (luminance(AGAINST) + 0.05);
        assert!((0.87..1.15).contains(&ratio), "contrast ratio {ratio}");
    }

    #[test]
    fn sign_picks_the_hue_and_size_the_opacity() {
        assert_eq!(colour(0.0, 5.0)[3], 0);
        assert_eq!(colour(2.5, 5.0)[3], colour(-2.5, 5.0)[3]);
        assert_ne!(colour(2.5, 5.0)[..3], colour(-2.5, 5.0)[..3]);
        assert_eq!(colour(50.0, 5.0), colour(5.0, 5.0), "saturates");
        assert_eq!(colour(1.0, 0.0)[3], 0, "a flat map has no colour");
        assert_eq!(colour(f32::NAN, 5.0)[3], 0);
    }
}
