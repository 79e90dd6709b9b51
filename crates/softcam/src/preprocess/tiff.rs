//! TIFF files beyond what the picture library takes: which page of several is the picture, rarer kinds of values, tags
//! that its decoder does not follow, and the names of what is not read.

/// Whether they are read at all. Elsewhere, what is in here is left out by the compiler.
pub(super) const IS_READ: bool = cfg!(feature = "tiff");

mod amend;
mod header;
mod pages;
mod range;
#[cfg(feature = "tiff")]
mod rarer;
mod unread;

pub(super) use amend::{amended, is_premultiplied};
pub(super) use header::{is_big, orientation};
pub(super) use pages::{count, with_picture_first};
pub(super) use range::in_range;
#[cfg(feature = "tiff")]
pub(super) use rarer::{Rarer, decode};
pub(super) use unread::reason;
