//! What JPEG loses, without the file (ITU-T T.81: annex A, and annex K for the tables).
//!
//! Coding is lossless from the quantised coefficients on, so blocks go to them and back and no bit is written. Blocks lie
//! where a file's would: 8 x 8 pixels of brightness, 16 x 16 of colour at half resolution, edges repeated.

use super::byte::byte;
use image::RgbaImage;
use std::f32::consts::PI;

const BRIGHTNESS: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const COLOUR: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

type Block = [f32; 64];

/// Brings `pixels` to `quality` (1 to 100, as libjpeg counts) and back.
pub(super) fn degrade(pixels: &mut RgbaImage, quality: u8) {
    let (width, height) = pixels.dimensions();
    let codec = Codec::new(quality);
    for top in (0..height).step_by(16) {
        for left in (0..width).step_by(16) {
            macroblock(pixels, left, top, &codec);
        }
    }
}

/// Four blocks of brightness and one each of the two colour differences.
fn macroblock(pixels: &mut RgbaImage, left: u32, top: u32, codec: &Codec) {
    let (width, height) = pixels.dimensions();
    let mut brightness = [[0.0; 64]; 4];
    let mut colours = [[0.0; 64]; 2];
    for y in 0..16 {
        for x in 0..16 {
            let at = ((left + x).min(width - 1), (top + y).min(height - 1));
            let [r, g, b, _] = pixels.get_pixel(at.0, at.1).0.map(f32::from);
            let (block, place) = within(x, y);
            brightness[block][place] = 0.299 * r + 0.587 * g + 0.114 * b - 128.0;
            let small = small(x, y);
            colours[0][small] += 0.25 * (-0.168_736 * r - 0.331_264 * g + 0.5 * b);
            colours[1][small] += 0.25 * (0.5 * r - 0.418_688 * g - 0.081_312 * b);
        }
    }
    for block in &mut brightness {
        codec.lose(block, &codec.brightness);
    }
    for block in &mut colours {
        codec.lose(block, &codec.colour);
    }
    for y in 0..16.min(height - top) {
        for x in 0..16.min(width - left) {
            let (block, place) = within(x, y);
            let luma = brightness[block][place] + 128.0;
            let [blue, red] = [0, 1].map(|colour: usize| colours[colour][small(x, y)]);
            let rgb = [
                luma + 1.402 * red,
                luma - 0.344_136 * blue - 0.714_136 * red,
                luma + 1.772 * blue,
            ];
            let pixel = pixels.get_pixel_mut(left + x, top + y);
            for (channel, value) in pixel.0.iter_mut().zip(rgb) {
                *channel = byte(value);
            }
        }
    }
}

/// Which of the four blocks, and where in it.
fn within(x: u32, y: u32) -> (usize, usize) {
    let block = y / 8 * 2 + x / 8;
    (block as usize, (y % 8 * 8 + x % 8) as usize)
}

/// Where in a block of half the resolution.
fn small(x: u32, y: u32) -> usize {
    (y / 2 * 8 + x / 2) as usize
}

struct Codec {
    /// Orthonormal cosines, row = frequency.
    cosines: Block,
    brightness: Block,
    colour: Block,
}

impl Codec {
    fn new(quality: u8) -> Self {
        let quality = i32::from(quality.clamp(1, 100));
        let percent = if quality < 50 {
            5000 / quality
        } else {
            200 - 2 * quality
        };
        let steps = |table: [u8; 64]| {
            table.map(|step| ((i32::from(step) * percent + 50) / 100).clamp(1, 255) as f32)
        };
        Self {
            cosines: std::array::from_fn(|index| {
                let (frequency, at) = ((index / 8) as f32, (index % 8) as f32);
                let norm = if index < 8 { 0.125_f32.sqrt() } else { 0.5 };
                norm * ((2.0 * at + 1.0) * frequency * PI / 16.0).cos()
            }),
            brightness: steps(BRIGHTNESS),
            colour: steps(COLOUR),
        }
    }

    /// There, rounded, and back.
    fn lose(&self, block: &mut Block, steps: &Block) {
        let cosines = &self.cosines;
        let forward = product(&product(cosines, block), &transposed(cosines));
        let mut rounded = [0.0; 64];
        for ((to, from), step) in rounded.iter_mut().zip(&forward).zip(steps) {
            *to = (from / step).round_ties_even() * step;
        }
        *block = product(&product(&transposed(cosines), &rounded), cosines);
    }
}

fn product(a: &Block, b: &Block) -> Block {
    let mut result = [0.0; 64];
    for (row, out) in a
        .as_chunks::<8>()
        .0
        .iter()
        .zip(result.as_chunks_mut::<8>().0)
    {
        for (factor, line) in row.iter().zip(b.as_chunks::<8>().0) {
            for (to, value) in out.iter_mut().zip(line) {
                *to += factor * value;
            }
        }
    }
    result
}

fn transposed(a: &Block) -> Block {
    std::array::from_fn(|index| a[index % 8 * 8 + index / 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{DynamicImage, Rgba};

    /// Edges of brightness and gradients of colour, which `image`'s encoder keeps at full resolution; no block divides its
    /// size.
    fn picture() -> RgbaImage {
        RgbaImage::from_fn(83, 61, |x, y| {
            let stripes = if (x / 5 + y / 7) % 2 == 0 { 120 } else { 20 };
            Rgba([stripes + x as u8, stripes, stripes + y as u8, 255])
        })
    }

    fn apart(a: &RgbaImage, b: &RgbaImage) -> f64 {
        let sum: f64 = (a.as_raw().iter().zip(b.as_raw()))
            .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
            .sum();
        (sum / f64::from(a.width() * a.height() * 3)).sqrt()
    }

    #[test]
    fn it_loses_as_much_as_a_file_would() {
        for quality in [10, 50, 90] {
            let mut got = picture();
            degrade(&mut got, quality);
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, quality)
                .encode_image(&DynamicImage::from(picture()).to_rgb8())
                .unwrap();
            let read = image::load_from_memory(&file).unwrap().into_rgba8();
            let (ours, theirs) = (apart(&got, &picture()), apart(&read, &picture()));
            assert!(
                (0.5..2.0).contains(&(ours / theirs)),
                "{quality}: {ours}, a file {theirs}"
            );
        }
    }

    #[test]
    fn the_better_the_quality_the_less_is_lost() {
        let lost = [5, 30, 60, 95].map(|quality| {
            let mut pixels = picture();
            degrade(&mut pixels, quality);
            apart(&pixels, &picture())
        });
        assert!(lost.is_sorted_by(|a, b| a > b), "{lost:?}");
    }
}
