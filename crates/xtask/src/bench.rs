//! How fast, how large: beside onnxruntime-web and LiteRT.js.

use crate::command::{self, program, step};
use crate::root::root;
use crate::{browsers, build, python, setup};

/// What to measure.
#[derive(clap::Args)]
pub struct BenchOptions {
    #[command(flatten)]
    build: build::BuildOptions,
    /// Measure several ways to a convolution on WebGPU: ours, burn's conv2d, burn's matrix product.
    #[arg(
        long,
        value_name = "LIST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "own,convolution,matrix"
    )]
    variants: Option<String>,
    /// Handed on to tests/bench/run.mjs, such as `--runs 50 --host node`; `-- --help` lists them all.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds, makes the networks, then runs the comparison.
pub fn run(options: &BenchOptions) -> anyhow::Result<()> {
    let root = root();
    anyhow::ensure!(
        !options
            .arguments
            .iter()
            .any(|argument| argument.starts_with("--variants")),
        "--variants needs a module of its own, which is built before: put it in front of the --"
    );
    build::run(&options.build)?;
    if options.variants.is_some() {
        build::variants(&options.build)?;
    }
    step("Making the networks");
    command::run(program("node", &root).arg("tests/bench/models.mjs"))?;
    python::onnx_models(&root.join("target/bench"))?;
    if beside_litert(&options.arguments) {
        setup::npm_packages_of("tests/bench/litert")?;
        python::tensorflow()?;
    }
    let mut bench = program("node", &root);
    bench.arg("tests/bench/run.mjs").args(&options.arguments);
    if let Some(list) = &options.variants {
        bench.arg(format!("--variants={list}"));
    }
    if in_browser(&options.arguments) {
        // Where none can be had, Node remains.
        bench.envs(
            browsers::chromium()
                .map(|path| ("SOFTCAM_CHROMIUM", path))
                .ok(),
        );
    }
    step("Benchmark");
    command::run(&mut bench)
}

/// Whether what run.mjs is told leaves a browser among its hosts: a machine that has a GPU and no browser need not get one.
fn in_browser(arguments: &[String]) -> bool {
    value(arguments, "--host").is_none_or(|hosts| hosts.contains("chromium"))
}

/// Whether run.mjs is told to put LiteRT.js beside ours, which needs more than the others do.
fn beside_litert(arguments: &[String]) -> bool {
    value(arguments, "--peers").is_some_and(|peers| peers.contains("litert"))
}

/// What follows `option` among the arguments, behind a space or `=`.
fn value(arguments: &[String], option: &str) -> Option<String> {
    let joined = arguments.join(" ").replace('=', " ");
    let mut words = joined.split(' ').skip_while(|word| *word != option);
    words.nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &str) -> Vec<String> {
        words.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn litert_is_installed_only_where_it_is_asked_for() {
        assert!(beside_litert(&arguments(
            "--quick --peers onnxruntime,litert"
        )));
        assert!(beside_litert(&arguments("--peers=litert --runs 3")));
        assert!(!beside_litert(&arguments(
            "--peers onnxruntime --name litert"
        )));
        assert!(!beside_litert(&arguments("--quick")));
    }

    #[test]
    fn a_browser_is_needed_unless_node_alone_is_asked_for() {
        let needed = |words: &str| in_browser(&arguments(words));
        assert!(needed("--quick"));
        assert!(needed("--runs 3 --host chromium,node"));
        assert!(!needed("--host node --devices webgpu"));
        assert!(!needed("--quick --host=node"));
    }
}
