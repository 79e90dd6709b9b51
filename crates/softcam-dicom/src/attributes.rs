//! What a data set says, as the numbers and words that it means.

use crate::elements::{self, DataSet, Element, Tag};
use softcam::error::Result;
use softcam::{Error, error};

/// A data set with the bytes that it lies in.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    pub bytes: &'a [u8],
    pub set: &'a DataSet,
}

/// How the picture's values are stored (PS3.3, C.7.6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub rows: u32,
    pub columns: u32,
    pub frames: u32,
    /// 1 or 3.
    pub samples: usize,
    /// 1, 8 or 16.
    pub allocated: u32,
    /// 1 to `allocated`.
    pub stored: u32,
    /// The highest of the bits stored.
    pub high: u32,
    pub signed: bool,
    /// Whether all of one colour come before all of the next.
    pub planar: bool,
    pub photometric: Photometric,
}

/// What the values mean (PS3.3, C.7.6.3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photometric {
    /// Grey; `inverted` where the least is white.
    Grey {
        inverted: bool,
    },
    Palette,
    Rgb,
    /// Luminance and two colours, `halved` where two pixels share the latter.
    Ybr {
        halved: bool,
    },
    /// The same as JPEG 2000 has it, whose decoder makes red, green and blue of it.
    YbrOfCodec,
}

impl<'a> Attributes<'a> {
    pub fn element(&self, tag: Tag) -> Option<&'a Element> {
        self.set.elements.get(&tag)
    }

    pub fn raw(&self, tag: Tag) -> Option<&'a [u8]> {
        let element = self.element(tag)?;
        self.bytes.get(element.value.clone())
    }

    /// Without what it is padded with. Letters beyond ASCII are taken for UTF-8, else for Latin-1.
    pub fn text(&self, tag: Tag) -> Option<String> {
        let raw = self.raw(tag)?;
        let text = match std::str::from_utf8(raw) {
            Ok(text) => text.to_owned(),
            Err(_) => raw.iter().map(|&byte| char::from(byte)).collect(),
        };
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Values that are written one after the other with a backslash between them.
    pub fn texts(&self, tag: Tag) -> Vec<String> {
        let text = self.text(tag).unwrap_or_default();
        text.split('\\')
            .map(|part| part.trim().to_owned())
            .collect()
    }

    /// Numbers that are written in digits. All or none.
    pub fn decimals(&self, tag: Tag) -> Vec<f64> {
        let numbers: Option<Vec<f64>> = (self.texts(tag).iter())
            .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
            .collect();
        numbers.unwrap_or_default()
    }

    pub fn words(&self, tag: Tag) -> Vec<u16> {
        let big_endian = self
            .element(tag)
            .is_some_and(|element| element.encoding.big_endian);
        let raw = self.raw(tag).unwrap_or_default();
        (raw.as_chunks::<2>().0.iter())
            .map(|&bytes| {
                if big_endian {
                    u16::from_be_bytes(bytes)
                } else {
                    u16::from_le_bytes(bytes)
                }
            })
            .collect()
    }

    pub fn word(&self, tag: Tag) -> Option<u16> {
        self.words(tag).first().copied()
    }

    /// A word that is a number below 0 where `signed`.
    pub fn value(&self, tag: Tag, signed: bool) -> Option<i32> {
        let word = self.word(tag)?;
        Some(if signed {
            i32::from(word as i16)
        } else {
            i32::from(word)
        })
    }

    /// The items of a sequence.
    pub fn sequence(&self, tag: Tag) -> Vec<DataSet> {
        self.element(tag)
            .map_or_else(Vec::new, |element| elements::sequence(self.bytes, element))
    }

    fn needed(&self, tag: Tag, name: &str) -> Result<u32> {
        self.word(tag)
            .map(u32::from)
            .ok_or_else(|| error!(FILM_LACKS, name))
    }

    /// How the picture is stored, where that is a way that is read.
    pub fn layout(&self) -> Result<Layout> {
        let samples = self.word(0x0028_0002).unwrap_or(1);
        let photometric = self
            .text(0x0028_0004)
            .ok_or_else(|| error!(FILM_LACKS, name = "PhotometricInterpretation"))?;
        let layout = Layout {
            rows: self.needed(0x0028_0010, "Rows")?,
            columns: self.needed(0x0028_0011, "Columns")?,
            frames: self.frames()?,
            samples: usize::from(samples),
            allocated: self.needed(0x0028_0100, "BitsAllocated")?,
            stored: self
                .word(0x0028_0101)
                .or(self.word(0x0028_0100))
                .map_or(0, u32::from),
            high: self.word(0x0028_0102).map_or(u32::MAX, u32::from),
            signed: self.word(0x0028_0103) == Some(1),
            planar: self.word(0x0028_0006) == Some(1),
            photometric: photometric_of(&photometric).ok_or_else(|| kind(&photometric))?,
        };
        let Layout {
            allocated, stored, ..
        } = layout;
        let layout = Layout {
            high: if layout.high == u32::MAX {
                stored.wrapping_sub(1)
            } else {
                layout.high
            },
            ..layout
        };
        let wanted = if matches!(
            layout.photometric,
            Photometric::Grey { .. } | Photometric::Palette
        ) {
            1
        } else {
            3
        };
        if layout.samples != wanted {
            return Err(kind(&format!("{photometric}, {samples} samples per pixel")));
        }
        let depths: &[u32] = if wanted == 1 { &[1, 8, 16] } else { &[8, 16] };
        if !depths.contains(&allocated) {
            return Err(kind(&format!("{allocated} bits per value")));
        }
        if stored == 0 || stored > allocated || layout.high >= allocated || layout.high + 1 < stored
        {
            let reason = format!("{stored} bits up to bit {} in {allocated}", layout.high);
            return Err(error!(FILM_DAMAGED, reason));
        }
        Ok(layout)
    }

    fn frames(&self) -> Result<u32> {
        let Some(text) = self.text(0x0028_0008) else {
            return Ok(1);
        };
        let count = text
            .parse()
            .ok()
            .filter(|count| (1..=100_000).contains(count));
        count.ok_or_else(|| error!(FILM_DAMAGED, reason = format!("NumberOfFrames {text:?}")))
    }
}

pub fn kind(what: &str) -> Error {
    error!(FILM_KIND, what)
}

fn photometric_of(name: &str) -> Option<Photometric> {
    Some(match name {
        "MONOCHROME1" => Photometric::Grey { inverted: true },
        "MONOCHROME2" => Photometric::Grey { inverted: false },
        "PALETTE COLOR" => Photometric::Palette,
        "RGB" => Photometric::Rgb,
        "YBR_FULL" => Photometric::Ybr { halved: false },
        "YBR_FULL_422" => Photometric::Ybr { halved: true },
        "YBR_RCT" | "YBR_ICT" => Photometric::YbrOfCodec,
        _ => return None,
    })
}
