//! Convolutional networks on WebGPU.
//!
//! burn's own convolution on WGSL computes one pixel per thread straight from memory, and turns quantized weights into
//! floats at every call. The kernels here are WGSL of our own, launched on burn's tensors through its backend
//! extensions: int8 weights stay int8 in the device's memory and become floats in workgroup memory, where a whole tile
//! of pixels uses them; bias, residual and activation are applied before a result leaves its registers. What a
//! convolution is, [`softcam_kernels::ConvolutionSpec`] says, the same for the CPU; and the CPU's results are what the
//! tests hold these kernels against.
//!
//! Which kernel a layer gets depends on its shape alone, never on a clock: the same network does the same thing
//! everywhere. Text in WGSL rather than generated kernels, because a page pays for the generators by the byte, and
//! because what runs can be read.

mod concatenate;
mod convolution;
pub mod cost;
mod launch;
mod mean;
mod planes;
mod pool;
mod shape;
mod tiles;
#[cfg(feature = "variants")]
mod variants;
mod weights;

pub use concatenate::concatenate;
pub use convolution::{Convolution, translate};
pub use mean::means;
pub use planes::{Planes, nchw};
pub use pool::pool;
#[cfg(feature = "variants")]
pub use variants::{Variant, choose};
pub use weights::Weight;
