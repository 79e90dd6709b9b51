//! Grey pictures with more than 8 bits: which of their bits are used, and how they become 8.
//!
//! Cameras and X-ray units write 10, 12 or 14 bits into files of 16 and leave the upper ones empty, so that the picture
//! comes out black where all 16 are shown. The rule: a file is taken to have as many bits as its largest value needs, of
//! the depths that there are (8, 10, 12, 14, 16). Nothing is stretched beyond that, so what fills all 16 bits keeps its
//! values to the last bit, and a 12-bit film looks like its 8-bit copy. What the file itself says (`sBIT` in a PNG) goes
//! before that, unless its values contradict it: by the standard they are scaled up to 16 bits, but many writers leave
//! them as they were.

use super::{Note, Size, Window};
use image::{ImageBuffer, Luma, RgbaImage};

/// Depths that devices have.
const DEPTHS: [u8; 5] = [8, 10, 12, 14, 16];

/// A grey picture of 16 bits, upright.
#[derive(Debug, Clone, PartialEq)]
pub struct Grey16 {
    /// Of the picture.
    pub size: Size,
    /// Row by row.
    pub values: Vec<u16>,
    /// How many bits are in use, 8 to 16.
    pub bits: u8,
    /// Name of the file's format.
    pub format: &'static str,
    /// What there is to know of the file beyond its values.
    pub notes: Vec<Note>,
}

impl Grey16 {
    /// `stated` is how many bits the file says that its values have.
    pub(super) fn new(
        pixels: ImageBuffer<Luma<u16>, Vec<u16>>,
        stated: Option<u8>,
        format: &'static str,
    ) -> Self {
        let (width, height) = pixels.dimensions();
        let values = pixels.into_raw();
        let largest = values.iter().copied().max().unwrap_or(0);
        Self {
            size: Size { width, height },
            bits: bits_in_use(largest, stated),
            values,
            format,
            notes: Vec::new(),
        }
    }

    /// What shows all of the bits in use.
    pub fn window(&self) -> Window {
        Window::between(0.0, f64::from((1_u32 << self.bits) - 1))
    }

    /// Opaque pixels of 8 bits.
    pub fn pixels(&self, window: &Window) -> RgbaImage {
        let levels: Vec<u8> = (0..=u16::MAX)
            .map(|value| window.level(f64::from(value)))
            .collect();
        paint(self.size, &self.values, &levels)
    }
}

/// Opaque grey pixels: each value becomes its entry in `levels`, of which there are 65536.
pub fn paint(size: Size, values: &[u16], levels: &[u8]) -> RgbaImage {
    let mut pixels = RgbaImage::new(size.width, size.height);
    for (pixel, &value) in pixels.pixels_mut().zip(values) {
        let level = levels[usize::from(value)];
        pixel.0 = [level, level, level, 255];
    }
    pixels
}

fn bits_in_use(largest: u16, stated: Option<u8>) -> u8 {
    let needed = (u16::BITS - largest.leading_zeros()) as u8;
    match stated {
        Some(bits) if (8..=16).contains(&bits) && needed <= bits => bits,
        _ => DEPTHS
            .into_iter()
            .find(|&bits| needed <= bits)
            .unwrap_or(16),
    }
}

#[cfg(test)]
mod tests {
    use super::bits_in_use;

    #[test]
    fn bits_follow_from_the_largest_value() {
        let cases = [
            (0, 8),
            (255, 8),
            (256, 10),
            (1023, 10),
            (1024, 12),
            (4095, 12),
            (16_383, 14),
            (16_384, 16),
            (65_535, 16),
        ];
        for (largest, bits) in cases {
            assert_eq!(bits_in_use(largest, None), bits, "{largest}");
        }
    }

    #[test]
    fn what_the_file_says_counts_unless_its_values_contradict() {
        assert_eq!(bits_in_use(900, Some(12)), 12, "a dark film of 12 bits");
        assert_eq!(bits_in_use(900, Some(16)), 16, "white is 65535 there");
        assert_eq!(
            bits_in_use(65_520, Some(12)),
            16,
            "scaled up, as the standard asks"
        );
        assert_eq!(bits_in_use(900, Some(3)), 10, "no such depth");
        assert_eq!(bits_in_use(900, Some(200)), 10, "no such depth");
    }
}
