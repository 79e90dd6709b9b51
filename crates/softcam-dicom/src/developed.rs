//! What a frame becomes.

use crate::about::Greys;
use softcam::preprocess::Photo;

/// A frame as it is shown.
#[derive(Debug, Clone)]
pub struct Developed {
    /// What is given to a network; its notes say what was done.
    pub photo: Photo,
    /// What else its greys could be shown as; nothing of a picture in colour.
    pub greys: Option<Greys>,
}
