//! Depthwise convolutions with stride 2, by their input.
//!
//! Two neighbouring pixels of the input meet the even taps of a kernel row and its odd ones. Both are computed from one window
//! of the output's gradient, so that every value of it is loaded once for both, and each pixel of the result written once.

use crate::convolution::ConvolutionSpec;
use crate::lanes::{GROUP, Lanes, Pixel};
use crate::padding::Axes;
use crate::planes::Planes;
use crate::workspace::Workspace;

/// Pairs of pixels that are computed together: a register for each pixel.
const PAIRS: usize = 4;

/// Weights `[group, tap]`.
#[derive(Debug)]
pub(super) struct Strided {
    weight: Vec<Pixel>,
    kernel: usize,
}

/// Where a window of the gradient begins in its padded plane, and the kernel row that it meets.
type Meeting = (usize, usize);

impl Strided {
    /// Packs `weight` `[channels, 1, kernel, kernel]`; none where `spec` is no convolution of this kind.
    pub(super) fn new(spec: &ConvolutionSpec, weight: &[f32]) -> Option<Self> {
        let depthwise = spec.groups == spec.in_channels && spec.groups == spec.out_channels;
        if !depthwise || (spec.stride, spec.dilation) != (2, 1) || ![3, 5].contains(&spec.kernel) {
            return None;
        }
        let taps = spec.kernel * spec.kernel;
        let mut packed = vec![[0.0; GROUP]; spec.in_channels.div_ceil(GROUP) * taps];
        for (channel, weights) in weight.chunks_exact(taps).enumerate() {
            for (tap, &value) in weights.iter().enumerate() {
                packed[channel / GROUP * taps + tap][channel % GROUP] = value;
            }
        }
        Some(Self {
            weight: packed,
            kernel: spec.kernel,
        })
    }

    /// The gradient by an input of [height, width], whose `axes` are these.
    pub(super) fn run(
        &self,
        gradient: &Planes,
        size: [usize; 2],
        axes: &Axes,
        workspace: &mut Workspace,
    ) -> Planes {
        let mut output = workspace.planes([gradient.batch, gradient.channels, size[0], size[1]]);
        if size[0] * size[1] == 0 {
            return output;
        }
        let grid = Grid::new(self.kernel, gradient, size, axes);
        let mut padded = workspace.buffer(grid.rows * grid.pitch);
        padded.fill([0.0; GROUP]);
        let groups = gradient.channels.div_ceil(GROUP);
        let taps = self.kernel * self.kernel;
        let sources = gradient.used().chunks_exact(gradient.area().max(1));
        let area = output.area();
        for (plane, target) in output.used_mut().chunks_exact_mut(area).enumerate() {
            if let Some(source) = sources.clone().nth(plane) {
                grid.copy(source, &mut padded);
            }
            let weight = &self.weight[plane % groups * taps..][..taps];
            for (y, line) in target.chunks_exact_mut(size[1]).enumerate() {
                match self.kernel {
                    3 => row::<3>(&grid, &padded, weight, y, line),
                    _ => row::<5>(&grid, &padded, weight, y, line),
                }
            }
        }
        workspace.give_back(padded);
        output
    }
}

/// How the output's gradient lies in a plane with zeros at its sides.
struct Grid {
    kernel: usize,
    /// Zeros before the input's rows and columns.
    before: [usize; 2],
    /// Rows and columns of the gradient.
    rows: usize,
    columns: usize,
    /// The first pair of the input's columns, counted from the first padded one.
    first: usize,
    /// Tiles of [`PAIRS`] in a row.
    tiles: usize,
    /// Pixels from row to row of the padded plane.
    pitch: usize,
}

impl Grid {
    fn new(kernel: usize, gradient: &Planes, size: [usize; 2], axes: &Axes) -> Self {
        let before = [axes.rows.before, axes.columns.before];
        let first = before[1] / 2;
        let pairs = (size[1] - 1 + before[1]) / 2 + 1 - first;
        let tiles = pairs.div_ceil(PAIRS);
        Self {
            kernel,
            before,
            rows: gradient.height,
            columns: gradient.width,
            first,
            tiles,
            pitch: kernel / 2 + tiles * PAIRS,
        }
    }

    /// Copies a plane of the gradient to its place. What lies beside it stays 0.
    fn copy(&self, source: &[Pixel], padded: &mut [Pixel]) {
        let shift = self.kernel / 2;
        // Columns that no pixel of the input met are left out.
        let skipped = self.first.saturating_sub(shift);
        let place = shift.saturating_sub(self.first);
        let lines = padded.chunks_exact_mut(self.pitch);
        for (source, line) in source.chunks_exact(self.columns).zip(lines) {
            let source = source.get(skipped..).unwrap_or_default();
            let count = source.len().min(self.pitch - place);
            line[place..][..count].copy_from_slice(&source[..count]);
        }
    }

    /// The rows of the gradient that row `y` of the input had a part in, and how many there are; at most three.
    fn meetings(&self, y: usize) -> ([Meeting; 3], usize) {
        let (mut met, mut count) = ([(0, 0); 3], 0);
        let place = y + self.before[0];
        for tap in (place % 2..self.kernel).step_by(2) {
            if let Some(row) = (place.checked_sub(tap)).map(|from| from / 2)
                && row < self.rows
            {
                met[count] = (row * self.pitch, tap);
                count += 1;
            }
        }
        (met, count)
    }
}

/// One row of the input's gradient.
#[inline(never)]
fn row<const K: usize>(
    grid: &Grid,
    padded: &[Pixel],
    weight: &[Pixel],
    y: usize,
    line: &mut [Pixel],
) {
    let (met, count) = grid.meetings(y);
    let met = &met[..count];
    // The first pair may begin with a padded pixel.
    let cut = grid.before[1] % 2;
    for piece in 0..grid.tiles {
        let start = piece * PAIRS;
        let low = tile::<K, 0>(padded, weight, met, start);
        let high = tile::<K, 1>(padded, weight, met, start);
        let x = 2 * start;
        let whole = x
            .checked_sub(cut)
            .and_then(|x| line.get_mut(x..x + 2 * PAIRS));
        if let Some(output) = whole {
            for (p, pixel) in output.iter_mut().enumerate() {
                *pixel = Lanes::join([low[p], high[p]]);
            }
            continue;
        }
        for p in 0..2 * PAIRS {
            if let Some(pixel) = (x + p).checked_sub(cut).and_then(|x| line.get_mut(x)) {
                *pixel = Lanes::join([low[p], high[p]]);
            }
        }
    }
}

/// One half of the channels of [`PAIRS`] pairs, whose windows begin at pixel `start` of the padded rows.
#[inline(always)]
fn tile<const K: usize, const HALF: usize>(
    padded: &[Pixel],
    weight: &[Pixel],
    met: &[Meeting],
    start: usize,
) -> [Lanes; 2 * PAIRS] {
    let mut sums = [Lanes::splat(0.0); 2 * PAIRS];
    for &(first, tap) in met {
        let window = &padded[first + start..][..PAIRS + K / 2];
        let weights = &weight[tap * K..][..K];
        let weights: [Lanes; K] = std::array::from_fn(|kx| Lanes::half(&weights[kx], HALF));
        for pair in 0..PAIRS {
            for (kx, &weight) in weights.iter().enumerate() {
                let value = Lanes::half(&window[pair + K / 2 - kx / 2], HALF);
                let sum = &mut sums[2 * pair + kx % 2];
                *sum = sum.add_product(value, weight);
            }
        }
    }
    sums
}
