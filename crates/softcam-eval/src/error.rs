//! What cannot be measured.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong, as a sentence for people; [`Error::advice`] says what to do about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing to measure on.
    #[error("There are no predictions to measure.")]
    NoPredictions,
    /// Lists that belong together and do not.
    #[error("{what}: {got} values where {expected} belong.")]
    Length {
        /// Which list.
        what: &'static str,
        /// Its length.
        got: usize,
        /// What its length should be.
        expected: usize,
    },
    /// A class that there is not.
    #[error("Class {class} of a picture is not one of the {classes} classes.")]
    NoSuchClass {
        /// Its index.
        class: usize,
        /// How many there are.
        classes: usize,
    },
    /// An infinity, or not a number.
    #[error("Picture {index} has a {what} that is not finite.")]
    NotFinite {
        /// Which picture.
        index: usize,
        /// Probability or logit.
        what: &'static str,
    },
}

/// An error unless a list has as many values as belong in it.
pub(crate) fn check_length(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(Error::Length {
        what,
        got,
        expected,
    })
}

impl Error {
    /// What to do next, as a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::NoPredictions => "Bring labelled pictures that the model has answered.",
            Self::Length { .. } => "Give one value per picture and class.",
            Self::NoSuchClass { .. } => "Map every label to a class of the model.",
            Self::NotFinite { .. } => {
                "The run failed or the model is damaged; run softcam inspect on the file."
            }
        }
    }
}
