//! Gradients of logits, on the CPU.
//!
//! A run is recorded as a list of operations with what each gave; the way back goes through the list from its end and
//! hands each operation's gradient to what it read. The forward pass is the one of [`Network`](super::Network) on the
//! CPU, with the same kernels on the same weights.

mod activations;
mod layer;
mod memory;
mod near;
mod network;
mod record;
mod suffix;
mod tape;
mod weights;

pub use activations::Activations;
pub use memory::Memory;
pub use near::KeptRun;
pub use network::Differentiable;
pub use record::Record;
pub use softcam_kernels::backward::Rule;
pub use suffix::{Suffix, SuffixRecord};
pub use weights::WeightGradients;
