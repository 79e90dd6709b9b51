//! JPEG: of 8 bits, or lossless of up to 16.

use super::samples::{Samples, damaged};
use crate::attributes::{Layout, Photometric, kind};
use jpeg_decoder::{ColorTransform, Decoder, Error as JpegError, PixelFormat};
use softcam::error;
use softcam::error::Result;

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
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MEMORY);
    // Lossy colours are luminance and two others unless both the header and the JPEG itself say red, green and blue.
    let converts = layout.samples == 3
        && !frame.lossless
        && (layout.photometric != Photometric::Rgb || frame.adobe == Some(1));
    if layout.samples == 3 {
        decoder.set_color_transform(if converts {
            ColorTransform::YCbCr
        } else {
            ColorTransform::None
        });
    }
    let decoded = decoder.decode().map_err(|error| match error {
        JpegError::Unsupported(what) => kind(&format!("JPEG with {what:?}")),
        JpegError::Io(_) => error!(FILM_CUT_OFF),
        other => damaged(&other.to_string()),
    })?;
    let format = decoder.info().map(|info| info.pixel_format);
    let values = match format {
        Some(PixelFormat::L16) => decoded
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_ne_bytes(*pair))
            .collect(),
        Some(PixelFormat::L8 | PixelFormat::RGB24) => decoded.into_iter().map(u16::from).collect(),
        _ => return Err(kind("JPEG of four colours")),
    };
    Ok(Samples {
        values,
        rgb: converts,
    })
}

/// What a JPEG says before its pixels.
struct Frame {
    lossless: bool,
    bits: u8,
    width: u16,
    height: u16,
    /// Of Adobe's marker: 0 says that colours are as they are, 1 that they are luminance and two others.
    adobe: Option<u8>,
}

impl Frame {
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut adobe = None;
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
                    let &[bits, h1, h0, w1, w0, ..] = segment else {
                        return None;
                    };
                    return Some(Self {
                        lossless: matches!(marker, 0xC3 | 0xC7 | 0xCB | 0xCF),
                        bits,
                        width: u16::from_be_bytes([w1, w0]),
                        height: u16::from_be_bytes([h1, h0]),
                        adobe,
                    });
                }
                0xEE if segment.starts_with(b"Adobe") => adobe = segment.get(11).copied(),
                _ => {}
            }
            at += 2 + length;
        }
    }
}
