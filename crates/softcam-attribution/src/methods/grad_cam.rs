//! Grad-CAM (Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", ICCV
//! 2017), in two ways.
//!
//! A channel's weight is the mean over all cells of the gradient of the score by it; the map is the weighted sum of the
//! channels. Signed, as Captum's `LayerGradCam` gives it by default, or with negative values set to 0, as the paper's
//! equation 2 has it. Scores are logits. Behind the last layer of a network that ends in average pooling, the signed map is
//! the evidence map less the bias, over the number of cells.

use super::layer::{Layer, cells, chosen, clipped, weighted};
use crate::options::Options;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

/// As Captum has it.
pub(crate) fn signed(subject: &Subject, target: Target, options: &Options) -> Result<Map> {
    let layer = Layer::of(subject, target, chosen(subject, options)?)?;
    let cells = cells(&layer.gradient) as f64;
    let mean = |gradients: &[f32]| gradients.iter().map(|&g| f64::from(g)).sum::<f64>() / cells;
    let weights: Vec<f64> = layer
        .channels()
        .map(|(_, gradients)| mean(gradients))
        .collect();
    Ok(weighted(&layer.activations, &weights))
}

/// As the paper has it.
pub(crate) fn positive(subject: &Subject, target: Target, options: &Options) -> Result<Map> {
    Ok(clipped(signed(subject, target, options)?))
}
