//! What can go wrong in training, and what to do about it.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A training run that cannot start or go on, as a sentence for people; [`Error::advice`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network or a picture is at fault.
    #[error(transparent)]
    Softcam(#[from] softcam::Error),
    /// Arithmetic ran away.
    #[error("The loss is {loss} in epoch {epoch}, step {step}.")]
    NotFinite {
        /// Counted from 1.
        epoch: usize,
        /// Counted from 1 within the epoch.
        step: usize,
        /// What it was instead of a number.
        loss: f32,
    },
    /// A class has no picture to learn from.
    #[error("No picture of class {class:?} is in the training part.")]
    EmptyClass {
        /// Its name.
        class: String,
    },
    /// Settings contradict each other or the network.
    #[error("The settings do not work: {0}.")]
    Settings(String),
    /// A checkpoint is damaged or from another run.
    #[error("The checkpoint cannot be taken up: {0}.")]
    Checkpoint(String),
}

impl Error {
    /// What to do next, as a sentence.
    pub fn advice(&self) -> &str {
        match self {
            Self::Softcam(error) => error.advice(),
            Self::NotFinite { .. } => {
                "Lower the learning rates; the last checkpoint is from before this epoch."
            }
            Self::EmptyClass { .. } => "Add some, or leave the class out.",
            Self::Settings(_) => "Change the one that is named.",
            Self::Checkpoint(_) => {
                "Start again without --resume, or give its directory and settings."
            }
        }
    }
}
