//! Options of cross-validation.

use clap::value_parser;

/// Cross-validation by patient.
#[derive(clap::Args)]
#[group(id = "cross_validation")]
pub struct Arguments {
    /// Deal all pictures of all tables into K folds by patient, evenly by class and collection (their parts do not matter),
    /// and train a model for each fold on the other folds, with the same schedule and the last epoch's weights. What these
    /// models, at --precision, say about the pictures that they did not see is in predictions.csv, and how good it is in
    /// cross-validation.json.
    #[arg(
        long,
        value_name = "K",
        value_parser = value_parser!(u32).range(2..=1000),
        conflicts_with_all = ["split", "split_seed", "pin"],
        help_heading = "Cross-validation"
    )]
    pub folds: Option<u32>,
    /// Seed of the folds; the same for runs that are to be compared.
    #[arg(
        long,
        default_value_t = 1,
        value_name = "SEED",
        requires = "folds",
        help_heading = "Cross-validation"
    )]
    pub fold_seed: u64,
    /// Train the model of this fold alone, counted from 1; its figures are those of one fold, with the temperature left at 1
    /// and two classes told apart at one half.
    #[arg(
        long,
        value_name = "FOLD",
        requires = "folds",
        value_parser = value_parser!(u32).range(1..),
        help_heading = "Cross-validation"
    )]
    pub only_fold: Option<u32>,
    /// Leave out the model that is trained on all pictures in the end, by the same schedule. Its temperatures, operating points
    /// (one for each collection) and out-of-distribution threshold come from the folds' predictions, and the figures of its
    /// card are cross-validated.
    #[arg(
        long,
        requires = "folds",
        conflicts_with = "only_fold",
        help_heading = "Cross-validation"
    )]
    pub no_final: bool,
    /// Classes are grades, in order: quadratic weighted kappa is measured. Names that end in ascending numbers are taken
    /// for grades without it.
    #[arg(long, requires = "folds", help_heading = "Cross-validation")]
    pub ordinal: bool,
    /// Fit an offset for each class beside the temperature, by the folds' predictions, and add it to the class-evidence layer's
    /// biases ("bias-corrected temperature scaling"): for classes that training draws in other shares than they have
    /// (--balance draw), where probabilities are to have the shares of the tables.
    #[arg(long, requires = "folds", help_heading = "Cross-validation")]
    pub class_offsets: bool,
    /// What a table's pictures are called, such as children and adults; may be given once per --csv. The page and softcam
    /// explain offer these names, the first one as the default.
    /// [default: collection 1, …]
    #[arg(long, value_name = "NAME", help_heading = "Pictures")]
    pub name: Vec<String>,
}
