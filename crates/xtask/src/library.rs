//! What another page embeds: the page's own modules beside the wasm in pkg/, with type declarations.

use crate::command::{self, program, step};
use crate::root::root;
use anyhow::{Context, bail};
use std::fs;
use std::path::Path;

/// What the package offers, and the workers that it starts; what these import belongs to the package, and nothing else.
const ENTRIES: [&str; 4] = [
    "web/embed/index.js",
    "web/embed/viewer.js",
    "web/engine/worker/thread-worker.js",
    "web/engine/worker/worker.js",
];

/// How the panels look that the element shares with the page.
const STYLE: &str = "style.css";

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
    for module in modules(&root)?.into_iter().chain([STYLE.to_owned()]) {
        let target = library.join(&module);
        let source = root.join("web").join(module);
        fs::create_dir_all(target.parent().unwrap_or(&library))?;
        fs::copy(&source, &target).with_context(|| format!("cannot copy {}", source.display()))?;
    }
    lift(&library)
}

/// Paths below web/ of all modules that the package consists of.
fn modules(root: &Path) -> anyhow::Result<Vec<String>> {
    let needs = command::output(
        program("node", root)
            .args(["tests/modules.mjs", "--needs"])
            .args(ENTRIES),
    )
    .context("cannot tell which modules the package needs; see `node tests/modules.mjs --needs`")?;
    let modules = needs.lines().map(|file| match file.strip_prefix("web/") {
        Some(module) if !module.starts_with("page/") && !module.starts_with("tools/") => {
            Ok(module.to_owned())
        }
        _ => bail!("the package would need {file}, which belongs to the page"),
    });
    modules.collect()
}

/// From web/, the wasm lies in ../pkg; from pkg/lib/, one level up.
fn lift(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            lift(&path)?;
        } else {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, text.replace("../pkg/", "../"))?;
        }
    }
    Ok(())
}
