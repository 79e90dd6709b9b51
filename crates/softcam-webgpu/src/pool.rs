//! Pooling.

use crate::launch::{self, Constant, Kernel, Launch};
use crate::planes::{GROUP, Planes};
use crate::shape::Shape;
use softcam_kernels::{Pool, PoolKind};

/// Pools every channel.
///
/// # Panics
///
/// When the window does not fit into the padded picture.
pub fn pool(pool: &Pool, input: &Planes) -> Planes {
    let [batch, channels, height, width] = input.shape();
    let [rows, columns] = pool.places([height, width]);
    let groups = input.groups();
    let maximum = pool.kind == PoolKind::Max;
    let launch = Launch {
        kernel: Kernel {
            name: "pool",
            parts: &[
                include_str!("shaders/shape.wgsl"),
                include_str!("shaders/pool.wgsl"),
            ],
            inputs: vec![("source", "array<vec4<f32>>")],
            constants: vec![("MAXIMUM", Constant::Flag(maximum))],
            workgroup: [64, 1],
        },
        shape: Shape {
            out_height: rows.count,
            out_width: columns.count,
            pad_top: rows.before,
            pad_left: columns.before,
            kernel: pool.kernel,
            stride: pool.stride,
            dilation: pool.dilation,
            bounds: (if maximum { f32::NEG_INFINITY } else { 0.0 }, f32::INFINITY),
            ..Shape::of(input)
        },
        workgroups: launch::in_rows(batch * rows.count * columns.count * groups),
        output: [batch, rows.count, columns.count, groups * GROUP],
    };
    Planes {
        values: launch::run(&[&input.values], launch),
        channels,
    }
}
