//! TIFF files beyond what the picture library takes: palettes, signed and wide integers, floats; and which page of several
//! is the picture.

use image::{DynamicImage, ImageBuffer, RgbImage};
use std::borrow::Cow;
use std::io::Cursor;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// Pages that are looked at; a file of more is a stack of pictures.
const PAGES: usize = 32;

/// Whether this is a BigTIFF, which the picture library reads but does not recognise.
pub(super) fn is_big(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II+\0") || bytes.starts_with(b"MM\0+")
}

/// The file so that its first page is the picture: a page that says it is a reduced copy of another comes after that one.
pub(super) fn with_picture_first(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(header) = Header::of(bytes) else {
        return Cow::Borrowed(bytes);
    };
    let mut at = header.first(bytes);
    let first = at;
    let mut seen = Vec::new();
    while let Some(offset) = at
        && seen.len() < PAGES
        && !seen.contains(&offset)
    {
        seen.push(offset);
        let Some(page) = header.page(bytes, offset) else {
            break;
        };
        if !page.is_reduced {
            if Some(offset) == first {
                break;
            }
            let mut moved = bytes.to_vec();
            header.set_first(&mut moved, offset);
            return Cow::Owned(moved);
        }
        at = page.next;
    }
    Cow::Borrowed(bytes)
}

/// How numbers stand in the file.
struct Header {
    is_little: bool,
    /// BigTIFF, with offsets of eight bytes.
    is_big: bool,
}

/// What is read of a page.
struct Page {
    is_reduced: bool,
    next: Option<usize>,
}

/// Tag 254: whether a page is a reduced copy of another one (bit 0).
const SUBFILE_TYPE: u64 = 254;

impl Header {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (is_little, is_big) = match bytes.get(..4)? {
            b"II*\0" => (true, false),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (false, true),
            _ => return None,
        };
        Some(Self { is_little, is_big })
    }

    /// Where the offset of the first page stands, and how long it is.
    fn place(&self) -> (usize, usize) {
        if self.is_big { (8, 8) } else { (4, 4) }
    }

    fn number(&self, bytes: &[u8], at: usize, length: usize) -> Option<u64> {
        let part = bytes.get(at..at.checked_add(length)?)?.iter();
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.is_little {
            part.rev().fold(0, add)
        } else {
            part.fold(0, add)
        })
    }

    fn offset(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let offset = usize::try_from(self.number(bytes, at, self.place().1)?).ok()?;
        (offset > 0).then_some(offset)
    }

    fn first(&self, bytes: &[u8]) -> Option<usize> {
        self.offset(bytes, self.place().0)
    }

    fn set_first(&self, bytes: &mut [u8], offset: usize) {
        let (at, length) = self.place();
        let whole = (offset as u64).to_le_bytes();
        let part = &mut bytes[at..at + length];
        part.copy_from_slice(&whole[..length]);
        if !self.is_little {
            part.reverse();
        }
    }

    /// Length of an entry of a page, where the first one stands, and where the last one ends.
    fn entries(&self, bytes: &[u8], page: usize) -> Option<(usize, usize, usize)> {
        let (count_length, entry) = if self.is_big { (8, 20) } else { (2, 12) };
        let count = usize::try_from(self.number(bytes, page, count_length)?).ok()?;
        let first = page.checked_add(count_length)?;
        let end = first.checked_add(count.checked_mul(entry)?)?;
        bytes.get(first..end)?;
        Some((entry, first, end))
    }

    /// Where the value of a tag stands: in the last bytes of its entry, at their beginning.
    fn value_of(&self, bytes: &[u8], page: usize, wanted: u64) -> Option<usize> {
        let (entry, first, end) = self.entries(bytes, page)?;
        let mut tags = (first..end).step_by(entry);
        let tag = tags.find(|&tag| self.number(bytes, tag, 2) == Some(wanted))?;
        Some(tag + entry - self.place().1)
    }

    fn page(&self, bytes: &[u8], at: usize) -> Option<Page> {
        let (_, _, end) = self.entries(bytes, at)?;
        let kind = self.value_of(bytes, at, SUBFILE_TYPE);
        let kind = kind.and_then(|value| self.number(bytes, value, 4));
        Some(Page {
            is_reduced: kind.is_some_and(|kind| kind & 1 == 1),
            next: self.offset(bytes, end),
        })
    }
}

/// The picture, where it is of a kind that is read here; nothing where the picture library's refusal stands.
///
/// Of floats, 0 to 1 is the whole range, or else 0 to 255; where values lie beyond both, as in signed integers, the smallest
/// becomes black and the largest white. `memory` is what decoding may take, in bytes, and `fits` says whether a picture of that
/// width and height may be opened.
pub(super) fn decode(
    bytes: &[u8],
    memory: u64,
    fits: impl Fn(u32, u32) -> bool,
) -> Result<Option<DynamicImage>, TiffError> {
    let memory = usize::try_from(memory).unwrap_or(usize::MAX);
    let mut bounds = tiff::decoder::Limits::default();
    bounds.decoding_buffer_size = memory;
    bounds.intermediate_buffer_size = memory;
    let indices = as_indices(bytes);
    let is_palette = indices.is_some();
    let bytes = indices.as_deref().unwrap_or(bytes);
    let mut decoder = Decoder::new(Cursor::new(bytes))?.with_limits(bounds);
    let (width, height) = decoder.dimensions()?;
    if !fits(width, height) {
        return Ok(None);
    }
    let kind = decoder.colortype()?;
    if is_palette {
        if kind != ColorType::Gray(8) {
            return Ok(None);
        }
        let map = decoder.get_tag_u16_vec(Tag::ColorMap)?;
        let DecodingResult::U8(indices) = decoder.read_image()? else {
            return Ok(None);
        };
        return Ok(coloured(width, height, &indices, &map));
    }
    let ColorType::Gray(_) = kind else {
        return Ok(None);
    };
    let values: Vec<f64> = match decoder.read_image()? {
        DecodingResult::F32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::F64(values) => values,
        DecodingResult::I8(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::U32(values) => values.into_iter().map(f64::from).collect(),
        _ => return Ok(None),
    };
    Ok(grey(width, height, &values))
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

/// Indices into a palette of 16-bit values: all of red, then green, then blue.
fn coloured(width: u32, height: u32, indices: &[u8], map: &[u16]) -> Option<DynamicImage> {
    let [red, green, blue] = [0, 1, 2].map(|channel| map.get(channel * 256..(channel + 1) * 256));
    let (red, green, blue) = (red?, green?, blue?);
    let pixels = indices.iter().flat_map(|&index| {
        [red, green, blue].map(|channel| (channel[usize::from(index)] >> 8) as u8)
    });
    RgbImage::from_raw(width, height, pixels.collect()).map(DynamicImage::ImageRgb8)
}

/// Grey values as 16 bits. What is no number is black.
fn grey(width: u32, height: u32, values: &[f64]) -> Option<DynamicImage> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let least = finite().fold(f64::INFINITY, f64::min);
    let most = finite().fold(f64::NEG_INFINITY, f64::max);
    let (black, white) = match (least, most) {
        (least, most) if least >= 0.0 && most <= 1.0 => (0.0, 1.0),
        (least, most) if least >= 0.0 && most <= 255.0 => (0.0, 255.0),
        whole => whole,
    };
    let span = if white > black { white - black } else { 1.0 };
    let of = |value: f64| {
        let share = ((value - black) / span).clamp(0.0, 1.0);
        // A cast makes 0 of what is no number.
        (share * 65535.0).round() as u16
    };
    let pixels: Vec<u16> = values.iter().map(|&value| of(value)).collect();
    ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma16)
}
