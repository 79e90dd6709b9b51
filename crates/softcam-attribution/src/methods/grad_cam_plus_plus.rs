//! Grad-CAM++ (Chattopadhay et al., "Grad-CAM++: improved visual explanations for deep convolutional networks", WACV 2018),
//! as pytorch-grad-cam has it, without its rescaling.
//!
//! A channel's weight is Σ α · max(g, 0) over its cells, where g is the gradient of the score, and
//! α = g² / (2 g² + ΣA · g³ + 10⁻⁶), with ΣA the sum of the channel's activations (equation 19); 0 where g is. The map is the
//! weighted sum of the channels, negative values set to 0 as in the paper.
//!
//! It is meant for layers that end in a ReLU: where ΣA is negative the denominator may be near 0, and few channels, or rounding,
//! decide the map.
//!
//! The paper derives α for the score exp(S) of a logit S, whose second and third derivatives are then powers of the first.
//! Its weights have exp(S) as a common factor; as in pytorch-grad-cam it is left out, which changes the map's scale alone.

use super::layer::{Layer, chosen, clipped, weighted};
use crate::options::Options;
use crate::subject::Subject;
use crate::target::Target;
use softcam::{Map, Result};

/// Keeps α finite.
const EPSILON: f64 = 1e-6;

pub(crate) fn map(subject: &Subject, target: Target, options: &Options) -> Result<Map> {
    let layer = Layer::of(subject, target, chosen(subject, options)?)?;
    let weights: Vec<f64> = (layer.channels())
        .map(|(activations, gradients)| weight(activations, gradients))
        .collect();
    Ok(clipped(weighted(&layer.activations, &weights)))
}

/// The weight of one channel.
fn weight(activations: &[f32], gradients: &[f32]) -> f64 {
    let sum: f64 = activations.iter().map(|&a| f64::from(a)).sum();
    // Where the gradient is not positive, max(g, 0) makes the summand 0 whatever α is.
    let positive = gradients.iter().map(|&g| f64::from(g)).filter(|&g| g > 0.0);
    positive
        .map(|g| g * g * g / (2.0 * g * g + sum * g * g * g + EPSILON))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn weights_are_those_of_equation_19() {
        // Sum of activations 3; by hand: 0.125 / (0.5 + 3 * 0.125) and 8 / (8 + 3 * 8).
        let got = weight(&[1.0, 2.0, 0.0, 0.0], &[0.5, 2.0, -1.0, 0.0]);
        assert!((got - (0.125 / 0.875 + 0.25)).abs() < 1e-5, "{got}");
    }
}
