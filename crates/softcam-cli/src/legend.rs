//! The colour bar under a saved overlay.

use font8x8::UnicodeFonts;
use image::{Rgb, RgbImage};
use softcam::overlay::{Style, blend, colour_bar};
use softcam::preprocess::Size;

const HEIGHT: u32 = 44;
const MARGIN: u32 = 12;
const BAR: u32 = 14;
const GLYPH: u32 = 8;
const PAPER: u8 = 245;
const INK: Rgb<u8> = Rgb([30, 30, 30]);

/// The picture (RGBA of `size`) with the colour bar of its overlay's `style` below it.
pub fn with_colour_bar(picture: &[u8], size: Size, style: &Style) -> RgbImage {
    let limit = style.limit;
    let mut canvas = RgbImage::from_pixel(size.width, size.height + HEIGHT, Rgb([PAPER; 3]));
    paste(&mut canvas, picture, size.width, (0, 0));

    let width = size.width.saturating_sub(2 * MARGIN).max(1);
    let paper = vec![PAPER; (4 * width * BAR) as usize];
    let bar = colour_bar(width as usize, BAR as usize, style.tint);
    let bar = blend(&paper, &bar, 1.0);
    let top = size.height + 6;
    paste(&mut canvas, &bar, width, (MARGIN, top));

    let labels = [
        (format!("-{limit}"), 0.0),
        ("0".to_owned(), 0.5),
        (format!("+{limit}"), 1.0),
    ];
    for (text, place) in labels {
        let text_width = GLYPH * text.chars().count() as u32;
        let room = width.saturating_sub(text_width);
        let left = MARGIN + (f64::from(room) * place) as u32;
        write(&mut canvas, &text, (left, top + BAR + 6));
    }
    canvas
}

fn paste(canvas: &mut RgbImage, pixels: &[u8], width: u32, (left, top): (u32, u32)) {
    for (index, pixel) in pixels.as_chunks::<4>().0.iter().enumerate() {
        let (x, y) = (left + index as u32 % width, top + index as u32 / width);
        if let Some(target) = canvas.get_pixel_mut_checked(x, y) {
            *target = Rgb([pixel[0], pixel[1], pixel[2]]);
        }
    }
}

fn write(canvas: &mut RgbImage, text: &str, (left, top): (u32, u32)) {
    for (position, character) in text.chars().enumerate() {
        let glyph = font8x8::BASIC_FONTS.get(character).unwrap_or_default();
        for (y, row) in glyph.iter().enumerate() {
            for x in (0..GLYPH).filter(|x| row >> x & 1 == 1) {
                let at = (left + GLYPH * position as u32 + x, top + y as u32);
                if let Some(target) = canvas.get_pixel_mut_checked(at.0, at.1) {
                    *target = INK;
                }
            }
        }
    }
}
