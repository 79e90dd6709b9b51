//! Gradients of logits, on the CPU.
//!
//! A run is recorded as a list of operations with what each gave; the way back goes through the list from its end and
//! hands each operation's gradient to what it read. The forward pass is the one of [`Network`](super::Network) on the
//! CPU, with the same kernels on the same weights.

mod layer;
mod network;
mod record;
mod tape;

pub use network::Differentiable;
pub use record::{Activations, Record};
pub use softcam_kernels::backward::Rule;
