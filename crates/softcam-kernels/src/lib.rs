//! Convolutional networks on the CPU, on one thread or on a [`Team`] of several.
//!
//! Written for WebAssembly's 128-bit vectors, portable to everything else. Activations are [`Planes`]: eight channels
//! side by side, so that one vector register holds neighbouring channels of one pixel, and a row of pixels is one run
//! of memory. Weights are packed once, in the order in which the kernels read them. Bias, residual and activation are
//! applied while a result is still in registers.
//!
//! With the feature `fused` the same source multiplies and adds in one instruction on wasm engines that have relaxed SIMD: a
//! quarter less time, and another rounding in the last digit.

mod activation;
pub mod backward;
mod chain;
mod concatenate;
mod convolution;
mod dense;
mod depthwise;
mod grouped;
mod lanes;
mod padding;
mod parts;
mod planes;
mod pool;
mod strips;
mod team;
mod tiles;
mod window;
mod winograd;
mod workspace;

pub use activation::Activation;
pub use chain::Chain;
pub use convolution::{Convolution, ConvolutionSpec};
pub use padding::{Padding, Places};
pub use planes::Planes;
pub use pool::{Pool, PoolKind};
pub use team::Team;
pub use workspace::Workspace;
