//! What makes a file one that is not read, by name.

use super::header::Header;

/// Tag 259: how the values are compressed.
const COMPRESSION: u64 = 259;
/// Tag 262: what the values mean.
const INTERPRETATION: u64 = 262;

/// Why the picture in the first page is not read, for a sentence; nothing where its tags do not say.
pub fn reason(bytes: &[u8]) -> Option<String> {
    let header = Header::of(bytes)?;
    let page = header.first(bytes)?;
    let compression = match header.short(bytes, page, COMPRESSION).unwrap_or(1) {
        2 => "modified Huffman codes",
        3 => "fax codes of group 3",
        6 => "JPEG in its old form",
        33_003..=33_005 | 34_712 => "JPEG 2000",
        34_887 => "LERC",
        34_892 => "JPEG as raw files have it",
        34_925 => "LZMA",
        34_926 | 50_000 => "Zstandard",
        22_610 | 34_934 => "JPEG XR",
        50_002 | 52_546 => "JPEG XL",
        _ => "",
    };
    if !compression.is_empty() {
        return Some(format!("it is compressed by {compression}"));
    }
    let colours = match header.short(bytes, page, INTERPRETATION)? {
        8..=10 => "its colours are CIE L*a*b*",
        32_803 | 34_892 => "it has the raw values of a camera",
        _ => return None,
    };
    Some(colours.to_owned())
}
