//! What a PNG says about its values before its pixels begin, and where it ends (PNG specification, third edition, chapters 5.3
//! and 11.3).

use std::borrow::Cow;

/// The last chunk: no data, and their checksum.
const END: &[u8; 12] = b"\0\0\0\0IEND\xae\x42\x60\x82";

/// The file with its last chunk, where that alone is missing: it says nothing, but the decoder waits for it.
pub(super) fn with_end(png: &[u8]) -> Cow<'_, [u8]> {
    let chunk_at = |at: usize| {
        let length = u32::from_be_bytes(*png.get(at..)?.first_chunk()?) as usize;
        let end = at.checked_add(length)?.checked_add(END.len())?;
        Some((png.get(at + 4..at + 8)?, png.get(at..end).map(|_| end)?))
    };
    let (mut at, mut has_pixels) = (8, false);
    while let Some((name, end)) = chunk_at(at) {
        match name {
            b"IEND" => return Cow::Borrowed(png),
            b"IDAT" => has_pixels = true,
            _ => {}
        }
        at = end;
    }
    if !has_pixels || png.len() - at >= END.len() {
        return Cow::Borrowed(png);
    }
    Cow::Owned([&png[..at], END].concat())
}

/// The data of the first chunk of this kind that stands before the pixels.
pub(super) fn chunk<'a>(png: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = png.get(8..)?;
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
        let name = rest.get(4..8)?;
        if name == kind {
            return rest.get(8..length.checked_add(8)?);
        }
        if name == b"IDAT" {
            return None;
        }
        // Length, name and checksum have four bytes each.
        rest = rest.get(length.checked_add(12)?..)?;
    }
}

/// Why this is one that is not read, for a sentence: Apple's tools for telephones leave out what a PNG has, and swap colours.
pub(super) fn kind(png: &[u8]) -> Option<&'static str> {
    let apple = chunk(png, b"CgBI");
    apple.map(|_| "it is as Apple's telephones have it, CgBI")
}

/// How many bits its grey values have, by its chunk sBIT; all 16 say nothing that most writers mean.
pub(super) fn stated_bits(png: &[u8]) -> Option<u8> {
    let bits = chunk(png, b"sBIT")?.first().copied();
    bits.filter(|&bits| bits < 16)
}

/// How many pictures it has, the one that everybody shows included (third edition, chapter 11.3.5).
pub(super) fn frames(png: &[u8]) -> u32 {
    let control = chunk(png, b"acTL").and_then(|data| data.first_chunk());
    let frames = control.map_or(0, |count| u32::from_be_bytes(*count));
    // The first one may be for viewers that show no animation, and no part of it.
    let alone = chunk(png, b"fcTL").is_none();
    frames.saturating_add(u32::from(alone))
}

/// Its numbers of this chunk, in units.
fn numbers<const N: usize>(png: &[u8], kind: &[u8; 4]) -> Option<[f64; N]> {
    let data = chunk(png, kind)?.as_chunks::<4>().0;
    let mut numbers = [0.0; N];
    for (number, bytes) in numbers.iter_mut().zip(data.get(..N)?) {
        *number = f64::from(u32::from_be_bytes(*bytes)) / 100_000.0;
    }
    Some(numbers)
}

/// The exponent that its values were made with, 0.45 for most screens, by its chunk gAMA.
pub(super) fn gamma(png: &[u8]) -> Option<f64> {
    numbers(png, b"gAMA").map(|[gamma]| gamma)
}

/// x and y of white, red, green and blue, by its chunk cHRM.
pub(super) fn chromaticities(png: &[u8]) -> Option<[f64; 8]> {
    numbers(png, b"cHRM")
}

#[cfg(test)]
mod tests {
    use super::{END, chunk, frames, gamma, stated_bits, with_end};

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in chunks {
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(*kind);
            bytes.extend(*data);
            bytes.extend([0; 4]);
        }
        bytes
    }

    #[test]
    fn chunks_are_found_before_the_pixels_only() {
        let file = png(&[
            (b"IHDR", &[1; 13]),
            (b"sBIT", &[12]),
            (b"gAMA", &45_455_u32.to_be_bytes()),
            (b"IDAT", &[]),
            (b"tEXt", b"a"),
        ]);
        assert_eq!(stated_bits(&file), Some(12));
        assert_eq!(gamma(&file), Some(0.454_55));
        assert_eq!(chunk(&file, b"tEXt"), None);
        assert_eq!(chunk(&file, b"cHRM"), None);
    }

    #[test]
    fn only_a_missing_end_is_put_there() {
        let whole = [&png(&[(b"IHDR", &[1; 13]), (b"IDAT", b"abc")])[..], END].concat();
        assert_eq!(with_end(&whole), &whole[..]);
        for length in whole.len() - END.len()..whole.len() {
            assert_eq!(with_end(&whole[..length]), &whole[..], "{length} bytes");
        }
        // Pixels that are cut themselves stay so.
        for length in 8..whole.len() - END.len() {
            let cut = &whole[..length];
            assert_eq!(with_end(cut), cut, "{length} bytes");
        }
    }

    #[test]
    fn frames_are_counted() {
        let control = 3_u32.to_be_bytes();
        let animated = |first: bool| {
            let mut chunks = vec![(b"acTL", &control[..])];
            chunks.extend(first.then_some((b"fcTL", &b"one"[..])));
            chunks.push((b"IDAT", &b""[..]));
            frames(&png(&chunks))
        };
        assert_eq!((animated(true), animated(false)), (3, 4));
        assert_eq!(frames(&png(&[(b"IDAT", &[])])), 1);
    }

    #[test]
    fn damaged_files_say_nothing() {
        assert_eq!(stated_bits(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"), None);
        assert_eq!(stated_bits(b"\x89PNG"), None);
        assert_eq!(gamma(&png(&[(b"gAMA", &[0; 3])])), None);
    }
}
