//! From the bytes of a picture to the network's input, with the placement that ties one to the other.

mod decode;
mod disc;
mod fit;
mod jpeg;
mod photo;
mod placement;
mod planes;
mod resize;
mod tiff;
mod view;

pub use decode::{Limits, decode};
pub(crate) use fit::normalise;
pub use fit::{NetworkInput, fit, place};
pub use photo::Photo;
pub use placement::{Placement, Rect, Size};
pub use planes::planes;
pub(crate) use resize::resize_pixels;
pub(crate) use view::check_size;
pub use view::{view, view_whole};
