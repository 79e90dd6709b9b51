//! The page's modules, by their imports.

use super::model::Graph;
use anyhow::Context;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Folders from top to bottom. The state is pure and everything that changes the page makes a new one: tools stand on it,
/// wherever its file lies.
const FLOORS: [&[&str]; 7] = [
    &["page", "embed"],
    &["tools"],
    &["page/state.js"],
    &["ui"],
    &["evidence"],
    &["engine"],
    &["text"],
];

/// Every module under `web`. Types that comments import are no arrows: nothing is loaded for them.
pub fn graph(web: &Path) -> anyhow::Result<Graph> {
    let mut graph = Graph::new("web");
    graph.floors = FLOORS.iter().map(|floor| floor.to_vec()).collect();
    let mut modules = Vec::new();
    modules_in(web, &mut modules)?;
    for module in modules {
        let text = fs::read_to_string(&module)
            .with_context(|| format!("cannot read {}", module.display()))?;
        let folder = module.parent().unwrap_or(web);
        let name = |path: &Path| {
            let inside = path.strip_prefix(web).ok()?;
            Some(inside.to_string_lossy().replace('\\', "/"))
        };
        let Some(from) = name(&module) else { continue };
        graph.node(&from);
        for import in imports(&text) {
            // What lies outside, such as the wasm package, is not the page's.
            if import.ends_with(".js")
                && let Some(to) = name(&resolved(folder, import))
            {
                graph.arrow(&from, &to);
            }
        }
    }
    Ok(graph)
}

fn modules_in(folder: &Path, modules: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            modules_in(&path, modules)?;
        } else if path.extension().is_some_and(|extension| extension == "js") {
            modules.push(path);
        }
    }
    modules.sort();
    Ok(())
}

/// What is loaded: by `from "…"`, `import "…"`, `import("…")`, and as a worker.
fn imports(text: &str) -> Vec<&str> {
    const BEFORE: [&str; 4] = ["from \"", "import \"", "import(\"", "new URL(\""];
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
            continue;
        }
        for before in BEFORE {
            for (at, _) in line.match_indices(before) {
                let rest = &line[at + before.len()..];
                if let Some((path, _)) = rest.split_once('"')
                    && path.starts_with('.')
                {
                    found.push(path);
                }
            }
        }
    }
    found
}

/// `import` as seen from `folder`, without `.` and `..`.
fn resolved(folder: &Path, import: &str) -> PathBuf {
    let mut path = folder.to_path_buf();
    for part in Path::new(import).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{imports, resolved};
    use std::path::Path;

    #[test]
    fn imports_of_every_form_are_found_and_comments_are_not() {
        let text = r#"
import { a } from "./a.js";
import {
    b,
} from "../ui/b.js";
export * from "./c.js";
/** @typedef {import("./type.js").Type} Type */
 * @param {import("./type.js").Type} type
// import "./old.js";
const d = await import("./d.js");
new Worker(new URL("./worker.js", import.meta.url));
import fs from "node:fs";
"#;
        assert_eq!(
            imports(text),
            ["./a.js", "../ui/b.js", "./c.js", "./d.js", "./worker.js"]
        );
    }

    #[test]
    fn paths_are_resolved_against_the_folder() {
        let from = Path::new("web/ui");
        assert_eq!(resolved(from, "../text/en.js"), Path::new("web/text/en.js"));
        assert_eq!(resolved(from, "./dom.js"), Path::new("web/ui/dom.js"));
    }
}
