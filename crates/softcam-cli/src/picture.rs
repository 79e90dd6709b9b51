//! The photo with its evidence, as it is saved.

use crate::legend;
use image::RgbImage;
use softcam::overlay::{Style, blend, render};
use softcam::preprocess::{Photo, Placement, view_whole};

/// How the photo under the evidence looks.
#[derive(Clone, Copy)]
pub struct Look {
    /// Of the evidence, 0 to 1.
    pub opacity: f32,
    /// The photo without its colours.
    pub grey: bool,
    /// Longest side of the picture in pixels.
    pub side: u32,
}

/// A map, row-major, with its rows and columns.
pub type Cells<'a> = (&'a [f32], (usize, usize));

/// The photo with a map over it, which lies where `placement` says, and below it a colour bar and `lines` of text.
pub fn draw(
    photo: &Photo,
    placement: &Placement,
    (map, shape): Cells,
    style: Style,
    look: Look,
    lines: &[String],
) -> softcam::Result<RgbImage> {
    let (mut pixels, size) = view_whole(photo, look.side)?;
    if look.grey {
        pixels.as_chunks_mut::<4>().0.iter_mut().for_each(to_grey);
    }
    let part = placement.photo.whole();
    let evidence = render(map, shape, placement, part, size, style)?;
    let blended = blend(&pixels, &evidence, look.opacity);
    Ok(legend::below(&blended, size, &style, lines))
}

/// The page's grey, CSS's grayscale(1): luma with the weights of ITU-R BT.709.
fn to_grey(pixel: &mut [u8; 4]) {
    let [r, g, b, alpha] = pixel.map(f32::from);
    let grey = (0.2126 * r + 0.7152 * g + 0.0722 * b).round() as u8;
    *pixel = [grey, grey, grey, alpha as u8];
}

#[cfg(test)]
mod tests {
    use super::to_grey;

    #[test]
    fn grey_is_that_of_the_page() {
        // What a canvas with filter "grayscale(1)" gives.
        for (from, to) in [
            ([255, 0, 0, 255], 54),
            ([0, 255, 0, 255], 182),
            ([0, 0, 255, 255], 18),
            ([255, 255, 255, 255], 255),
            ([7, 7, 7, 255], 7),
        ] {
            let mut pixel = from;
            to_grey(&mut pixel);
            assert_eq!(pixel, [to, to, to, 255]);
        }
    }
}
