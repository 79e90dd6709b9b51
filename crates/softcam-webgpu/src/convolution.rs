//! A convolution with what follows it, ready to run on the device.

use crate::launch::{self, Constant, Kernel, Launch};
use crate::mean;
use crate::planes::{GROUP, Planes};
use crate::shape::Shape;
use crate::tiles::{self, DEPTH, TILES, Tile};
use crate::weights::{self, Weight};
use burn::tensor::{Device, Tensor};
use softcam_kernels::{Activation, ConvolutionSpec, Padding};

/// A convolution with its weights on the device.
#[derive(Debug)]
pub struct Convolution {
    spec: ConvolutionSpec,
    weights: Weights,
    /// Per group of output channels the weights' scales, then the biases.
    affine: Tensor<4>,
    /// Stands where a residual would, when there is none.
    nothing: Tensor<4>,
    #[cfg(feature = "variants")]
    variant: Option<crate::variants::Prepared>,
}

#[derive(Debug)]
enum Weights {
    /// Of int8 where it says so.
    Dense {
        weight: Tensor<4>,
        int8: bool,
    },
    Depthwise(Tensor<4>),
}

const VECTORS: &str = "array<vec4<f32>>";

impl Convolution {
    /// Brings `weight` and `bias` `[out]` to the device.
    ///
    /// # Panics
    ///
    /// When lengths and `spec` contradict each other, or the convolution is grouped without being depthwise.
    pub fn prepare(
        spec: ConvolutionSpec,
        weight: Weight<'_>,
        bias: &[f32],
        device: &Device,
    ) -> Self {
        let per_output = spec.in_channels / spec.groups * spec.kernel * spec.kernel;
        assert_eq!(
            weight.len(),
            spec.out_channels * per_output,
            "weights do not fit {spec:?}"
        );
        assert_eq!(bias.len(), spec.out_channels, "bias does not fit {spec:?}");
        let weights = if spec.groups == 1 {
            Weights::Dense {
                weight: weights::dense(&spec, &weight, device),
                int8: matches!(weight, Weight::Int8 { .. }),
            }
        } else {
            assert_eq!(
                [spec.in_channels, spec.out_channels],
                [spec.groups; 2],
                "neither dense nor depthwise: {spec:?}"
            );
            Weights::Depthwise(weights::depthwise(&spec, &weight, device))
        };
        let affine = weights::affine(&weight, bias, device);
        Self {
            weights,
            // Where buffers are declared as written, the same one may not be bound twice.
            nothing: if cfg!(target_family = "wasm") {
                affine.clone()
            } else {
                weights::floats(vec![0.0; GROUP], device)
            },
            affine,
            #[cfg(feature = "variants")]
            variant: crate::variants::prepare(&spec, &weight, bias, device),
            spec,
        }
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
    pub fn run(&self, input: &Planes, residual: Option<&Planes>) -> Planes {
        let [batch, channels, height, width] = input.shape();
        let spec = &self.spec;
        assert_eq!(channels, spec.in_channels, "input does not fit {spec:?}");
        let [rows, columns] = spec.places([height, width]);
        let out_groups = spec.out_channels.div_ceil(GROUP);
        let output = [batch, rows.count, columns.count, out_groups * GROUP];
        if let Some(residual) = residual {
            assert_eq!(residual.values.dims(), output, "residual does not fit");
        }
        #[cfg(feature = "variants")]
        if let Some(variant) = &self.variant {
            return variant.run(spec, input, residual);
        }
        let shape = Shape {
            out_height: rows.count,
            out_width: columns.count,
            out_groups,
            pad_top: rows.before,
            pad_left: columns.before,
            kernel: spec.kernel,
            stride: spec.stride,
            dilation: spec.dilation,
            bounds: spec.activation.bounds(),
            has_residual: residual.is_some(),
            ..Shape::of(input)
        };
        let residual = residual.map_or(&self.nothing, |planes| &planes.values);
        let (weight, launch) = match &self.weights {
            Weights::Dense { weight, int8 } => (weight, dense(spec, shape, output, *int8)),
            Weights::Depthwise(weight) => (weight, depthwise(spec, shape, output)),
        };
        let inputs = [&input.values, weight, &self.affine, residual];
        let values = launch::run(&inputs, launch);
        Planes {
            values,
            channels: spec.out_channels,
        }
    }
}

/// Has the device translate the kernels that EfficientNet-Lite and MobileNet are made of, by running each on nothing: a
/// page calls it while the weights, which are `int8` or floats, are still on their way, so that nothing waits for it later.
pub fn translate(device: &Device, int8: bool) {
    let nothing = |len| weights::floats(vec![0.0; len], device);
    // Each its own: natively a buffer may not be bound twice.
    let inputs = [GROUP, GROUP, 2 * GROUP, GROUP].map(nothing);
    let inputs = [0, 1, 2, 3].map(|index: usize| &inputs[index]);
    let spec = |kernel, stride, groups| ConvolutionSpec {
        in_channels: groups,
        out_channels: groups,
        kernel,
        stride,
        dilation: 1,
        groups,
        padding: Padding::Same,
        activation: Activation::Linear,
    };
    let empty = Shape {
        batch: 0,
        height: 1,
        width: 1,
        out_height: 1,
        out_width: 1,
        groups: 1,
        out_groups: 1,
        pad_top: 0,
        pad_left: 0,
        kernel: 1,
        stride: 1,
        dilation: 1,
        bounds: (0.0, 0.0),
        has_residual: false,
    };
    let once = |launch: Launch| Launch {
        workgroups: [1, 1],
        output: [1, 1, 1, GROUP],
        ..launch
    };
    let [stem, pointwise] = [spec(3, 2, 1), spec(1, 1, 1)];
    let tiles = TILES.map(|tile| dense_in(tile, &pointwise, empty, [0; 4], int8));
    // A picture's first layer, and that of the known answer, which is smaller.
    let stems = [112, 32].map(|side| {
        let tile = Tile::choose(side * side, 8);
        dense_in(tile, &stem, empty, [0; 4], int8)
    });
    for launch in tiles.into_iter().chain(stems) {
        launch::run(&inputs, once(launch));
    }
    for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2)] {
        let launch = depthwise(&spec(kernel, stride, 4), empty, [0; 4]);
        launch::run(&inputs, once(launch));
    }
    launch::run(&inputs[..1], once(mean::over(empty)));
}

fn bindings(weight: &'static str) -> Vec<launch::Buffer> {
    vec![
        ("source", VECTORS),
        ("weight", weight),
        ("affine", VECTORS),
        ("residual", VECTORS),
    ]
}

fn dense(spec: &ConvolutionSpec, shape: Shape, output: [usize; 4], int8: bool) -> Launch {
    let rows = shape.batch * shape.out_height * shape.out_width;
    dense_in(
        Tile::choose(rows, shape.out_groups),
        spec,
        shape,
        output,
        int8,
    )
}

fn dense_in(
    tile: Tile,
    spec: &ConvolutionSpec,
    shape: Shape,
    output: [usize; 4],
    int8: bool,
) -> Launch {
    let rows = shape.batch * shape.out_height * shape.out_width;
    let pointwise = spec.kernel == 1
        && spec.stride == 1
        && [shape.out_height, shape.out_width] == [shape.height, shape.width];
    let small = |value: usize| {
        u32::try_from(value).unwrap_or_else(|_| panic!("{value} tiles are too many"))
    };
    let weight = if int8 { "array<u32>" } else { VECTORS };
    Launch {
        kernel: Kernel {
            name: "dense",
            parts: if int8 { &DENSE_INT8 } else { &DENSE_FLOAT },
            inputs: bindings(weight),
            constants: vec![
                ("TILE_ROWS", Constant::Number(tile.rows)),
                ("TILE_GROUPS", Constant::Number(tile.groups)),
                ("ROWS", Constant::Number(tile.rows_per_thread)),
                ("DEPTH", Constant::Number(DEPTH)),
                ("POINTWISE", Constant::Flag(pointwise)),
            ],
            workgroup: tile.threads(),
        },
        workgroups: tile.workgroups(rows, shape.out_groups).map(small),
        shape,
        output,
    }
}

fn depthwise(spec: &ConvolutionSpec, shape: Shape, output: [usize; 4]) -> Launch {
    let small = |value: usize| {
        u32::try_from(value).unwrap_or_else(|_| panic!("{value} is no size of a kernel"))
    };
    let run = tiles::depthwise_run(spec.stride);
    let threads = shape.batch * shape.out_height * shape.out_width.div_ceil(run) * shape.groups;
    Launch {
        kernel: Kernel {
            name: "depthwise",
            parts: &DEPTHWISE,
            inputs: bindings(VECTORS),
            constants: vec![
                ("KERNEL", Constant::Number(small(spec.kernel))),
                ("STRIDE", Constant::Number(small(spec.stride))),
                ("DILATION", Constant::Number(small(spec.dilation))),
                ("RUN", Constant::Number(small(run))),
            ],
            workgroup: [64, 1],
        },
        workgroups: launch::in_rows(threads),
        shape,
        output,
    }
}

const SHAPE: &str = include_str!("shaders/shape.wgsl");
const FINISH: &str = include_str!("shaders/finish.wgsl");
const DENSE: &str = include_str!("shaders/dense.wgsl");
const DENSE_INT8: [&str; 4] = [
    SHAPE,
    FINISH,
    include_str!("shaders/unpack-int8.wgsl"),
    DENSE,
];
const DENSE_FLOAT: [&str; 4] = [
    SHAPE,
    FINISH,
    include_str!("shaders/unpack-float.wgsl"),
    DENSE,
];
const DEPTHWISE: [&str; 3] = [SHAPE, FINISH, include_str!("shaders/depthwise.wgsl")];
