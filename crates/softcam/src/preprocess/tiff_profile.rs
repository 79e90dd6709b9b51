//! The colour profile of a TIFF, which its decoder does not hand over where it is stored as bytes of no kind, as most
//! writers do (ICC.1:2022, B.4; TIFF 6.0, section 2).

const PROFILE: u32 = 34_675;

/// The profile in the first directory.
pub(super) fn profile(tiff: &[u8]) -> Option<&[u8]> {
    let big_endian = match tiff.get(..4)? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        let value = if big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        };
        Some(u32::from(value))
    };
    let u32_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        let value = if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        };
        Some(value as usize)
    };
    let directory = u32_at(4)?;
    let count = u16_at(directory)? as usize;
    let entry = (0..count)
        .filter_map(|index| directory.checked_add(2 + 12 * index))
        .find(|&at| u16_at(at) == Some(PROFILE))?;
    let (length, offset) = (u32_at(entry + 4)?, u32_at(entry + 8)?);
    tiff.get(offset..offset.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use super::profile;

    #[test]
    fn offsets_beyond_the_end_are_no_profile() {
        assert_eq!(profile(b"II*\0\xff\xff\xff\xff"), None);
        let mut tiff = b"II*\0\x08\0\0\0\x01\0\x73\x87\x07\0\x04\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
        tiff.extend(b"data");
        assert_eq!(profile(&tiff), Some(&b"data"[..]));
        tiff.pop();
        assert_eq!(profile(&tiff), None);
    }
}
