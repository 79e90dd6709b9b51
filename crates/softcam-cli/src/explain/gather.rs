//! Which pictures are asked about where folders and archives are given.

use super::archive::{Archive, is_archive, list};
use crate::failure::{Context, Failure, Result};
use softcam::results::{Kind, kind, natural};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders within folders; deeper ones are a loop of links.
const DEPTH: usize = 32;

/// A picture, or what is taken for one.
pub struct Found {
    place: Place,
    /// As it is called in the table: the path as it was given, with slashes, and behind it that in the archive.
    pub name: String,
}

/// Where a picture is.
enum Place {
    File(PathBuf),
    /// In an archive, at this place of its list.
    Packed(Arc<Archive>, usize),
}

impl Found {
    /// Its bytes, or why there are none.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        match &self.place {
            Place::File(path) => {
                fs::read(path).map_err(|error| format!("The file cannot be read: {error}."))
            }
            Place::Packed(archive, index) => archive.read(*index),
        }
    }
}

/// All pictures of a list of files, folders and archives.
#[derive(Default)]
pub struct Gathered {
    /// In the order of the list; those of a folder or an archive by natural name.
    pub pictures: Vec<Found>,
    /// Names of files in folders that are no pictures.
    pub others: Vec<String>,
    /// Names of files in archives that are left out, and why.
    pub left: Vec<(String, &'static str)>,
    /// Archives that cannot be read, each with its name and the reason.
    pub refused: Vec<Failure>,
}

/// A file that was given by name is taken, whatever its name; in folders and archives, names decide.
pub fn gather(given: &[PathBuf]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for path in given {
        let name = slashes(path);
        if !path.is_dir() {
            if is_archive(path) {
                match gathered.take_archive(path, &name) {
                    // The others of the list are explained all the same.
                    Err(failure) if given.len() > 1 => gathered.refused.push(failure),
                    taken => taken?,
                }
            } else {
                let place = Place::File(path.clone());
                gathered.pictures.push(Found { place, name });
            }
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
                Kind::Picture => gathered.pictures.push(Found {
                    place: Place::File(path),
                    name,
                }),
                Kind::Other => gathered.others.push(name),
                Kind::Hidden => {}
            }
        }
    }
    Ok(gathered)
}

impl Gathered {
    fn take_archive(&mut self, path: &Path, name: &str) -> Result<()> {
        let listed = list(path)?;
        let archive = Arc::new(listed.archive);
        let inside = |inner: String| format!("{name}/{inner}");
        let pictures = listed.pictures.into_iter();
        let mut found: Vec<Found> = pictures
            .map(|(index, inner)| Found {
                place: Place::Packed(Arc::clone(&archive), index),
                name: inside(inner),
            })
            .collect();
        found.sort_by(|a, b| natural(&a.name, &b.name));
        self.pictures.extend(found);
        let left = listed.left.into_iter();
        self.left
            .extend(left.map(|(inner, why)| (inside(inner), why)));
        Ok(())
    }
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
