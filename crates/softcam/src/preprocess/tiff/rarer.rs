//! Kinds of pictures that the picture library does not take: palettes, signed and wide integers, floats, few bits, luminance with
//! colour differences, greys with a transparency.

use super::header::Header;
use super::range::range;
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageBuffer, RgbImage};
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// What became of a file.
pub enum Rarer {
    Picture(DynamicImage),
    /// Of a kind that is read here, but none of its values is a number.
    WithoutNumbers,
    /// The picture library's refusal stands.
    Other,
}

/// The picture, where it is of a kind that is read here.
///
/// Of floats, 0 to 1 is the whole range, or else 0 to 255; where values lie beyond both, as in signed integers, the smallest
/// becomes black and the largest white. `memory` is what decoding may take, in bytes, and `fits` says whether a picture of that
/// width and height may be opened.
pub fn decode(
    bytes: &[u8],
    memory: u64,
    fits: impl Fn(u32, u32) -> bool,
) -> Result<Rarer, TiffError> {
    let memory = usize::try_from(memory).unwrap_or(usize::MAX);
    let mut bounds = Limits::default();
    bounds.decoding_buffer_size = memory;
    bounds.intermediate_buffer_size = memory;
    let indices = as_indices(bytes);
    let is_palette = indices.is_some();
    let bytes = indices.as_deref().unwrap_or(bytes);
    let mut decoder = Decoder::new(Cursor::new(bytes))?.with_limits(bounds);
    let (width, height) = decoder.dimensions()?;
    if !fits(width, height) {
        return Ok(Rarer::Other);
    }
    let kind = decoder.colortype()?;
    let map = if is_palette {
        decoder.get_tag_u16_vec(Tag::ColorMap)?
    } else {
        Vec::new()
    };
    // 1 and 2: the second value is how opaque the pixel is, and not some other thing.
    let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?;
    let is_opacity = matches!(extra.unwrap_or_default()[..], [1 | 2]);
    let values = decoder.read_image()?;
    let picture = match (kind, values) {
        (ColorType::Gray(bits @ (1 | 2 | 4 | 8)), DecodingResult::U8(packed)) => {
            let values = unpacked(&packed, width, bits);
            if is_palette {
                coloured(width, height, &values, &map)
            } else {
                let most = ((1_u16 << bits) - 1) as u8;
                let values = values.iter().map(|value| value * (255 / most)).collect();
                GrayImage::from_raw(width, height, values).map(DynamicImage::ImageLuma8)
            }
        }
        _ if is_palette => None,
        (ColorType::YCbCr(8), DecodingResult::U8(mut values)) => {
            to_rgb(&mut values);
            RgbImage::from_raw(width, height, values).map(DynamicImage::ImageRgb8)
        }
        (
            ColorType::Multiband {
                bit_depth: 8,
                num_samples: 2,
            },
            DecodingResult::U8(mut values),
        ) => {
            if !is_opacity {
                let pixels = values.as_chunks_mut::<2>().0;
                pixels.iter_mut().for_each(|[_, other]| *other = 255);
            }
            GrayAlphaImage::from_raw(width, height, values).map(DynamicImage::ImageLumaA8)
        }
        (ColorType::Gray(_), values) => {
            let values = wide(values);
            if values
                .as_ref()
                .is_some_and(|values| range(values.iter().copied()).is_none())
            {
                return Ok(Rarer::WithoutNumbers);
            }
            values.and_then(|values| grey(width, height, &values))
        }
        _ => None,
    };
    Ok(picture.map_or(Rarer::Other, Rarer::Picture))
}

/// Values of more than 8 bits that are no plain integers of 16.
fn wide(values: DecodingResult) -> Option<Vec<f64>> {
    Some(match values {
        DecodingResult::F32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::F64(values) => values,
        DecodingResult::I8(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::U32(values) => values.into_iter().map(f64::from).collect(),
        _ => return None,
    })
}

/// Tag 262: what the values mean. 1 is grey, black at 0; 3 is a palette.
const INTERPRETATION: u64 = 262;

/// A file with a palette as one of grey values, which are the indices: the decoder takes no palettes.
fn as_indices(bytes: &[u8]) -> Option<Vec<u8>> {
    let header = Header::of(bytes)?;
    let page = header.first(bytes)?;
    let at = header.value_of(bytes, page, INTERPRETATION)?;
    if header.number(bytes, at, 2)? != 3 {
        return None;
    }
    let mut changed = bytes.to_vec();
    let grey = if header.is_little { [1, 0] } else { [0, 1] };
    changed.get_mut(at..at + 2)?.copy_from_slice(&grey);
    Some(changed)
}

/// One value per byte, of rows that begin with a whole byte and have 1, 2, 4 or 8 bits per value.
fn unpacked(packed: &[u8], width: u32, bits: u8) -> Vec<u8> {
    if bits == 8 {
        return packed.to_vec();
    }
    let width = width as usize;
    let each = usize::from(8 / bits);
    let mask = (1 << bits) - 1;
    let row = |row: &[u8]| {
        let value = |at: usize| row[at / each] >> (8 - bits - (at % each) as u8 * bits) & mask;
        (0..width).map(value).collect::<Vec<u8>>()
    };
    let rows = packed.chunks_exact(width.div_ceil(each).max(1));
    rows.flat_map(row).collect()
}

/// Indices into a palette of 16-bit values: all of red, then green, then blue. Nothing where one lies beyond the palette.
fn coloured(width: u32, height: u32, indices: &[u8], map: &[u16]) -> Option<DynamicImage> {
    let colours = map.len() / 3;
    let mut pixels = Vec::with_capacity(3 * indices.len());
    for &index in indices {
        let index = usize::from(index);
        if index >= colours {
            return None;
        }
        pixels.extend([0, 1, 2].map(|channel| (map[channel * colours + index] >> 8) as u8));
    }
    RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
}

/// Luminance and two colour differences (ITU-R 601, all values in use, as JPEG has them) to red, green and blue.
fn to_rgb(values: &mut [u8]) {
    for pixel in values.as_chunks_mut::<3>().0 {
        let [y, blue, red] = pixel.map(f32::from);
        let (blue, red) = (blue - 128.0, red - 128.0);
        let rgb = [
            y + 1.402 * red,
            y - 0.344_136 * blue - 0.714_136 * red,
            y + 1.772 * blue,
        ];
        // A cast ends at 0 and 255.
        *pixel = rgb.map(|value| value.round() as u8);
    }
}

/// Grey values as 16 bits. What is no number is black; nothing where all are so.
fn grey(width: u32, height: u32, values: &[f64]) -> Option<DynamicImage> {
    let (black, span) = range(values.iter().copied())?;
    let of = |value: f64| {
        let share = ((value - black) / span).clamp(0.0, 1.0);
        // A cast makes 0 of what is no number.
        (share * 65535.0).round() as u16
    };
    let pixels: Vec<u16> = values.iter().map(|&value| of(value)).collect();
    ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma16)
}
