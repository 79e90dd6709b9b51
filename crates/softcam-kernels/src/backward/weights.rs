//! Convolutions, by their weights.
//!
//! A weight's gradient is a sum over all places of the window: what the output's gradient is there, times the input value
//! that the weight met. Of a group of eight input channels and one of eight output channels, all 64 products of a pixel
//! are added up in registers, tap by tap.

use crate::convolution::{ConvolutionSpec, View};
use crate::lanes::{GROUP, Lanes, Pixel};
use crate::planes::Planes;
use crate::window::Source;
use crate::workspace::Workspace;

/// Gradients by a convolution's weights and bias, summed up over pictures.
#[derive(Debug, Clone)]
pub struct WeightGradient {
    spec: ConvolutionSpec,
    sums: Sums,
    /// In groups of eight.
    bias: Vec<Pixel>,
}

/// In the order in which they are computed.
#[derive(Debug, Clone)]
enum Sums {
    /// `[output group, input group, tap, input channel, output channel]`.
    Dense(Vec<[Pixel; GROUP]>),
    /// `[group, tap]`.
    Depthwise(Vec<Pixel>),
    /// `[output, input / groups, tap]`.
    Grouped(Vec<f32>),
}

impl WeightGradient {
    /// Zeros.
    pub fn new(spec: ConvolutionSpec) -> Self {
        let taps = spec.kernel * spec.kernel;
        let groups = |channels: usize| channels.div_ceil(GROUP);
        let sums = if spec.groups == 1 {
            let panels = groups(spec.out_channels) * groups(spec.in_channels) * taps;
            Sums::Dense(vec![[[0.0; GROUP]; GROUP]; panels])
        } else if spec.groups == spec.in_channels && spec.groups == spec.out_channels {
            Sums::Depthwise(vec![[0.0; GROUP]; groups(spec.in_channels) * taps])
        } else {
            Sums::Grouped(vec![
                0.0;
                spec.out_channels
                    * (spec.in_channels / spec.groups)
                    * taps
            ])
        };
        Self {
            sums,
            bias: vec![[0.0; GROUP]; groups(spec.out_channels)],
            spec,
        }
    }

    /// Adds what `input` contributes, where `gradient` is that by the convolution's output before its activation.
    ///
    /// # Panics
    ///
    /// When the shapes do not fit.
    pub fn accumulate(&mut self, input: &Planes, gradient: &Planes, workspace: &mut Workspace) {
        let spec = &self.spec;
        assert_eq!(
            (input.channels, gradient.shape()),
            (spec.in_channels, spec.output_shape(input.shape())),
            "the gradient does not fit {spec:?}"
        );
        let axes = spec.axes([input.height, input.width]);
        let (mut scratch, mut rows) = (Vec::new(), Vec::new());
        for image in 0..input.batch {
            let view = View::new(spec, input, image, &axes, &mut scratch, workspace);
            let gradient = Rows::new(
                spec,
                gradient,
                image,
                view.source.pitch,
                &mut rows,
                workspace,
            );
            for (group, bias) in self.bias.iter_mut().enumerate() {
                for pixel in gradient.plane(group) {
                    add(bias, pixel);
                }
            }
            let (sums, source, taps) = (&mut self.sums, &view.source, view.taps.as_slice());
            let beside = |output: usize, input: usize, tap: usize| {
                gradient.beside(output, source, input * source.plane + tap, spec.stride)
            };
            match sums {
                Sums::Dense(sums) => {
                    let inputs = input.groups();
                    for (index, sums) in sums.iter_mut().enumerate() {
                        let (panel, tap) = (index / taps.len(), taps[index % taps.len()]);
                        add_products(sums, &beside(panel / inputs, panel % inputs, tap));
                    }
                }
                Sums::Depthwise(sums) => {
                    for (group, sums) in sums.chunks_exact_mut(taps.len()).enumerate() {
                        add_channel_products(sums, taps, &beside(group, group, 0));
                    }
                }
                Sums::Grouped(sums) => {
                    let inputs = spec.in_channels / spec.groups;
                    let outputs = spec.out_channels / spec.groups;
                    for (index, sum) in sums.iter_mut().enumerate() {
                        let (filter, tap) = (index / taps.len(), taps[index % taps.len()]);
                        let output = filter / inputs;
                        let channel = output / outputs * inputs + filter % inputs;
                        let walk = beside(output / GROUP, channel / GROUP, tap);
                        *sum += walk.product(channel % GROUP, output % GROUP);
                    }
                }
            }
        }
        workspace.give_back(scratch);
        workspace.give_back(rows);
    }

    /// Adds those of other pictures.
    ///
    /// # Panics
    ///
    /// When they are of another convolution.
    pub fn add(&mut self, other: &Self) {
        assert_eq!(self.spec, other.spec, "another convolution");
        for (sum, other) in self.bias.iter_mut().zip(&other.bias) {
            add(sum, other);
        }
        match (&mut self.sums, &other.sums) {
            (Sums::Dense(sums), Sums::Dense(others)) => {
                let others = others.as_flattened();
                for (sum, other) in sums.as_flattened_mut().iter_mut().zip(others) {
                    add(sum, other);
                }
            }
            (Sums::Depthwise(sums), Sums::Depthwise(others)) => {
                for (sum, other) in sums.iter_mut().zip(others) {
                    add(sum, other);
                }
            }
            (Sums::Grouped(sums), Sums::Grouped(others)) => {
                for (sum, other) in sums.iter_mut().zip(others) {
                    *sum += other;
                }
            }
            _ => unreachable!("the same convolution has the same order"),
        }
    }

    /// By the weights, `[out, in / groups, kernel, kernel]`.
    pub fn weight(&self) -> Vec<f32> {
        let spec = &self.spec;
        let taps = spec.kernel * spec.kernel;
        let inputs = spec.in_channels.div_ceil(GROUP);
        match &self.sums {
            Sums::Grouped(sums) => sums.clone(),
            Sums::Depthwise(sums) => (0..spec.in_channels * taps)
                .map(|index| {
                    let (channel, tap) = (index / taps, index % taps);
                    sums[channel / GROUP * taps + tap][channel % GROUP]
                })
                .collect(),
            Sums::Dense(sums) => {
                let mut weight = Vec::with_capacity(spec.out_channels * spec.in_channels * taps);
                for output in 0..spec.out_channels {
                    for input in 0..spec.in_channels {
                        let panel = (output / GROUP * inputs + input / GROUP) * taps;
                        let panels = sums[panel..][..taps].iter();
                        weight.extend(panels.map(|sums| sums[input % GROUP][output % GROUP]));
                    }
                }
                weight
            }
        }
    }

    /// By the bias, `[out]`.
    pub fn bias(&self) -> Vec<f32> {
        let mut bias = self.bias.as_flattened().to_vec();
        bias.truncate(self.spec.out_channels);
        bias
    }
}

fn add(sum: &mut Pixel, other: &Pixel) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}

/// The output's gradient for one image, in rows that are as long as can be: one is soon gone through, and the next takes
/// as long to begin.
struct Rows<'a> {
    pixels: &'a [Pixel],
    /// Pixels from one group to the next.
    plane: usize,
    /// Pixels of a plane that count.
    used: usize,
    /// Pixels of a row.
    row: usize,
}

impl<'a> Rows<'a> {
    /// With stride 1 the gradient gets the input's `pitch`, with zeros that add nothing, and then it is one row.
    fn new(
        spec: &ConvolutionSpec,
        gradient: &'a Planes,
        image: usize,
        pitch: usize,
        scratch: &'a mut Vec<Pixel>,
        workspace: &mut Workspace,
    ) -> Self {
        let (height, width, area) = (gradient.height, gradient.width, gradient.area());
        if spec.stride > 1 || pitch == width {
            return Self {
                pixels: gradient.image(image),
                plane: area,
                used: area,
                row: if spec.stride > 1 { width } else { area },
            };
        }
        let plane = height * pitch;
        let len = gradient.groups() * plane;
        if scratch.len() < len {
            *scratch = workspace.buffer(len);
        }
        let lines = gradient.image(image).chunks_exact(width);
        for (line, padded) in lines.zip(scratch.chunks_exact_mut(pitch)) {
            padded[..width].copy_from_slice(line);
            padded[width..].fill([0.0; GROUP]);
        }
        let used = plane - (pitch - width);
        Self {
            pixels: &scratch[..len],
            plane,
            used,
            row: used,
        }
    }

    fn plane(&self, group: usize) -> &'a [Pixel] {
        &self.pixels[group * self.plane..][..self.used]
    }

    /// Group `group` beside what a tap meets from pixel `first` on.
    fn beside(&self, group: usize, source: &Source<'a>, first: usize, stride: usize) -> Walk<'a> {
        Walk {
            gradient: self.plane(group),
            row: self.row,
            input: &source.pixels[first..],
            pitch: source.pitch * stride,
            stride,
        }
    }
}

/// One plane of the output's gradient beside what one tap meets of one plane of the input.
struct Walk<'a> {
    gradient: &'a [Pixel],
    /// Pixels of a row of the gradient.
    row: usize,
    /// From what the tap meets first.
    input: &'a [Pixel],
    /// From one row of what it meets to the next.
    pitch: usize,
    stride: usize,
}

impl<'a> Walk<'a> {
    /// Rows of the gradient, and what the tap meets from the same place on.
    #[inline(always)]
    fn rows(&self) -> impl Iterator<Item = (&'a [Pixel], &'a [Pixel])> {
        let span = (self.row - 1) * self.stride + 1;
        let rows = self.gradient.chunks_exact(self.row).enumerate();
        rows.map(move |(y, row)| (row, &self.input[y * self.pitch..][..span]))
    }

    /// Of one input channel and one output channel.
    fn product(&self, input: usize, output: usize) -> f32 {
        let products = self.rows().flat_map(|(gradients, inputs)| {
            let inputs = inputs.iter().step_by(self.stride);
            gradients
                .iter()
                .zip(inputs)
                .map(|(gradient, value)| gradient[output] * value[input])
        });
        products.sum()
    }
}

/// Every input channel with every output channel.
fn add_products(sums: &mut [Pixel; GROUP], walk: &Walk<'_>) {
    match walk.stride {
        1 => products::<1>(sums, walk),
        2 => products::<2>(sums, walk),
        _ => products::<0>(sums, walk),
    }
}

/// The same. `S` is the stride, known to the compiler; 0 stands for any other.
#[inline(never)]
fn products<const S: usize>(sums: &mut [Pixel; GROUP], walk: &Walk<'_>) {
    let stride = if S == 0 { walk.stride } else { S };
    let mut local: [[Lanes; 2]; GROUP] = std::array::from_fn(|input| Lanes::pair(&sums[input]));
    for (gradients, inputs) in walk.rows() {
        for (gradient, values) in gradients.iter().zip(inputs.iter().step_by(stride)) {
            let [low, high] = Lanes::pair(gradient);
            for (sum, &value) in local.iter_mut().zip(values) {
                let value = Lanes::splat(value);
                sum[0] = sum[0].add_product(value, low);
                sum[1] = sum[1].add_product(value, high);
            }
        }
    }
    *sums = local.map(Lanes::join);
}

/// Every channel with itself, for all of `taps`.
fn add_channel_products(sums: &mut [Pixel], taps: &[usize], walk: &Walk<'_>) {
    match taps.len() {
        9 => channel_products::<9>(sums, taps, walk),
        25 => channel_products::<5>(sums, taps, walk),
        _ => channel_products::<1>(sums, taps, walk),
    }
}

/// The same, `N` taps at a time: their sums do not wait for each other, and share what they load of the gradient.
#[inline(never)]
fn channel_products<const N: usize>(sums: &mut [Pixel], taps: &[usize], walk: &Walk<'_>) {
    for (sums, taps) in (sums.as_chunks_mut::<N>().0.iter_mut()).zip(taps.as_chunks::<N>().0) {
        let mut local: [[Lanes; 2]; N] = std::array::from_fn(|tap| Lanes::pair(&sums[tap]));
        let span = (walk.row - 1) * walk.stride + 1;
        for (y, gradients) in walk.gradient.chunks_exact(walk.row).enumerate() {
            let windows = taps.map(|tap| &walk.input[y * walk.pitch + tap..][..span]);
            for (x, gradient) in gradients.iter().enumerate() {
                let [low, high] = Lanes::pair(gradient);
                for (sum, window) in local.iter_mut().zip(windows) {
                    let [a, b] = Lanes::pair(&window[x * walk.stride]);
                    *sum = [sum[0].add_product(a, low), sum[1].add_product(b, high)];
                }
            }
        }
        *sums = local.map(Lanes::join);
    }
}
