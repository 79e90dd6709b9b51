//! Evidence as colours over the photo.
//!
//! Conventions: one symmetric scale around zero that does not depend on the map being shown; zero is transparent;
//! orange speaks for the class, blue against it (apart for readers with any common colour-vision deficiency, and
//! equally light at equal strength); contour lines, solid for and dashed against, so that hue is not the only cue.
//! Upsampling is for display alone: every number comes from the map. (Metrics of localisation, which compare maps with
//! boxes of pixels, interpolate as the display does.)

mod axis;
mod blend;
mod colour;
mod contours;
mod line;
mod palette;
mod render;
mod scale;
mod trace;
mod upsample;

pub use axis::Interpolation;
pub use blend::blend;
pub use colour::{Tint, colour_bar};
pub use palette::Palette;
pub use render::{Style, render};
pub use scale::{difference_limit, scale_limit, shared_limit};
pub use upsample::Taps;
