//! Answers to many pictures as files: a table as CSV, and maps as `.npy`. One writer for the page and the command line.
//!
//! What the columns mean is said in `crates/softcam/RESULTS.md`.

mod csv;
mod gather;
mod names;
mod npy;
mod table;

pub use csv::{Cell, line, text};
pub use gather::{Kind, kind, natural};
pub use names::stem;
pub use npy::npy;
pub use table::{Answered, Outcome, Row, Subject, header, row};
