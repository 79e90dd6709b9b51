//! RLE as DICOM has it (PS3.5, annex G): bytes of equal rank are packed together.

use super::samples::damaged;
use crate::attributes::Layout;
use softcam::error;
use softcam::error::Result;

pub fn decode(bytes: &[u8], layout: &Layout) -> Result<Vec<u16>> {
    let header: &[u8; 64] = bytes.first_chunk().ok_or_else(|| error!(FILM_CUT_OFF))?;
    let words: Vec<usize> = header
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word) as usize)
        .collect();
    let (count, offsets) = (words[0], &words[1..]);
    let ranks = layout.allocated as usize / 8;
    if count != ranks * layout.samples || ranks == 0 {
        return Err(damaged(
            "its picture has another number of parts than its header says",
        ));
    }
    let pixels = layout.rows as usize * layout.columns as usize;
    let mut values = vec![0; pixels * layout.samples];
    for (part, &offset) in offsets[..count].iter().enumerate() {
        let end = if part + 1 < count {
            offsets[part + 1]
        } else {
            bytes.len()
        };
        let packed = bytes
            .get(offset..end.min(bytes.len()))
            .ok_or_else(|| error!(FILM_CUT_OFF))?;
        let unpacked = unpack(packed, pixels)?;
        // The highest byte comes first.
        let (sample, shift) = (part / ranks, 8 * (ranks - 1 - part % ranks));
        for (pixel, byte) in unpacked.into_iter().enumerate() {
            values[pixel * layout.samples + sample] |= u16::from(byte) << shift;
        }
    }
    Ok(values)
}

/// PackBits, up to `wanted` bytes.
fn unpack(mut packed: &[u8], wanted: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(wanted);
    while bytes.len() < wanted {
        let [control, rest @ ..] = packed else {
            return Err(error!(FILM_CUT_OFF));
        };
        packed = rest;
        let control = i32::from(*control as i8);
        if control >= 0 {
            let Some((copied, rest)) = packed.split_at_checked(control as usize + 1) else {
                return Err(error!(FILM_CUT_OFF));
            };
            bytes.extend_from_slice(copied);
            packed = rest;
        } else if control != -128 {
            let [repeated, rest @ ..] = packed else {
                return Err(error!(FILM_CUT_OFF));
            };
            bytes.resize(bytes.len() + (1 - control) as usize, *repeated);
            packed = rest;
        }
    }
    bytes.truncate(wanted);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::unpack;

    #[test]
    fn bytes_are_copied_and_repeated() {
        // PackBits' own example, shortened; 128 says nothing.
        let packed = [0xfe, 0xaa, 0x80, 0x02, 0x80, 0x00, 0x2a];
        assert_eq!(
            unpack(&packed, 6).unwrap(),
            [0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a]
        );
        assert_eq!(unpack(&packed, 7).unwrap_err().code(), "film-cut-off");
        assert_eq!(unpack(&[5, 1], 6).unwrap_err().code(), "film-cut-off");
    }
}
