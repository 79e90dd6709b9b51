//! PBM, PGM, PPM and PAM, the plain pictures of Netpbm: which one a file is, and what its greys are.

use image::codecs::pnm::PnmDecoder;

/// Which of them a file is by its first three bytes; texts may begin with two of these.
pub(super) fn name(bytes: &[u8]) -> Option<&'static str> {
    let [b'P', kind, after] = bytes.first_chunk::<3>()? else {
        return None;
    };
    if !after.is_ascii_whitespace() && *after != b'#' {
        return None;
    }
    match kind {
        b'1' | b'4' => Some("PBM"),
        b'2' | b'5' => Some("PGM"),
        b'3' | b'6' => Some("PPM"),
        b'7' => Some("PAM"),
        _ => None,
    }
}

/// Makes `values`, which the decoder spread over 16 bits, those of the file again where it says how many bits these have, and
/// returns that number; 16 where its white is a number of another kind, which then stays 65535.
pub(super) fn own_values(bytes: &[u8], values: &mut [u16]) -> Option<u8> {
    let white = PnmDecoder::new(bytes).ok()?.header().maximal_sample();
    match white {
        // Many writers say so whatever their values are.
        65_535 => None,
        1..65_535 if (white + 1).is_power_of_two() => {
            for value in values {
                *value = ((u32::from(*value) * white + 32_767) / 65_535) as u16;
            }
            Some((white + 1).trailing_zeros() as u8)
        }
        _ => Some(16),
    }
}

#[cfg(test)]
mod tests {
    use super::{name, own_values};

    #[test]
    fn texts_are_none() {
        assert_eq!(name(b"P5\n48 32\n255\n"), Some("PGM"));
        assert_eq!(name(b"P4#"), Some("PBM"));
        for other in [&b"P5"[..], b"P50 ", b"P8\n1", b"PK\x03\x04"] {
            assert_eq!(name(other), None);
        }
    }

    #[test]
    fn every_value_comes_back() {
        for bits in 9..16 {
            let white = (1_u32 << bits) - 1;
            let file = format!("P5 1 1 {white}\n");
            let factor = 65_535.0 / white as f32;
            let mut spread: Vec<u16> = (0..=white)
                .map(|value| (value as f32 * factor).round() as u16)
                .collect();
            assert_eq!(own_values(file.as_bytes(), &mut spread), Some(bits));
            assert!(spread.iter().map(|&value| u32::from(value)).eq(0..=white));
        }
        let mut values = [0, 40_000, 65_535];
        assert_eq!(own_values(b"P5 1 1 3000\n", &mut values), Some(16));
        assert_eq!(own_values(b"P5 1 1 65535\n", &mut values), None);
        assert_eq!(values, [0, 40_000, 65_535]);
    }
}
