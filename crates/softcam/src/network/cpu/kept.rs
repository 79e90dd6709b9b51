//! What is kept of a run.

use crate::network::near::Kept;
use crate::network::output::Output;
use softcam_kernels::Planes;

/// A picture's run with what every block gave.
#[derive(Debug)]
pub(super) struct Run {
    pub values: Vec<f32>,
    pub size: usize,
    pub kept: Kept<Planes>,
    pub maps: Planes,
    /// Of what the last block gave.
    pub means: Vec<f32>,
    pub output: Output,
}
