//! Augmentations for kinds of pictures.

use super::{Augment, Effect};

impl Augment {
    /// A preset by its name: none, fundus, oct, chest, photo, paper, and fundus2, oct2 and chest2, which are the first
    /// three with other cameras and codecs.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::default(),
            "fundus" => Self::fundus(),
            "oct" => Self::oct(),
            "chest" => Self::chest(),
            "photo" => Self::photo(),
            "paper" => Self::paper(),
            "fundus2" => Self::fundus2(),
            "oct2" => Self::oct2(),
            "chest2" => Self::chest2(),
            _ => return None,
        })
    }

    /// A fundus has no upright position: any rotation, both flips, lamps of different colour.
    pub fn fundus() -> Self {
        Self {
            flip_horizontal: 0.5,
            flip_vertical: 0.5,
            rotation: 180.0,
            zoom: [0.9, 1.15],
            aspect: 1.05,
            shift: 0.04,
            brightness: 0.08,
            contrast: 0.2,
            saturation: 0.2,
            hue: 0.015,
            gamma: 0.15,
            ..Self::default()
        }
    }

    /// A scan through the retina: left and right may change places, up and down may not.
    pub fn oct() -> Self {
        Self {
            flip_horizontal: 0.5,
            rotation: 12.0,
            zoom: [0.85, 1.25],
            aspect: 1.15,
            shift: 0.1,
            brightness: 0.1,
            contrast: 0.25,
            gamma: 0.3,
            wedges: 0.4,
            ..Self::default()
        }
    }

    /// A film of the chest: slightly turned and shifted, never upside down nor mirrored, for the heart lies left.
    pub fn chest() -> Self {
        Self {
            rotation: 8.0,
            zoom: [0.9, 1.2],
            aspect: 1.15,
            shift: 0.06,
            brightness: 0.1,
            contrast: 0.25,
            gamma: 0.3,
            wedges: 0.3,
            ..Self::default()
        }
    }

    /// An everyday photo.
    pub fn photo() -> Self {
        Self {
            flip_horizontal: 0.5,
            rotation: 10.0,
            zoom: [0.9, 1.4],
            aspect: 1.2,
            shift: 0.1,
            brightness: 0.1,
            contrast: 0.2,
            saturation: 0.3,
            hue: 0.02,
            ..Self::default()
        }
    }

    /// What the official SoftCAM code does to fundus photographs and OCT scans, its probabilities of one half made into
    /// ranges.
    pub fn paper() -> Self {
        Self {
            flip_horizontal: 0.5,
            flip_vertical: 0.5,
            rotation: 180.0,
            zoom: [0.93, 1.07],
            aspect: 1.3,
            shift: 0.2,
            brightness: 0.2,
            contrast: 0.2,
            saturation: 0.2,
            hue: 0.1,
            ..Self::default()
        }
    }

    /// [`Augment::fundus`] by other cameras: uneven light, softer or sharper, with noise, fewer pixels, stronger JPEG.
    pub fn fundus2() -> Self {
        Self {
            blur: Effect::new(0.3, 1.5),
            sharpen: Effect::new(0.2, 1.0),
            noise: Effect::new(0.3, 0.02),
            jpeg: Effect::new(0.4, 45.0),
            resample: Effect::new(0.3, 0.4),
            vignette: Effect::new(0.5, 0.3),
            ..Self::fundus()
        }
    }

    /// [`Augment::oct`] by other devices, shown at other sizes: no two of them have the same proportions.
    pub fn oct2() -> Self {
        Self {
            blur: Effect::new(0.3, 1.5),
            sharpen: Effect::new(0.2, 1.0),
            noise: Effect::new(0.4, 0.04),
            jpeg: Effect::new(0.4, 45.0),
            resample: Effect::new(0.3, 0.4),
            squash: Effect::new(0.3, 1.4),
            vignette: Effect::new(0.3, 0.2),
            ..Self::oct()
        }
    }

    /// [`Augment::chest`] by other devices and archives: films that were squashed to a square, are small, sharpened or
    /// strongly compressed.
    pub fn chest2() -> Self {
        Self {
            blur: Effect::new(0.3, 1.5),
            sharpen: Effect::new(0.3, 1.5),
            noise: Effect::new(0.3, 0.02),
            jpeg: Effect::new(0.4, 45.0),
            resample: Effect::new(0.4, 0.35),
            squash: Effect::new(0.4, 1.35),
            vignette: Effect::new(0.3, 0.25),
            ..Self::chest()
        }
    }
}
