//! Markers before each scan (T.87, annex C).

use crate::attributes::kind;
use crate::codec::samples::damaged;
use softcam::error;
use softcam::error::Result;

/// What the markers up to a scan have said.
#[derive(Default)]
pub struct Header {
    pub width: usize,
    pub height: usize,
    pub colours: usize,
    pub bits: u32,
    /// Largest value, three thresholds and how often counts are halved; 0 where it is for the standard to say.
    pub preset: [i32; 5],
}

/// A scan.
pub struct Begun<'a> {
    /// Colours in it.
    pub colours: usize,
    /// By how much values may be off.
    pub near: i32,
    pub data: &'a [u8],
}

impl Header {
    /// Reads up to the next scan; nothing where the picture ends before.
    pub fn read<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<Begun<'a>>> {
        let cut = || error!(FILM_CUT_OFF);
        let mut rest = bytes;
        loop {
            let Some(at) = rest
                .windows(2)
                .position(|pair| pair[0] == 0xFF && pair[1] >= 0x80 && pair[1] != 0xFF)
            else {
                return Ok(None);
            };
            let marker = rest[at + 1];
            rest = &rest[at + 2..];
            match marker {
                0xD8 => continue,
                0xD9 => return Ok(None),
                _ => {}
            }
            let length = usize::from(u16::from_be_bytes(*rest.first_chunk().ok_or_else(cut)?));
            let segment = rest.get(2..length).ok_or_else(cut)?;
            rest = &rest[length..];
            match (marker, segment) {
                (0xF7, &[bits, h1, h0, w1, w0, colours, ..]) => {
                    self.bits = u32::from(bits);
                    self.height = usize::from(u16::from_be_bytes([h1, h0]));
                    self.width = usize::from(u16::from_be_bytes([w1, w0]));
                    self.colours = usize::from(colours);
                    if !(2..=16).contains(&self.bits) {
                        return Err(kind(&format!("{bits} bits per value")));
                    }
                }
                (0xF8, &[1, ref numbers @ ..]) if numbers.len() >= 10 => {
                    let numbers = numbers.as_chunks::<2>().0;
                    self.preset =
                        std::array::from_fn(|at| i32::from(u16::from_be_bytes(numbers[at])));
                }
                (0xF8, _) => return Err(kind("JPEG-LS with a table of colours")),
                (0xDD, _) => return Err(kind("JPEG-LS with restarts")),
                (0xDA, &[count, ref rest_of @ ..]) => {
                    let colours = usize::from(count);
                    let [near, interleave, point] =
                        rest_of.get(2 * colours..2 * colours + 3).ok_or_else(cut)?
                    else {
                        return Err(cut());
                    };
                    if *interleave == 2 {
                        return Err(kind("JPEG-LS with colours of a pixel side by side"));
                    }
                    if colours == 0
                        || colours > 4
                        || (colours > 1 && *interleave == 0)
                        || *point != 0
                    {
                        return Err(damaged("JPEG-LS: its scan contradicts itself"));
                    }
                    return Ok(Some(Begun {
                        colours,
                        near: i32::from(*near),
                        data: rest,
                    }));
                }
                (0xF7 | 0xDA, _) => return Err(cut()),
                _ => {}
            }
        }
    }
}
