//! TIFF files beyond what the picture library takes: which page of several is the picture, rarer kinds of values, and the names of
//! what is not read.

mod header;
mod pages;
mod rarer;
mod unread;

pub(super) use header::{is_big, orientation};
pub(super) use pages::{count, with_picture_first};
pub(super) use rarer::{decode, in_range};
pub(super) use unread::reason;
