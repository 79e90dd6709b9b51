//! From the bytes of a picture to the network's input, with the placement that ties one to the other.

mod decode;
mod disc;
mod fit;
mod jpeg;
mod placement;
mod planes;

pub use decode::{Limits, Photo, decode};
pub(crate) use fit::normalise;
pub use fit::{NetworkInput, fit, view};
pub use placement::{Placement, Rect, Size};
pub use planes::planes;
