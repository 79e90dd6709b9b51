//! Files whose tags the decoder does not follow, made into ones that it reads as they are meant (TIFF 6.0, sections 8 and 15).

use super::header::Header;

const HEIGHT: u64 = 257;
const COMPRESSION: u64 = 259;
/// 2: the lowest bit of each byte comes first.
const FILL_ORDER: u64 = 266;
const SAMPLES: u64 = 277;
const ROWS_PER_STRIP: u64 = 278;
/// 2: all values of one colour come before those of the next.
const PLANES: u64 = 284;
const TILE_HEIGHT: u64 = 323;
/// Where strips or tiles begin, and how long each is.
const DATA: [(u64, u64); 2] = [(273, 279), (324, 325)];
/// What stores bits in the order of the file: nothing, fax codes, LZW, Deflate and PackBits, but no pictures of other formats.
const OF_BITS: [u64; 8] = [1, 2, 3, 4, 5, 8, 32_773, 32_946];

/// A file to be decoded in place of another.
pub struct Amended {
    pub bytes: Vec<u8>,
    /// How high the picture is, where the file now says more; what is below is no part of it.
    pub height: Option<u32>,
}

/// The file as the decoder needs it; nothing where it is so already.
pub fn amended(bytes: &[u8]) -> Option<Amended> {
    let header = Header::of(bytes)?;
    let page = header.first(bytes)?;
    let number = |tag| header.numbers(bytes, page, tag)?.first().copied();
    let height = number(HEIGHT)?;
    let mut copy = None;
    let mut cropped = None;
    let set = |copy: &mut Option<Vec<u8>>, tag, value| {
        header.set(copy.get_or_insert_with(|| bytes.to_vec()), page, tag, value);
    };
    // "All of them" is written as the largest number, of which too many bytes would follow.
    if number(ROWS_PER_STRIP).is_some_and(|rows| rows > height) {
        set(&mut copy, ROWS_PER_STRIP, height);
    }
    // The decoder takes only the last tiles of the file for those that reach beyond the picture, not those of each colour.
    let in_planes = number(PLANES) == Some(2) && number(SAMPLES).is_some_and(|samples| samples > 1);
    let tile = number(TILE_HEIGHT).filter(|&tile| in_planes && tile > 0);
    let tiled = tile.and_then(|tile| height.checked_next_multiple_of(tile));
    if let Some(tiled) = tiled.filter(|&tiled| tiled > height) {
        set(&mut copy, HEIGHT, tiled);
        cropped = u32::try_from(height).ok();
    }
    let compression = number(COMPRESSION).unwrap_or(1);
    if number(FILL_ORDER) == Some(2) && OF_BITS.contains(&compression) {
        set(&mut copy, FILL_ORDER, 1);
        let copy = copy.as_mut()?;
        for (starts, lengths) in DATA {
            turn_bits(&header, copy, page, starts, lengths);
        }
    }
    copy.map(|bytes| Amended {
        bytes,
        height: cropped,
    })
}

fn turn_bits(header: &Header, bytes: &mut [u8], page: usize, starts: u64, lengths: u64) {
    let numbers = |tag| header.numbers(bytes, page, tag).unwrap_or_default();
    let (starts, lengths) = (numbers(starts), numbers(lengths));
    let all = lengths
        .iter()
        .fold(0_u64, |sum, &one| sum.saturating_add(one));
    // Pieces that share bytes are those of a damaged file.
    if all > bytes.len() as u64 {
        return;
    }
    for (start, length) in starts.into_iter().zip(lengths) {
        let end = start.saturating_add(length).min(bytes.len() as u64);
        if let Some(piece) = bytes.get_mut(start as usize..end as usize) {
            piece
                .iter_mut()
                .for_each(|byte| *byte = byte.reverse_bits());
        }
    }
}

/// Tag 338: what the values beyond the colours are; 1 is how opaque a pixel is whose colours were multiplied by it.
const EXTRA: u64 = 338;

/// Whether the colours of the picture in the first page are less than they are where it is transparent.
pub fn is_premultiplied(bytes: &[u8]) -> bool {
    let extra = || {
        let header = Header::of(bytes)?;
        header.numbers(bytes, header.first(bytes)?, EXTRA)
    };
    extra().is_some_and(|extra| extra.first() == Some(&1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::{Header, amended};

    /// Made by tests/formats/make_tiff.py.
    macro_rules! file {
        ($name:literal) => {
            &include_bytes!(concat!("../../../../../tests/formats/", $name))[..]
        };
    }

    fn number(bytes: &[u8], tag: u64) -> u64 {
        let header = Header::of(bytes).unwrap();
        header
            .numbers(bytes, header.first(bytes).unwrap(), tag)
            .unwrap()[0]
    }

    /// A decoder whose sizes have 32 bits takes no more bytes than those can count.
    #[test]
    fn one_strip_has_the_rows_of_the_picture() {
        let file = file!("one-endless-strip.tif");
        assert_eq!(number(file, 278), u64::from(u32::MAX));
        assert_eq!(number(&amended(file).unwrap().bytes, 278), 32);
    }

    #[test]
    fn tiles_of_each_colour_fill_the_picture_that_is_decoded() {
        let amended = amended(file!("tiles-in-planes.tif")).unwrap();
        assert_eq!(
            (number(&amended.bytes, 257), amended.height),
            (48, Some(32))
        );
    }

    #[test]
    fn what_the_decoder_follows_stays_as_it_is() {
        for file in [
            file!("rgb.tif"),
            file!("bigtiff.tif"),
            file!("fax4.tif"),
            file!("planes.tif"),
            b"II*\0",
        ] {
            assert!(amended(file).is_none());
        }
    }
}
