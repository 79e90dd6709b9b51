//! Which pictures are asked about where folders are given.

use crate::failure::{Context, Result};
use softcam::results::{Kind, kind, natural};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders within folders; deeper ones are a loop of links.
const DEPTH: usize = 32;

/// A picture, or what is taken for one.
#[derive(Debug)]
pub struct Found {
    pub path: PathBuf,
    /// As it is called in the table: the path as it was given, with slashes.
    pub name: String,
}

/// All pictures of a list of files and folders.
#[derive(Debug, Default)]
pub struct Gathered {
    /// In the order of the list; those of a folder by natural name.
    pub pictures: Vec<Found>,
    /// Names of files in folders that are no pictures.
    pub others: Vec<String>,
}

/// A file that was given by name is taken, whatever its name; in folders, names decide.
pub fn gather(given: &[PathBuf]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for path in given {
        let name = slashes(path);
        if !path.is_dir() {
            gathered.pictures.push(Found {
                path: path.clone(),
                name,
            });
            continue;
        }
        let mut inside = Vec::new();
        walk(path, "", DEPTH, &mut inside)?;
        inside.sort_by(|(a, _), (b, _)| natural(a, b));
        for (relative, path) in inside {
            let name = if name == "." {
                relative.clone()
            } else {
                format!("{}/{relative}", name.trim_end_matches('/'))
            };
            match kind(&relative) {
                Kind::Picture => gathered.pictures.push(Found { path, name }),
                Kind::Other => gathered.others.push(name),
                Kind::Hidden => {}
            }
        }
    }
    Ok(gathered)
}

/// Every file in or below a folder, with its path as seen from where the walk began.
fn walk(
    folder: &Path,
    before: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<()> {
    let failed = || format!("cannot read the folder {}", folder.display());
    for entry in fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if !path.is_dir() {
            found.push((name, path));
        } else if depth > 0 {
            walk(&path, &format!("{name}/"), depth - 1, found)?;
        }
    }
    Ok(())
}

/// A path as it was given, with slashes on every system.
fn slashes(path: &Path) -> String {
    path.to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/")
}
