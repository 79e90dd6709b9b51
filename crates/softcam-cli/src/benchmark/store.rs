//! What a run has found out so far, on disk, so that a run that was stopped goes on where it was.

use super::record::Record;
use crate::failure::{Context, Result};
use crate::output::note;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    #[serde(flatten)]
    record: Record,
}

/// Results by their keys, in a file of JSON lines that only ever grows. It may be cut off anywhere, as a kill or a power
/// cut does: a last line that is not whole does not count.
pub struct Store {
    file: Mutex<File>,
    known: BTreeMap<String, Record>,
    /// Lines of other models, pictures or options; they stay where they are.
    others: usize,
}

impl Store {
    /// Opens the file, or makes it, and takes those results from it whose keys are `wanted`.
    pub fn open(path: &Path, wanted: &BTreeSet<String>) -> Result<Self> {
        let cannot = || format!("cannot use {}", path.display());
        let mut file = (OpenOptions::new().read(true).append(true).create(true))
            .open(path)
            .with_context(cannot)?;
        let (mut known, mut others, mut whole) = (BTreeMap::new(), 0, 0_u64);
        let mut reader = BufReader::new(&file);
        let mut text = Vec::new();
        loop {
            text.clear();
            let length = reader.read_until(b'\n', &mut text).with_context(cannot)?;
            if length == 0 || text.last() != Some(&b'\n') {
                break;
            }
            whole += length as u64;
            match serde_json::from_slice::<Line>(&text) {
                Ok(line) if wanted.contains(&line.key) => {
                    known.insert(line.key, line.record);
                }
                // A line of another version of this program is not wrong, only of no use.
                _ => others += 1,
            }
        }
        if file.seek(SeekFrom::End(0)).with_context(cannot)? > whole {
            file.set_len(whole).with_context(cannot)?;
            note(format_args!(
                "note: the last result in {} was not whole and is computed again.",
                path.display()
            ));
        }
        Ok(Self {
            file: Mutex::new(file),
            known,
            others,
        })
    }

    /// What an earlier run found out under `key`.
    pub fn get(&self, key: &str) -> Option<&Record> {
        self.known.get(key)
    }

    /// How many results were taken over.
    pub fn taken(&self) -> usize {
        self.known.len()
    }

    /// How many lines are of other models, pictures or options.
    pub fn others(&self) -> usize {
        self.others
    }

    /// Keeps a result. It is with the system before this returns, so that ending this program loses nothing.
    pub fn keep(&self, key: &str, record: &Record) -> Result<()> {
        let line = Line {
            key: key.to_owned(),
            record: record.clone(),
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text).context("cannot keep a result")
    }
}
