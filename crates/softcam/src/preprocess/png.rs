//! What a PNG says about its values before its pixels begin (PNG specification, third edition, chapter 11.3).

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

/// How many bits its grey values have, by its chunk sBIT.
pub(super) fn stated_bits(png: &[u8]) -> Option<u8> {
    chunk(png, b"sBIT")?.first().copied()
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
    use super::{chunk, gamma, stated_bits};

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
    fn damaged_files_say_nothing() {
        assert_eq!(stated_bits(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"), None);
        assert_eq!(stated_bits(b"\x89PNG"), None);
        assert_eq!(gamma(&png(&[(b"gAMA", &[0; 3])])), None);
    }
}
