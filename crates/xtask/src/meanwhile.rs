//! A step that runs beside others: linking the page's wasm keeps one core busy for minutes, and tests often wait.

use crate::command::succeeds;
use anyhow::{Context, bail};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether there is more to show.
const PAUSE: Duration = Duration::from_millis(300);

/// A program that has been started, what it says kept in a file until somebody waits for it.
pub struct Meanwhile {
    child: Child,
    log: PathBuf,
    began: Instant,
}

impl Meanwhile {
    /// Starts `command`; what it says goes to `log`.
    pub fn start(mut command: Command, log: PathBuf) -> anyhow::Result<Self> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("cannot start a step that runs beside the others")?;
        Ok(Self {
            child,
            log,
            began: Instant::now(),
        })
    }

    /// Shows what it said, and what it still says, to its end.
    pub fn wait(mut self) -> anyhow::Result<()> {
        let mut log = File::open(&self.log)?;
        let status = loop {
            // Asked before reading, so that the last words are read after the end.
            let ended = self.child.try_wait()?;
            let mut said = Vec::new();
            log.read_to_end(&mut said)?;
            io::stderr().write_all(&said)?;
            match ended {
                Some(status) => break status,
                None => thread::sleep(PAUSE),
            }
        };
        let seconds = self.began.elapsed().as_secs_f64();
        if !status.success() {
            bail!("the step above failed ({status})");
        }
        eprintln!("    done within {seconds:.1} s, beside others");
        Ok(())
    }
}

impl Drop for Meanwhile {
    /// Where another step has failed, nothing is left running.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // What it started ends first: without its parent, nobody would find it.
            let parent = self.child.id().to_string();
            succeeds(Command::new("pkill").args(["-P", &parent]));
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env::temp_dir;
    use std::process;

    fn shell(script: &str, name: &str) -> Meanwhile {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let log = temp_dir().join(format!("softcam-meanwhile-{}-{name}", process::id()));
        Meanwhile::start(command, log).unwrap()
    }

    #[test]
    fn a_failure_is_told_and_what_was_said_is_kept() {
        let step = shell("echo out; echo err >&2; exit 3", "fails");
        let log = step.log.clone();
        let error = step.wait().unwrap_err().to_string();
        assert!(error.contains("exit status: 3"), "{error}");
        assert_eq!(fs::read_to_string(log).unwrap(), "out\nerr\n");
        shell("exit 0", "works").wait().unwrap();
    }

    #[test]
    fn nothing_is_left_running() {
        let step = shell("sleep 1000 & echo $!; wait", "left");
        let started = loop {
            let said = fs::read_to_string(&step.log).unwrap();
            match said.trim().parse::<u32>() {
                Ok(id) if said.ends_with('\n') => break id,
                _ => thread::sleep(PAUSE),
            }
        };
        let alive = |id: u32| {
            // One that has ended and waits for its parent is no longer running.
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z")
        };
        assert!(alive(started));
        let id = step.child.id();
        drop(step);
        for _ in 0..100 {
            if !alive(id) && !alive(started) {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("{id} and {started} still run");
    }
}
