//! TIFF files in a build that does not read them, which their decoder would take much room in: nothing is known of any.

use image::{DynamicImage, Rgb32FImage};
use std::borrow::Cow;

pub(super) struct Amended {
    pub(super) bytes: Vec<u8>,
    pub(super) height: Option<u32>,
}

#[allow(dead_code, reason = "the same kinds as where TIFF is read")]
pub(super) enum Rarer {
    Picture(DynamicImage),
    WithoutNumbers,
    Other,
}

pub(super) fn is_big(_: &[u8]) -> bool {
    false
}

pub(super) fn is_premultiplied(_: &[u8]) -> bool {
    false
}

pub(super) fn orientation(_: &[u8]) -> Option<u8> {
    None
}

pub(super) fn amended(_: &[u8]) -> Option<Amended> {
    None
}

pub(super) fn count(_: &[u8]) -> usize {
    1
}

pub(super) fn with_picture_first(bytes: &[u8]) -> Cow<'_, [u8]> {
    Cow::Borrowed(bytes)
}

pub(super) fn decode(_: &[u8], _: u64, _: impl Fn(u32, u32) -> bool) -> Result<Rarer, ()> {
    Ok(Rarer::Other)
}

pub(super) fn in_range(_: &mut Rgb32FImage) -> Option<()> {
    Some(())
}

pub(super) fn reason(_: &[u8]) -> Option<String> {
    Some("this part of the program does not read it".to_owned())
}
