//! Files by path, in memory.

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Characters of a hash that stand in a name.
const SHORT: usize = 16;

/// The files of a folder, or of a part of it, by their paths with forward slashes.
#[derive(Clone, Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// Adds a file, or replaces it.
    pub fn add(&mut self, path: impl Into<String>, content: Vec<u8>) {
        self.files.insert(path.into(), content);
    }

    /// Adds all files of `other` below `folder`, which ends in a slash.
    pub fn add_below(&mut self, folder: &str, other: Self) {
        for (path, content) in other.files {
            self.add(format!("{folder}{path}"), content);
        }
    }

    /// Paths and contents, in the order of paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// A file that is there, as text.
    pub fn text(&self, path: &str) -> anyhow::Result<&str> {
        let content = self.files.get(path);
        let content = content.with_context(|| format!("the page has no {path}"))?;
        std::str::from_utf8(content).with_context(|| format!("{path} is no text"))
    }

    /// Replaces texts in a file; each must stand there, so that none is missed unnoticed.
    pub fn replace(&mut self, path: &str, pairs: &[(&str, &str)]) -> anyhow::Result<()> {
        let mut text = self.text(path)?.to_owned();
        for (from, to) in pairs {
            if !text.contains(from) {
                bail!("{path} does not say {from}");
            }
            text = text.replace(from, to);
        }
        self.add(path, text.into_bytes());
        Ok(())
    }

    /// Hash of all paths and contents.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (path, content) in &self.files {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update((content.len() as u64).to_le_bytes());
            hash.update(content);
        }
        short(&hex(&hash.finalize())).to_owned()
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// What of a hash stands in a name.
pub fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Site, sha256};

    #[test]
    fn a_hash_is_of_names_and_contents() {
        let site = |files: &[(&str, &str)]| {
            let mut site = Site::default();
            for (path, content) in files {
                site.add(*path, content.as_bytes().to_vec());
            }
            site.hash()
        };
        let one = site(&[("a", "12"), ("b", "3")]);
        assert_eq!(one, site(&[("b", "3"), ("a", "12")]));
        for other in [
            site(&[("a", "1"), ("b", "23")]),
            site(&[("a", "12"), ("c", "3")]),
            site(&[("a", "12")]),
        ] {
            assert_ne!(one, other);
        }
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn what_is_to_be_replaced_must_be_there() {
        let mut site = Site::default();
        site.add("a.js", b"from \"pkg/\"".to_vec());
        site.replace("a.js", &[("\"pkg/\"", "\"pkg-1/\"")]).unwrap();
        assert_eq!(site.text("a.js").unwrap(), "from \"pkg-1/\"");
        assert!(site.replace("a.js", &[("\"pkg/\"", "")]).is_err());
        assert!(site.replace("b.js", &[]).is_err());
    }
}
