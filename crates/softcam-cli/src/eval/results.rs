//! What an evaluation found out, for everything that tells of it.

use super::agreement::Agreement;
use super::answers::Answered;
use super::boxes::Task;
use super::data::Data;
use super::measured::Measured;

/// Everything that was found out.
pub struct Results<'a> {
    pub data: &'a Data,
    pub answered: &'a Answered,
    /// The model, and the one that it is compared with.
    pub models: &'a [Measured<'a>],
    pub agreement: Option<Agreement>,
    pub boxes: Option<&'a Task>,
    pub seconds: f64,
}
