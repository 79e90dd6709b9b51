//! What lets a browser keep the page: the service worker, which knows every file by its hash, and the file that withdraws it.

use super::site::{Site, sha256, short};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The service worker, before it knows its files.
const SOURCE: &str = "web/offline/service-worker.js";
/// Where the files are put in.
const MARK: &str = "/* files */ null";

/// Adds service-worker.js and version.json. Unless it `keeps` anything, both withdraw what earlier versions kept.
pub fn add(site: &mut Site, root: &Path, keeps: bool) -> anyhow::Result<()> {
    let files: serde_json::Map<String, Value> = (site.files())
        .map(|(path, content)| {
            let entry = json!([sha256(content), content.len(), is_core(path)]);
            (path.to_owned(), entry)
        })
        .collect();
    let version = short(&sha256(&serde_json::to_vec(&files)?)).to_owned();
    let release = json!({ "version": version, "keeps": keeps, "files": files });
    let source = fs::read(root.join(SOURCE))?;
    site.add("service-worker.js", source);
    site.replace("service-worker.js", &[(MARK, &release.to_string())])?;
    let version = json!({ "version": version, "offline": keeps });
    site.add("version.json", version.to_string().into_bytes());
    Ok(())
}

/// Whether a file is kept by every browser that keeps the page: all that explains a picture on the CPU but for the model
/// and the picture, which are kept once they are used. Of the two modules for one thread each browser keeps the one that it runs.
fn is_core(path: &str) -> bool {
    let folder = path.split(['-', '/']).next().unwrap_or(path);
    match folder {
        "index.html" | "app.webmanifest" => true,
        "web" => !path.contains("/embed/"),
        "pkg" => path.contains("/softcam_cpu"),
        "samples" => path.ends_with(".thumb.jpg") || path.ends_with("index.json"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Site, add, is_core};
    use crate::root::root;

    #[test]
    fn models_and_pictures_are_kept_when_they_are_used() {
        for path in [
            "index.html",
            "web-1/text/de.js",
            "pkg-1/softcam_cpu_bg.wasm",
            "pkg-1/softcam_cpu_fused_bg.wasm",
            "samples-1/index.json",
            "samples-1/oct/a.thumb.jpg",
        ] {
            assert!(is_core(path), "{path}");
        }
        for path in [
            "models/a-1.safetensors",
            "pkg-1/softcam_web_bg.wasm",
            "samples-1/oct/a.jpg",
            "web-1/embed/viewer.js",
            "embed/viewer.js",
            "licences.txt",
        ] {
            assert!(!is_core(path), "{path}");
        }
    }

    #[test]
    fn the_version_follows_from_the_files() {
        let version = |content: &str, keeps: bool| {
            let mut site = Site::default();
            site.add("index.html", content.into());
            add(&mut site, &root(), keeps).unwrap();
            let worker = site.text("service-worker.js").unwrap();
            assert!(worker.contains("\"index.html\":[\""), "it knows the files");
            assert!(!worker.contains(super::MARK));
            site.text("version.json").unwrap().to_owned()
        };
        assert_eq!(version("a", true), version("a", true));
        assert_ne!(version("a", true), version("b", true));
        assert!(version("a", false).contains("\"offline\":false"));
    }
}
