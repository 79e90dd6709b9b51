//! SHA-256 sums of all files, as `sha256sum --check` reads them.

use super::site::{Site, sha256};

/// A line per file.
pub fn text(site: &Site) -> String {
    (site.files())
        .map(|(path, content)| format!("{}  {path}\n", sha256(content)))
        .collect()
}
