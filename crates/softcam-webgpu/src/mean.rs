//! Means over all pixels.

use crate::launch::{self, Kernel, Launch};
use crate::planes::{GROUP, Planes};
use crate::shape::Shape;

/// The mean of each channel: `[batch, channels, 1, 1]`.
pub fn means(input: &Planes) -> Planes {
    Planes {
        values: launch::run(&[&input.values], over(Shape::of(input))),
        channels: input.channels,
    }
}

/// The launch for an input of this shape.
pub(crate) fn over(shape: Shape) -> Launch {
    let small = |value: usize| u32::try_from(value).unwrap_or_else(|_| panic!("too many: {value}"));
    Launch {
        kernel: Kernel {
            name: "mean",
            parts: &[
                include_str!("shaders/shape.wgsl"),
                include_str!("shaders/mean.wgsl"),
            ],
            inputs: vec![("source", "array<vec4<f32>>")],
            constants: Vec::new(),
            workgroup: [64, 1],
        },
        shape,
        workgroups: [small(shape.groups), small(shape.batch)],
        output: [shape.batch, 1, 1, shape.groups * GROUP],
    }
}
