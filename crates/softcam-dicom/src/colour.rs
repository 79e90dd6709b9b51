//! Colour pictures (PS3.3, C.7.6.3.1.2 and C.7.9).

use crate::attributes::Attributes;
use softcam::error;
use softcam::error::Result;

/// Luminance and two colours to red, green and blue, each rounded to the nearest.
pub fn rgb_of_ybr([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
    let (red, blue) = (1.402, 1.772);
    let green = (0.114 * blue / 0.587, 0.299 * red / 0.587);
    [y + red * cr, y - green.0 * cb - green.1 * cr, y + blue * cb]
        .map(|value| (value + 0.5).floor().clamp(0.0, 255.0) as u8)
}

/// Colours by index.
pub struct Palette {
    first: i32,
    colours: Vec<[u8; 3]>,
}

impl Palette {
    pub fn of(attributes: &Attributes, signed: bool) -> Result<Self> {
        let lacks = |name: &str| error!(FILM_LACKS, name);
        let mut channels = Vec::new();
        let mut first = 0;
        for (channel, name) in ["Red", "Green", "Blue"].into_iter().enumerate() {
            let (descriptor, data) = (0x0028_1101 + channel as u32, 0x0028_1201 + channel as u32);
            let [count, start, bits] = attributes.words(descriptor)[..] else {
                return Err(lacks(&format!("{name}PaletteColorLookupTableDescriptor")));
            };
            let count = if count == 0 {
                65_536
            } else {
                usize::from(count)
            };
            first = if signed {
                i32::from(start as i16)
            } else {
                i32::from(start)
            };
            let words = attributes.words(data);
            let raw = attributes.raw(data).unwrap_or_default();
            let entries: Vec<u8> = match bits {
                // What counts of 16 bits are the upper ones.
                16 if words.len() >= count => words[..count]
                    .iter()
                    .map(|word| (word >> 8) as u8)
                    .collect(),
                8 if raw.len() >= 2 * count => words[..count]
                    .iter()
                    .map(|word| (word & 0xff) as u8)
                    .collect(),
                8 if raw.len() >= count => raw[..count].to_vec(),
                _ => return Err(lacks(&format!("{name}PaletteColorLookupTableData"))),
            };
            channels.push(entries);
        }
        let shortest = channels.iter().map(Vec::len).min().unwrap_or(0);
        let colours = (0..shortest).map(|at| [channels[0][at], channels[1][at], channels[2][at]]);
        Ok(Self {
            first,
            colours: colours.collect(),
        })
    }

    /// What lies beyond the ends is the end.
    pub fn colour(&self, stored: i32) -> [u8; 3] {
        let last = self.colours.len().saturating_sub(1) as i32;
        let at = stored.saturating_sub(self.first).clamp(0, last);
        self.colours.get(at as usize).copied().unwrap_or([0; 3])
    }
}

#[cfg(test)]
mod tests {
    use super::rgb_of_ybr;

    #[test]
    fn greys_stay_grey_and_ends_are_kept() {
        for y in 0..=255 {
            assert_eq!(rgb_of_ybr([y, 128, 128]), [y; 3]);
        }
        assert_eq!(rgb_of_ybr([76, 85, 255]), [254, 0, 0]);
        assert_eq!(rgb_of_ybr([255, 255, 255]), [255, 121, 255]);
    }
}
