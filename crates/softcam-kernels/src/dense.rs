//! Dense convolutions of any size as one matrix product, without the copy that im2col makes: the windows are read from
//! the padded planes in place.
//!
//! The micro-kernel computes a tile of neighbouring pixels times eight output channels. Its sums stay in registers over
//! the whole depth; per step it loads two vectors of weights, which serve every pixel of the tile, and spreads one
//! input value per pixel.

use crate::lanes::{GROUP, Lanes, Pixel};
use crate::strips::{IN_CACHE, rows_within};
use crate::tiles::split;
use crate::window::{Source, Target, finish};

/// Pixels of a tile. x86 has 16 vector registers, of which V8 keeps one. They hold two sums per pixel, two vectors of
/// weights, the inputs on their way, and the product where it is not added in the same instruction. With vectors of eight
/// floats a pixel takes one sum, and as many are needed as additions are under way at once: 8 of them on Intel's and AMD's.
const TILE: usize = if cfg!(all(target_arch = "wasm32", feature = "fused")) {
    5
} else if HAS_WIDE_TILES {
    10
} else {
    4
};

/// Whether the compiler makes one vector of the two halves of a group. Tiles for that are left out elsewhere.
const HAS_WIDE_TILES: bool = cfg!(all(target_feature = "avx2", target_feature = "fma"));

/// Weights in the order in which the micro-kernel reads them.
#[derive(Debug)]
pub(crate) struct Dense {
    /// Per output group: `[input group, tap, input channel, output channel]`, then the input channels that fill no
    /// group, `[tap, input channel, output channel]`.
    weight: Vec<Pixel>,
    /// Per output group.
    bias: Vec<Pixel>,
    taps: usize,
    /// Input groups with all their channels in use.
    whole_groups: usize,
    /// Channels of a whole group: eight, but not for the compiler to know.
    whole_channels: usize,
    /// Channels of the input group that is not whole.
    rest: usize,
}

impl Dense {
    /// Packs `weight` `[out, inputs, kernel, kernel]`, `taps` = kernel².
    pub(crate) fn new(weight: &[f32], bias: &[f32], inputs: usize, taps: usize) -> Self {
        let whole_groups = inputs / GROUP;
        let rest = inputs % GROUP;
        let outputs = bias.len();
        let depth = inputs * taps;
        assert_eq!(
            weight.len(),
            outputs * depth,
            "weights do not fill the shape"
        );
        let none = vec![0.0; depth];
        let mut packed = Vec::with_capacity(outputs.div_ceil(GROUP) * depth);
        for group in 0..outputs.div_ceil(GROUP) {
            // All as long as `depth` says, so that one check per position serves the whole group.
            let filters: [&[f32]; GROUP] = std::array::from_fn(|lane| {
                let output = group * GROUP + lane;
                let filter = if output < outputs {
                    &weight[output * depth..]
                } else {
                    &none
                };
                &filter[..depth]
            });
            let panel = |position: usize| -> Pixel { filters.map(|filter| filter[position]) };
            for first in (0..inputs).step_by(GROUP) {
                let end = inputs.min(first + GROUP);
                for tap in 0..taps {
                    packed.extend((first..end).map(|input| panel(input * taps + tap)));
                }
            }
        }
        Self {
            weight: packed,
            bias: pack_bias(bias),
            taps,
            whole_groups,
            whole_channels: inputs.min(GROUP),
            rest,
        }
    }

    pub(crate) fn output_groups(&self) -> usize {
        self.bias.len()
    }

    /// Rows of an output of `height` rows that are best computed for all groups before the next ones: what they are computed
    /// from, `row` pixels a row and group, is to stay in the cache meanwhile. Weights are read anew for each such part, so that
    /// they are not to be more than that.
    pub(crate) fn rows_at_once(&self, height: usize, row: usize) -> usize {
        let groups = self.whole_groups + usize::from(self.rest > 0);
        rows_within(height, row * groups, IN_CACHE.max(self.weight.len()))
    }

    /// Computes one output group. `taps` holds the kernel's offsets in pixels.
    pub(crate) fn run(
        &self,
        group: usize,
        source: &Source<'_>,
        taps: &[usize],
        stride: usize,
        target: &mut Target<'_>,
    ) {
        assert_eq!(taps.len(), self.taps);
        let depth = (self.whole_groups * GROUP + self.rest) * self.taps;
        let weight = &self.weight[group * depth..][..depth];
        let (whole, rest) = weight.split_at(self.whole_groups * GROUP * self.taps);
        let product = Product {
            source,
            taps,
            stride,
            whole: whole.as_chunks().0,
            whole_channels: self.whole_channels,
            rest,
            rest_channels: self.rest,
            bias: Lanes::pair(&self.bias[group]),
        };
        match stride {
            1 => product.rows::<1>(target),
            2 => product.rows::<2>(target),
            _ => product.rows::<0>(target),
        }
    }
}

/// One value per channel, in groups.
pub(crate) fn pack_bias(bias: &[f32]) -> Vec<Pixel> {
    let mut packed = vec![[0.0; GROUP]; bias.len().div_ceil(GROUP)];
    for (channel, &value) in bias.iter().enumerate() {
        packed[channel / GROUP][channel % GROUP] = value;
    }
    packed
}

/// One output group's matrix product.
struct Product<'a> {
    source: &'a Source<'a>,
    taps: &'a [usize],
    stride: usize,
    whole: &'a [[Pixel; GROUP]],
    whole_channels: usize,
    rest: &'a [Pixel],
    rest_channels: usize,
    bias: [Lanes; 2],
}

impl Product<'_> {
    /// All rows. `S` is the stride, known to the compiler; 0 stands for any other.
    fn rows<const S: usize>(&self, target: &mut Target<'_>) {
        let segments = split(target.width, TILE);
        for y in 0..target.height {
            for (first, pieces, size) in segments {
                match size {
                    1 => self.tiles::<1, S>(target, y, first, pieces),
                    2 => self.tiles::<2, S>(target, y, first, pieces),
                    3 => self.tiles::<3, S>(target, y, first, pieces),
                    4 => self.tiles::<4, S>(target, y, first, pieces),
                    5 => self.tiles::<5, S>(target, y, first, pieces),
                    6 => self.tiles::<6, S>(target, y, first, pieces),
                    #[cfg(target_feature = "avx2")]
                    7 => self.tiles::<7, S>(target, y, first, pieces),
                    #[cfg(target_feature = "avx2")]
                    8 => self.tiles::<8, S>(target, y, first, pieces),
                    #[cfg(target_feature = "avx2")]
                    9 => self.tiles::<9, S>(target, y, first, pieces),
                    #[cfg(target_feature = "avx2")]
                    10 => self.tiles::<10, S>(target, y, first, pieces),
                    _ => debug_assert_eq!(pieces, 0, "no tile of {size} pixels"),
                }
            }
        }
    }

    /// `pieces` tiles of `M` pixels, from pixel `first` of row `y`.
    ///
    /// A function of its own, or engines would have to allocate registers for all tile sizes at once.
    #[inline(never)]
    #[cfg_attr(
        all(target_arch = "wasm32", feature = "fused"),
        target_feature(enable = "relaxed-simd")
    )]
    fn tiles<const M: usize, const S: usize>(
        &self,
        target: &mut Target<'_>,
        y: usize,
        first: usize,
        pieces: usize,
    ) {
        let row = target.row(y);
        let clamp = target.clamp;
        let residual = target.residual.map(|pixels| &pixels[row.clone()]);
        let output = &mut target.pixels[row];
        let stride = if S == 0 { self.stride } else { S };
        let start = y * stride * self.source.pitch;
        for piece in 0..pieces {
            let x = first + piece * M;
            let sums = self.tile::<M, S>(start + x * stride);
            let residual = residual.map(|row| &row[x..x + M]);
            let output = &mut output[x..x + M];
            for p in 0..M {
                output[p] = finish(clamp, residual.map(|pixels| &pixels[p]), sums[p]);
            }
        }
    }

    /// The sums of `M` neighbouring pixels, whose first window starts at pixel `start`.
    #[inline(always)]
    fn tile<const M: usize, const S: usize>(&self, start: usize) -> [[Lanes; 2]; M] {
        let stride = if S == 0 { self.stride } else { S };
        let span = (M - 1) * stride + 1;
        let plane = self.source.plane;
        let mut sums = [self.bias; M];
        let mut origin = start;
        for panels in self.whole.chunks_exact(self.taps.len()) {
            for (panel, &tap) in panels.iter().zip(self.taps) {
                let window = &self.source.pixels[origin + tap..][..span];
                steps::<M>(&mut sums, panel, window, stride, self.whole_channels);
            }
            origin += plane;
        }
        let mut left = self.rest;
        if self.rest_channels > 0 {
            for &tap in self.taps {
                let (panel, others) = left.split_at(self.rest_channels);
                left = others;
                let window = &self.source.pixels[origin + tap..][..span];
                steps::<M>(&mut sums, panel, window, stride, self.rest_channels);
            }
        }
        sums
    }
}

/// One group of input channels, of which the first `channels` are in use.
///
/// Where it is all eight, the compiler must not know: it would join the steps and add up one sum after the other, and
/// the weights of eight steps do not fit into the registers. The branches cost next to nothing.
#[inline(always)]
fn steps<const M: usize>(
    sums: &mut [[Lanes; 2]; M],
    panel: &[Pixel],
    window: &[Pixel],
    stride: usize,
    channels: usize,
) {
    macro_rules! steps {
        ($($channel:literal)*) => {
            $(
                if channels <= $channel {
                    return;
                }
                step::<M>(sums, &panel[$channel], |p| window[p * stride][$channel]);
            )*
        };
    }
    steps!(0 1 2 3 4 5 6 7);
}

/// One input channel: its weights times one value per pixel.
#[inline(always)]
fn step<const M: usize>(sums: &mut [[Lanes; 2]; M], weights: &Pixel, value: impl Fn(usize) -> f32) {
    let [low, high] = Lanes::pair(weights);
    for (p, sum) in sums.iter_mut().enumerate() {
        let value = Lanes::splat(value(p));
        sum[0] = sum[0].add_product(value, low);
        sum[1] = sum[1].add_product(value, high);
    }
}
