//! JPEG: of 8 bits, or lossless of up to 16.

use super::samples::{Samples, damaged};
use crate::attributes::{Layout, Photometric, kind};
use jpeg_decoder::{ColorTransform, Decoder, Error as JpegError, PixelFormat};
use softcam::error;
use softcam::error::Result;
use std::borrow::Cow;

/// More than any frame that is read takes.
const MEMORY: usize = 512 << 20;

pub fn decode(bytes: &[u8], layout: &Layout) -> Result<Samples> {
    let frame = Frame::of(bytes).ok_or_else(|| error!(FILM_CUT_OFF))?;
    if (u32::from(frame.width), u32::from(frame.height)) != (layout.columns, layout.rows) {
        return Err(damaged("its picture has another size than its header says"));
    }
    if frame.bits > 8 && !frame.lossless {
        return Err(kind(&format!("{}-bit lossy JPEG", frame.bits)));
    }
    if ![1, 3].contains(&frame.components.len()) {
        return Err(kind(&format!("JPEG of {} colours", frame.components.len())));
    }
    let (bytes, shift) = frame.without_point_transform(bytes)?;
    let mut decoder = Decoder::new(&bytes[..]);
    decoder.set_max_decoding_buffer_size(MEMORY);
    let rgb = layout.samples == 3 && !frame.lossless;
    if rgb {
        decoder.set_color_transform(if frame.is_rgb(layout.photometric == Photometric::Rgb) {
            ColorTransform::RGB
        } else {
            ColorTransform::YCbCr
        });
    } else if layout.samples == 3 {
        decoder.set_color_transform(ColorTransform::None);
    }
    let decoded = decoder.decode().map_err(|error| match error {
        JpegError::Unsupported(what) => kind(&format!("JPEG with {what:?}")),
        JpegError::Io(_) => error!(FILM_CUT_OFF),
        other => damaged(&other.to_string()),
    })?;
    let format = decoder.info().map(|info| info.pixel_format);
    let values: Vec<u16> = match format {
        Some(PixelFormat::L16) => decoded
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_ne_bytes(*pair))
            .collect(),
        Some(PixelFormat::L8 | PixelFormat::RGB24) => decoded.into_iter().map(u16::from).collect(),
        _ => return Err(kind("JPEG of other colours")),
    };
    let values = values.into_iter().map(|value| value << shift);
    Ok(Samples {
        values: values.collect(),
        rgb,
    })
}

/// What a JPEG says before its pixels.
struct Frame {
    lossless: bool,
    bits: u8,
    width: u16,
    height: u16,
    /// Whether it is a JFIF, whose colours are luminance and two others.
    jfif: bool,
    /// Of Adobe's marker: 0 says that colours are as they are, 1 that they are luminance and two others.
    adobe: Option<u8>,
    /// Name and sampling of each colour.
    components: Vec<(u8, u8)>,
    /// Where the number of bits stands.
    bits_at: usize,
}

impl Frame {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (mut jfif, mut adobe) = (false, None);
        let mut at = 2;
        loop {
            let &[0xFF, marker] = bytes.get(at..at + 2)? else {
                at += 1;
                continue;
            };
            if marker == 0xFF || marker == 0x00 || marker == 0xD8 {
                at += 1;
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk()?));
            let segment = bytes.get(at + 4..(at + 2).checked_add(length)?)?;
            match marker {
                0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                    let &[bits, h1, h0, w1, w0, _, ref components @ ..] = segment else {
                        return None;
                    };
                    return Some(Self {
                        lossless: matches!(marker, 0xC3 | 0xC7 | 0xCB | 0xCF),
                        bits,
                        width: u16::from_be_bytes([w1, w0]),
                        height: u16::from_be_bytes([h1, h0]),
                        jfif,
                        adobe,
                        components: (components.as_chunks::<3>().0.iter())
                            .map(|&[name, sampling, _]| (name, sampling))
                            .collect(),
                        bits_at: at + 4,
                    });
                }
                0xE0 if segment.starts_with(b"JFIF\0") => jfif = true,
                0xEE if segment.starts_with(b"Adobe") => adobe = segment.get(11).copied(),
                _ => {}
            }
            at += 2 + length;
        }
    }

    /// Whether the colours are red, green and blue. What the JPEG says of itself goes before what the data set says of it, which
    /// many writers leave as it was before they compressed the picture; `labelled` is whether that says so.
    fn is_rgb(&self, labelled: bool) -> bool {
        if self.jfif {
            return false;
        }
        if let Some(transform) = self.adobe {
            return transform == 0;
        }
        let names: Vec<u8> = self.components.iter().map(|&(name, _)| name).collect();
        // Nobody takes fewer values of one of these than of another.
        let alike = self.components.windows(2).all(|two| two[0].1 == two[1].1);
        names == *b"RGB" || labelled && alike
    }

    /// A lossless JPEG whose values lack their lowest bits, as one of those that are left, and how many are lacking: the decoder
    /// predicts values from those that it has shifted already.
    fn without_point_transform<'a>(&self, bytes: &'a [u8]) -> Result<(Cow<'a, [u8]>, u8)> {
        let as_it_is = Ok((Cow::Borrowed(bytes), 0));
        if !self.lossless {
            return as_it_is;
        }
        let scans = scans(bytes, self.bits_at);
        let shift = |at: usize| bytes[at] & 15;
        let Some(lacking) = scans.first().map(|&at| shift(at)) else {
            return as_it_is;
        };
        if scans.iter().all(|&at| shift(at) == 0) {
            return as_it_is;
        }
        let left = self.bits.saturating_sub(lacking);
        if left < 2 || scans.iter().any(|&at| shift(at) != lacking) {
            return Err(kind("lossless JPEG with a point transform"));
        }
        let mut whole = bytes.to_vec();
        whole[self.bits_at] = left;
        for at in scans {
            whole[at] &= 0xF0;
        }
        Ok((Cow::Owned(whole), lacking))
    }
}

/// Where, from `start` on, the headers of scans say how many bits are lacking.
fn scans(bytes: &[u8], start: usize) -> Vec<usize> {
    let markers = bytes.windows(2).enumerate().skip(start);
    markers
        .filter(|(_, marker)| *marker == [0xFF, 0xDA])
        .filter_map(|(at, _)| {
            let length = u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk()?);
            let last = at + 1 + usize::from(length);
            (length > 2 && last < bytes.len()).then_some(last)
        })
        .collect()
}
