//! How many pictures a file has, of which one is taken.

use super::{Note, png, tiff};
use image::ImageFormat;

/// What is to be said of a file with more pictures than the first.
pub(super) fn note(bytes: &[u8], format: ImageFormat) -> Option<Note> {
    let frames = match format {
        ImageFormat::Tiff if tiff::IS_READ => {
            let pages = u32::try_from(tiff::count(bytes)).ok()?;
            return (pages > 1).then_some(Note::Page { page: 1, pages });
        }
        ImageFormat::Gif => gif(bytes),
        ImageFormat::Png => png::frames(bytes),
        ImageFormat::WebP => webp(bytes),
        _ => 1,
    };
    (frames > 1).then_some(Note::Frame { frame: 1, frames })
}

/// Pictures of a GIF (GIF89a, section 17 and after).
fn gif(bytes: &[u8]) -> u32 {
    let mut frames = 0;
    // Goes through the blocks; nothing at the end of the file, wherever that is.
    let mut walk = || {
        let table = |flags: u8| -> usize {
            if flags & 0x80 == 0 {
                0
            } else {
                3 << ((flags & 7) + 1)
            }
        };
        let mut rest = bytes.get(13 + table(*bytes.get(10)?)..)?;
        loop {
            let (&kind, after) = rest.split_first()?;
            rest = match kind {
                0x21 => after.get(1..)?,
                0x2C => {
                    frames += 1;
                    // A place, a size, perhaps colours, and how many bits the codes begin with.
                    after.get(10 + table(*after.get(8)?)..)?
                }
                _ => return None,
            };
            loop {
                let (&length, data) = rest.split_first()?;
                rest = data.get(usize::from(length)..)?;
                if length == 0 {
                    break;
                }
            }
        }
    };
    let _end: Option<()> = walk();
    frames
}

/// Pictures of a WebP (its container's specification, "Animation").
fn webp(bytes: &[u8]) -> u32 {
    let mut frames = 0;
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let Some((&[a, b, c, d, length @ ..], after)) = rest.split_first_chunk::<8>() {
        if [a, b, c, d] == *b"ANMF" {
            frames += 1;
        }
        let length = u32::from_le_bytes(length) as usize;
        // Data of an odd length are filled up by one byte.
        let padded = length.saturating_add(length % 2);
        rest = after.get(padded..).unwrap_or_default();
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::{gif, webp};

    #[test]
    fn blocks_are_walked_and_not_searched() {
        let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x2c\x21\0";
        let comment = b"\x21\xfe\x03\x2c\x2c\x2c\0";
        let header = b"GIF89a\x01\0\x01\0\x80\0\0\x2c\x2c\x2c\x2c\x2c\x2c";
        let file = [&header[..], comment, frame, comment, frame, b"\x3b", frame].concat();
        assert_eq!(gif(&file), 2);
        for length in 0..file.len() {
            assert!(gif(&file[..length]) <= 2);
        }
    }

    #[test]
    fn chunks_of_odd_lengths_are_followed_by_a_byte() {
        let file = b"RIFF....WEBPVP8X\x01\0\0\0..ANMF\x03\0\0\0abc.ANMF\0\0\0\0EXIF\x04\0\0\0ANMF";
        assert_eq!(webp(file), 2);
        assert_eq!(webp(b"RIFF....WEBPANMF\xff\xff\xff\xff"), 1);
        assert_eq!(webp(b"RIFF"), 0);
    }
}
