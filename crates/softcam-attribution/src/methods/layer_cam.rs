//! LayerCAM (Jiang et al., "LayerCAM: exploring hierarchical class activation maps for localization", TIP 2021), as
//! pytorch-grad-cam has it, without its rescaling.
//!
//! Every cell of every channel has its own weight, max(gradient, 0); the map is the sum of the weighted activations over
//! the channels, negative values set to 0 as in the paper. It is made for early layers too; see
//! [`Options::layer`](crate::Options::layer). Scores are logits.

use super::layer::{Layer, chosen, clipped};
use crate::options::Options;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

pub(crate) fn map(subject: &Subject, target: Target, options: &Options) -> Result<Map> {
    let layer = Layer::of(subject, target, chosen(subject, options)?)?;
    Ok(clipped(layer.sum(|activation, gradient| {
        gradient.max(0.0) * activation
    })))
}
