//! HiResCAM (Draelos & Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
//! arXiv 2011.08891), as pytorch-grad-cam's class computes it, before its clipping and rescaling.
//!
//! The map is the sum over the channels of gradient · activation, cell by cell. Signed: the paper's definition has no ReLU.
//! Behind the last layer of a network that ends in average pooling it is signed Grad-CAM. Scores are logits.

use super::layer::{Layer, chosen};
use crate::options::Options;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

pub(crate) fn map(subject: &Subject, target: Target, options: &Options) -> Result<Map> {
    let layer = Layer::of(subject, target, chosen(subject, options)?)?;
    Ok(layer.sum(|activation, gradient| gradient * activation))
}
