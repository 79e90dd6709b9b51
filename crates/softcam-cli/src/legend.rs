//! The colour bar and the words under a saved overlay.

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

/// From one line of text to the next.
const LINE: u32 = 14;

/// The picture (RGBA of `size`) with the colour bar of its overlay's `style` below it, and below that `lines` of text,
/// broken where they are too long.
pub fn below(picture: &[u8], size: Size, style: &Style, lines: &[String]) -> RgbImage {
    let limit = style.limit;
    let room = (size.width.saturating_sub(2 * MARGIN) / GLYPH).max(1) as usize;
    let lines: Vec<String> = lines.iter().flat_map(|line| broken(line, room)).collect();
    let height = size.height + HEIGHT + LINE * lines.len() as u32;
    let mut canvas = RgbImage::from_pixel(size.width, height, Rgb([PAPER; 3]));
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
    let mut top = size.height + HEIGHT;
    for line in &lines {
        write(&mut canvas, line, (MARGIN, top));
        top += LINE;
    }
    canvas
}

/// `text` in lines of at most `room` characters, broken between words where they are not longer than that.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(room) {
            let piece: String = piece.iter().collect();
            let last = lines.len() - 1;
            let used = lines[last].chars().count();
            if used == 0 {
                lines[last] = piece;
            } else if used + 1 + piece.chars().count() <= room {
                lines[last].push(' ');
                lines[last].push_str(&piece);
            } else {
                lines.push(piece);
            }
        }
    }
    lines
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

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(broken("one two three", 7), ["one two", "three"]);
        assert_eq!(broken("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(broken("", 3), [""]);
    }
}
