//! Pictures in zip archives, by the rules of the page (web/tools/many/archive.js): nothing is unpacked to the disk, and of a file
//! in it no more than that file is in memory.
//!
//! What an archive claims is not believed: sizes are limited before anything is unpacked, what is unpacked must have the size
//! and the checksum that were claimed, and files that lie on each other (as those of a zip bomb do) are refused. Names are
//! names and never places on a disk.

use crate::failure::{Context, Failure, Result};
use softcam::preprocess::Limits;
use softcam::results::{Kind, kind};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

/// Files in one archive.
const MOST_FILES: usize = 20_000;
/// Bytes of the list of files.
const MOST_LIST: u64 = 1 << 25;
/// Among the flags of a file, that its name is UTF-8.
const UTF8: u16 = 0x800;

/// An archive that stays where it is.
pub struct Archive(Mutex<ZipArchive<BufReader<File>>>);

/// What is in an archive.
pub struct Listed {
    pub archive: Archive,
    /// Place and name of every picture, or what may be one, in the order of the archive.
    pub pictures: Vec<(usize, String)>,
    /// Names of what is left out, and why.
    pub left: Vec<(String, &'static str)>,
}

/// Whether a file is taken for an archive, by its name.
pub fn is_archive(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("zip")
}

/// Lists what is in an archive.
///
/// # Errors
///
/// Where it is none, or is not to be trusted.
pub fn list(path: &Path) -> Result<Listed> {
    let refused =
        |why: &str, advice: &str| Failure::new(format!("{}: {why}", path.display()), advice);
    let damaged = |error: &dyn std::fmt::Display| {
        refused(
            &format!("this is no zip archive that can be read ({error})."),
            "Make or download it again, or unpack it and give the folder.",
        )
    };
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let size = file.metadata()?.len();
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let list = size.saturating_sub(archive.central_directory_start());
    if archive.len() > MOST_FILES || list > MOST_LIST {
        return Err(refused(
            "the archive holds too many files.",
            "Unpack it, and give folders.",
        ));
    }
    if archive.has_duplicate_names() {
        return Err(refused(
            "two files in the archive have the same name.",
            "Unpack it, and give the folder.",
        ));
    }
    if archive
        .has_overlapping_entries()
        .map_err(|error| damaged(&error))?
    {
        return Err(refused(
            "files in the archive lie on each other, as those of a zip bomb do.",
            "Do not use it.",
        ));
    }
    let (mut pictures, mut left) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let entry = archive
            .by_index_data(index)
            .map_err(|error| damaged(&error))?;
        let name = name_of(&entry);
        let shown = || String::from_utf8_lossy(entry.name_raw()).into_owned();
        match judge(&entry, name.as_deref()) {
            Verdict::Picture => pictures.push((index, name.unwrap_or_default())),
            Verdict::Passed => {}
            Verdict::Left(why) => left.push((name.unwrap_or_else(shown), why)),
        }
    }
    Ok(Listed {
        archive: Archive(Mutex::new(archive)),
        pictures,
        left,
    })
}

impl Archive {
    /// The bytes of the file at this place, or why there are none.
    pub fn read(&self, index: usize) -> Result<Vec<u8>, String> {
        const DAMAGED: &str = "The file in the archive is damaged";
        // Whoever panicked while reading has left nothing half done here: each file is looked for anew.
        let mut archive = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = archive
            .by_index(index)
            .map_err(|error| format!("{DAMAGED} ({error})."))?;
        let size = file.size();
        let mut bytes = Vec::new();
        // One byte more than is claimed tells that the claim is wrong, and ends it.
        (&mut file)
            .take(size.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| format!("{DAMAGED} ({error})."))?;
        if bytes.len() as u64 != size {
            return Err(format!(
                "{DAMAGED}: it has another size than the archive says."
            ));
        }
        Ok(bytes)
    }
}

/// What becomes of a file in an archive.
enum Verdict {
    /// It is asked about.
    Picture,
    /// A folder, or something that a system keeps for itself.
    Passed,
    /// Left out, with the reason.
    Left(&'static str),
}

fn judge(entry: &ZipFileEntry, name: Option<&str>) -> Verdict {
    if entry.name_raw().ends_with(b"/") {
        return Verdict::Passed;
    }
    let Some(name) = name else {
        return Verdict::Left("The file's name cannot be read.");
    };
    if leads_out(name) {
        return Verdict::Left("The file's name leads out of the archive.");
    }
    match kind(name) {
        Kind::Hidden => return Verdict::Passed,
        Kind::Other if is_archive(Path::new(name)) => {
            return Verdict::Left("It is an archive within an archive.");
        }
        Kind::Other => return Verdict::Left("It is no picture."),
        Kind::Picture => {}
    }
    let most = Limits::default().bytes as u64;
    if entry.encrypted() {
        return Verdict::Left("The file is encrypted.");
    }
    match entry.compression() {
        CompressionMethod::Stored | CompressionMethod::Deflated => {}
        _ => return Verdict::Left("The file is packed in a way that is not read."),
    }
    if entry.size() > most || entry.compressed_size() > most {
        return Verdict::Left("The file has more than 64 MiB.");
    }
    Verdict::Picture
}

/// Whether a name would be a place outside, if it were one.
fn leads_out(name: &str) -> bool {
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    name.starts_with('/') || drive || name.split(['/', '\\']).any(|part| part == "..")
}

/// The name of an entry; nothing where it is not what it says. Where it says nothing, many a program writes UTF-8 all the same,
/// which is told by trying; else it is in the characters of the first PCs.
fn name_of(entry: &ZipFileEntry) -> Option<String> {
    match std::str::from_utf8(entry.name_raw()) {
        Ok(name) => Some(name.to_owned()),
        Err(_) if entry.flags().as_u16() & UTF8 != 0 => None,
        Err(_) => entry.name().ok().map(|name| name.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use serde_json::Value;
    use sha2::{Digest, Sha256};
    use std::fs;
    use std::path::PathBuf;

    /// Made by tests/fixtures/many/make.py, for the page as well.
    fn fixture(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/many");
        folder.join(name)
    }

    fn listed(name: &str) -> Listed {
        list(&fixture(&format!("{name}.zip"))).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(listed: &Listed) -> Vec<&str> {
        listed
            .pictures
            .iter()
            .map(|(_, name)| name.as_str())
            .collect()
    }

    #[test]
    fn what_pythons_zipfile_reads() {
        let expected: Value =
            serde_json::from_slice(&fs::read(fixture("archives.json")).unwrap()).unwrap();
        let expected = expected.as_object().unwrap();
        assert!(expected.len() >= 6);
        for (name, files) in expected {
            let listed = listed(name);
            let files = files.as_array().unwrap().iter();
            let wanted: Vec<&Value> = files
                .filter(|file| kind(file["name"].as_str().unwrap()) == Kind::Picture)
                .collect();
            assert_eq!(listed.pictures.len(), wanted.len(), "{name}");
            for ((index, found), file) in listed.pictures.iter().zip(wanted) {
                assert_eq!(found, file["name"].as_str().unwrap());
                // The library has checked the checksum.
                let bytes = listed.archive.read(*index).unwrap();
                assert_eq!(
                    bytes.len() as u64,
                    file["size"].as_u64().unwrap(),
                    "{found}"
                );
            }
        }
        let plain = listed("plain");
        let text = plain.archive.read(plain.pictures[0].0).unwrap();
        assert_eq!(
            Sha256::digest(&text),
            Sha256::digest("evidence ".repeat(400))
        );
        assert_eq!(names(&listed("comment")), ["a.png"]);
    }

    #[test]
    fn names_are_never_places() {
        assert_eq!(names(&listed("utf8-unmarked")), ["\u{5b57}\u{4e00}.png"]);
        assert_eq!(names(&listed("cp437")), ["\u{e4}\u{f6}\u{fc}\u{df}.png"]);
        let paths = listed("paths");
        assert_eq!(names(&paths), ["fine.png"]);
        let left: Vec<&str> = paths.left.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            left,
            ["../up.png", "/root.png", "c:\\x.png", "a/../../b.png"]
        );
        assert!(paths.left.iter().all(|(_, why)| why.contains("leads out")));
    }

    #[test]
    fn what_is_left_out_says_why() {
        for (name, pictures, why) in [
            ("macosx", 1, "no picture"),
            ("bad-utf8", 0, "name cannot be read"),
            ("nested", 1, "archive within"),
            ("bzip2", 1, "not read"),
            ("method", 0, "not read"),
            ("encrypted", 0, "encrypted"),
            ("huge", 0, "64 MiB"),
            ("bomb", 0, "64 MiB"),
        ] {
            let listed = listed(name);
            assert_eq!(listed.pictures.len(), pictures, "{name}");
            let [(_, left)] = &listed.left[..] else {
                panic!("{name}: {:?}", listed.left);
            };
            assert!(left.contains(why), "{name}: {left}");
        }
    }

    #[test]
    fn what_is_refused_as_a_whole() {
        for name in [
            "outside",
            "overlapping",
            "cut",
            "cut-end",
            "no-archive",
            "nothing",
        ] {
            let error = list(&fixture(&format!("{name}.zip"))).err();
            let error = error.unwrap_or_else(|| panic!("{name} was read"));
            assert!(error.to_string().contains(name), "{error}");
            assert!(!error.advice().is_empty(), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_not_what_the_list_says() {
        for name in ["wrong-crc", "understated", "damaged"] {
            let listed = listed(name);
            let error = listed.archive.read(listed.pictures[0].0).unwrap_err();
            assert!(error.contains("damaged"), "{name}: {error}");
        }
    }

    #[test]
    fn no_change_of_one_byte_breaks_anything() {
        let whole = fs::read(fixture("plain.zip")).unwrap();
        let folder = std::env::temp_dir().join(format!("softcam-archive-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("changed.zip");
        for at in 0..whole.len() {
            // Noise in the middle of a file is only ever damage to that file.
            if at > 200 && at + 400 < whole.len() && at % 97 != 0 {
                continue;
            }
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            fs::write(&path, &bytes).unwrap();
            let Ok(listed) = list(&path) else {
                continue;
            };
            for (index, _) in &listed.pictures {
                let read = listed.archive.read(*index);
                assert!(
                    read.is_err() || read.is_ok_and(|bytes| bytes.len() <= 10_000),
                    "{at}"
                );
            }
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
