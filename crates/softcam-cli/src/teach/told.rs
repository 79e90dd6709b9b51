//! What there is to tell of a taught model.

use serde::Serialize;
use softcam_teach::Report;

/// What there is to tell, as JSON or as text.
#[derive(Serialize)]
pub struct Told<'a> {
    pub title: &'a str,
    pub classes: &'a [String],
    /// In the order of `calls` of the report.
    pub files: Vec<&'a str>,
    #[serde(flatten)]
    pub report: &'a Report,
    pub left_out: Vec<LeftOut>,
}

/// A picture that could not be used.
#[derive(Serialize)]
pub struct LeftOut {
    pub file: String,
    pub reason: String,
}
