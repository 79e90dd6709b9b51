//! `_headers`, for hosts that read it (Netlify, Cloudflare Pages and others): what the page cannot say in itself.

use super::site::Site;
use anyhow::Context;
use std::collections::BTreeSet;

/// A year: content under a hash never changes.
const FOR_LONG: &str = "public, max-age=31536000, immutable";

/// The file's text. No two rules that fit one address set the same header: hosts would join the values.
pub fn text(site: &Site) -> anyhow::Result<String> {
    let policy = site.text("index.html")?;
    let policy = policy.split("http-equiv=\"Content-Security-Policy\" content=\"");
    let policy = policy.skip(1).find_map(|rest| rest.split('"').next());
    let policy = policy.context("index.html has no Content-Security-Policy")?;
    let mut text = String::from(
        "/*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: no-referrer\n  Cross-Origin-Opener-Policy: same-origin\n  \
         Cross-Origin-Embedder-Policy: require-corp\n  Cross-Origin-Resource-Policy: cross-origin\n  Access-Control-Allow-Origin: *\n",
    );
    for page in ["/", "/index.html"] {
        text += &format!(
            "\n{page}\n  Content-Security-Policy: {policy}; frame-ancestors 'self'\n  Cache-Control: no-cache\n"
        );
    }
    let folders: BTreeSet<&str> = (site.files())
        .filter_map(|(path, _)| path.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    for folder in folders {
        // Names there stay the same, whatever is published later.
        if !["embed", "icons"].contains(&folder) {
            text += &format!("\n/{folder}/*\n  Cache-Control: {FOR_LONG}\n");
        }
    }
    for file in ["/embed/*", "/service-worker.js", "/version.json"] {
        text += &format!("\n{file}\n  Cache-Control: no-cache\n");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{Site, text};

    #[test]
    fn what_has_a_hash_is_kept_for_long_and_nothing_else() {
        let mut site = Site::default();
        let html = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
        site.add("index.html", html.into());
        site.add("web-12/page/main.js", Vec::new());
        site.add("models/a-12.safetensors", Vec::new());
        site.add("embed/viewer.js", Vec::new());
        let text = text(&site).unwrap();
        assert!(text.contains("\n/web-12/*\n  Cache-Control: public, max-age=31536000, immutable"));
        assert!(text.contains("\n/models/*\n  Cache-Control: public"));
        assert!(text.contains("\n/embed/*\n  Cache-Control: no-cache"));
        assert!(
            text.contains("default-src 'none'; frame-ancestors 'self'\n  Cache-Control: no-cache")
        );
        assert_eq!(text.matches("/embed/*").count(), 1);
        site.add("index.html", Vec::new());
        assert!(super::text(&site).is_err());
    }
}
