//! Convolutions, by their input.
//!
//! With stride 1 the gradient is a convolution of the output's gradient with the kernel turned around and its channels
//! swapped, so the kernels of the way forward compute it. With stride s the input's pixels fall into s² phases by their
//! place in the step; each tap of the kernel meets one phase only, so that each phase is a convolution of its own with
//! the taps that meet it, and stride 1. No zeros are put between the gradient's pixels to be multiplied. Depthwise
//! convolutions with stride 2 have code of their own.

use super::depthwise::Strided;
use crate::activation::Activation;
use crate::convolution::{Convolution, ConvolutionSpec};
use crate::padding::{Axes, Axis, Padding};
use crate::planes::Planes;
use crate::workspace::Workspace;

/// A convolution turned around, weights packed.
#[derive(Debug)]
pub struct InputGradient {
    spec: ConvolutionSpec,
    taps: Taps,
    way: Way,
}

/// How it is computed.
#[derive(Debug)]
enum Way {
    /// For each phase of the rows and of the columns, row-major; none where no tap meets them.
    Phases(Vec<Option<Convolution>>),
    Strided(Strided),
}

/// Which taps of a kernel meet which phase of the input, along either axis.
#[derive(Debug, Clone, Copy)]
struct Taps {
    stride: usize,
    dilation: usize,
    kernel: usize,
    /// From one tap of a phase to its next.
    step: usize,
    /// How far those are apart in the output's gradient.
    distance: usize,
    /// Side of the phases' kernels. Those that fewer taps meet have zeros at the end.
    side: usize,
}

impl Taps {
    fn new(spec: &ConvolutionSpec) -> Self {
        let common = greatest_common_divisor(spec.dilation, spec.stride);
        let step = spec.stride / common;
        let side = spec.kernel.div_ceil(step);
        let distance = spec.dilation / common;
        Self {
            stride: spec.stride,
            dilation: spec.dilation,
            kernel: spec.kernel,
            step,
            distance,
            side,
        }
    }

    /// The first tap that meets the pixels whose place in the padded input is `phase` modulo the stride.
    fn first(&self, phase: usize) -> Option<usize> {
        (0..self.kernel.min(self.step)).find(|tap| tap * self.dilation % self.stride == phase)
    }

    /// Where the pixels of `phase` lie on an axis of `size` pixels with `before` zeros in front.
    fn place(&self, phase: usize, first_tap: usize, before: usize, size: usize) -> Place {
        let first = (phase + self.stride - before % self.stride) % self.stride;
        // Never a fraction: both are `phase` modulo the stride.
        let nearest = (first + before) as isize - (first_tap * self.dilation) as isize;
        let reach = (self.side - 1) * self.distance;
        let count = size.saturating_sub(first).div_ceil(self.stride);
        Place {
            first,
            count,
            shift: reach as isize - nearest / self.stride as isize,
            padded: count + reach,
        }
    }
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// One phase along one axis.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its first pixel of the input.
    first: usize,
    /// How many it has.
    count: usize,
    /// Where the output's gradient begins in what its convolution reads; before that where negative.
    shift: isize,
    /// Pixels that its convolution reads.
    padded: usize,
}

impl Place {
    /// The axis of its convolution, if the gradient's `len` pixels lie wholly within what that reads.
    fn axis(&self, len: usize) -> Option<Axis> {
        let before = usize::try_from(self.shift).ok()?;
        (before + len <= self.padded).then_some(Axis {
            before,
            padded: self.padded,
            output: self.count,
        })
    }
}

impl InputGradient {
    /// Packs `weight` `[out, in / groups, kernel, kernel]` of the convolution `spec`, whose bias and activation do not
    /// matter here.
    ///
    /// # Panics
    ///
    /// When `weight` does not fit `spec`.
    pub fn prepare(spec: ConvolutionSpec, weight: &[f32]) -> Self {
        assert_eq!(
            weight.len(),
            spec.out_channels * (spec.in_channels / spec.groups) * spec.kernel * spec.kernel,
            "weights do not fit {spec:?}"
        );
        let taps = Taps::new(&spec);
        if let Some(strided) = Strided::new(&spec, weight) {
            let way = Way::Strided(strided);
            return Self { spec, taps, way };
        }
        let phases = (0..spec.stride * spec.stride).map(|phase| {
            let [row, column] = [phase / spec.stride, phase % spec.stride];
            let first = [taps.first(row)?, taps.first(column)?];
            let turned = ConvolutionSpec {
                in_channels: spec.out_channels,
                out_channels: spec.in_channels,
                kernel: taps.side,
                stride: 1,
                dilation: taps.distance,
                groups: spec.groups,
                padding: Padding::symmetric(0),
                activation: Activation::Linear,
            };
            let weight = turn(&spec, &taps, weight, first);
            let no_bias = vec![0.0; spec.in_channels];
            Some(Convolution::prepare(turned, &weight, &no_bias))
        });
        Self {
            spec,
            taps,
            way: Way::Phases(phases.collect()),
        }
    }

    /// The gradient by an input of [height, width], from `gradient` by the convolution's output before its activation.
    /// Pixels that no window touched get 0.
    ///
    /// # Panics
    ///
    /// When `gradient` has not the output's shape.
    pub fn run(&self, gradient: &Planes, size: [usize; 2], workspace: &mut Workspace) -> Planes {
        let shape = [gradient.batch, self.spec.in_channels, size[0], size[1]];
        assert_eq!(
            gradient.shape(),
            self.spec.output_shape(shape),
            "the gradient does not fit {:?}",
            self.spec
        );
        let axes = self.spec.axes(size);
        let phases = match &self.way {
            Way::Strided(strided) => return strided.run(gradient, size, &axes, workspace),
            Way::Phases(phases) => phases,
        };
        let stride = self.spec.stride;
        let mut output = None;
        for (phase, convolution) in phases.iter().enumerate() {
            let [row, column] = [phase / stride, phase % stride];
            let (Some(convolution), Some(row_tap), Some(column_tap)) =
                (convolution, self.taps.first(row), self.taps.first(column))
            else {
                continue;
            };
            let rows = (self.taps).place(row, row_tap, axes.rows.before, size[0]);
            let columns = (self.taps).place(column, column_tap, axes.columns.before, size[1]);
            if rows.count * columns.count == 0 {
                continue;
            }
            let part = run_phase(convolution, gradient, &rows, &columns, workspace);
            if stride == 1 {
                return part;
            }
            let output = output.get_or_insert_with(|| workspace.zeros(shape));
            scatter(&part, output, [rows.first, columns.first], stride);
            workspace.recycle(part);
        }
        output.unwrap_or_else(|| workspace.zeros(shape))
    }
}

/// `[in, out / groups, side, side]`: the taps of one phase, the last first.
fn turn(spec: &ConvolutionSpec, taps: &Taps, weight: &[f32], first: [usize; 2]) -> Vec<f32> {
    let (inputs, outputs) = (
        spec.in_channels / spec.groups,
        spec.out_channels / spec.groups,
    );
    let (kernel, side) = (spec.kernel, taps.side);
    let mut turned = Vec::with_capacity(spec.in_channels * outputs * side * side);
    for input in 0..spec.in_channels {
        for output in 0..outputs {
            let output = input / inputs * outputs + output;
            let source = (output * inputs + input % inputs) * kernel * kernel;
            for place in 0..side * side {
                let [row, column] = [(place / side, first[0]), (place % side, first[1])]
                    .map(|(place, first)| first + (side - 1 - place) * taps.step);
                turned.push(if row < kernel && column < kernel {
                    weight[source + row * kernel + column]
                } else {
                    0.0
                });
            }
        }
    }
    turned
}

fn run_phase(
    convolution: &Convolution,
    gradient: &Planes,
    rows: &Place,
    columns: &Place,
    workspace: &mut Workspace,
) -> Planes {
    if let (Some(rows), Some(columns)) = (rows.axis(gradient.height), columns.axis(gradient.width))
    {
        return convolution.run_within(gradient, &Axes { rows, columns }, None, workspace);
    }
    // Padding beyond the kernel's reach gave outputs that no pixel had a part in; they are left out.
    let placed = place(gradient, rows, columns, workspace);
    let whole = |place: &Place| Axis {
        before: 0,
        padded: place.padded,
        output: place.count,
    };
    let axes = Axes {
        rows: whole(rows),
        columns: whole(columns),
    };
    let output = convolution.run_within(&placed, &axes, None, workspace);
    workspace.recycle(placed);
    output
}

/// `gradient` with the zeros around it that `rows` and `columns` want, and without what they leave out.
fn place(gradient: &Planes, rows: &Place, columns: &Place, workspace: &mut Workspace) -> Planes {
    let shape = [
        gradient.batch,
        gradient.channels,
        rows.padded,
        columns.padded,
    ];
    let mut placed = workspace.zeros(shape);
    let (area, placed_area) = (gradient.area(), placed.area());
    let sources = gradient.used().chunks_exact(area);
    let planes = placed.used_mut().chunks_exact_mut(placed_area);
    for (source, plane) in sources.zip(planes) {
        for (y, row) in source.chunks_exact(gradient.width).enumerate() {
            let Some(line) = (y.checked_add_signed(rows.shift)).filter(|&y| y < rows.padded) else {
                continue;
            };
            for (x, pixel) in row.iter().enumerate() {
                let column = x.checked_add_signed(columns.shift);
                if let Some(column) = column.filter(|&x| x < columns.padded) {
                    plane[line * columns.padded + column] = *pixel;
                }
            }
        }
    }
    placed
}

/// Every pixel of `part` to its place in `output`, `stride` pixels apart.
fn scatter(part: &Planes, output: &mut Planes, [top, left]: [usize; 2], stride: usize) {
    let (area, width) = (output.area(), output.width);
    let sources = part.used().chunks_exact(part.area());
    for (source, plane) in sources.zip(output.used_mut().chunks_exact_mut(area)) {
        for (y, row) in source.chunks_exact(part.width).enumerate() {
            let line = &mut plane[(top + y * stride) * width..][..width];
            for (pixel, value) in line[left..].iter_mut().step_by(stride).zip(row) {
                *pixel = *value;
            }
        }
    }
}
