//! Data elements: what a DICOM file consists of (PS3.5, chapter 7).
//!
//! Nothing is copied: an element is a place in the file. Every length is held against what is there before it is used, and
//! sequences within sequences are followed to a fixed depth.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// Group and element, as `0x0028_0010`.
pub type Tag = u32;

/// Sequences nest this deep at most; the standard's own stay below ten.
pub const DEPTH: usize = 24;
/// More elements than any file of one picture has.
const ELEMENTS: usize = 200_000;

const ITEM: Tag = 0xFFFE_E000;
const ITEM_END: Tag = 0xFFFE_E00D;
const SEQUENCE_END: Tag = 0xFFFE_E0DD;
const UNDEFINED: u32 = 0xFFFF_FFFF;
/// Value representations whose length has four bytes and stands behind two empty ones.
const LONG: [&[u8; 2]; 13] = [
    b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV",
];

/// How numbers and lengths are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// Whether each element says what kind of value it has.
    pub explicit: bool,
    pub big_endian: bool,
}

/// Of the file's own header, and of sequences of unknown kind.
pub const EXPLICIT: Encoding = Encoding {
    explicit: true,
    big_endian: false,
};
pub const IMPLICIT: Encoding = Encoding {
    explicit: false,
    big_endian: false,
};

/// One element: where its value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Two letters; zeros where the file does not say.
    pub vr: [u8; 2],
    pub value: Range<usize>,
    /// Whether its length is not given, so that its value consists of items.
    pub undefined: bool,
    /// How its items are written.
    pub encoding: Encoding,
}

/// Elements by tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSet {
    pub elements: BTreeMap<Tag, Element>,
    /// Where it ends.
    pub end: usize,
    /// Whether the file ends within an element.
    pub cut_off: bool,
    /// Whether sequences lie deeper within sequences than they are followed; then it seems to end there.
    pub too_deep: bool,
}

/// Reads the elements in `range` of `bytes`, up to the end of the item that they belong to. `wanted` says where to stop:
/// at the first element for which it is false.
pub fn read(
    bytes: &[u8],
    range: Range<usize>,
    encoding: Encoding,
    wanted: impl Fn(Tag) -> bool,
) -> DataSet {
    let reader = Reader::of(&bytes[..range.end.min(bytes.len())]);
    let mut set = DataSet {
        end: range.start,
        ..DataSet::default()
    };
    while set.end < reader.bytes.len() && set.elements.len() < ELEMENTS {
        let Some((tag, element, next)) = reader.element(set.end, encoding, DEPTH, &wanted) else {
            set.too_deep = reader.too_deep.get();
            set.cut_off = !set.too_deep;
            return set;
        };
        if tag == ITEM_END || !wanted(tag) {
            return set;
        }
        set.end = next;
        // The first of two counts.
        set.elements.entry(tag).or_insert(element);
    }
    set
}

/// Where the items in the value of an element lie: of a sequence, or of a picture that is compressed.
pub fn items(bytes: &[u8], element: &Element) -> Vec<Range<usize>> {
    let reader = Reader::of(&bytes[..element.value.end.min(bytes.len())]);
    let big_endian = element.encoding.big_endian;
    let mut items = Vec::new();
    let mut at = element.value.start;
    while let Some((ITEM, length)) = reader.item(at, big_endian) {
        let Some(end) = reader.item_end(at + 8, length, element.encoding, DEPTH) else {
            // The last one, cut off.
            items.push(at + 8..reader.bytes.len());
            break;
        };
        items.push(at + 8..end.value);
        at = end.next;
    }
    items
}

/// The elements of each item of a sequence.
pub fn sequence(bytes: &[u8], element: &Element) -> Vec<DataSet> {
    items(bytes, element)
        .into_iter()
        .map(|item| read(bytes, item, element.encoding, |_| true))
        .collect()
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// Whether a sequence was given up for its depth.
    too_deep: Cell<bool>,
}

/// Where a value ends, and where what follows it begins.
struct End {
    value: usize,
    next: usize,
}

impl<'a> Reader<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            too_deep: Cell::new(false),
        }
    }

    fn u16(&self, at: usize, big_endian: bool) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(&self, at: usize, big_endian: bool) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn tag(&self, at: usize, big_endian: bool) -> Option<Tag> {
        let group = u32::from(self.u16(at, big_endian)?);
        Some(group << 16 | u32::from(self.u16(at + 2, big_endian)?))
    }

    /// Tag and length of an item, or of an end.
    fn item(&self, at: usize, big_endian: bool) -> Option<(Tag, u32)> {
        Some((self.tag(at, big_endian)?, self.u32(at + 4, big_endian)?))
    }

    /// The element at `at`, and where the next one begins.
    fn element(
        &self,
        at: usize,
        encoding: Encoding,
        depth: usize,
        wanted: &dyn Fn(Tag) -> bool,
    ) -> Option<(Tag, Element, usize)> {
        let big_endian = encoding.big_endian;
        let tag = self.tag(at, big_endian)?;
        if tag == ITEM_END || tag == SEQUENCE_END || !wanted(tag) {
            let nothing = Element {
                vr: [0; 2],
                value: at..at,
                undefined: false,
                encoding,
            };
            return Some((tag, nothing, at + 8));
        }
        let (vr, length, start) = if encoding.explicit {
            let vr = *self.bytes.get(at + 4..)?.first_chunk::<2>()?;
            if LONG.contains(&&vr) {
                (vr, self.u32(at + 8, big_endian)?, at + 12)
            } else {
                (vr, u32::from(self.u16(at + 6, big_endian)?), at + 8)
            }
        } else {
            ([0; 2], self.u32(at + 4, big_endian)?, at + 8)
        };
        // What is of unknown kind and has no length is written as all is where kinds are not said (PS3.5, 6.2.2).
        let encoding = if length == UNDEFINED && &vr == b"UN" {
            IMPLICIT
        } else {
            encoding
        };
        let element = |value| Element {
            vr,
            value,
            undefined: length == UNDEFINED,
            encoding,
        };
        if length == UNDEFINED {
            let end = self.sequence_end(start, encoding, depth)?;
            return Some((tag, element(start..end.value), end.next));
        }
        let end = start.checked_add(length as usize)?;
        (end <= self.bytes.len()).then(|| (tag, element(start..end), end))
    }

    /// The end of a sequence whose length is not given.
    fn sequence_end(&self, mut at: usize, encoding: Encoding, depth: usize) -> Option<End> {
        loop {
            match self.item(at, encoding.big_endian)? {
                (SEQUENCE_END, _) => {
                    return Some(End {
                        value: at,
                        next: at + 8,
                    });
                }
                (ITEM, length) => at = self.item_end(at + 8, length, encoding, depth)?.next,
                _ => return None,
            }
        }
    }

    fn item_end(&self, start: usize, length: u32, encoding: Encoding, depth: usize) -> Option<End> {
        if length != UNDEFINED {
            let end = start.checked_add(length as usize)?;
            return (end <= self.bytes.len()).then_some(End {
                value: end,
                next: end,
            });
        }
        let Some(depth) = depth.checked_sub(1) else {
            self.too_deep.set(true);
            return None;
        };
        let mut at = start;
        loop {
            let (tag, _, next) = self.element(at, encoding, depth, &|_| true)?;
            if tag == ITEM_END {
                return Some(End { value: at, next });
            }
            if tag == SEQUENCE_END {
                return None;
            }
            at = next;
        }
    }
}
