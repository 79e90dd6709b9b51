//! One folder per class.

use crate::dataset::{Dataset, Item};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];
/// Folders within folders; deeper ones are a loop of links.
const DEPTH: usize = 16;

impl Dataset {
    /// Reads a folder with one folder per class: the names of these, sorted, are the classes, and all pictures in or
    /// below one are of its class. Hidden files, files of other kinds and files beside the class folders are passed
    /// over.
    pub fn from_folders(folder: &Path) -> Result<Self> {
        let entries = list(folder)?;
        let folders: Vec<&(String, PathBuf)> =
            entries.iter().filter(|(_, path)| path.is_dir()).collect();
        if folders.is_empty() {
            return Err(Error::NoClassFolders(folder.display().to_string()));
        }
        let mut items = Vec::new();
        for (class, (name, path)) in folders.iter().enumerate() {
            let before = items.len();
            collect(path, name, class, name, DEPTH, &mut items)?;
            if items.len() == before {
                return Err(Error::NoPictures(path.display().to_string()));
            }
        }
        Self {
            classes: folders.iter().map(|(name, _)| name.clone()).collect(),
            items,
            unmapped: 0,
            excluded: 0,
            repeated: 0,
        }
        .checked()
    }
}

fn collect(
    folder: &Path,
    below: &str,
    class: usize,
    label: &str,
    depth: usize,
    items: &mut Vec<Item>,
) -> Result<()> {
    for (name, path) in list(folder)? {
        let file = format!("{below}/{name}");
        if path.is_dir() {
            if depth > 0 {
                collect(&path, &file, class, label, depth - 1, items)?;
            }
        } else if is_picture(&path) {
            let row = [("file", file.as_str()), ("label", label)];
            items.push(Item {
                row: BTreeMap::from(row.map(|(column, cell)| (column.into(), cell.into()))),
                file,
                path,
                class,
                group: None,
                part: None,
            });
        }
    }
    Ok(())
}

/// Entries by name, hidden ones left out.
fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let failed = |error: std::io::Error| Error::Folder {
        folder: folder.display().to_string(),
        reason: error.to_string(),
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

fn is_picture(path: &Path) -> bool {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    EXTENSIONS.contains(&extension.as_str())
}
