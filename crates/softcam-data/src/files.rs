//! From what a table calls a file to the file.

use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Endings that a table may leave out.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "tif", "tiff", "dcm"];

/// A name with its accents in one piece with their letters (Unicode's form NFC): tables and disks may write one name in two
/// ways, and only these can be compared.
pub fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// A relative path of plain names with forward slashes between them, from one with either; none if it is anything
/// else. Tables come from strangers, and one that names `../../secret.png` is not to be followed.
pub fn local_path(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let absolute = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let local = !absolute && !parts.is_empty() && !parts.contains(&"..") && !name.contains('\0');
    local.then(|| parts.join("/"))
}

/// The path of a table's file from the folder of pictures on, as that has it where it is there; none where it leads elsewhere.
pub(crate) fn path_in(name: &str, images: &Path) -> Option<String> {
    let name = local_path(within(name, images))?;
    let name = as_on_disk(name, images);
    Some(with_ending(name, images))
}

/// A full path without the folder of pictures, where it leads into that.
fn within<'a>(name: &'a str, images: &Path) -> &'a str {
    let folders = [Some(images.to_owned()), images.canonicalize().ok()];
    let inside = folders.into_iter().flatten().find_map(|folder| {
        let rest = Path::new(name).strip_prefix(folder).ok()?;
        rest.to_str()
    });
    inside.unwrap_or(name)
}

/// The name with accents as the disk has them, name by name from the folder of pictures on. What is not there, with or without
/// an ending, stays.
fn as_on_disk(name: String, images: &Path) -> String {
    if name.is_ascii() || images.join(&name).exists() {
        return name;
    }
    let mut found = String::new();
    for part in name.split('/') {
        let forms = [part.to_owned(), composed(part), part.nfd().collect()];
        let paths = forms.map(|form| match &found[..] {
            "" => form,
            folder => format!("{folder}/{form}"),
        });
        let is_there = |path: &&String| {
            images.join(path).exists() || with_ending((*path).clone(), images) != **path
        };
        let there = paths.iter().find(is_there);
        found.clone_from(there.unwrap_or(&paths[0]));
    }
    found
}

/// The name of the file where the table leaves out its ending, as those of competitions do.
fn with_ending(name: String, images: &Path) -> String {
    if images.join(&name).is_file() {
        return name;
    }
    let whole = ENDINGS.map(|ending| format!("{name}.{ending}"));
    let mut there = whole
        .into_iter()
        .filter(|whole| images.join(whole).is_file());
    match (there.next(), there.next()) {
        (Some(only), None) => only,
        // Of two, nothing says which is meant.
        _ => name,
    }
}
