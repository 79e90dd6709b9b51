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
