//! Whether a file is DICOM, with or without the 128 bytes and four letters that it should begin with.

use crate::elements::{EXPLICIT, Encoding, IMPLICIT};

/// Where the letters stand.
const PREAMBLE: usize = 128;
/// Longest value of the first element of a data set: a name of a character set, a class.
const FIRST: u32 = 256;

/// Whether `bytes`, of which the first 160 will do, begin a DICOM file.
pub fn is_dicom(bytes: &[u8]) -> bool {
    bytes.get(PREAMBLE..PREAMBLE + 4) == Some(b"DICM") || bare(bytes).is_some()
}

/// Where the elements begin.
pub fn start(bytes: &[u8]) -> usize {
    if bytes.get(PREAMBLE..PREAMBLE + 4) == Some(b"DICM") {
        PREAMBLE + 4
    } else {
        0
    }
}

/// How a data set without anything before it is written, where these bytes look like one: a group that such files begin
/// with, and a plausible value.
pub fn bare(bytes: &[u8]) -> Option<Encoding> {
    let head: &[u8; 12] = bytes.first_chunk()?;
    let begins = |group: [u8; 2]| matches!(group, [2, 0] | [8, 0]);
    if begins([head[0], head[1]]) && head[3] == 0 {
        if known(&head[4..6]) {
            return Some(EXPLICIT);
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        // What is said about the file itself always has its kind.
        let of_data_set = head[0] == 8;
        return (of_data_set && length > 0 && length <= FIRST && length.is_multiple_of(2))
            .then_some(IMPLICIT);
    }
    let big_endian = begins([head[1], head[0]]) && head[2] == 0 && known(&head[4..6]);
    big_endian.then_some(Encoding {
        explicit: true,
        big_endian: true,
    })
}

/// Whether these letters are a kind of value that a first element has.
fn known(vr: &[u8]) -> bool {
    const KINDS: [&[u8; 2]; 8] = [b"UL", b"OB", b"UI", b"CS", b"SH", b"LO", b"DA", b"TM"];
    KINDS.iter().any(|kind| vr == *kind)
}

#[cfg(test)]
mod tests {
    use super::is_dicom;

    #[test]
    fn other_files_are_not_taken_for_it() {
        for start in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01",
            b"GIF89a\x30\0\x20\0\xf7\0",
            b"II*\0\x08\0\0\0\x0c\0\0\x01",
            b"\x02\0\0\0\xff\xff\xff\xff\0\0\0\0",
            b"\x08\0\x16\0\0\0\0\0\0\0\0\0",
            b"",
        ] {
            let mut bytes = start.to_vec();
            assert!(!is_dicom(&bytes));
            bytes.resize(200, 0);
            assert!(!is_dicom(&bytes), "{start:?}");
        }
        assert!(is_dicom(b"\x08\0\x05\0CS\x0a\0ISO_IR"));
        assert!(is_dicom(b"\x08\0\x16\0\x1c\0\0\x001.2."));
    }
}
