//! What can go wrong in training, and what to do about it.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A training run that cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network or a picture is at fault.
    #[error(transparent)]
    Softcam(#[from] softcam::Error),
    /// Arithmetic ran away.
    #[error(
        "the loss is {loss} in epoch {epoch}, step {step}: lower the learning rates; the last checkpoint is from before this epoch"
    )]
    NotFinite {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1 within the epoch.
        step: usize,
        /// What it was instead of a number.
        loss: f32,
    },
    /// A class has no picture to learn from.
    #[error(
        "no picture of class {class:?} is in the training part: add some, or leave the class out"
    )]
    EmptyClass {
        /// Its name.
        class: String,
    },
    /// Settings contradict each other or the network.
    #[error("{0}")]
    Settings(String),
    /// A checkpoint is damaged or from another run.
    #[error(
        "the checkpoint cannot be taken up: {0}; start again without --resume, or give its directory and settings"
    )]
    Checkpoint(String),
}

impl Error {
    /// What to do next, as a sentence, where the message does not say so itself.
    pub fn advice(&self) -> &str {
        match self {
            Self::Softcam(error) => error.advice(),
            _ => "",
        }
    }
}
