//! The diverging colour map.

use super::palette::Palette;

/// The strongest evidence still lets the photo's outlines through.
const MOST: f32 = 0.92;

/// How values become colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
        let inks = Inks::new(self, limit);
        inks.colour(value)
    }
}

/// A tint on one scale, for many values.
pub(super) struct Inks {
    fade: bool,
    supporting: [u8; 3],
    opposing: [u8; 3],
    /// One over the limit; 0 where there is no scale.
    scale: f32,
}

impl Inks {
    pub(super) fn new(Tint { fade, palette }: Tint, limit: f32) -> Self {
        Self {
            fade,
            supporting: palette.supporting(),
            opposing: palette.opposing(),
            scale: if limit > 0.0 { 1.0 / limit } else { 0.0 },
        }
    }

    pub(super) fn colour(&self, value: f32) -> [u8; 4] {
        let strength = (value * self.scale).clamp(-1.0, 1.0);
        let [r, g, b] = if strength < 0.0 {
            self.opposing
        } else {
            self.supporting
        };
        let opacity = if self.fade {
            strength * strength
        } else {
            strength.abs()
        };
        // Rounds, where `round` would be a call on wasm.
        [r, g, b, (opacity * MOST * 255.0 + 0.5) as u8]
    }
}

/// A horizontal bar from −limit (left) to +limit (right), RGBA: exactly the overlay's colours and opacities.
pub fn colour_bar(width: usize, height: usize, tint: Tint) -> Vec<u8> {
    let inks = Inks::new(tint, 1.0);
    let line: Vec<u8> = (0..width)
        .flat_map(|x| inks.colour(2.0 * (x as f32 + 0.5) / width as f32 - 1.0))
        .collect();
    line.repeat(height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tints() -> impl Iterator<Item = Tint> {
        [true, false]
            .into_iter()
            .flat_map(|fade| [Palette::Light, Palette::Dark].map(|palette| Tint { fade, palette }))
    }

    #[test]
    fn sign_picks_the_hue_and_size_the_opacity() {
        for tint in tints() {
            let colour = |value, limit| tint.colour(value, limit);
            assert_eq!(colour(0.0, 5.0)[3], 0);
            assert_ne!(colour(2.5, 5.0)[..3], colour(-2.5, 5.0)[..3]);
            assert_eq!(colour(50.0, 5.0), colour(5.0, 5.0), "saturates");
            assert_eq!(colour(f32::INFINITY, 5.0), colour(5.0, 5.0));
            assert_eq!(colour(1.0, 0.0)[3], 0, "a flat map has no colour");
            assert_eq!(colour(1.0, f32::NAN)[3], 0);
            assert_eq!(colour(f32::NAN, 5.0)[3], 0);
        }
    }

    #[test]
    fn weak_evidence_is_no_veil_and_strong_evidence_covers() {
        for palette in [Palette::Light, Palette::Dark] {
            let opacity = |value, fade| {
                let tint = Tint { fade, palette };
                f32::from(tint.colour(value, 1.0)[3]) / 255.0
            };
            assert!(opacity(-0.4, true) <= 0.15);
            assert!(opacity(0.4, true) <= 0.15);
            assert!(opacity(1.0, true) >= 0.85);
            assert!((opacity(0.5, false) - 0.46).abs() < 0.01, "linear");
        }
    }

    #[test]
    fn the_bar_has_the_overlays_colours() {
        for tint in tints() {
            let bar = colour_bar(9, 2, tint);
            let pixels = bar.as_chunks::<4>().0;
            assert_eq!(pixels.len(), 18);
            assert_eq!(pixels[..9], pixels[9..]);
            assert_eq!(pixels[4], tint.colour(0.0, 3.0));
            for (x, pixel) in pixels[..9].iter().enumerate() {
                let value = 2.0 * (x as f32 + 0.5) / 9.0 - 1.0;
                assert_eq!(*pixel, tint.colour(value, 1.0));
            }
        }
        assert!(colour_bar(0, 5, Tint::default()).is_empty());
    }

    proptest! {
        #[test]
        fn opacity_is_monotone_and_symmetrical(a in 0.0_f32..2.0, b in 0.0_f32..2.0) {
            for tint in tints() {
                let opacity = |value: f32| tint.colour(value, 1.0)[3];
                prop_assert_eq!(opacity(a), opacity(-a));
                prop_assert!((a <= b) == (opacity(a) <= opacity(b)) || opacity(a) == opacity(b));
            }
        }
    }
}
