//! SoftCAM: convolutional networks whose explanation *is* their decision.
//!
//! A [`backbone`] turns an image into a grid of features. The class-evidence layer, a 1x1 convolution with one filter
//! per class, turns the grid into one signed *evidence map* per class, and each class's *logit* is the plain mean of
//! its map (Djoumessi & Berens, "Soft-CAM", arXiv 2505.17748). What is shown therefore adds up to what was decided.
//!
//! The path of an image through the crate:
//!
//! 1. [`preprocess`]: bytes → oriented, opaque pixels ([`preprocess::Photo`]) → the network's input, with a
//!    [`preprocess::Placement`] that ties every input pixel to the photo.
//! 2. [`network`]: input → evidence maps and logits, on whatever [`burn::tensor::Device`] it was built for.
//! 3. [`explain`]: the two together, with the checks that keep a failed run from being shown: an [`Answer`] and the maps
//!    behind it.
//! 4. [`overlay`]: evidence → colours over the photo.
//!
//! To ask back: [`edit`] changes the photo, [`sanity`] the weights, and the path is the same.
//!
//! Of many pictures, [`results`] makes a table and files.
//!
//! And of a model: [`weights`] says what a model file is, and [`conversion`] makes one of a checkpoint.
//!
//! Nothing here touches the web, a clock or a file: callers pass bytes in.

pub mod answer;
pub mod backbone;
pub mod classes;
pub mod conversion;
pub mod edit;
pub mod error;
pub mod evidence;
pub mod explain;
mod fault;
pub mod map;
pub mod messages;
pub mod network;
pub mod novelty;
pub mod overlay;
pub mod pause;
pub mod preprocess;
pub mod random;
pub mod reading;
pub mod results;
pub mod sanity;
pub mod smoothing;
mod watch;
pub mod weights;

pub use answer::Answer;
pub use burn::tensor::Device;
pub use error::{Error, Fault, Result};
pub use evidence::EvidenceMaps;
pub use explain::{Explainer, Explanation};
pub use map::Map;
pub use pause::Pause;
pub use softcam_kernels::Team;
pub use watch::Watch;
