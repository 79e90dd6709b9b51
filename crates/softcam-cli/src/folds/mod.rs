//! What cross-validation leaves, for the command that makes it and the one that measures it again.

pub mod figures;
pub mod table;

use std::path::{Path, PathBuf};

/// Table of which picture is in which fold.
pub const FOLDS: &str = "folds.csv";
/// Table of what the models said about pictures that they did not see.
pub const PREDICTIONS: &str = "predictions.csv";
/// Figures of these.
pub const FIGURES: &str = "cross-validation.json";

/// Where they say whether the calibration has an offset for each class.
pub const CLASS_OFFSETS: &str = "class_offsets";

/// Directory of a fold's run; `fold` is counted from 1.
pub fn directory(out: &Path, fold: usize) -> PathBuf {
    out.join(format!("fold-{fold}"))
}
