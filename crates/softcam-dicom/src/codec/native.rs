//! Values as they are.

use super::samples::{damaged, interleaved};
use crate::attributes::{Layout, Photometric};
use softcam::error::Result;

/// `bytes` are those that `frame` has a part in. Bytes come swapped where words of the other order hold two of them.
pub fn decode(
    bytes: &[u8],
    layout: &Layout,
    words: bool,
    big_endian: bool,
    frame: u32,
) -> Result<Vec<u16>> {
    let pixels = layout.rows as usize * layout.columns as usize;
    let values: Vec<u16> = match layout.allocated {
        1 => {
            // Where the frame begins within its first byte.
            let first = (u64::from(frame) * pixels as u64 % 8) as usize;
            let bit = |at: usize| {
                bytes
                    .get(at / 8)
                    .map_or(0, |byte| u16::from(byte >> (at % 8) & 1))
            };
            (first..first + pixels).map(bit).collect()
        }
        8 if big_endian && words => (0..bytes.len())
            .map(|at| bytes.get(at ^ 1).map_or(0, |&byte| u16::from(byte)))
            .collect(),
        8 => bytes.iter().map(|&byte| u16::from(byte)).collect(),
        _ if big_endian => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_be_bytes(*pair))
            .collect(),
        _ => bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
            .collect(),
    };
    if layout.photometric == (Photometric::Ybr { halved: true }) {
        return whole_colours(&values, layout);
    }
    Ok(if layout.planar && layout.samples > 1 {
        interleaved(&values, layout.samples)
    } else {
        values
    })
}

/// Y Y Cb Cr of two pixels become Y Cb Cr of each.
fn whole_colours(values: &[u16], layout: &Layout) -> Result<Vec<u16>> {
    if !layout.columns.is_multiple_of(2) {
        return Err(damaged(
            "colours are shared by two pixels, but a row has an odd number",
        ));
    }
    let pairs = values.as_chunks::<4>().0;
    Ok(pairs
        .iter()
        .flat_map(|&[first, second, cb, cr]| [first, cb, cr, second, cb, cr])
        .collect())
}
