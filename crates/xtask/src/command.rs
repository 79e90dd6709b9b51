//! Running other programs, visibly.

use anyhow::{Context, bail};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Announces a step on standard error.
pub fn step(what: &str) {
    eprintln!("\n==> {what}");
}

/// Runs a program to its end with its output visible; says how long it took.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = show(command);
    eprintln!("    {shown}");
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        bail!("`{shown}` failed ({status}) after {seconds:.1} s");
    }
    eprintln!("    done in {seconds:.1} s");
    Ok(())
}

/// Whether a program runs and succeeds; prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Standard output of a program, or nothing where it does not run or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    String::from_utf8(text).ok()
}

/// `program` in `directory`.
pub fn program(program: impl AsRef<Path>, directory: &Path) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(directory);
    command
}

/// Cargo in `directory`: the one that runs this task.
pub fn cargo(directory: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(Path::new(&cargo), directory)
}

fn show(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name();
    let arguments = command.get_args().map(|a| a.to_string_lossy());
    let words = name
        .into_iter()
        .map(|n| n.to_string_lossy())
        .chain(arguments);
    words.collect::<Vec<_>>().join(" ")
}
