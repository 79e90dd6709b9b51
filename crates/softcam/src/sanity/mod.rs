//! Whether a map has to do with what the network learned.
//!
//! The test of Adebayo et al. ("Sanity checks for saliency maps", NeurIPS 2018): weights are randomised layer by layer, from
//! the last one down, and a map that says anything about the network must change with them.

mod shuffle;
mod similarity;

pub use shuffle::{layer_names, shuffle};
pub use similarity::{Similarity, similarity};
