//! Which files the page consists of, and under which names.

use super::site::{Site, sha256, short};
use crate::page;
use anyhow::{Context, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The wasm modules and their glue, in pkg/.
const WASM: [&str; 7] = [
    "softcam_cpu",
    "softcam_cpu_fused",
    "softcam_dicom",
    "softcam_methods",
    "softcam_threads",
    "softcam_threads_fused",
    "softcam_web",
];
/// The module that says where files lie.
const PLACES: &str = "page/catalogue.js";
/// The list of models.
const MODELS: &str = "models/index.json";

/// The page's files.
pub fn site(root: &Path) -> anyhow::Result<Site> {
    let web = root.join("web");
    let mut site = Site::default();

    let mut wasm = Site::default();
    for name in WASM {
        for file in [format!("{name}.js"), format!("{name}_bg.wasm")] {
            wasm.add(&file, read(&root.join("pkg").join(&file))?);
        }
    }
    let pkg = hashed("pkg", &wasm);
    site.add_below(&pkg, wasm);

    let mut samples = Site::default();
    gather(&web.join("samples"), "", &["jpg", "json"], &mut samples)?;
    let pictures = hashed("samples", &samples);
    site.add_below(&pictures, samples);

    let mut scripts = Site::default();
    gather(&page::folder(root), "", &["js"], &mut scripts)?;
    for file in ["style.css", "icon.svg"] {
        scripts.add(file, read(&web.join(file))?);
    }
    gather(&web.join("lessons"), "lessons/", &["json"], &mut scripts)?;
    let list = models(&web, &mut site)?;
    scripts.add(MODELS, list);
    let samples_list = format!("\"{pictures}index.json\"");
    let places = [
        ("\"web/models/\"", "\"models/\"".to_owned()),
        ("\"pkg/\"", format!("\"{pkg}\"")),
        ("\"web/samples/\"", format!("\"{pictures}\"")),
        ("\"web/samples/index.json\"", samples_list),
    ];
    let pairs: Vec<(&str, &str)> = places.iter().map(|(a, b)| (*a, b.as_str())).collect();
    scripts.replace(PLACES, &pairs)?;
    let embedded = format!("../../{pkg}");
    scripts.replace("embed/index.js", &[("../../pkg/", &embedded)])?;
    let app = hashed("web", &scripts);
    // The folder's own name is not part of what it is made from.
    scripts.replace(PLACES, &[("\"web/", &format!("\"{app}"))])?;
    site.add_below(&app, scripts);

    let index = read(&root.join("index.html"))?;
    site.add("index.html", index);
    site.replace("index.html", &[("\"web/", &format!("\"{app}"))])?;
    embed(&web, &mut site, &app, &pictures)?;
    Ok(site)
}

/// The weights, each under its hash, with a file whose name stays for pages that embed them. Returns the list as the page reads it.
fn models(web: &Path, site: &mut Site) -> anyhow::Result<Vec<u8>> {
    let mut list: Value = serde_json::from_slice(&read(&web.join(MODELS))?)?;
    let models = list["models"].as_array_mut().context("no models listed")?;
    for model in models {
        let file = text_of(model, "file")?;
        let id = text_of(model, "id")?;
        let content = read(&web.join("models").join(&file))?;
        let hash = sha256(&content);
        let named = text_of(model, "sha256")?;
        ensure!(hash == named, "{file} is not what {MODELS} says of it");
        let (stem, extension) = file.rsplit_once('.').context("a model without a type")?;
        let name = format!("{stem}-{}.{extension}", short(&hash));
        let pointer =
            json!({ "file": format!("../models/{name}"), "bytes": content.len(), "sha256": hash });
        site.add(format!("embed/{id}.json"), pointer.to_string().into_bytes());
        site.add(format!("models/{name}"), content);
        model["file"] = name.into();
    }
    Ok(serde_json::to_vec(&list)?)
}

fn text_of(value: &Value, key: &str) -> anyhow::Result<String> {
    let text = value[key].as_str();
    Ok(text
        .with_context(|| format!("a model has no {key}"))?
        .to_owned())
}

/// What other pages name: addresses that stay, whatever is published later.
fn embed(web: &Path, site: &mut Site, app: &str, pictures: &str) -> anyhow::Result<()> {
    for module in ["index.js", "viewer.js"] {
        let text = format!("export * from \"../{app}embed/{module}\";\n");
        site.add(format!("embed/{module}"), text.into_bytes());
    }
    site.add("embed/example.html", read(&web.join("embed/example.html"))?);
    site.replace(
        "embed/example.html",
        &[
            ("../../pkg/lib/embed/viewer.js", "viewer.js"),
            (
                "../models/efficientnet-lite0.safetensors",
                "efficientnet-lite0.json",
            ),
            ("../samples/", &format!("../{pictures}")),
            ("../icon.svg", &format!("../{app}icon.svg")),
        ],
    )
}

/// Name of a folder for these files, with a slash.
fn hashed(name: &str, files: &Site) -> String {
    format!("{name}-{}/", files.hash())
}

/// Adds the files below `folder` of one of these types.
fn gather(folder: &Path, below: &str, types: &[&str], site: &mut Site) -> anyhow::Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let place = format!("{below}{name}");
        if path.is_dir() {
            gather(&path, &format!("{place}/"), types, site)?;
        } else if types
            .iter()
            .any(|kind| place.ends_with(&format!(".{kind}")))
        {
            site.add(place, read(&path)?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
