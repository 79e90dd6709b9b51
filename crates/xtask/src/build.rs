//! From Rust to `pkg/`: cargo, wasm-bindgen, wasm-opt.

use crate::command::{self, program, step};
use crate::root;
use crate::setup::{self, TARGET};
use anyhow::Context;
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use wasm_bindgen_cli_support::Bindgen;

/// How to build.
#[derive(Clone, clap::Args)]
pub struct BuildOptions {
    /// Quick to build, slow and large to run: for working on the page.
    #[arg(long)]
    pub dev: bool,
}

/// What wasm-opt may assume: what rustc emits with SIMD128 on. Anything more, and engines refuse the result.
const WASM_FEATURES: [&str; 8] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Sets up and builds. Does nothing where nothing has changed.
pub fn run(options: &BuildOptions) -> anyhow::Result<()> {
    let toolchain = setup::for_build()?;
    let root = root();
    let profile = if options.dev { "web-dev" } else { "web" };
    step(&format!(
        "Building the page's wasm (profile {profile}; the first time takes minutes)"
    ));
    command::run(toolchain.cargo(&root).args([
        "build",
        "--locked",
        "--package",
        "softcam-web",
        "--target",
        TARGET,
        "--profile",
        profile,
    ]))?;

    let built = root.join(format!("target/{TARGET}/{profile}/softcam_web.wasm"));
    let pkg = root.join("pkg");
    let stamp = root.join("target/pkg-stamp");
    let state = format!("{profile} {:?}", modified(&built));
    let packaged = pkg.join("softcam_web_bg.wasm");
    if packaged.exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == state) {
        return Ok(());
    }
    step("Packaging it into pkg/");
    package(&built, &pkg, options.dev)?;
    fs::write(&stamp, state)?;
    report_size(&packaged)
}

fn package(built: &Path, pkg: &Path, dev: bool) -> anyhow::Result<()> {
    let root = root();
    Bindgen::new()
        .input_path(built)
        .web(true)?
        .typescript(true)
        .remove_name_section(!dev)
        .generate(pkg)?;
    if dev {
        return Ok(());
    }
    let wasm = pkg.join("softcam_web_bg.wasm");
    let optimised = root.join("target/optimised.wasm");
    let wasm_opt = root.join("tests/node_modules/.bin/wasm-opt");
    command::run(
        program(wasm_opt, &root)
            .arg("-Os")
            .args(WASM_FEATURES)
            .arg(&wasm)
            .arg("-o")
            .arg(&optimised),
    )?;
    fs::rename(&optimised, &wasm).context("cannot replace the wasm by the optimised one")
}

fn report_size(wasm: &Path) -> anyhow::Result<()> {
    let bytes = fs::metadata(wasm)?.len();
    eprintln!("    {}: {:.2} MB", wasm.display(), bytes as f64 / 1e6);
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}
