//! One error type, sorted by whose fault it is, because that decides what the reader can do next.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The picture cannot be used: another picture, or another format of it, will do.
    Image,
    /// The weights file cannot be used: it is damaged, foreign or newer than this program.
    Model,
    /// A request makes no sense for this model: a class that it does not know, a size that it does not take.
    Request,
    /// The device failed or computed something wrong: another device will do.
    Device,
}

/// An error with its fault, a message that says what is wrong, and advice that says what to do about it.
///
/// Both texts are full sentences for people; the page and the command line print them as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    fault: Fault,
    message: String,
    advice: String,
    cancelled: bool,
}

impl Error {
    /// The picture is at fault.
    pub fn image(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Fault::Image, message, advice)
    }

    /// The weights file is at fault.
    pub fn model(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Fault::Model, message, advice)
    }

    /// The request is at fault.
    pub fn request(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Fault::Request, message, advice)
    }

    /// The device is at fault.
    pub fn device(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Fault::Device, message, advice)
    }

    /// The caller stopped the run itself; see [`crate::explain::Explainer::explain_with`].
    pub fn cancelled() -> Self {
        Self {
            cancelled: true,
            ..Self::request("The run was stopped.", "Ask again to get an answer.")
        }
    }

    fn new(fault: Fault, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
            advice: advice.into(),
            cancelled: false,
        }
    }

    /// Who can mend it.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// Whether the caller stopped the run itself, so that nothing is wrong and nobody need be told.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// What to do next, as a sentence.
    pub fn advice(&self) -> &str {
        &self.advice
    }
}
