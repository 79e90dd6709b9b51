//! Convolutions in groups that are neither dense nor depthwise. None of the networks here has one; they work, and no
//! more.

use crate::lanes::{GROUP, Pixel};
use crate::window::Source;

/// Weights as they came: `[out, in / groups, kernel, kernel]`.
#[derive(Debug)]
pub(crate) struct Grouped {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    /// Input channels per group.
    pub inputs: usize,
    /// Output channels per group.
    pub outputs: usize,
}

impl Grouped {
    /// One value before residual and activation: output channel `output`, windows starting at pixel `start`.
    pub(crate) fn value(
        &self,
        output: usize,
        source: &Source<'_>,
        taps: &[usize],
        start: usize,
    ) -> f32 {
        let first = output / self.outputs * self.inputs;
        let kernels = self.weight[output * self.inputs * taps.len()..].chunks_exact(taps.len());
        let products = kernels
            .take(self.inputs)
            .zip(first..)
            .flat_map(|(kernel, input)| {
                let plane = &source.pixels[input / GROUP * source.plane + start..];
                (kernel.iter().zip(taps)).map(move |(weight, &tap): (&f32, _)| {
                    let pixel: &Pixel = &plane[tap];
                    weight * pixel[input % GROUP]
                })
            });
        self.bias[output] + products.sum::<f32>()
    }
}
