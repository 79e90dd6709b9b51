//! Part of a photo at another size.
//!
//! Resampling is Catmull-Rom with a kernel that widens when shrinking, as Pillow's BICUBIC (which torchvision uses), by
//! a crate that follows Pillow's arithmetic.

use super::{Photo, Rect, Size};
use crate::error::{Result, error};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// RGBA of the part `source` of a photo, which must lie on it, at `width` x `height` pixels.
pub(super) fn resize(photo: &Photo, source: Rect, width: u32, height: u32) -> Result<Vec<u8>> {
    let target = Size { width, height };
    resize_pixels(photo.pixels.as_raw(), photo.size(), source, target)
}

/// Opaque RGBA pixels of `size`, their part `source`, which must lie on them, at the size `target`.
pub fn resize_pixels(pixels: &[u8], size: Size, source: Rect, target: Size) -> Result<Vec<u8>> {
    let failed = |what: &dyn std::fmt::Display| error!(PICTURE_NOT_RESIZED, reason = what);
    let from =
        ImageRef::new(size.width, size.height, pixels, PixelType::U8x4).map_err(|e| failed(&e))?;
    let mut to = Image::new(target.width, target.height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .crop(source.x, source.y, source.width, source.height)
        // Photos are opaque by now, so alpha need not be weighed in.
        .use_alpha(false);
    Resizer::new()
        .resize(&from, &mut to, &options)
        .map_err(|e| failed(&e))?;
    Ok(to.into_vec())
}
