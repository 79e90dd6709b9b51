//! Which hues, for which pictures.

use crate::preprocess::{Photo, Placement};

/// Colours of full evidence for and against. Within a palette both are equally light, and apart for readers with any common
/// colour-vision deficiency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Palette {
    /// Burnt orange and blue, for most pictures: darker than they are.
    #[default]
    Light,
    /// Light orange and light blue, for dark pictures, over which the others would be mud.
    Dark,
}

/// Below this mean brightness (0 to 255) a picture counts as dark. The darker palette's own brightness is 80.
const DARK: f64 = 88.0;
/// So many pixels to a side are looked at.
const LOOKS: u32 = 96;

impl Palette {
    /// The palette for what the network sees of `photo`.
    pub fn of(photo: &Photo, placement: &Placement) -> Self {
        let size = photo.size();
        let seen = (placement.region.intersection(&size.whole())).unwrap_or(size.whole());
        let mut sum = 0.0;
        for row in 0..LOOKS {
            for column in 0..LOOKS {
                let place = |start: f64, length: f64, index: u32, pixels: u32| {
                    let share = (f64::from(index) + 0.5) / f64::from(LOOKS);
                    ((start + share * length) as u32).min(pixels - 1)
                };
                let x = place(seen.x, seen.width, column, size.width);
                let y = place(seen.y, seen.height, row, size.height);
                let [r, g, b, _] = photo.pixels.get_pixel(x, y).0.map(f64::from);
                // Luma with the weights of ITU-R BT.709.
                sum += 0.2126 * r + 0.7152 * g + 0.0722 * b;
            }
        }
        if sum / f64::from(LOOKS * LOOKS) < DARK {
            Self::Dark
        } else {
            Self::Light
        }
    }

    /// For the class.
    pub(super) fn supporting(self) -> [u8; 3] {
        match self {
            Self::Light => [176, 62, 0],
            Self::Dark => [255, 140, 40],
        }
    }

    /// Against it.
    pub(super) fn opposing(self) -> [u8; 3] {
        match self {
            Self::Light => [30, 94, 178],
            Self::Dark => [95, 175, 255],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::{Rect, Size};
    use image::{Rgba, RgbaImage};

    fn linear(colour: [u8; 3]) -> [f64; 3] {
        colour.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    fn luminance([r, g, b]: [f64; 3]) -> f64 {
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// CIE L*a*b* under D65.
    fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
        let f = |t: f64| {
            if t > 0.008_856 {
                t.cbrt()
            } else {
                7.787 * t + 16.0 / 116.0
            }
        };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
        let y = f(luminance([r, g, b]));
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    const PALETTES: [Palette; 2] = [Palette::Light, Palette::Dark];

    #[test]
    fn both_ends_are_equally_light() {
        for palette in PALETTES {
            let [a, b] = [palette.supporting(), palette.opposing()].map(|c| luminance(linear(c)));
            let ratio = (a + 0.05) / (b + 0.05);
            assert!(
                (0.87..1.15).contains(&ratio),
                "{palette:?}: contrast ratio {ratio}"
            );
        }
        let light = |palette: Palette| luminance(linear(palette.supporting()));
        assert!(light(Palette::Dark) > 2.0 * light(Palette::Light));
    }

    #[test]
    fn the_ends_are_apart_with_any_colour_vision() {
        // Machado et al., "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG 2009,
        // severity 1: protanopia, deuteranopia, tritanopia.
        let deficiencies = [
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ];
        for palette in PALETTES {
            let ends = [palette.supporting(), palette.opposing()].map(linear);
            for matrix in deficiencies {
                let [a, b] = ends.map(|colour| {
                    lab(matrix.map(|row: [f64; 3]| {
                        let sum: f64 = row.iter().zip(colour).map(|(m, c)| m * c).sum();
                        sum.clamp(0.0, 1.0)
                    }))
                });
                let apart: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
                // A difference of 2 is just seen, and of 10 at a glance.
                assert!(apart.sqrt() > 40.0, "{palette:?}: {}", apart.sqrt());
            }
        }
    }

    #[test]
    fn what_the_network_sees_decides() {
        // Black on the left, white on the right.
        let pixels = RgbaImage::from_fn(40, 20, |x, _| {
            Rgba(if x < 20 {
                [9, 9, 9, 255]
            } else {
                [240, 240, 240, 255]
            })
        });
        let photo = Photo::new(pixels, "drawn");
        let palette = |x: f64, width: f64| {
            let region = Rect {
                x,
                y: 0.0,
                width,
                height: 20.0,
            };
            let placement = Placement {
                photo: Size {
                    width: 40,
                    height: 20,
                },
                input: 224,
                region,
            };
            Palette::of(&photo, &placement)
        };
        assert_eq!(palette(0.0, 20.0), Palette::Dark);
        assert_eq!(palette(20.0, 20.0), Palette::Light);
        assert_eq!(palette(-100.0, 120.0), Palette::Dark, "beyond the photo");
        assert_eq!(
            palette(500.0, 20.0),
            Palette::Light,
            "beside it: all of it counts"
        );
    }
}
