//! Files that people take for pictures, told apart by their first bytes so that the advice can be of use.

use crate::error::{Error, error};

/// Why this is not opened.
pub(super) fn refusal(bytes: &[u8]) -> Error {
    let starts = |start: &[u8]| bytes.starts_with(start);
    if bytes.get(4..8) == Some(b"ftyp") {
        return container(bytes);
    }
    if bytes.get(128..132) == Some(b"DICM") {
        return error!(PICTURE_DICOM);
    }
    if starts(b"%PDF") {
        return error!(PICTURE_PDF);
    }
    if starts(b"PK\x03\x04") {
        return error!(PICTURE_ZIP);
    }
    if let Some(format) = named(bytes) {
        return error!(PICTURE_FORMAT, format);
    }
    if looks_like_svg(bytes) {
        return error!(PICTURE_SVG);
    }
    if looks_like_page(bytes) {
        return error!(PICTURE_PAGE);
    }
    if starts(b"version https://git-lfs") {
        return error!(PICTURE_POINTER);
    }
    error!(PICTURE_UNKNOWN)
}

/// Containers of Apple's kind say what they hold by brands, of which the first may be a general one.
fn container(bytes: &[u8]) -> Error {
    let length = bytes
        .first_chunk()
        .map_or(0, |length| u32::from_be_bytes(*length) as usize);
    let header = &bytes[8..bytes.len().min(length.clamp(12, 256))];
    let brands = || header.as_chunks::<4>().0.iter();
    let has = |names: &[&[u8; 4]]| brands().any(|brand| names.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        error!(PICTURE_AVIF)
    } else if has(&[
        b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1",
    ]) {
        error!(PICTURE_HEIC)
    } else if has(&[b"crx "]) {
        error!(PICTURE_FORMAT, format = "Canon CR3")
    } else if has(&[b"jxl "]) {
        error!(PICTURE_FORMAT, format = "JPEG XL")
    } else {
        error!(PICTURE_VIDEO)
    }
}

/// Formats of pictures and of measurements that are not read.
fn named(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 9] = [
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\0\0\0\x0cJXL ", "JPEG XL"),
        (b"\xff\x0a", "JPEG XL"),
        (b"II\xbc\x01", "JPEG XR"),
        (b"\x93NUMPY", "NumPy"),
        (b"\0\0\x01\0", "ICO"),
        (b"\x89HDF", "HDF5"),
        (b"8BPS", "Photoshop"),
    ];
    if let Some((_, name)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some(name);
    }
    // Its header is 348 bytes long, and says so first; packed, it cannot be told from anything else.
    let header = bytes
        .first_chunk()
        .map(|length| i32::from_le_bytes(*length));
    (header == Some(348) && bytes.len() >= 348).then_some("NIfTI")
}

fn looks_like_svg(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(2048)];
    start.windows(4).any(|window| window == b"<svg")
}

fn looks_like_page(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    start.contains("<!doctype html") || start.contains("<html")
}
