//! How good a map over a picture is as an explanation, whatever method drew it.
//!
//! Some measures need the map alone, some need marks that people drew, and some need the network's answers to changed
//! pictures. Of the latter nothing here runs a network: a *plan* hands out pictures by their index, the caller asks the
//! network (in any order, on as many cores as there are), and the plan turns the answers into a figure.
//!
//! | measure | where | needs |
//! |---|---|---|
//! | activation precision and sensitivity, pointing game | [`crate::localisation`] | boxes |
//! | top-k localisation precision, both forms | [`topk`] | boxes |
//! | activation consistency r⁺, r⁻ | [`consistency`] | the map |
//! | deletion of patches, AUDC | [`replacement::patch_deletion`] | answers |
//! | deletion and insertion of pixels | [`replacement::deletion`], [`replacement::insertion`] | answers |
//! | ROAD | [`road`] | answers |
//! | average drop and increase | [`confidence`] | answers |
//! | evidence outside of the picture's content | [`content`] | the picture |
//! | Gini index | [`gini`] | the map |
//! | stability under noise and shift | [`stability`] | maps of changed pictures |
//! | randomisation of weights | [`randomisation`] | maps of changed networks |
//!
//! Maps come as [`softcam::map::Map`]: signed, on whatever grid the method has. Where a measure needs pixels, maps are
//! interpolated as the overlay is ([`grid::resize`]). Nothing is clipped or rescaled unless a measure's own definition says
//! so.

pub mod confidence;
pub mod consistency;
pub mod content;
mod curve;
mod fill;
mod gini;
pub mod grid;
mod impute;
pub mod marks;
mod noise;
mod order;
mod picture;
pub mod randomisation;
pub mod replacement;
pub mod road;
mod score;
pub mod stability;
pub mod topk;

pub use curve::Curve;
pub use fill::Fill;
pub use gini::gini;
pub use grid::{Shrink, resize};
pub use impute::impute;
pub use marks::Marks;
pub use order::Ties;
pub use picture::Picture;
pub use score::Score;
