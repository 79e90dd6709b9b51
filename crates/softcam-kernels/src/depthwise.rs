//! Depthwise convolutions: every channel has a kernel of its own.
//!
//! Four channels at a time. A tile of neighbouring outputs shares its window: each input vector is loaded once per
//! kernel row and serves every output that it belongs to.

use crate::dense::pack_bias;
use crate::lanes::{GROUP, Lanes, Pixel};
use crate::tiles::split;
use crate::window::{Source, Target, finish};

/// Outputs of a tile with a `kernel` of that side: one register each, beside one per kernel column for the weights and
/// one for the window. All feature maps of a 224-pixel input have a multiple of seven columns.
const fn tile_size(kernel: usize) -> usize {
    if kernel > 3 { 4 } else { 7 }
}

/// Weights `[group, tap]`.
#[derive(Debug)]
pub(crate) struct Depthwise {
    weight: Vec<Pixel>,
    bias: Vec<Pixel>,
    kernel: usize,
    dilation: usize,
}

impl Depthwise {
    /// Packs `weight` `[channels, 1, kernel, kernel]`.
    pub(crate) fn new(weight: &[f32], bias: &[f32], kernel: usize, dilation: usize) -> Self {
        let taps = kernel * kernel;
        let channels = bias.len();
        let mut packed = vec![[0.0; GROUP]; channels.div_ceil(GROUP) * taps];
        for (channel, weights) in weight.chunks_exact(taps).enumerate() {
            for (tap, &value) in weights.iter().enumerate() {
                packed[channel / GROUP * taps + tap][channel % GROUP] = value;
            }
        }
        Self {
            weight: packed,
            bias: pack_bias(bias),
            kernel,
            dilation,
        }
    }

    pub(crate) fn groups(&self) -> usize {
        self.bias.len()
    }

    /// Computes one group from its one padded plane.
    pub(crate) fn run(
        &self,
        group: usize,
        source: &Source<'_>,
        stride: usize,
        target: &mut Target<'_>,
    ) {
        let taps = self.kernel * self.kernel;
        let weight = &self.weight[group * taps..][..taps];
        let bias = Lanes::pair(&self.bias[group]);
        match (self.kernel, stride, self.dilation) {
            // A batch normalisation alone.
            (1, 1, _) => rows::<1, 1>(source, weight, bias, target),
            (3, 1, 1) => rows::<3, 1>(source, weight, bias, target),
            (3, 2, 1) => rows::<3, 2>(source, weight, bias, target),
            (5, 1, 1) => rows::<5, 1>(source, weight, bias, target),
            (5, 2, 1) => rows::<5, 2>(source, weight, bias, target),
            _ => self.any(source, stride, weight, bias, target),
        }
    }

    /// Any kernel, stride and dilation, one pixel at a time.
    #[cfg_attr(
        all(target_arch = "wasm32", feature = "fused"),
        target_feature(enable = "relaxed-simd")
    )]
    fn any(
        &self,
        source: &Source<'_>,
        stride: usize,
        weight: &[Pixel],
        bias: [Lanes; 2],
        target: &mut Target<'_>,
    ) {
        for y in 0..target.height {
            let row = target.row(y);
            for (x, index) in row.enumerate() {
                let start = y * stride * source.pitch + x * stride;
                let mut sum = bias;
                for (ky, weights) in weight.chunks_exact(self.kernel).enumerate() {
                    let window = &source.pixels[start + ky * self.dilation * source.pitch..];
                    for (weight, pixel) in
                        (weights.iter()).zip(window.iter().step_by(self.dilation))
                    {
                        let (value, weight) = (Lanes::pair(pixel), Lanes::pair(weight));
                        sum = [0, 1].map(|half| sum[half].add_product(value[half], weight[half]));
                    }
                }
                let residual = target.residual.map(|pixels| &pixels[index]);
                target.pixels[index] = finish(target.clamp, residual, sum);
            }
        }
    }
}

/// All rows with a `K` x `K` kernel and stride `S`.
fn rows<const K: usize, const S: usize>(
    source: &Source<'_>,
    weight: &[Pixel],
    bias: [Lanes; 2],
    target: &mut Target<'_>,
) {
    let segments = split(target.width, tile_size(K));
    for y in 0..target.height {
        for (first, pieces, size) in segments {
            let place = (y, first, pieces);
            match size {
                1 => tiles::<K, S, 1>(source, weight, bias, target, place),
                2 => tiles::<K, S, 2>(source, weight, bias, target, place),
                3 => tiles::<K, S, 3>(source, weight, bias, target, place),
                4 => tiles::<K, S, 4>(source, weight, bias, target, place),
                5 => tiles::<K, S, 5>(source, weight, bias, target, place),
                6 => tiles::<K, S, 6>(source, weight, bias, target, place),
                7 => tiles::<K, S, 7>(source, weight, bias, target, place),
                _ => debug_assert_eq!(pieces, 0, "no tile of {size} pixels"),
            }
        }
    }
}

/// `pieces` tiles of `M` pixels, from pixel `first` of row `y`.
#[inline(never)]
#[cfg_attr(
    all(target_arch = "wasm32", feature = "fused"),
    target_feature(enable = "relaxed-simd")
)]
fn tiles<const K: usize, const S: usize, const M: usize>(
    source: &Source<'_>,
    weight: &[Pixel],
    bias: [Lanes; 2],
    target: &mut Target<'_>,
    (y, first, pieces): (usize, usize, usize),
) {
    let row = target.row(y);
    let clamp = target.clamp;
    let residual = target.residual.map(|pixels| &pixels[row.clone()]);
    let output = &mut target.pixels[row];
    for piece in 0..pieces {
        let x = first + piece * M;
        let start = y * S * source.pitch + x * S;
        let low = tile::<K, S, M, 0>(source, weight, bias[0], start);
        let high = tile::<K, S, M, 1>(source, weight, bias[1], start);
        let residual = residual.map(|row| &row[x..x + M]);
        let output = &mut output[x..x + M];
        for p in 0..M {
            output[p] = finish(clamp, residual.map(|pixels| &pixels[p]), [low[p], high[p]]);
        }
    }
}

/// One half of the channels of `M` neighbouring outputs, whose first window starts at pixel `start`.
#[inline(always)]
fn tile<const K: usize, const S: usize, const M: usize, const HALF: usize>(
    source: &Source<'_>,
    weight: &[Pixel],
    bias: Lanes,
    start: usize,
) -> [Lanes; M] {
    let span = (M - 1) * S + K;
    let mut sums = [bias; M];
    let mut start = start;
    for weights in weight.chunks_exact(K) {
        let window = &source.pixels[start..][..span];
        start += source.pitch;
        let weights: [Lanes; K] = std::array::from_fn(|kx| Lanes::half(&weights[kx], HALF));
        for (p, sum) in sums.iter_mut().enumerate() {
            for (kx, &weight) in weights.iter().enumerate() {
                *sum = sum.add_product(Lanes::half(&window[p * S + kx], HALF), weight);
            }
        }
    }
    sums
}
