//! Which of a file's pages are pictures of their own.

use super::header::Header;
use std::borrow::Cow;
use std::collections::HashSet;
use std::iter;

/// Pages that are looked at.
const PAGES: usize = 65_536;

/// Tag 254: whether a page is a reduced copy of another one (bit 0) or the mask of one (bit 2).
const KIND: u64 = 254;

/// The file so that its first page is the picture: a page that says it is a reduced copy of another comes after that one.
pub fn with_picture_first(bytes: &[u8]) -> Cow<'_, [u8]> {
    let moved = || {
        let header = Header::of(bytes)?;
        let picture = pictures(&header, bytes).next()?;
        if header.first(bytes) == Some(picture) {
            return None;
        }
        let mut moved = bytes.to_vec();
        header.set_first(&mut moved, picture);
        Some(moved)
    };
    moved().map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// How many pages are pictures of their own.
pub fn count(bytes: &[u8]) -> usize {
    Header::of(bytes).map_or(0, |header| pictures(&header, bytes).count())
}

/// Where the pages begin that are pictures of their own. Pages that lead back to one before end it.
fn pictures(header: &Header, bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut seen = HashSet::new();
    let pages = iter::successors(header.first(bytes), move |&page| header.next(bytes, page));
    pages
        .take(PAGES)
        .take_while(move |&page| seen.insert(page) && header.entries(bytes, page).is_some())
        .filter(move |&page| {
            let kind = header.value_of(bytes, page, KIND);
            let kind = kind.and_then(|value| header.number(bytes, value, 4));
            kind.is_none_or(|kind| kind & 0b101 == 0)
        })
}
