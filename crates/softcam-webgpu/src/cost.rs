//! What a layer asks of a device, by counting: for choosing kernels without a clock, and for telling why.

use crate::planes::GROUP;
use crate::tiles::{self, DEPTH, Tile};
use softcam_kernels::{Activation, ConvolutionSpec};
use std::ops::Add;

/// Work and traffic of one dispatch, or of several added up. Bytes are those that threads ask memory for; what caches
/// answer in between depends on the device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Kernels launched.
    pub dispatches: u64,
    /// Threads launched.
    pub threads: u64,
    /// Multiplications with addition that the result needs.
    pub useful: u64,
    /// Those that are computed, with what hangs over the edges of tiles and groups.
    pub computed: u64,
    /// Bytes read.
    pub read: u64,
    /// Bytes written.
    pub written: u64,
}

impl Cost {
    /// Useful multiplications per byte of traffic.
    pub fn intensity(&self) -> f64 {
        self.useful as f64 / (self.read + self.written) as f64
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            dispatches: self.dispatches + other.dispatches,
            threads: self.threads + other.threads,
            useful: self.useful + other.useful,
            computed: self.computed + other.computed,
            read: self.read + other.read,
            written: self.written + other.written,
        }
    }
}

/// Sizes of a layer, as the formulas below need them.
struct Sizes {
    pixels: u64,
    taps: u64,
    inputs: u64,
    outputs: u64,
    weights: u64,
}

impl Sizes {
    fn of(spec: &ConvolutionSpec, input: [usize; 4]) -> Self {
        let [batch, _, height, width] = spec.output_shape(input);
        let filled = |channels: usize| channels.next_multiple_of(GROUP) as u64;
        let per_output = spec.in_channels / spec.groups * spec.kernel * spec.kernel;
        Self {
            pixels: (batch * height * width) as u64,
            taps: (spec.kernel * spec.kernel) as u64,
            inputs: filled(spec.in_channels),
            outputs: filled(spec.out_channels),
            weights: (spec.out_channels * per_output) as u64,
        }
    }

    fn useful(&self, spec: &ConvolutionSpec) -> u64 {
        let inputs = spec.in_channels / spec.groups;
        self.pixels * self.taps * inputs as u64 * spec.out_channels as u64
    }
}

const FLOAT: u64 = 4;

/// Of the kernels of this crate on an input `[batch, channels, height, width]`.
pub fn own(spec: &ConvolutionSpec, input: [usize; 4], int8: bool, residual: bool) -> Cost {
    let sizes = Sizes::of(spec, input);
    let written = sizes.pixels * sizes.outputs * FLOAT;
    let affine = if residual { written } else { 0 };
    if spec.groups == 1 {
        let (rows, groups) = (sizes.pixels as usize, sizes.outputs as usize / GROUP);
        let tile = Tile::choose(rows, groups);
        let [along, across] = tile.workgroups(rows, groups).map(|count| count as u64);
        let steps = (sizes.taps * sizes.inputs / GROUP as u64).next_multiple_of(u64::from(DEPTH));
        let channels = steps * GROUP as u64;
        let [tile_rows, tile_outputs] = [u64::from(tile.rows), u64::from(tile.groups) * 4];
        let [x, y] = tile.threads().map(u64::from);
        let weight = if int8 { 1 } else { FLOAT };
        return Cost {
            dispatches: 1,
            threads: along * across * x * y,
            useful: sizes.useful(spec),
            computed: along * across * tile_rows * tile_outputs * channels,
            // Each tile of pixels is read once per column of tiles, each weight once per row of tiles.
            read: across * sizes.pixels * sizes.taps * sizes.inputs * FLOAT
                + along * channels * sizes.outputs * weight
                + affine,
            written,
        };
    }
    let run = tiles::depthwise_run(spec.stride);
    let [batch, _, height, width] = spec.output_shape(input);
    let threads = (batch * height * width.div_ceil(run)) as u64 * (sizes.outputs / GROUP as u64);
    let span = ((run - 1) * spec.stride + (spec.kernel - 1) * spec.dilation + 1) as u64;
    let kernel = spec.kernel as u64;
    Cost {
        dispatches: 1,
        threads,
        useful: sizes.useful(spec),
        computed: threads * run as u64 * sizes.taps * GROUP as u64,
        read: threads * (span * kernel + sizes.taps) * GROUP as u64 * FLOAT + affine,
        written,
    }
}

/// Of burn's matrix product on pixels side by side, at the least: windows of more than one pixel are padded and copied out,
/// then each factor is read once, as if the product's tiles never asked twice. Scale, bias, residual and activation are
/// operations of their own. Depthwise convolutions are those of [`burn`].
pub fn matrix(spec: &ConvolutionSpec, input: [usize; 4], int8: bool, residual: bool) -> Cost {
    if spec.groups != 1 {
        return burn(spec, input, residual);
    }
    let sizes = Sizes::of(spec, input);
    let [batch, _, height, width] = input.map(|size| size as u64);
    let values = sizes.pixels * sizes.outputs;
    let windows = sizes.pixels * sizes.taps * sizes.inputs;
    let weights = sizes.taps * sizes.inputs * sizes.outputs * if int8 { 1 } else { FLOAT };
    let given = batch * height * width * sizes.inputs;
    // Padding reads what is given and writes about as much, of which copying reads each value once per window.
    let (copies, copied) = match (spec.kernel, spec.stride) {
        (1, 1) => (0, 0),
        (1, _) => (1, windows),
        _ => (2, given + windows),
    };
    // Scale and bias, too.
    let after = 2 + unfused(spec, residual);
    Cost {
        dispatches: copies + 1 + after,
        threads: copied + values * (1 + after),
        useful: sizes.useful(spec),
        computed: windows * sizes.outputs,
        read: (copied + windows + (after + u64::from(residual)) * values) * FLOAT + weights,
        written: (copied + (1 + after) * values) * FLOAT,
    }
}

/// Of burn 0.22's `conv2d` on WGSL, bias in it, residual and activation as operations of their own: one thread per pixel
/// and four output channels, each of which reads its whole window and its weights, after the weights were copied into
/// another order.
pub fn burn(spec: &ConvolutionSpec, input: [usize; 4], residual: bool) -> Cost {
    let sizes = Sizes::of(spec, input);
    let values = sizes.pixels * sizes.outputs;
    let threads = values / GROUP as u64;
    let inputs = if spec.groups == 1 {
        sizes.inputs
    } else {
        GROUP as u64
    };
    let window = sizes.taps * inputs;
    let after = unfused(spec, residual);
    let weights = if spec.groups == 1 {
        window * GROUP as u64
    } else {
        window
    };
    Cost {
        dispatches: 2 + after,
        threads: threads * (1 + after),
        useful: sizes.useful(spec),
        computed: threads * window * if spec.groups == 1 { GROUP as u64 } else { 1 },
        read: threads * (window + weights) * FLOAT
            + sizes.weights * FLOAT
            + (after + u64::from(residual)) * values * FLOAT,
        written: (1 + after) * values * FLOAT + sizes.weights * FLOAT,
    }
}

/// Operations of their own that residual and activation take where nothing is fused; each reads and writes all values once.
fn unfused(spec: &ConvolutionSpec, residual: bool) -> u64 {
    u64::from(residual) + u64::from(spec.activation != Activation::Linear)
}

#[cfg(test)]
mod tests {
    use super::*;
    use softcam_kernels::Padding;

    fn three_by_three(
        in_channels: usize,
        out_channels: usize,
        activation: Activation,
    ) -> ConvolutionSpec {
        ConvolutionSpec {
            in_channels,
            out_channels,
            kernel: 3,
            stride: 1,
            dilation: 1,
            groups: 1,
            padding: Padding::Same,
            activation,
        }
    }

    #[test]
    fn windows_are_copied_and_back() {
        let spec = three_by_three(4, 8, Activation::Linear);
        let cost = matrix(&spec, [1, 4, 10, 10], true, false);
        assert_eq!(cost.computed, cost.useful);
        // Padding, copying, the product, scale, bias.
        assert_eq!(cost.dispatches, 5);
        let (given, windows, values) = (400, 9 * 400, 800);
        assert_eq!(
            cost.read,
            4 * (given + windows + windows + 2 * values) + 9 * 4 * 8
        );
        assert_eq!(cost.written, 4 * (given + windows + 3 * values));

        let pixel = ConvolutionSpec { kernel: 1, ..spec };
        let cost = matrix(&pixel, [1, 4, 10, 10], false, true);
        assert_eq!(cost.dispatches, 4);
        assert_eq!(cost.read, 4 * (given + 4 * values) + 4 * 4 * 8);
    }

    #[test]
    fn tiles_save_traffic() {
        let spec = three_by_three(256, 256, Activation::Relu);
        let input = [1, 256, 32, 32];
        let (own, burn) = (own(&spec, input, true, false), burn(&spec, input, false));
        assert_eq!(own.useful, 32 * 32 * 9 * 256 * 256);
        assert_eq!(own.useful, burn.useful);
        assert_eq!(own.written, 32 * 32 * 256 * 4);
        assert!(own.computed >= own.useful && own.computed < own.useful * 11 / 10);
        assert!(
            own.intensity() > 10.0 * burn.intensity(),
            "{own:?} {burn:?}"
        );
    }
}
