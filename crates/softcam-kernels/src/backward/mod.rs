//! The way back: gradients by what a layer was given, from the gradient by what it gave.
//!
//! All of it in [`Planes`](crate::Planes), for batches of any size. A gradient has the shape of what it is the gradient by.

mod activation;
mod convolution;
mod depthwise;
mod planes;
mod pool;
mod weights;

pub use activation::Rule;
pub use convolution::InputGradient;
pub use weights::WeightGradient;
