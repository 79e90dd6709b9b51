//! Where a TIFF's pages and tags stand (TIFF 6.0, section 2; BigTIFF).

/// Whether this is a BigTIFF, which the picture library reads but does not recognise.
pub fn is_big(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II+\0") || bytes.starts_with(b"MM\0+")
}

/// Tag 274: how the picture in the first page must be turned, as EXIF has it.
const ORIENTATION: u64 = 274;

/// How the picture in the first page must be turned, 1 to 8 as EXIF has it.
pub fn orientation(bytes: &[u8]) -> Option<u8> {
    let header = Header::of(bytes)?;
    let orientation = header.short(bytes, header.first(bytes)?, ORIENTATION)?;
    u8::try_from(orientation).ok()
}

/// How numbers stand in the file.
pub struct Header {
    pub is_little: bool,
    /// BigTIFF, with offsets of eight bytes.
    is_big: bool,
}

impl Header {
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (is_little, is_big) = match bytes.get(..4)? {
            b"II*\0" => (true, false),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (false, true),
            _ => return None,
        };
        Some(Self { is_little, is_big })
    }

    /// Where the offset of the first page stands, and how long it is.
    fn place(&self) -> (usize, usize) {
        if self.is_big { (8, 8) } else { (4, 4) }
    }

    pub fn number(&self, bytes: &[u8], at: usize, length: usize) -> Option<u64> {
        let part = bytes.get(at..at.checked_add(length)?)?.iter();
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if self.is_little {
            part.rev().fold(0, add)
        } else {
            part.fold(0, add)
        })
    }

    fn offset(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let offset = usize::try_from(self.number(bytes, at, self.place().1)?).ok()?;
        (offset > 0).then_some(offset)
    }

    /// Where the first page begins.
    pub fn first(&self, bytes: &[u8]) -> Option<usize> {
        self.offset(bytes, self.place().0)
    }

    pub fn set_first(&self, bytes: &mut [u8], offset: usize) {
        let (at, length) = self.place();
        let whole = (offset as u64).to_le_bytes();
        let part = &mut bytes[at..at + length];
        part.copy_from_slice(&whole[..length]);
        if !self.is_little {
            part.reverse();
        }
    }

    /// Where the page behind this one begins; nothing where this one is the last, or damaged.
    pub fn next(&self, bytes: &[u8], page: usize) -> Option<usize> {
        let (_, _, end) = self.entries(bytes, page)?;
        self.offset(bytes, end)
    }

    /// Length of an entry of a page, where the first one stands, and where the last one ends.
    pub fn entries(&self, bytes: &[u8], page: usize) -> Option<(usize, usize, usize)> {
        let (count_length, entry) = if self.is_big { (8, 20) } else { (2, 12) };
        let count = usize::try_from(self.number(bytes, page, count_length)?).ok()?;
        let first = page.checked_add(count_length)?;
        let end = first.checked_add(count.checked_mul(entry)?)?;
        bytes.get(first..end)?;
        Some((entry, first, end))
    }

    /// Where the value of a tag stands: in the last bytes of its entry, at their beginning.
    pub fn value_of(&self, bytes: &[u8], page: usize, wanted: u64) -> Option<usize> {
        let (entry, first, end) = self.entries(bytes, page)?;
        let mut tags = (first..end).step_by(entry);
        let tag = tags.find(|&tag| self.number(bytes, tag, 2) == Some(wanted))?;
        Some(tag + entry - self.place().1)
    }

    /// Where the values of a tag stand, how many bytes each has, and how many there are.
    fn field(&self, bytes: &[u8], page: usize, wanted: u64) -> Option<(usize, usize, usize)> {
        let at = self.value_of(bytes, page, wanted)?;
        let (_, place) = self.place();
        // An entry: tag and kind with two bytes each, the count, and the values or where they are.
        let kind = self.number(bytes, at - place - 2, 2)?;
        let size = match kind {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => return None,
        };
        let count = usize::try_from(self.number(bytes, at - place, place)?).ok()?;
        let length = count.checked_mul(size)?;
        let start = if length <= place {
            at
        } else {
            self.offset(bytes, at)?
        };
        bytes.get(start..start.checked_add(length)?)?;
        Some((start, size, count))
    }

    /// The values of a tag that are whole numbers.
    pub fn numbers(&self, bytes: &[u8], page: usize, wanted: u64) -> Option<Vec<u64>> {
        let (start, size, count) = self.field(bytes, page, wanted)?;
        let value = |index| self.number(bytes, start + index * size, size);
        (0..count).map(value).collect()
    }

    /// Makes the first value of a tag `value`, or the most that has room there.
    pub fn set(&self, bytes: &mut [u8], page: usize, wanted: u64, value: u64) {
        let Some((start, size, 1..)) = self.field(bytes, page, wanted) else {
            return;
        };
        let most = u64::MAX >> (64 - 8 * size);
        let whole = value.min(most).to_le_bytes();
        let part = &mut bytes[start..start + size];
        part.copy_from_slice(&whole[..size]);
        if !self.is_little {
            part.reverse();
        }
    }

    /// The value of a tag that is one number of two bytes.
    pub fn short(&self, bytes: &[u8], page: usize, wanted: u64) -> Option<u64> {
        self.number(bytes, self.value_of(bytes, page, wanted)?, 2)
    }
}
