//! Running the binary as a user would.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod bench;
pub mod drawn;

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

/// A path of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// A place for this test's output.
pub fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// Runs `softcam` with these arguments.
pub fn softcam<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    softcam_with(&[], arguments)
}

/// The same with more in its environment.
pub fn softcam_with<A: AsRef<OsStr>>(
    environment: &[(&str, &str)],
    arguments: impl IntoIterator<Item = A>,
) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_softcam"));
    command.envs(environment.iter().copied());
    command.args(arguments).output().unwrap()
}

/// Standard output of a run that must succeed.
pub fn stdout(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error of a run that must fail, without a panic.
pub fn refusal(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty(), "a failed run must show nothing");
    text
}

/// Standard error of a run whose arguments make no sense together.
pub fn misuse(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    text
}

/// Runs `softcam` for a reader that has left already; how it ended, and its standard error.
pub fn unread<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> (ExitStatus, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_softcam"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut errors = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    (child.wait().unwrap(), errors)
}

/// Makes the disk full for the next attempt to write `path`: what is written goes beside it first, and there now is a
/// device that never has room.
#[cfg(target_os = "linux")]
pub fn fill_the_disk_for(path: &Path) {
    let mut name = path.file_name().unwrap().to_os_string();
    name.push(".part");
    std::os::unix::fs::symlink("/dev/full", path.with_file_name(name)).unwrap();
}

/// Checks what a command says when the disk is full.
pub fn assert_full_disk(text: &str, path: &Path) {
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(text.contains("No space left"), "{text}");
    assert!(text.contains("help: Make room"), "{text}");
}

/// A string list with paths in it.
#[macro_export]
macro_rules! arguments {
    ($($argument:expr),* $(,)?) => { [$(std::ffi::OsString::from($argument)),*] };
}
