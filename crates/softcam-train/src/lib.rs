//! Training SoftCAM networks.
//!
//! 1. [`initial`]: a pretrained network gets a new class-evidence layer for the classes at hand.
//!    With [`renormalise`], batch normalisation gets statistics of one's own pictures.
//! 2. [`pictures`] and [`augment`]: what the network sees, another version of each picture every epoch, mixed in pairs
//!    where wanted.
//! 3. [`parameters`]: which weights change, and how a unit of the network is put together from them.
//! 4. [`objective`]: cross-entropy and the penalty on the evidence maps, the ElasticNet (Djoumessi & Berens, eq. 5) and
//!    more.
//! 5. [`trainer`]: epochs, [`schedule`]d, with an average of the weights and a cache behind frozen blocks where wanted;
//!    its state can be saved after each and taken up again.
//! 6. [`predict`]: what a network says about many pictures, on every core.
//! 7. [`novelty`]: the Gaussian of the features of known pictures, for telling unlike ones.
//!
//! Nothing here reads or writes files: pictures come in as pixels, checkpoints go out as bytes.

pub mod augment;
mod average;
mod cache;
pub mod checkpoint;
pub mod config;
mod cpu;
#[cfg(any(feature = "wgpu", feature = "vulkan"))]
pub mod device;
pub mod error;
pub mod initial;
mod mixup;
pub mod novelty;
pub mod objective;
pub mod parameters;
mod penalty;
pub mod pictures;
pub mod predict;
pub mod renormalise;
pub mod sampling;
pub mod schedule;
pub mod trainer;

pub use config::{Balance, Config, Head, Optimizer};
pub use error::{Error, Result};
pub use objective::Loss;
pub use pictures::{Picture, Pictures};
pub use trainer::{Progress, Trainer};
