//! From Rust to `pkg/`: cargo, wasm-bindgen, wasm-opt.

use crate::command::{self, program, step};
use crate::meanwhile::Meanwhile;
use crate::root::root;
use crate::setup::{self, TARGET, Toolchain};
use crate::{library, page};
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

/// Functions with one caller stay functions, unless they are tiny. Engines optimise a function as a whole once a loop in it
/// has run for a while: with all decoders in one of them, that took longer than the first picture, on the same cores.
const INLINING: [&str; 2] = ["--one-caller-inline-max-function-size", "100"];

/// One wasm module of the page.
struct Module {
    /// Name of its files in pkg/.
    name: &'static str,
    /// What it holds, for people.
    what: &'static str,
    /// Features of crates/softcam-web.
    features: &'static [&'static str],
}

impl Module {
    /// Whether workers share its memory.
    fn is_shared(&self) -> bool {
        self.features.contains(&"threads")
    }

    /// Whether it takes an engine with relaxed SIMD.
    fn is_fused(&self) -> bool {
        self.features.contains(&"fused")
    }
}

/// The page loads one of the first five: a visitor without a usable GPU need not fetch what only a GPU can use, where
/// memory may not be shared, threads are of no use, and engines without relaxed SIMD refuse modules that have it. The next is
/// fetched when a method is asked for, when something is to be taught, or when a model file is dropped, the last when a film
/// or a TIFF is.
const MODULES: [Module; 7] = [
    Module {
        name: "softcam_web",
        what: "WebGPU and CPU",
        features: &["webgpu"],
    },
    Module {
        name: "softcam_cpu",
        what: "CPU alone",
        features: &["explain"],
    },
    Module {
        name: "softcam_cpu_fused",
        what: "CPU alone, relaxed SIMD",
        features: &["explain", "fused"],
    },
    Module {
        name: "softcam_threads",
        what: "CPU, several threads",
        features: &["threads"],
    },
    Module {
        name: "softcam_threads_fused",
        what: "CPU, several threads, relaxed SIMD",
        features: &["threads", "fused"],
    },
    Module {
        name: "softcam_methods",
        what: "other methods, teaching and model files",
        features: &["methods"],
    },
    Module {
        name: "softcam_dicom",
        what: "films and TIFFs",
        features: &["dicom"],
    },
];

/// For measuring alone: burn's own convolutions beside ours.
const VARIANTS: Module = Module {
    name: "softcam_variants",
    what: "WebGPU with burn's convolutions too",
    features: &["variants"],
};

/// The module that has every way to a convolution, for `cargo xtask bench --variants`.
pub fn variants(options: &BuildOptions) -> anyhow::Result<()> {
    build(&VARIANTS, setup::for_build()?, options)
}

/// Sets up and builds. Does nothing where nothing has changed.
pub fn run(options: &BuildOptions) -> anyhow::Result<()> {
    let toolchain = setup::for_build()?;
    MODULES
        .iter()
        .try_for_each(|module| build(module, toolchain, options))?;
    step("Listing the page's modules in index.html");
    command::run(program("node", &root()).arg("tests/modules.mjs"))?;
    library::assemble()?;
    page::assemble()
}

/// The same beside whatever is done next. It has folders of its own under target/, so that neither waits for the other.
pub fn meanwhile(options: &BuildOptions) -> anyhow::Result<Meanwhile> {
    let mut command = program(std::env::current_exe()?, &root());
    command.arg("build");
    if options.dev {
        command.arg("--dev");
    }
    Meanwhile::start(command, root().join("target/page-build.log"))
}

fn build(module: &Module, toolchain: Toolchain, options: &BuildOptions) -> anyhow::Result<()> {
    let root = root();
    let profile = if options.dev { "web-dev" } else { "web" };
    step(&format!(
        "Building the page's wasm for {} (profile {profile}; the first time takes minutes)",
        module.what
    ));
    let (mut cargo, target) = match module.is_shared() {
        false => (toolchain.cargo(&root), root.join("target")),
        true => (
            setup::for_threads(toolchain)?.cargo_for_threads(&root),
            root.join("target/threads"),
        ),
    };
    command::run(
        cargo
            .args(["build", "--locked", "--package", "softcam-web"])
            .args(["--target", TARGET, "--profile", profile])
            .args(["--no-default-features", "--features"])
            .arg(module.features.join(","))
            .arg("--target-dir")
            .arg(&target),
    )?;

    let built = target.join(format!("{TARGET}/{profile}/softcam_web.wasm"));
    let pkg = root.join("pkg");
    let stamp = root.join(format!("target/{}.stamp", module.name));
    // With how it is packaged, which decides as much as what is packaged.
    let state = format!(
        "{profile} {:?} {INLINING:?} {WASM_FEATURES:?}",
        modified(&built)
    );
    let packaged = pkg.join(format!("{}_bg.wasm", module.name));
    if packaged.exists() && fs::read_to_string(&stamp).is_ok_and(|text| text == state) {
        return Ok(());
    }
    step("Packaging it into pkg/");
    package(&built, &pkg, module, options.dev)?;
    fs::write(&stamp, state)?;
    report_size(&packaged)
}

fn package(built: &Path, pkg: &Path, module: &Module, dev: bool) -> anyhow::Result<()> {
    let root = root();
    Bindgen::new()
        .input_path(built)
        .out_name(module.name)
        .web(true)?
        .typescript(true)
        .remove_name_section(!dev)
        .generate(pkg)?;
    if dev {
        return Ok(());
    }
    let wasm = pkg.join(format!("{}_bg.wasm", module.name));
    let optimised = root.join("target/optimised.wasm");
    let wasm_opt = root.join("tests/node_modules/.bin/wasm-opt");
    command::run(
        program(wasm_opt, &root)
            .arg("-Os")
            .args(INLINING)
            .args(WASM_FEATURES)
            .args(module.is_shared().then_some("--enable-threads"))
            .args(module.is_fused().then_some("--enable-relaxed-simd"))
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
