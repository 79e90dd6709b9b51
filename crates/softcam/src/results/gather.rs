//! Which files of a folder are asked about, and in which order: one rule for the page and the command line, which
//! `tests/fixtures/many/gathered.json` holds the page to.

use std::cmp::Ordering;

/// Pictures by the end of their names, also those that are named and refused: a file that is asked about and refused is
/// in the table with the reason.
const PICTURES: [&str; 34] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "dib", "gif", "tif", "tiff", "heic",
    "heif", "avif", "svg", "dcm", "dicom", "jp2", "j2k", "jxl", "pgm", "ppm", "pbm", "pnm", "ima",
    "ico", "jls", "jxr", "nii", "cr2", "cr3", "nef", "arw", "dng",
];

/// What a file in a folder or an archive is taken for, by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is asked about. Files without an ending are among them, since scanners often write such, and files whose ending
    /// is a number: archives of DICOM files name them by their identifiers, such as `CT.1.2.840.10008`.
    Picture,
    /// Something that a system or a program keeps for itself; passed over without a word.
    Hidden,
    /// Anything else: left out, and named.
    Other,
}

/// The kind of the file at `path`, whose parts are separated by slashes, seen from the folder that was given.
pub fn kind(path: &str) -> Kind {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
    let Some(name) = parts.next_back() else {
        return Kind::Hidden;
    };
    let lower = name.to_ascii_lowercase();
    // The last is the list of what is on a disc of DICOM files.
    let kept_by_a_system = ["thumbs.db", "desktop.ini", "dicomdir"].contains(&lower.as_str());
    if hidden(name) || parts.any(hidden) || kept_by_a_system {
        return Kind::Hidden;
    }
    match lower.rsplit_once('.') {
        None => Kind::Picture,
        Some((_, ending)) if PICTURES.contains(&ending) || is_number(ending) => Kind::Picture,
        Some(_) => Kind::Other,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The order of two paths as people count: digits by their number, the letters A to Z whatever their case, everything else by
/// code point; part by part of the path. Where all that is the same, by code point.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('/'), b.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match part(x, y) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
}

fn part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (m, n) = (digits(&mut a), digits(&mut b));
            m.len().cmp(&n.len()).then_with(|| m.cmp(n))
        } else {
            a = &a[x.len_utf8()..];
            b = &b[y.len_utf8()..];
            x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes the digits off the beginning of `text`, and gives them without their leading zeros.
fn digits<'a>(text: &mut &'a str) -> &'a str {
    let end = (text.find(|letter: char| !letter.is_ascii_digit())).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_and_ordered_as_on_the_page() {
        let fixture = include_str!("../../../../tests/fixtures/many/gathered.json");
        let fixture: serde_json::Value = serde_json::from_str(fixture).expect("a JSON file");
        let list = |name: &str| -> Vec<String> {
            let values = fixture[name].as_array().expect("a list");
            let text = |value: &serde_json::Value| value.as_str().expect("a path").to_owned();
            values.iter().map(text).collect()
        };
        for (name, expected) in [
            ("pictures", Kind::Picture),
            ("hidden", Kind::Hidden),
            ("others", Kind::Other),
        ] {
            for path in list(name) {
                assert_eq!(kind(&path), expected, "{path}");
            }
        }
        let sorted = list("sorted");
        let mut shuffled: Vec<String> = sorted.iter().rev().cloned().collect();
        shuffled.sort_by(|a, b| natural(a, b));
        assert_eq!(shuffled, sorted);
    }
}
