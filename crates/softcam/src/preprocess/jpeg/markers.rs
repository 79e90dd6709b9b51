//! From marker to marker of a JPEG (ITU-T T.81, annex B).

/// Where an image begins and ends, and a marker that says nothing.
pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const TEM: u8 = 0x01;

/// Markers that stand among coded data.
pub(super) const RESTARTS: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;

/// The next marker and what follows it. In coded data, 0xFF 0x00 stands for a plain 0xFF, and 0xFF may be repeated.
#[inline(never)]
pub(super) fn next_marker(mut bytes: &[u8]) -> Option<(u8, &[u8])> {
    loop {
        let start = bytes.iter().position(|&byte| byte == 0xFF)?;
        let after = &bytes[start + 1..];
        match *after.first()? {
            0x00 => bytes = &after[1..],
            0xFF => bytes = after,
            marker => return Some((marker, &after[1..])),
        }
    }
}

/// What follows a segment that begins with its length.
pub(super) fn skip_segment(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_be_bytes(*bytes.first_chunk()?);
    bytes.get(usize::from(length)..)
}
