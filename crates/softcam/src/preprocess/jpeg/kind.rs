//! Kinds of JPEG that the decoder takes for damaged files, or shows falsely (ITU-T T.81, annex B and table B.1).

use super::markers::{EOI, RESTARTS, SOI, TEM, next_marker, skip_segment};

/// What kind of file this is, where it has a name of its own.
pub fn unread(bytes: &[u8]) -> Option<&'static str> {
    first(bytes, |marker, data| match marker {
        0xC3 | 0xC7 | 0xCB | 0xCF => Some(Some("lossless JPEG")),
        0xF7 => Some(Some("JPEG-LS")),
        0xC0..=0xCF if !TABLES.contains(&marker) => {
            Some((data.first() == Some(&12)).then_some("12-bit JPEG"))
        }
        _ => None,
    })
}

/// Why this is one that is not read, for a sentence.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    let mut frame: Option<Frame> = None;
    first(bytes, |marker, data| match marker {
        0xC9..=0xCF => Some(Some("its codes are arithmetic")),
        0xC5..=0xC7 => Some(Some("it is hierarchical")),
        0xC0..=0xC2 => {
            let begun = Frame::of(marker, data);
            let kind = begun.kind();
            frame = Some(begun);
            kind.map(Some)
        }
        SCAN => Some(frame.as_ref().and_then(|frame| frame.kind_of_scan(data))),
        _ => None,
    })
}

/// Tables of codes, a marker for extensions, and conditions of arithmetic codes: no frames, though their markers lie among those.
const TABLES: [u8; 3] = [0xC4, 0xC8, 0xCC];
const SCAN: u8 = 0xDA;

/// What `of` says first of a marker and its segment, up to the first scan.
fn first(
    bytes: &[u8],
    mut of: impl FnMut(u8, &[u8]) -> Option<Option<&'static str>>,
) -> Option<&'static str> {
    if !bytes.starts_with(&[0xFF, SOI]) {
        return None;
    }
    let mut rest = bytes;
    while let Some((marker, after)) = next_marker(rest) {
        if let Some(said) = of(marker, after.get(2..).unwrap_or_default()) {
            return said;
        }
        match marker {
            EOI | SCAN => return None,
            SOI | TEM => rest = after,
            _ if RESTARTS.contains(&marker) => rest = after,
            _ => rest = skip_segment(after)?,
        }
    }
    None
}

/// What is said of the picture.
struct Frame {
    is_sequential: bool,
    height: u16,
    /// How many values a component has in a unit, across and down.
    components: Vec<(u8, u8)>,
}

impl Frame {
    fn of(marker: u8, data: &[u8]) -> Self {
        let height = data.get(1..).and_then(|rest| rest.first_chunk());
        let count = usize::from(data.get(5).copied().unwrap_or(0));
        let components = data.get(6..).unwrap_or_default().as_chunks::<3>().0;
        // A file that ends here is for others to judge.
        let components = components.get(..count).unwrap_or_default();
        Self {
            is_sequential: marker != 0xC2,
            height: height.map_or(1, |height| u16::from_be_bytes(*height)),
            components: (components.iter())
                .map(|[_, sampling, _]| (sampling >> 4, sampling & 15))
                .collect(),
        }
    }

    fn kind(&self) -> Option<&'static str> {
        if self.height == 0 {
            return Some("its height stands behind its pixels");
        }
        if self.components.len() == 2 {
            return Some("it has two values per pixel, not one, three or four");
        }
        let &(across, down) = self.components.first()?;
        for &(own_across, own_down) in &self.components {
            if own_across > across || own_down > down {
                return Some("its colours are finer than its brightness");
            }
            let halves = |all: u8, own: u8| [own, 2 * own, 4 * own].contains(&all);
            if !halves(across, own_across) || !halves(down, own_down) {
                return Some(
                    "its colours are neither as fine as its brightness, nor a half or a quarter",
                );
            }
        }
        None
    }

    /// The decoder takes the blocks of a component's own scan for those of an interleaved one.
    fn kind_of_scan(&self, data: &[u8]) -> Option<&'static str> {
        let apart = data
            .first()
            .is_some_and(|&count| usize::from(count) < self.components.len());
        let tall = self.components.iter().any(|&(_, down)| down > 1);
        (self.is_sequential && apart && tall)
            .then_some("its colours follow one another, and not pixel by pixel")
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    /// A header with these components, then a scan of some of them.
    fn file(marker: u8, sampling: &[u8], in_scan: u8) -> Vec<u8> {
        let count = sampling.len() as u8;
        let mut file = vec![
            0xFF,
            0xD8,
            0xFF,
            marker,
            0,
            8 + 3 * count,
            8,
            0,
            16,
            0,
            16,
            count,
        ];
        sampling.iter().for_each(|&each| file.extend([1, each, 0]));
        file.extend([0xFF, 0xDA, 0, 6 + 2 * in_scan, in_scan]);
        file
    }

    #[test]
    fn usual_ones_are_read() {
        for sampling in [
            &[0x11; 3][..],
            &[0x22, 0x11, 0x11],
            &[0x41, 0x11, 0x11],
            &[0x22, 0x11, 0x11, 0x22],
            &[0x22],
        ] {
            for marker in [0xC0, 0xC1, 0xC2] {
                let whole = file(marker, sampling, sampling.len() as u8);
                assert_eq!(kind(&whole), None, "{sampling:?}");
                // A file that was cut is not of another kind.
                for length in 0..whole.len() {
                    assert_eq!(kind(&whole[..length]), None, "{sampling:?}, {length} bytes");
                }
            }
        }
        assert_eq!(
            kind(&file(0xC2, &[0x22, 0x11, 0x11], 1)),
            None,
            "progressive"
        );
        assert_eq!(
            kind(&file(0xC0, &[0x21, 0x11, 0x11], 1)),
            None,
            "one row of blocks"
        );
    }

    #[test]
    fn others_are_named() {
        for (file, word) in [
            (file(0xC0, &[0x22, 0x11, 0x11], 1), "follow"),
            (file(0xC1, &[0x12, 0x11, 0x11], 2), "follow"),
            (file(0xC0, &[0x11, 0x22, 0x11], 3), "finer"),
            (file(0xC2, &[0x21, 0x12, 0x11], 3), "finer"),
            (file(0xC0, &[0x31, 0x11, 0x11], 3), "a half or a quarter"),
            (file(0xC0, &[0x11; 2], 2), "two values"),
            (file(0xC9, &[0x11; 3], 3), "arithmetic"),
            (vec![0xFF, 0xD8, 0xFF, 0xCC, 0, 4, 0, 0], "arithmetic"),
            (file(0xC5, &[0x11; 3], 3), "hierarchical"),
        ] {
            let kind = kind(&file).unwrap_or("nothing");
            assert!(kind.contains(word), "{kind}");
        }
    }
}
