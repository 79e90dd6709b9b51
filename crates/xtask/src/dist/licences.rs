//! Whose work the page consists of: code, weights, pictures.

use crate::command;
use crate::root::root;
use crate::setup::TARGET;
use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// All of it, as text.
pub fn text(root: &Path) -> anyhow::Result<String> {
    let mut text = String::from(
        "SoftCAM in the browser: licences and credits\n\nThe page's own code: MIT or Apache-2.0, at your choice.\n\
         The method: Djoumessi & Berens, Soft-CAM: making black box models self-explainable for medical image analysis, MIDL 2026.\n",
    );
    weights(root, &mut text)?;
    pictures(root, &mut text)?;
    code(&mut text)?;
    Ok(text)
}

fn heading(text: &mut String, title: &str) -> std::fmt::Result {
    writeln!(text, "\n\n{title}\n{}\n", "=".repeat(title.len()))
}

/// The models, as their cards have it.
fn weights(root: &Path, text: &mut String) -> anyhow::Result<()> {
    heading(text, "Weights")?;
    let folder = root.join("web/models");
    let list: Value = serde_json::from_slice(&fs::read(folder.join("index.json"))?)?;
    for model in list["models"].as_array().into_iter().flatten() {
        let file = model["file"].as_str().context("a model without a file")?;
        let card =
            card(&fs::read(folder.join(file))?).with_context(|| format!("{file} has no card"))?;
        let provenance = &card["provenance"];
        writeln!(text, "{file}: {}", card["title"].as_str().unwrap_or(file))?;
        for key in ["licence", "weights", "attribution"] {
            let said = provenance[key].as_str();
            let said = said.with_context(|| format!("the card of {file} names no {key}"))?;
            writeln!(text, "    {key}: {said}")?;
        }
    }
    let licence = fs::read_to_string(folder.join("LICENSE-efficientnet-lite0.txt"))?;
    writeln!(text, "\n{}", licence.trim_end())?;
    Ok(())
}

/// A model's card, from the header of its file.
fn card(file: &[u8]) -> Option<Value> {
    let length = u64::from_le_bytes(file.get(..8)?.try_into().ok()?);
    let header = file.get(8..8 + usize::try_from(length).ok()?)?;
    let header: Value = serde_json::from_slice(header).ok()?;
    serde_json::from_str(header["__metadata__"]["softcam"].as_str()?).ok()
}

/// The samples, as their list and the table of their sources have it.
fn pictures(root: &Path, text: &mut String) -> anyhow::Result<()> {
    heading(text, "Pictures")?;
    let folder = root.join("web/samples");
    let list: Value = serde_json::from_slice(&fs::read(folder.join("index.json"))?)?;
    let sets = list["sets"].as_object().context("no sets of samples")?;
    for sample in sets.values().filter_map(Value::as_array).flatten() {
        let said = |key: &str| {
            let said = sample[key].as_str();
            said.with_context(|| format!("a sample has no {key}: {sample}"))
        };
        let (file, title) = (said("file")?, said("title")?);
        let (by, source, licence) = (said("attribution")?, said("source")?, said("licence")?);
        writeln!(text, "{file}: {title}. {by}; from {source}; {licence}.")?;
    }
    let sources = fs::read_to_string(folder.join("SOURCES.csv"))?;
    writeln!(text, "\nFiles of data sets (set,file):")?;
    for line in sources.lines().skip(1) {
        writeln!(text, "    {line}")?;
    }
    Ok(())
}

/// One crate that is part of the wasm.
struct Crate {
    name: String,
    version: String,
    licence: String,
    source: String,
    texts: Vec<String>,
}

/// The crates in the wasm, and the texts of their licences, each once.
fn code(text: &mut String) -> anyhow::Result<()> {
    let crates = crates(&metadata()?)?;
    heading(text, "Code in the wasm modules")?;
    writeln!(
        text,
        "Rust's standard library: MIT OR Apache-2.0, https://github.com/rust-lang/rust"
    )?;
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in &crates {
        let Crate {
            name,
            version,
            licence,
            source,
            ..
        } = part;
        writeln!(text, "{name} {version}: {licence}, {source}")?;
        for licence in &part.texts {
            texts.entry(licence).or_default().push(name);
        }
    }
    heading(text, "Texts of their licences")?;
    for (licence, names) in texts {
        writeln!(text, "--- {}\n\n{licence}\n", names.join(", "))?;
    }
    Ok(())
}

/// What cargo knows of the crates that the page's wasm is built from.
fn metadata() -> anyhow::Result<Value> {
    let mut cargo = command::cargo(&root());
    cargo
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--manifest-path", "crates/softcam-web/Cargo.toml"])
        .args(["--filter-platform", TARGET])
        .args([
            "--no-default-features",
            "--features",
            "webgpu,explain,methods,dicom",
        ]);
    let output = command::output(&mut cargo).context("`cargo metadata` failed")?;
    Ok(serde_json::from_str(&output)?)
}

/// Those that softcam-web links, directly or through others; not those that only build it, nor the project's own.
fn crates(metadata: &Value) -> anyhow::Result<Vec<Crate>> {
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let items = list.as_array().into_iter().flatten();
        items
            .filter_map(|item| Some((item["id"].as_str()?.to_owned(), item.clone())))
            .collect()
    };
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let start = metadata["resolve"]["root"].as_str();
    let mut open = vec![start.context("`cargo metadata` names no root")?.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let macros = packages.get(&id).is_some_and(is_macro);
        if macros || !seen.insert(id.clone()) {
            continue;
        }
        for dependency in nodes.get(&id).into_iter().flat_map(dependencies) {
            open.push(dependency);
        }
    }
    let foreign = seen
        .iter()
        .filter_map(|id| packages.get(id))
        .filter(|package| !package["source"].is_null());
    let mut crates = foreign.map(described).collect::<anyhow::Result<Vec<_>>>()?;
    crates.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(crates)
}

/// Whether a crate runs in the compiler alone.
fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    let mut kinds = targets
        .filter_map(|target| target["kind"].as_array())
        .flatten();
    kinds.any(|kind| kind == "proc-macro")
}

/// Ordinary dependencies of a node.
fn dependencies(node: &Value) -> Vec<String> {
    let all = node["deps"].as_array().into_iter().flatten();
    let ordinary = |dependency: &&Value| {
        let mut kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
        kinds.any(|kind| kind["kind"].is_null())
    };
    all.filter(ordinary)
        .filter_map(|dependency| Some(dependency["pkg"].as_str()?.to_owned()))
        .collect()
}

fn described(package: &Value) -> anyhow::Result<Crate> {
    let said = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let (name, version) = (said("name"), said("version"));
    let manifest = said("manifest_path");
    let folder = Path::new(&manifest).parent().unwrap_or(Path::new("."));
    let mut texts = BTreeSet::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read the source of {name}"))?
    {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let file = file.to_uppercase();
        let named = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"];
        if path.is_file() && named.iter().any(|start| file.starts_with(start)) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            texts.insert(text.replace('\r', "").trim().to_owned());
        }
    }
    let licence = match (said("license"), said("license_file")) {
        (licence, _) if !licence.is_empty() => licence,
        (_, file) if !file.is_empty() => format!("see {file} below"),
        _ => bail!("{name} {version} names no licence"),
    };
    let source = [said("repository"), said("homepage")];
    let source = source.into_iter().find(|address| !address.is_empty());
    Ok(Crate {
        source: source.unwrap_or_else(|| format!("https://crates.io/crates/{name}")),
        name,
        version,
        licence,
        texts: texts.into_iter().filter(|text| !text.is_empty()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{crates, text};
    use crate::root::root;
    use serde_json::json;

    #[test]
    fn what_only_builds_the_page_is_no_part_of_it() {
        let package = |id: &str, kind: &str, source: Option<&str>| {
            json!({ "id": id, "name": id, "version": "1.0.0", "license": "MIT", "source": source,
                "manifest_path": root().join("crates/xtask/Cargo.toml"), "targets": [{ "kind": [kind] }] })
        };
        let uses =
            |id: &str, kind: Option<&str>| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                package("own", "lib", None), package("linked", "lib", Some("registry")), package("built", "lib", Some("registry")),
                package("macro", "proc-macro", Some("registry")), package("of-macro", "lib", Some("registry")),
                package("beneath", "lib", Some("registry")),
            ],
            "resolve": { "root": "own", "nodes": [
                { "id": "own", "deps": [uses("linked", None), uses("built", Some("build")), uses("macro", None)] },
                { "id": "linked", "deps": [uses("beneath", None)] },
                { "id": "macro", "deps": [uses("of-macro", None)] },
            ] },
        });
        let names: Vec<String> = (crates(&metadata).unwrap().into_iter())
            .map(|part| part.name)
            .collect();
        assert_eq!(names, ["beneath", "linked"]);
    }

    #[test]
    fn code_weights_and_pictures_are_credited() {
        let text = text(&root()).unwrap();
        for part in [
            "efficientnet-lite0.safetensors: ",
            "licence: Apache-2.0",
            "coffee.jpg: Coffee. Rachel Michetti",
            "fundus-idrid,IDRiD_138.jpg",
            "\nwgpu ",
            "\nburn ",
            "Permission is hereby granted",
            "Apache License",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(!text.contains("\nsyn "), "it runs in the compiler alone");
    }
}
