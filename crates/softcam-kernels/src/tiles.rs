//! A row of pixels in pieces that fit into the registers.

/// `len` pixels as pieces of at most `most`, as equal as can be: a short last piece would waste more than it has.
/// Returns (first pixel, pieces, pixels per piece) of the longer pieces and of those that are one pixel shorter.
pub(crate) fn split(len: usize, most: usize) -> [(usize, usize, usize); 2] {
    let pieces = len.div_ceil(most);
    let long = len.div_ceil(pieces.max(1));
    let short = long.saturating_sub(1);
    let long_pieces = len - short * pieces;
    [
        (0, long_pieces, long),
        (long_pieces * long, pieces - long_pieces, short),
    ]
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn pieces_cover_every_pixel_once() {
        for len in 0..200 {
            for most in 1..9 {
                let [(first, pieces, size), (second, short_pieces, short)] = split(len, most);
                assert_eq!(first, 0);
                assert_eq!(second, pieces * size, "{len} by {most}");
                assert_eq!(second + short_pieces * short, len, "{len} by {most}");
                assert!(size <= most && (short_pieces == 0 || short + 1 == size));
                assert!(short_pieces == 0 || short > 0, "{len} by {most}");
            }
        }
    }
}
