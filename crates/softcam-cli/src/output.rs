//! What a command writes: text for people and programs, and files.

use crate::failure::{Failure, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Arguments;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// A line on standard error. Where nobody reads it any more, there is nobody to tell.
pub fn note(text: Arguments) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Refuses a file that could not be written, before anything is computed for it.
pub fn check_place(path: &Path) -> Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        return Err(Failure::new(
            format!("There is no directory {}.", directory.display()),
            "Create it first, or choose another place for --out.",
        ));
    }
    if path.is_dir() {
        return Err(Failure::new(
            format!("{} is a directory.", path.display()),
            "Give the name of a file with --out.",
        ));
    }
    Ok(())
}

/// Refuses what [`check_place`] does, and names of pictures that are not PNG.
pub fn check_png(path: &Path) -> Result<()> {
    let extension = path.extension().unwrap_or_default();
    if !extension.eq_ignore_ascii_case("png") {
        return Err(Failure::new(
            format!(
                "{} does not end in .png, and the picture is written as PNG.",
                path.display()
            ),
            "Give a name such as evidence.png with --out.",
        ));
    }
    check_place(path)
}

/// Writes a file so that it is there whole or not at all: a full disk or a power cut leaves what was there before.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let unfinished = path.with_file_name(name);
    let write = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        // Some file systems find out only now that there is no room; and a name must not outlive its content.
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().map_err(|cause| {
        // What is left of it takes up the room that the next attempt needs.
        let _ = fs::remove_file(&unfinished);
        let advice = match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "Make room on that disk, or choose another place; what was there before is unchanged."
            }
            _ => "Choose a place that can be written to; what was there before is unchanged.",
        };
        Failure::new(cause.to_string(), advice).within(format!("cannot write {}", path.display()))
    })
}

/// Most memory that this program has held, in bytes, where Linux tells.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024 * kilobytes)
}

/// A bar with the name of what is being done and the time left.
pub fn progress_bar(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({eta} left)");
    ProgressBar::new(length as u64)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
