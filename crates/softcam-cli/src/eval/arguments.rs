//! Options of `softcam eval`.

use super::subject::Subject;
use super::{boxes, data};
use crate::options::{Fit, request};
use softcam::explain::Request;
use std::path::PathBuf;

/// Measure a model on labelled pictures: accuracy, AUC, sensitivity and specificity, calibration, and whether its
/// evidence lies where boxes say the finding is. With 95 % intervals, bootstrapped over patients where the table has them.
///
/// For two classes, "yes" begins at the operating point of the model's card, else at one half for class 1, and accuracy,
/// F1, sensitivity and specificity all belong to it. For more classes the most probable one is the answer, and metrics
/// are means over classes, each against the rest.
///
/// Of a model whose classes do not exclude each other (a sigmoid for each), every class is a question of its own: AUC,
/// average precision, sensitivity and specificity from a probability of one half on, class by class and as means. The table
/// then has a column for each class (--label-columns).
#[derive(clap::Args)]
pub struct Arguments {
    /// Model file.
    #[arg(long, value_name = "FILE", required_unless_present = "folds")]
    pub model: Option<PathBuf>,
    /// Instead of a model: the directory that softcam train --folds left. Every fold's model is run on those of the pictures
    /// that it did not see, and all of them are measured together, each answered with the temperature and the operating
    /// point that suit the other folds. The table is that of one of the collections.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["model", "against", "html", "figures"])]
    pub folds: Option<PathBuf>,
    #[command(flatten)]
    pub data: data::Arguments,
    /// A second model with the same classes, such as the float one beside int8: measured on the same pictures, with how
    /// often both agree.
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
    /// Side of the network's input in pixels. Default: what the card says.
    #[arg(long)]
    pub size: Option<usize>,
    /// How a picture becomes a square. Default: what the card says.
    #[arg(long, value_enum)]
    pub fit: Option<Fit>,
    /// Read answers as those for this population of the model's card. [default: its first]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["folds", "figures"])]
    pub population: Option<String>,
    /// Classes are grades, in order: quadratic weighted kappa is measured. Names that end in ascending numbers are taken
    /// for grades without it.
    #[arg(long)]
    pub ordinal: bool,
    #[command(flatten)]
    pub boxes: boxes::Arguments,
    /// Leave out pictures that cannot be read or are not there, instead of failing; they are named.
    #[arg(long)]
    pub skip_unreadable: bool,
    /// Of the bootstrap's resamples.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Write all figures to this file.
    #[arg(long, value_name = "OUT")]
    pub json: Option<PathBuf>,
    /// Write a report to this file: one page with plots and samples that needs nothing else.
    #[arg(long, value_name = "REPORT")]
    pub html: Option<PathBuf>,
    /// Write what the model said about every picture to this table.
    #[arg(long, value_name = "CSV")]
    pub scores: Option<PathBuf>,
    /// Write a copy of the model whose card has the measured figures to this file.
    #[arg(long, value_name = "FILE", requires = "measured_on", conflicts_with_all = ["limit", "size", "fit"])]
    pub figures: Option<PathBuf>,
    /// What the figures were measured on, for the card: the data and which part of it. Figures of the same text are
    /// replaced.
    #[arg(long, value_name = "TEXT", requires = "figures")]
    pub measured_on: Option<String>,
}

impl Arguments {
    /// What is asked of each model.
    pub fn requests(&self, subjects: &[Subject]) -> crate::failure::Result<Vec<Request>> {
        let requests =
            (subjects.iter()).map(|subject| request(self.size, self.fit, &subject.model.card));
        Ok(requests.collect::<softcam::Result<_>>()?)
    }
}
