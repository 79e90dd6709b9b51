//! What is done to a picture.

use crate::failure::Result;
use image::imageops::{FilterType, rotate270};
use image::imageops::{
    crop_imm, flip_horizontal, flip_vertical, overlay, resize, rotate90, rotate180,
};
use image::{Rgba, RgbaImage};
use softcam::edit::{Edit, apply};
use softcam::explain::Request;
use softcam::preprocess::{Photo, place};

/// Whether a changed picture still is one that the model should answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Saved again, or taken a little otherwise: the answer should stay.
    Same,
    /// No longer what the model learned from: it should be flagged.
    Stranger,
}

/// One change of a picture.
pub struct Change {
    pub name: &'static str,
    pub kind: Kind,
    how: How,
}

/// On the upright photo at its own resolution.
enum How {
    Edit(Edit),
    Pixels(fn(&RgbaImage) -> RgbaImage),
}

impl Change {
    /// `photo` changed; `request` says where the network looks.
    pub fn apply(&self, photo: &Photo, request: Request) -> Result<Photo> {
        Ok(match &self.how {
            How::Edit(edit) => {
                let placement = place(photo, request.fit, request.size)?;
                apply(photo, std::slice::from_ref(edit), &placement)?
            }
            How::Pixels(change) => Photo::new(change(&photo.pixels), photo.format),
        })
    }
}

/// Every change that is measured, in the table's order.
pub fn all() -> Vec<Change> {
    let same = |name, how| Change {
        name,
        kind: Kind::Same,
        how,
    };
    let stranger = |name, how| Change {
        name,
        kind: Kind::Stranger,
        how: How::Pixels(how),
    };
    let jpeg = |quality| How::Edit(Edit::Jpeg { quality });
    vec![
        same("JPEG, quality 95", jpeg(95)),
        same("JPEG, quality 80", jpeg(80)),
        same("JPEG, quality 60", jpeg(60)),
        same("half the pixels", How::Pixels(halved)),
        same("brighter by 5 %", How::Edit(Edit::Brightness { by: 0.05 })),
        same("darker by 5 %", How::Edit(Edit::Brightness { by: -0.05 })),
        same(
            "contrast of 80 %",
            How::Edit(Edit::Contrast { factor: 0.8 }),
        ),
        same(
            "turned by 3 degrees",
            How::Edit(Edit::Turn { degrees: 3.0 }),
        ),
        stranger("negative", negative),
        stranger("mirrored", flip_horizontal),
        stranger("upside down", flip_vertical),
        stranger("turned by 90 degrees", rotate90),
        stranger("turned by 180 degrees", rotate180),
        stranger("turned by 270 degrees", rotate270),
        stranger("middle quarter", middle),
        stranger("upper left quarter", corner),
        stranger("in a white page", |pixels| framed(pixels, 255)),
        stranger("in a black window", |pixels| framed(pixels, 0)),
    ]
}

fn negative(pixels: &RgbaImage) -> RgbaImage {
    let mut negative = pixels.clone();
    image::imageops::invert(&mut negative);
    negative
}

fn halved(pixels: &RgbaImage) -> RgbaImage {
    let half = |side: u32| (side / 2).max(1);
    let (width, height) = pixels.dimensions();
    resize(pixels, half(width), half(height), FilterType::Triangle)
}

/// A quarter of the area, about the centre.
fn middle(pixels: &RgbaImage) -> RgbaImage {
    let (width, height) = pixels.dimensions();
    part(pixels, width / 4, height / 4)
}

fn corner(pixels: &RgbaImage) -> RgbaImage {
    part(pixels, 0, 0)
}

fn part(pixels: &RgbaImage, left: u32, top: u32) -> RgbaImage {
    let half = |side: u32| side.div_ceil(2);
    let (width, height) = pixels.dimensions();
    crop_imm(pixels, left, top, half(width), half(height)).to_image()
}

/// As on a screenshot of a page or of a viewer: a third of the side is added all around, and a bar at the top.
fn framed(pixels: &RgbaImage, grey: u8) -> RgbaImage {
    let (width, height) = pixels.dimensions();
    let border = width.max(height) / 3;
    let ground = Rgba([grey, grey, grey, 255]);
    let mut page = RgbaImage::from_pixel(width + 2 * border, height + 2 * border, ground);
    let bar = RgbaImage::from_pixel(page.width(), (border / 4).max(1), Rgba([60, 100, 170, 255]));
    overlay(&mut page, &bar, 0, 0);
    overlay(&mut page, pixels, i64::from(border), i64::from(border));
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn() -> RgbaImage {
        RgbaImage::from_fn(6, 4, |x, y| Rgba([x as u8 * 10, y as u8 * 10, 7, 255]))
    }

    #[test]
    fn a_negative_is_opaque_and_twice_negative_is_the_picture() {
        let once = negative(&drawn());
        assert_eq!(once.get_pixel(1, 2).0, [245, 235, 248, 255]);
        assert_eq!(negative(&once), drawn());
    }

    #[test]
    fn parts_and_frames_hold_the_picture_where_they_say() {
        let middle = middle(&drawn());
        assert_eq!(middle.dimensions(), (3, 2));
        assert_eq!(middle.get_pixel(0, 0), drawn().get_pixel(1, 1));
        let corner = corner(&drawn());
        assert_eq!(corner.get_pixel(2, 1), drawn().get_pixel(2, 1));
        let framed = framed(&drawn(), 255);
        assert_eq!(framed.dimensions(), (10, 8));
        assert_eq!(framed.get_pixel(2, 2), drawn().get_pixel(0, 0));
        assert_eq!(framed.get_pixel(9, 7).0, [255; 4]);
    }

    #[test]
    fn halving_keeps_one_pixel_at_least() {
        assert_eq!(halved(&RgbaImage::new(1, 3)).dimensions(), (1, 1));
    }
}
