//! TIFF files beyond what the picture library takes: which page of several is the picture, rarer kinds of values, tags
//! that its decoder does not follow, and the names of what is not read.

mod amend;
mod header;
mod pages;
mod rarer;
mod unread;

pub(super) use amend::{amended, is_premultiplied};
pub(super) use header::{is_big, orientation};
pub(super) use pages::{count, with_picture_first};
pub(super) use rarer::{Rarer, decode, in_range};
pub(super) use unread::reason;
