//! How fast, how large: beside onnxruntime-web.

use crate::command::{self, program, step};
use crate::{build, python, root, setup};

/// What to measure.
#[derive(clap::Args)]
pub struct BenchOptions {
    #[command(flatten)]
    build: build::BuildOptions,
    /// Measure every way to a convolution on WebGPU: ours, burn's conv2d, burn's matrix product.
    #[arg(long)]
    variants: bool,
    /// Handed on to tests/bench/run.mjs, such as `--runs 50 --host node`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds, makes the networks, then runs the comparison with onnxruntime-web.
pub fn run(options: &BenchOptions) -> anyhow::Result<()> {
    let root = root();
    build::run(&options.build)?;
    if options.variants {
        build::variants(&options.build)?;
    }
    step("Making the networks");
    command::run(program("node", &root).arg("tests/bench/models.mjs"))?;
    python::onnx_models(&root.join("target/bench"))?;
    let mut bench = program("node", &root);
    bench
        .arg("tests/bench/run.mjs")
        .args(&options.arguments)
        .args(
            options
                .variants
                .then_some("--variants=own,convolution,matrix"),
        )
        // A machine with a GPU and no browser is measured in Node alone.
        .envs(
            setup::chromium()
                .map(|path| ("SOFTCAM_CHROMIUM", path))
                .ok(),
        );
    step("Benchmark");
    command::run(&mut bench)
}
