//! Activations.

use crate::activation::Activation;
use crate::planes::Planes;

/// How a gradient passes an activation on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rule {
    /// Where the activation let its value through unchanged: the gradient.
    #[default]
    Plain,
    /// There, and only where the gradient is positive: guided backpropagation (Springenberg et al., "Striving for
    /// Simplicity", arXiv 1412.6806, figure 1). What arrives at the input is no gradient of anything.
    Guided,
}

impl Activation {
    /// Turns the gradient by `output`, what this activation gave, into that by what it was given. At the bounds
    /// themselves it is 0, as PyTorch has it.
    ///
    /// # Panics
    ///
    /// When the shapes differ.
    pub fn backward(self, output: &Planes, gradient: &mut Planes, rule: Rule) {
        assert_eq!(
            output.shape(),
            gradient.shape(),
            "the gradient does not fit the output"
        );
        if self == Self::Linear {
            return;
        }
        let (low, high) = self.bounds();
        let floor = match rule {
            Rule::Plain => f32::NEG_INFINITY,
            Rule::Guided => 0.0,
        };
        for (pixel, values) in gradient.used_mut().iter_mut().zip(output.used()) {
            for (gradient, &value) in pixel.iter_mut().zip(values) {
                let closed = value <= low || value >= high || *gradient < floor;
                *gradient = if closed { 0.0 } else { *gradient };
            }
        }
    }
}
