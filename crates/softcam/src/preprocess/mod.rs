//! From the bytes of a picture to the network's input, with the placement that ties one to the other.

mod alpha;
mod bmp;
mod colour;
mod decode;
mod disc;
mod fit;
mod foreign;
mod frames;
mod grey16;
mod jpeg;
mod note;
mod photo;
mod placement;
mod planes;
mod png;
mod pnm;
mod resize;
mod tiff;
mod tiff_profile;
mod view;
mod window;

pub use decode::{Limits, decode, decode_grey16};
pub(crate) use fit::normalise;
pub use fit::{NetworkInput, fit, place};
pub use grey16::{Grey16, paint};
pub use note::Note;
pub use photo::Photo;
pub use placement::{Placement, Rect, Size};
pub use planes::planes;
pub use resize::resize_pixels;
pub(crate) use view::check_size;
pub use view::{view, view_whole};
pub use window::{Curve, Window};
