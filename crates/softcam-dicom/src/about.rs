//! What there is to choose from.

use crate::voi::{Preset, Tone};
use serde::Serialize;
use softcam::preprocess::Window;

/// What a film is, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Name of the file's format.
    pub format: &'static str,
    /// How many frames it has.
    pub frames: u32,
    /// Whether it is grey, so that a window can be chosen.
    pub grey: bool,
    /// Whether it has a header to show.
    pub header: bool,
}

/// The greys of one frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Greys {
    /// How they are shown now.
    pub tone: Tone,
    /// What the file offers.
    pub presets: Vec<Preset>,
    /// From its darkest to its brightest value, padding left out.
    pub content: Window,
    /// Everything that can be stored.
    pub whole: Window,
    /// What its values are measured in; empty where the file does not say.
    pub unit: String,
}
