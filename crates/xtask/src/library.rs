//! What another page embeds: the page's own modules beside the wasm in pkg/, with type declarations.

use crate::command::{self, program, step};
use crate::root::root;
use anyhow::Context;
use std::fs;
use std::path::Path;

/// Modules of web/ that the package needs; the rest is this page's own.
const MODULES: [&str; 16] = [
    "connection.js",
    "decision.js",
    "embed/index.js",
    "embed/viewer.js",
    "engine.js",
    "format.js",
    "ledger.js",
    "notice.js",
    "novelty.js",
    "protocol.js",
    "succession.js",
    "ui/dom.js",
    "worker/download.js",
    "worker/failure.js",
    "worker/gpu.js",
    "worker/worker.js",
];

/// Copies the modules into pkg/lib/ and writes their declarations beside them.
pub fn assemble() -> anyhow::Result<()> {
    step("Assembling the package in pkg/");
    let root = root();
    let library = root.join("pkg/lib");
    if library.exists() {
        fs::remove_dir_all(&library)?;
    }
    let tsc = root.join("tests/node_modules/.bin/tsc");
    command::run(
        program(tsc, &root)
            .args(["--project", "web/embed", "--outDir"])
            .arg(&library),
    )?;
    for module in MODULES {
        let source = root.join("web").join(module);
        let target = library.join(module);
        fs::create_dir_all(target.parent().unwrap_or(&library))?;
        fs::copy(&source, &target).with_context(|| format!("cannot copy {}", source.display()))?;
        lift(&target)?;
        let declarations = target.with_extension("d.ts");
        if declarations.exists() {
            lift(&declarations)?;
        }
    }
    Ok(())
}

/// From web/, the wasm lies in ../pkg; from pkg/lib/, one level up.
fn lift(file: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(file)?;
    fs::write(file, text.replace("../pkg/", "../"))?;
    Ok(())
}
