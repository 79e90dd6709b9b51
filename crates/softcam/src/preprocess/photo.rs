//! A decoded picture.

use super::{Note, Rect, Size};
use image::RgbaImage;
use std::sync::OnceLock;

/// A decoded picture: upright, opaque, 8 bits per channel.
#[derive(Debug, Clone)]
pub struct Photo {
    /// RGBA pixels with alpha 255 everywhere.
    pub pixels: RgbaImage,
    /// Name of the format that the bytes turned out to have.
    pub format: &'static str,
    /// What was done to its values on the way.
    pub notes: Vec<Note>,
    /// The square around the disc, once it was searched for.
    pub(super) disc: OnceLock<Rect>,
}

impl Photo {
    /// A photo of `pixels`, which are upright and opaque; `format` is for people.
    pub fn new(pixels: RgbaImage, format: &'static str) -> Self {
        Self {
            pixels,
            format,
            notes: Vec::new(),
            disc: OnceLock::new(),
        }
    }

    /// The same of RGBA bytes, row by row; nothing where they are too few.
    pub fn of_rgba(bytes: Vec<u8>, size: Size, format: &'static str) -> Option<Self> {
        let pixels = RgbaImage::from_raw(size.width, size.height, bytes)?;
        Some(Self::new(pixels, format))
    }

    /// Size of the upright picture.
    pub fn size(&self) -> Size {
        Size {
            width: self.pixels.width(),
            height: self.pixels.height(),
        }
    }
}
