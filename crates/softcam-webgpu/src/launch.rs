//! A WGSL kernel between burn's tensors.

use crate::shape::Shape;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{DType, Tensor};
use burn_wgpu::{CubeBackend, CubeDim, CubeTensor, KernelSource, SourceKernel, SourceTemplate};
use cubecl::CubeCount;
use cubecl::ir::attributes::BufferIOAttr;
use cubecl::prelude::KernelId;
use cubecl::server::{KernelArguments, MetadataBindingInfo};
use std::fmt::Write;

/// Workgroups that one dimension of a dispatch may have at least, by WebGPU's default limits.
const MOST_WORKGROUPS: u32 = 65535;

/// A buffer as its kernel declares it.
pub(crate) type Buffer = (&'static str, &'static str);

/// A kernel's text: constants, buffers, and the files that it is made of. Two of these are the same pipeline exactly if
/// they are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Kernel {
    /// For logs and profiles.
    pub name: &'static str,
    pub parts: &'static [&'static str],
    /// Read by the kernel, in the order in which they are handed over; the output and the shape come after them.
    pub inputs: Vec<Buffer>,
    pub constants: Vec<(&'static str, Constant)>,
    pub workgroup: [u32; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Constant {
    Number(u32),
    Flag(bool),
}

impl Kernel {
    fn text(&self) -> String {
        // Where buffers share memory, as natively, one that is only read may lie beside one that is written, and then
        // WebGPU wants both declared alike.
        let read = if cfg!(target_family = "wasm") {
            "read"
        } else {
            "read_write"
        };
        let mut text = String::new();
        let declared = (self.inputs.iter().map(|&(name, kind)| (read, name, kind)))
            .chain([("read_write", "output", "array<vec4<f32>>")])
            .chain([("read", "shape", "Shape")]);
        for (binding, (access, name, kind)) in declared.enumerate() {
            let line =
                format!("@group(0) @binding({binding}) var<storage, {access}> {name}: {kind};\n");
            text.push_str(&line);
        }
        for (name, value) in &self.constants {
            let written = match value {
                Constant::Number(value) => writeln!(text, "const {name} = {value}u;"),
                Constant::Flag(value) => writeln!(text, "const {name} = {value};"),
            };
            written.unwrap_or_else(|_| unreachable!("a String takes everything"));
        }
        for part in self.parts {
            text.push_str(part);
        }
        text
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.text())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(self.clone())
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// One run of a kernel.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub kernel: Kernel,
    pub shape: Shape,
    /// Workgroups along x and y.
    pub workgroups: [u32; 2],
    /// `[batch, height, width, channels]`, channels in whole groups of four.
    pub output: [usize; 4],
}

/// Workgroups of 64 threads for `threads`, one behind the other along x, then y.
pub(crate) fn in_rows(threads: usize) -> [u32; 2] {
    let workgroups = u32::try_from(threads.div_ceil(64))
        .unwrap_or_else(|_| panic!("{threads} threads are more than a device can count"));
    let rows = workgroups.div_ceil(MOST_WORKGROUPS).max(1);
    [workgroups.div_ceil(rows), rows]
}

/// burn's way to an operation of one's own: the macro finds the backend that holds the tensors.
#[backend_extension(Cube)]
pub(crate) trait Launches: Backend {
    /// Runs `launch` on as many of the tensors, in this order, as its kernel has inputs.
    fn launched(
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        third: FloatTensor<Self>,
        fourth: FloatTensor<Self>,
        launch: Launch,
    ) -> FloatTensor<Self>;
}

impl Launches for CubeBackend {
    fn launched(
        first: CubeTensor,
        second: CubeTensor,
        third: CubeTensor,
        fourth: CubeTensor,
        launch: Launch,
    ) -> CubeTensor {
        let Launch {
            kernel,
            shape,
            workgroups: [x, y],
            output,
        } = launch;
        let (client, device) = (first.client.clone(), first.device.clone());
        let len: usize = output.iter().product();
        let written = client.empty(len * size_of::<f32>());
        let mut arguments = KernelArguments::new();
        let inputs = [first, second, third, fourth].into_iter();
        for input in inputs.take(kernel.inputs.len()) {
            // burn's operations, which only variants use, may leave a view.
            #[cfg(feature = "variants")]
            let input = burn_wgpu::into_contiguous(input);
            assert!(
                input.is_contiguous(),
                "{}: a view is no buffer",
                kernel.name
            );
            arguments = arguments.with_buffer_io(input.handle.binding(), BufferIOAttr::ReadOnly);
        }
        arguments = arguments.with_buffer_io(written.clone().binding(), BufferIOAttr::WriteOnly);
        arguments.info = MetadataBindingInfo::custom(shape.words());
        let [width, height] = kernel.workgroup;
        let source = SourceKernel::new(kernel, CubeDim::new_2d(width, height));
        client.launch(Box::new(source), CubeCount::Static(x, y, 1), arguments);
        CubeTensor::new_contiguous(client, device, output.into(), written, DType::F32)
    }
}

/// Runs a kernel on the device of its inputs, which are one to four.
pub(crate) fn run(inputs: &[&Tensor<4>], launch: Launch) -> Tensor<4> {
    assert_eq!(inputs.len(), launch.kernel.inputs.len(), "inputs");
    // What a kernel has no use for is never bound.
    let [first, second, third, fourth] = std::array::from_fn(|index| {
        let input = *inputs.get(index).unwrap_or(&inputs[0]);
        input.clone().into_dispatch()
    });
    Tensor::from_dispatch(Dispatch::launched(first, second, third, fourth, launch))
}
