//! What a network says of a picture, apart from why.

use crate::novelty::Novelty;
use crate::preprocess::Placement;

/// What a network says of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// One per class, as the device computed it.
    pub logits: Vec<f32>,
    /// One per class: [`ModelCard::probabilities`](crate::weights::ModelCard::probabilities) of the logits.
    pub probabilities: Vec<f32>,
    /// How unlike the pictures that the model knows; none where the model has nothing to compare with.
    pub novelty: Option<Novelty>,
    /// What the network saw of the photo.
    pub placement: Placement,
}
