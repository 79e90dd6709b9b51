//! The page's modules as they are served: the same, without their comments, which are half of their bytes.

use crate::command::{self, program, step};
use crate::root::root;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where they lie, in folders as in web/. What is not there is served from web/ itself.
pub fn folder(root: &Path) -> PathBuf {
    root.join("target/page/web")
}

/// Writes them anew where a module has changed.
pub fn assemble() -> anyhow::Result<()> {
    let root = root();
    let folder = folder(&root);
    let stamp = folder.with_extension("stamp");
    let written = stamp.metadata().and_then(|data| data.modified()).ok();
    if written.is_some() && written >= newest(&root.join("web"))? {
        return Ok(());
    }
    step("Taking the comments out of the page's modules");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let tsc = root.join("tests/node_modules/.bin/tsc");
    command::run(program(tsc, &root).args(["--project", "web/tsconfig.served.json"]))?;
    fs::write(&stamp, "").with_context(|| format!("cannot write {}", stamp.display()))
}

/// When a module of the page, or a folder of them, was changed last.
fn newest(folder: &Path) -> anyhow::Result<Option<SystemTime>> {
    let mut newest = folder.metadata()?.modified().ok();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let changed = if path.is_dir() {
            self::newest(&path)?
        } else if matches!(
            path.extension().and_then(|e| e.to_str()),
            Some("js" | "json")
        ) {
            path.metadata()?.modified().ok()
        } else {
            None
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}
