//! Convolutions in a row.

use crate::convolution::{Convolution, Kernel, View};
use crate::dense::Dense;
use crate::depthwise::Depthwise;
use crate::lanes::GROUP;
use crate::planes::Planes;
use crate::strips::{IN_CACHE, rows_within, strips};
use crate::window::{Source, Target};
use crate::workspace::Workspace;
use std::borrow::Borrow;

/// Convolutions that run one after the other.
///
/// A dense convolution with a depthwise one behind it, the widest place of MobileNet's and EfficientNet's blocks, runs
/// as one: each group of the wide layer goes into a small padded plane and straight on into the depthwise kernel. The
/// wide layer never exists as a whole, and of a large picture not even a group of it: as many rows as stay in the cache.
#[derive(Debug)]
pub struct Chain {
    convolutions: Vec<Convolution>,
}

impl Chain {
    /// A chain of `convolutions`, in the order in which they run.
    ///
    /// # Panics
    ///
    /// When there are none, or one does not take the channels that the one before it gives.
    pub fn new(convolutions: Vec<Convolution>) -> Self {
        assert!(!convolutions.is_empty(), "an empty chain has no output");
        for pair in convolutions.windows(2) {
            assert_eq!(
                pair[0].spec.out_channels, pair[1].spec.in_channels,
                "channels do not fit"
            );
        }
        Self { convolutions }
    }

    /// Runs all; `residual` is added before the last activation.
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
        Self::run_all(&self.convolutions, input, residual, workspace)
    }

    /// The same for convolutions that somebody else holds.
    ///
    /// # Panics
    ///
    /// When there are none, or shapes do not fit.
    pub fn run_all(
        convolutions: &[impl Borrow<Convolution>],
        input: &Planes,
        residual: Option<&Planes>,
        workspace: &mut Workspace,
    ) -> Planes {
        let mut values: Option<Planes> = None;
        let mut left = convolutions;
        while let [first, others @ ..] = left {
            let first = first.borrow();
            let from = values.as_ref().unwrap_or(input);
            let pair = others
                .first()
                .and_then(|second| Pair::of(first, second.borrow()));
            let (output, behind) = match pair {
                Some(pair) => {
                    let behind = &others[1..];
                    let residual = residual.filter(|_| behind.is_empty());
                    (pair.run(from, residual, workspace), behind)
                }
                None => {
                    let residual = residual.filter(|_| others.is_empty());
                    (first.run(from, residual, workspace), others)
                }
            };
            if let Some(done) = values.replace(output) {
                workspace.recycle(done);
            }
            left = behind;
        }
        values.unwrap_or_else(|| unreachable!("a chain is not empty"))
    }
}

/// A dense convolution and the depthwise one behind it.
struct Pair<'a> {
    first: &'a Convolution,
    wide: &'a Dense,
    second: &'a Convolution,
    deep: &'a Depthwise,
}

impl<'a> Pair<'a> {
    /// Where the two can run as one.
    fn of(first: &'a Convolution, second: &'a Convolution) -> Option<Self> {
        match (&first.kernel, &second.kernel) {
            (Kernel::Dense(wide), Kernel::Depthwise(deep)) => Some(Self {
                first,
                wide,
                second,
                deep,
            }),
            _ => None,
        }
    }

    fn run(&self, input: &Planes, residual: Option<&Planes>, workspace: &mut Workspace) -> Planes {
        let (first, second) = (&self.first.spec, &self.second.spec);
        assert_eq!(
            input.channels, first.in_channels,
            "input does not fit {first:?}"
        );
        let wide_shape = first.output_shape(input.shape());
        let [_, _, height, width] = wide_shape;
        let mut output = workspace.planes(second.output_shape(wide_shape));
        if let Some(residual) = residual {
            assert_eq!(residual.shape(), output.shape(), "residual does not fit");
        }

        let axes = first.axes([input.height, input.width]);
        let wide_axes = second.axes([height, width]);
        let pitch = wide_axes.columns.padded;
        let left = wide_axes.columns.before;
        let size = [output.height, output.width];
        let reach = second.reach();
        let rows = rows_within(size[0], second.stride * pitch, IN_CACHE);
        let area = ((rows - 1) * second.stride + reach) * pitch;
        let team = workspace.team(first.products(height * width));
        let threads = team.size().min(self.wide.output_groups());
        let mut planes = workspace.buffers(threads, area);
        for plane in &mut planes {
            // Once for all: what lies to the left and right of the picture is never written to.
            for row in plane[..area].chunks_exact_mut(pitch) {
                row[..left].fill([0.0; GROUP]);
                row[left + width..].fill([0.0; GROUP]);
            }
        }
        let mut scratch = Vec::new();
        for image in 0..input.batch {
            let view = View::new(first, input, image, &axes, &mut scratch, workspace);
            let residual = residual.map(|planes| planes.image(image));
            let parts = strips(output.image_mut(image), residual, size, rows, 1);
            team.each_with(parts, &mut planes, |part, plane| {
                let group = part.group;
                // Rows of the padded wide layer, and those of them that the picture has.
                let start = part.top * second.stride;
                let end = start + (part.rows() - 1) * second.stride + reach;
                let before = wide_axes.rows.before;
                let first_inside = start.max(before).min(end);
                let inside = first_inside..end.min(before + height).max(first_inside);
                let plane = &mut plane[..(end - start) * pitch];
                plane[..(inside.start - start) * pitch].fill([0.0; GROUP]);
                plane[(inside.end - start) * pitch..].fill([0.0; GROUP]);
                let mut wide = Target {
                    pixels: plane,
                    origin: (inside.start - start) * pitch + left,
                    pitch,
                    height: inside.len(),
                    width,
                    residual: None,
                    clamp: first.activation.clamp(),
                };
                if !inside.is_empty() {
                    let above = (inside.start - before) * first.stride * view.source.pitch;
                    let source = view.source.from(above);
                    (self.wide).run(group, &source, &view.taps, first.stride, &mut wide);
                }
                let source = Source {
                    pixels: plane,
                    plane: plane.len(),
                    pitch,
                };
                let mut target = part.target(second.activation.clamp());
                self.deep.run(group, &source, second.stride, &mut target);
            });
        }
        workspace.give_all_back(planes);
        workspace.give_back(scratch);
        output
    }
}
