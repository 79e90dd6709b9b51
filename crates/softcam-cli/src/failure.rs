//! What a command says when it cannot go on: sentences about what is wrong, and one about what to do.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;

/// What every command returns.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a command ended. Every error of a library becomes one with its advice where it enters, so that nobody has to find
/// out later what kind it was.
#[derive(Debug)]
pub struct Failure {
    /// From the outermost circumstance to the cause.
    chain: Vec<String>,
    advice: String,
    reader_left: bool,
}

impl Failure {
    /// With what is wrong and what to do about it, each a sentence.
    pub fn new(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            chain: vec![message.into()],
            advice: advice.into(),
            reader_left: false,
        }
    }

    /// From an error that has no advice of its own.
    fn of(error: &dyn StdError, advice: impl Into<String>) -> Self {
        let mut failure = Self::new(error.to_string(), advice);
        let mut cause = error.source();
        while let Some(error) = cause {
            failure.chain.push(error.to_string());
            cause = error.source();
        }
        failure
    }

    /// What to do next; empty where nobody knows.
    pub fn advice(&self) -> &str {
        &self.advice
    }

    /// Whether the command failed only because its reader had seen enough, as `head` has.
    pub fn reader_left(&self) -> bool {
        self.reader_left
    }

    /// The same with what was being done, as in "cannot read FILE".
    #[must_use]
    pub fn within(mut self, what: impl Into<String>) -> Self {
        self.chain.insert(0, what.into());
        self
    }
}

impl Display for Failure {
    /// One sentence, whatever the libraries make of their errors.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let text = self.chain.join(": ");
        let mut characters = text.chars();
        if let Some(first) = characters.next() {
            write!(f, "{}{}", first.to_uppercase(), characters.as_str())?;
        }
        if text.ends_with(['.', '!', '?']) {
            Ok(())
        } else {
            f.write_str(".")
        }
    }
}

/// Adds what was being done to whatever went wrong.
pub trait Context<T> {
    /// `what` in words that go on with a colon, as in "cannot read FILE".
    fn context(self, what: impl Into<String>) -> Result<T>;
    /// The same, made only where it is needed.
    fn with_context<S: Into<String>>(self, what: impl FnOnce() -> S) -> Result<T>;
}

impl<T, E: Into<Failure>> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.with_context(|| what)
    }

    fn with_context<S: Into<String>>(self, what: impl FnOnce() -> S) -> Result<T> {
        self.map_err(|error| error.into().within(what()))
    }
}

/// What there is not is said in a sentence of its own.
impl<T> Context<T> for Option<T> {
    fn context(self, what: impl Into<String>) -> Result<T> {
        self.with_context(|| what)
    }

    fn with_context<S: Into<String>>(self, what: impl FnOnce() -> S) -> Result<T> {
        self.ok_or_else(|| Failure::new(what(), ""))
    }
}

impl From<softcam::Error> for Failure {
    fn from(error: softcam::Error) -> Self {
        Self::new(error.to_string(), error.advice())
    }
}

impl From<softcam_data::Error> for Failure {
    fn from(error: softcam_data::Error) -> Self {
        Self::new(error.to_string(), error.advice())
    }
}

impl From<softcam_eval::Error> for Failure {
    fn from(error: softcam_eval::Error) -> Self {
        Self::new(error.to_string(), error.advice())
    }
}

impl From<softcam_train::Error> for Failure {
    fn from(error: softcam_train::Error) -> Self {
        Self::new(error.to_string(), error.advice())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::NotFound => "Check the name.",
            io::ErrorKind::PermissionDenied => "Check that you may read and write there.",
            io::ErrorKind::IsADirectory => "Give the name of a file.",
            _ => "",
        };
        Self {
            reader_left: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::of(&error, advice)
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::of(&error, "Correct the file; the line is given."),
        }
    }
}

/// Text in memory always has room.
impl From<fmt::Error> for Failure {
    fn from(error: fmt::Error) -> Self {
        Self::of(&error, "")
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        // Its own words for this say everything twice.
        if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) {
            return softcam_data::Error::from(error).into();
        }
        Self::of(
            &error,
            "Save the table as CSV: UTF-8, commas between columns.",
        )
    }
}

impl From<image::ImageError> for Failure {
    fn from(error: image::ImageError) -> Self {
        Self::of(&error, "Choose a place that can be written to.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_went_wrong_is_told_as_a_sentence() {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let failure = Err::<(), _>(missing())
            .context("cannot read a.csv")
            .unwrap_err();
        assert_eq!(failure.to_string(), "Cannot read a.csv: no such file.");
        assert_eq!(failure.advice(), "Check the name.");
        let ours = softcam::Error::cancelled();
        let failure = Failure::from(ours).within("stopped at b.png");
        assert_eq!(
            failure.to_string(),
            "Stopped at b.png: The run was stopped."
        );
        assert!(failure.advice().ends_with('.'));
    }

    #[test]
    fn only_a_reader_that_left_is_no_failure() {
        let left = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(Failure::from(left).reader_left());
        assert!(!Failure::from(io::Error::from(io::ErrorKind::NotFound)).reader_left());
    }
}
