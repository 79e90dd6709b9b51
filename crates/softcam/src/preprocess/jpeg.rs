//! Whether a JPEG file is all there, and of a kind that is read.
//!
//! The decoder fills what is missing with grey and reports nothing, and a network would explain the grey. So the
//! markers are walked first (ITU-T T.81, annex B): an image ends with EOI, whatever else may follow it in the file. Some
//! phones write what follows in place of EOI; then the coded data themselves must be all there.

mod kind;
mod markers;
mod scan;

pub(super) use kind::{kind, unread};

use markers::{EOI, RESTARTS, SOI, TEM, next_marker, skip_segment};
use std::borrow::Cow;

/// The file with an end, if the picture in it is all there.
pub(super) fn whole(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_complete(bytes) {
        return Some(Cow::Borrowed(bytes));
    }
    let (picture, trailer) = bytes.split_at_checked(scan::end(bytes)?)?;
    // Where nothing follows, the end is missing with who knows what else; zeros are what recovered files are filled with.
    let follows = trailer.iter().any(|&byte| byte != 0);
    follows.then(|| Cow::Owned([picture, &[0xFF, EOI]].concat()))
}

/// Whether the markers lead from the start of the image to its end.
fn is_complete(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((marker, after)) = next_marker(rest) {
        match marker {
            EOI => return true,
            SOI | TEM => rest = after,
            _ if RESTARTS.contains(&marker) => rest = after,
            // A segment with its length, which a cut may fall into; coded data follows some, up to the next marker.
            _ => match skip_segment(after) {
                Some(behind) => rest = behind,
                None => return false,
            },
        }
    }
    false
}

/// Whether the data of a baseline picture end or lose their thread before its last block, although its end follows: the decoder
/// fills what is missing. Of other ways of coding, nobody can say.
pub(super) fn lacks_data(bytes: &[u8]) -> bool {
    scan::is_short(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tiny file's skeleton: an APP1 that holds a whole thumbnail, a scan with a stuffed byte and a restart, an end.
    const WHOLE: [u8; 24] = [
        0xFF, SOI, 0xFF, 0xE1, 0, 6, 0xFF, SOI, 0xFF, EOI, // thumbnail
        0xFF, 0xDA, 0, 3, 1, 7, 0xFF, 0x00, 0xFF, 0xD0, 9, 0xFF, 0xFF, EOI,
    ];

    #[test]
    fn only_the_whole_file_is_complete() {
        for length in 0..WHOLE.len() {
            assert!(!is_complete(&WHOLE[..length]), "{length} bytes");
        }
        assert!(is_complete(&WHOLE));
        let with_trailer = [&WHOLE[..], b"phones append films here"].concat();
        assert!(is_complete(&with_trailer));
    }
}
