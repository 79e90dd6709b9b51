//! Crates among each other, as their manifests say.

use super::model::Graph;
use anyhow::Context;
use std::fs;
use std::path::Path;

/// From top to bottom. Arithmetic knows nothing of networks, networks nothing of labels, and nothing uses a program.
const FLOORS: [&[&str]; 6] = [
    &["softcam-cli", "softcam-web", "xtask"],
    &["softcam-teach", "softcam-train"],
    &[
        "softcam-attribution",
        "softcam-data",
        "softcam-eval",
        "softcam-serve",
    ],
    &["softcam"],
    &["softcam-webgpu"],
    &["softcam-kernels"],
];

/// Names of the workspace's crates.
pub fn names(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let path = entry?.path();
        if path.join("Cargo.toml").is_file() {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// Dependencies of the libraries and programs; what only tests need does not count.
pub fn graph(root: &Path) -> anyhow::Result<Graph> {
    let names = names(root)?;
    let mut graph = Graph::new("crates");
    graph.floors = FLOORS.iter().map(|floor| floor.to_vec()).collect();
    for name in &names {
        graph.node(name);
        let path = root.join("crates").join(name).join("Cargo.toml");
        let manifest =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for dependency in dependencies(&manifest) {
            if names.iter().any(|name| name == dependency) {
                graph.arrow(name, dependency);
            }
        }
    }
    Ok(graph)
}

/// Names under `[dependencies]`.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    (manifest.lines())
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
}

#[cfg(test)]
mod tests {
    use super::dependencies;

    #[test]
    fn what_only_tests_need_does_not_count() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies]\n# Why.\nb = { workspace = true }\nc-d = \"1\"\n\n[dev-dependencies]\ne = \"1\"\n";
        assert_eq!(dependencies(manifest).collect::<Vec<_>>(), ["b", "c-d"]);
    }
}
