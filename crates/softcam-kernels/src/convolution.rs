//! A convolution with what follows it, ready to run.

use crate::activation::Activation;
use crate::dense::Dense;
use crate::depthwise::Depthwise;
use crate::grouped::Grouped;
use crate::lanes::{GROUP, Pixel};
use crate::padding::{Axes, Padding, Places};
use crate::planes::Planes;
use crate::strips::strips;
use crate::window::{Source, copy_all_padded, copy_padded};
use crate::winograd::Winograd;
use crate::workspace::Workspace;

/// What a convolution does, without its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvolutionSpec {
    /// Channels in.
    pub in_channels: usize,
    /// Channels out.
    pub out_channels: usize,
    /// Side of the square kernel.
    pub kernel: usize,
    /// Step along both axes.
    pub stride: usize,
    /// Distance of the kernel's taps along both axes: 1 for an ordinary kernel.
    pub dilation: usize,
    /// 1 for a dense convolution, `in_channels` for a depthwise one.
    pub groups: usize,
    /// Zeros around the input.
    pub padding: Padding,
    /// What follows.
    pub activation: Activation,
}

impl ConvolutionSpec {
    /// Pixels that the kernel spans along one axis.
    pub(crate) fn reach(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    pub(crate) fn axes(&self, size: [usize; 2]) -> Axes {
        self.padding.axes(size, self.reach(), self.stride)
    }

    /// Where the window lies in a picture of [height, width], for rows and for columns.
    ///
    /// # Panics
    ///
    /// When it does not fit into the padded picture.
    pub fn places(&self, size: [usize; 2]) -> [Places; 2] {
        self.axes(size).places()
    }

    /// The output's `[batch, channels, height, width]` for an input of that order.
    pub fn output_shape(&self, [batch, _, height, width]: [usize; 4]) -> [usize; 4] {
        let axes = self.axes([height, width]);
        [
            batch,
            self.out_channels,
            axes.rows.output,
            axes.columns.output,
        ]
    }

    /// Products that an output of so many pixels takes, as the definition has it.
    pub(crate) fn products(&self, pixels: usize) -> usize {
        pixels * self.out_channels * (self.in_channels / self.groups) * self.kernel * self.kernel
    }

    /// With few channels the transforms cost more than they save.
    fn suits_winograd(&self) -> bool {
        (self.kernel, self.stride, self.dilation, self.groups) == (3, 1, 1, 1)
            && self.in_channels.min(self.out_channels) >= 2 * GROUP
    }

    fn check(&self, weight: &[f32], bias: &[f32]) {
        let Self {
            in_channels,
            out_channels,
            kernel,
            groups,
            ..
        } = *self;
        assert!(
            kernel > 0 && self.stride > 0 && self.dilation > 0 && groups > 0,
            "sizes must be positive: {self:?}"
        );
        assert!(in_channels > 0 && out_channels > 0, "no channels: {self:?}");
        assert!(
            in_channels.is_multiple_of(groups) && out_channels.is_multiple_of(groups),
            "channels do not divide into groups: {self:?}"
        );
        assert_eq!(
            weight.len(),
            out_channels * (in_channels / groups) * kernel * kernel,
            "weights do not fit {self:?}"
        );
        assert_eq!(bias.len(), out_channels, "bias does not fit {self:?}");
    }
}

/// A convolution with packed weights.
#[derive(Debug)]
pub struct Convolution {
    pub(crate) spec: ConvolutionSpec,
    pub(crate) kernel: Kernel,
}

#[derive(Debug)]
pub(crate) enum Kernel {
    Dense(Dense),
    Winograd(Winograd),
    Depthwise(Depthwise),
    Grouped(Grouped),
}

impl Convolution {
    /// Packs `weight` `[out, in / groups, kernel, kernel]` and `bias` `[out]`.
    ///
    /// # Panics
    ///
    /// When lengths and `spec` contradict each other.
    pub fn prepare(spec: ConvolutionSpec, weight: &[f32], bias: &[f32]) -> Self {
        spec.check(weight, bias);
        let depthwise = spec.groups == spec.in_channels && spec.groups == spec.out_channels;
        let kernel = if spec.suits_winograd() {
            Kernel::Winograd(Winograd::new(weight, bias, spec.in_channels))
        } else if spec.groups == 1 {
            let taps = spec.kernel * spec.kernel;
            Kernel::Dense(Dense::new(weight, bias, spec.in_channels, taps))
        } else if depthwise {
            Kernel::Depthwise(Depthwise::new(weight, bias, spec.kernel, spec.dilation))
        } else {
            Kernel::Grouped(Grouped {
                weight: weight.to_vec(),
                bias: bias.to_vec(),
                inputs: spec.in_channels / spec.groups,
                outputs: spec.out_channels / spec.groups,
            })
        };
        Self { spec, kernel }
    }

    /// What it does.
    pub fn spec(&self) -> &ConvolutionSpec {
        &self.spec
    }

    /// activation(convolution(input) + bias + residual).
    ///
    /// # Panics
    ///
    /// When the shapes of `input` or `residual` do not fit.
    pub fn run(
        &self,
        input: &Planes,
        residual: Option<&Planes>,
        workspace: &mut Workspace,
    ) -> Planes {
        let axes = self.spec.axes([input.height, input.width]);
        self.run_within(input, &axes, residual, workspace)
    }

    /// The same with zeros around the input as `axes` have them.
    pub(crate) fn run_within(
        &self,
        input: &Planes,
        axes: &Axes,
        residual: Option<&Planes>,
        workspace: &mut Workspace,
    ) -> Planes {
        assert_eq!(
            input.channels, self.spec.in_channels,
            "input does not fit {:?}",
            self.spec
        );
        let shape = [
            input.batch,
            self.spec.out_channels,
            axes.rows.output,
            axes.columns.output,
        ];
        let mut output = workspace.planes(shape);
        if let Some(residual) = residual {
            assert_eq!(residual.shape(), output.shape(), "residual does not fit");
        }
        let size = [output.height, output.width];
        let team = workspace.team(self.spec.products(output.area()));
        let (stride, clamp) = (self.spec.stride, self.spec.activation.clamp());
        let mut scratch = Vec::new();
        for image in 0..input.batch {
            let residual = residual.map(|planes| planes.image(image));
            match &self.kernel {
                Kernel::Dense(dense) => {
                    let view = View::new(&self.spec, input, image, axes, &mut scratch, workspace);
                    let rows = dense.rows_at_once(size[0], stride * view.source.pitch);
                    let pixels = output.image_mut(image);
                    let parts = strips(pixels, residual, size, rows, team.parts());
                    team.each(parts, |strip| {
                        let source = view.source.from(strip.top * stride * view.source.pitch);
                        let group = strip.group;
                        let mut target = strip.target(clamp);
                        if view.flat {
                            target.width *= target.height;
                            target.height = 1;
                        }
                        dense.run(group, &source, &view.taps, stride, &mut target);
                    });
                }
                Kernel::Winograd(winograd) => {
                    let pixels = output.image_mut(image);
                    winograd.run(
                        (input, image),
                        axes,
                        (pixels, residual, clamp),
                        &team,
                        workspace,
                    );
                }
                Kernel::Depthwise(depthwise) => {
                    let len = match is_unpadded(input, axes) {
                        true => 0,
                        false => axes.padded_area(),
                    };
                    let threads = team.size().min(depthwise.groups());
                    let mut memories = workspace.buffers(threads, len);
                    let planes = strips(output.image_mut(image), residual, size, size[0], 1);
                    team.each_with(planes, &mut memories, |plane, memory| {
                        let group = plane.group;
                        let source = one_plane(input, image, group, axes, memory);
                        depthwise.run(group, &source, stride, &mut plane.target(clamp));
                    });
                    workspace.give_all_back(memories);
                }
                Kernel::Grouped(grouped) => {
                    let view = View::new(&self.spec, input, image, axes, &mut scratch, workspace);
                    self.run_grouped(grouped, &view, &mut output, image, residual);
                }
            }
        }
        workspace.give_back(scratch);
        output
    }

    fn run_grouped(
        &self,
        grouped: &Grouped,
        view: &View<'_>,
        output: &mut Planes,
        image: usize,
        residual: Option<&[Pixel]>,
    ) {
        let (low, high) = self.spec.activation.bounds();
        let (area, width, stride) = (output.area(), output.width, self.spec.stride);
        let channels = self.spec.out_channels;
        for (index, pixel) in output.image_mut(image).iter_mut().enumerate() {
            let (group, y, x) = (index / area, index % area / width, index % width);
            let start = y * stride * view.source.pitch + x * stride;
            *pixel = std::array::from_fn(|lane| {
                let output = group * GROUP + lane;
                if output >= channels {
                    return 0.0;
                }
                let sum = grouped.value(output, &view.source, &view.taps, start);
                (sum + residual.map_or(0.0, |pixels| pixels[index][lane])).clamp(low, high)
            });
        }
    }
}

/// One image as a dense kernel reads it.
pub(crate) struct View<'a> {
    pub source: Source<'a>,
    /// The kernel's taps as offsets in pixels.
    pub taps: Vec<usize>,
    /// Whether the picture may be read as one long row.
    pub flat: bool,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        spec: &ConvolutionSpec,
        input: &'a Planes,
        image: usize,
        axes: &Axes,
        scratch: &'a mut Vec<Pixel>,
        workspace: &mut Workspace,
    ) -> Self {
        let groups = input.groups();
        let pitch = axes.columns.padded;
        let pixels: &[Pixel] = if is_unpadded(input, axes) {
            input.image(image)
        } else {
            let len = groups * axes.padded_area();
            if scratch.len() < len {
                *scratch = workspace.buffer(len);
            }
            let team = workspace.team(len * GROUP);
            copy_all_padded(input, image, axes, &mut scratch[..len], &team);
            &scratch[..len]
        };
        let taps = (0..spec.kernel * spec.kernel)
            .map(|tap| {
                let (row, column) = (tap / spec.kernel, tap % spec.kernel);
                (row * pitch + column) * spec.dilation
            })
            .collect();
        Self {
            source: Source {
                pixels,
                plane: axes.padded_area(),
                pitch,
            },
            taps,
            flat: spec.kernel == 1 && spec.stride == 1 && is_unpadded(input, axes),
        }
    }
}

fn is_unpadded(input: &Planes, axes: &Axes) -> bool {
    [axes.rows.padded, axes.columns.padded] == [input.height, input.width]
}

/// One group of one image as a depthwise kernel reads it.
fn one_plane<'a>(
    input: &'a Planes,
    image: usize,
    group: usize,
    axes: &Axes,
    scratch: &'a mut [Pixel],
) -> Source<'a> {
    let len = axes.padded_area();
    let pixels = if is_unpadded(input, axes) {
        input.plane(image, group)
    } else {
        copy_padded(input, image, group..group + 1, axes, &mut scratch[..len]);
        &scratch[..len]
    };
    Source {
        pixels,
        plane: len,
        pitch: axes.columns.padded,
    }
}
