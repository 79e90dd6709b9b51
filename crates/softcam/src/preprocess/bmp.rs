//! BMP files that say nothing of where their pixels begin, or more pixels than a row has: the decoder shows them shifted or black.

/// What is wrong with a file, for a sentence.
pub(super) fn fault(bytes: &[u8]) -> Option<&'static str> {
    let number = |at: usize| {
        let four = bytes.get(at..)?.first_chunk()?;
        Some(u32::from_le_bytes(*four))
    };
    // The file's own header has 14 bytes; that of the picture begins with its length.
    let (start, header) = (number(10)?, number(14)?);
    if start < header.saturating_add(14) {
        return Some("where its pixels begin is not said");
    }
    let compression = number(30).filter(|_| header >= 40)?;
    let is_packed = matches!(compression, 1 | 2);
    let data = bytes.get(start as usize..).filter(|_| is_packed)?;
    let width = number(18)?;
    overruns(data, width, compression == 2).then_some("a run of pixels goes beyond its row")
}

/// Whether a run ends beyond the row that it is in. Some writers fill rows up to whole words.
fn overruns(mut data: &[u8], width: u32, half_bytes: bool) -> bool {
    let most = width.saturating_add(7);
    let mut column = 0_u32;
    while let [count, value, rest @ ..] = data {
        data = rest;
        let (count, value) = (u32::from(*count), u32::from(*value));
        match (count, value) {
            (0, 0) => column = 0,
            (0, 1) => return false,
            (0, 2) => {
                let [right, _, rest @ ..] = data else {
                    return false;
                };
                column = column.saturating_add(u32::from(*right));
                data = rest;
            }
            (0, plain) => {
                column = column.saturating_add(plain);
                let bytes = if half_bytes { plain.div_ceil(2) } else { plain };
                data = data
                    .get(bytes.next_multiple_of(2) as usize..)
                    .unwrap_or_default();
            }
            (run, _) => column = column.saturating_add(run),
        }
        if column > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::overruns;

    #[test]
    fn rows_end_where_they_should() {
        let rows = [8, 1, 0, 0, 0, 3, 1, 2, 3, 0, 5, 7, 0, 2, 0, 1, 0, 1, 255, 0];
        assert!(!overruns(&rows, 8, false));
        assert!(overruns(&[255, 5, 255, 5, 0, 1], 300, false));
        // Six pixels in half bytes are three bytes, and one to fill.
        assert!(!overruns(&[0, 6, 0x12, 0x34, 0x56, 0, 2, 9, 0, 1], 8, true));
        assert!(!overruns(&[0, 9, 1], 300, false));
    }
}
