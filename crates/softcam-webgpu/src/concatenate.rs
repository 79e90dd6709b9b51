//! Tensors side by side along the channels.

use crate::launch::{self, Kernel, Launch};
use crate::planes::{GROUP, Planes};
use crate::shape::Shape;

/// The channels of `first`, then those of `second`.
///
/// # Panics
///
/// When the pictures differ in size or number, or `first` has no multiple of four channels.
pub fn concatenate(first: &Planes, second: &Planes) -> Planes {
    let [batch, channels, height, width] = first.shape();
    let [_, others, ..] = second.shape();
    assert_eq!(
        second.shape(),
        [batch, others, height, width],
        "pictures do not fit"
    );
    assert!(
        channels.is_multiple_of(GROUP),
        "{channels} channels do not fill up their groups"
    );
    let out_groups = first.groups() + second.groups();
    let launch = Launch {
        kernel: Kernel {
            name: "concatenate",
            parts: &[
                include_str!("shaders/shape.wgsl"),
                include_str!("shaders/concatenate.wgsl"),
            ],
            inputs: vec![
                ("source", "array<vec4<f32>>"),
                ("second", "array<vec4<f32>>"),
            ],
            constants: Vec::new(),
            workgroup: [64, 1],
        },
        shape: Shape {
            out_groups,
            ..Shape::of(first)
        },
        workgroups: launch::in_rows(batch * height * width * out_groups),
        output: [batch, height, width, out_groups * GROUP],
    };
    Planes {
        values: launch::run(&[&first.values, &second.values], launch),
        channels: channels + others,
    }
}
