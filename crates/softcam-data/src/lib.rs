//! Labelled pictures: which file shows what, of whom, and for which use.
//!
//! A [`Dataset`] comes from a table ([`Dataset::from_csv`], with a [`LabelMap`] from what its cells say to the classes of
//! a model) or from folders named like the classes ([`Dataset::from_folders`]). Pictures that may show several things at once
//! are [`Several`], from a table with a column for each. [`split`] deals it into parts so that
//! no group, which for medical pictures is a patient, is in two of them: pictures of one patient resemble each other,
//! and a figure measured on patients that were trained on says nothing about others. [`folds`] does the same for
//! cross-validation, over several collections.
//!
//! Nothing here decodes a picture or writes a file; files are only checked to exist.

mod boxes;
mod dataset;
mod error;
mod files;
mod folders;
mod folds;
mod labels;
mod nearest;
mod several;
mod split;
mod table;

pub use boxes::{BoxFormat, Boxes};
pub use dataset::{Dataset, Item};
pub use error::{Error, Result};
pub use files::{composed, local_path};
pub use folds::folds;
pub use labels::LabelMap;
pub use nearest::nearest;
pub use several::Several;
pub use split::{check_groups, seeded, split};
pub use table::{Columns, column_names};
