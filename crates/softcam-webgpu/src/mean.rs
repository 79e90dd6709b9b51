//! Means over all pixels.

use crate::launch::{self, Kernel, Launch};
use crate::planes::{GROUP, Planes};
use crate::shape::Shape;

/// The mean of each channel: `[batch, channels, 1, 1]`.
pub fn means(input: &Planes) -> Planes {
    let [batch, channels, ..] = input.shape();
    let groups = input.groups();
    let small = |value: usize| u32::try_from(value).unwrap_or_else(|_| panic!("too many: {value}"));
    let launch = Launch {
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
        shape: Shape::of(input),
        workgroups: [small(groups), small(batch)],
        output: [batch, 1, 1, groups * GROUP],
    };
    Planes {
        values: launch::run(&[&input.values], launch),
        channels,
    }
}
