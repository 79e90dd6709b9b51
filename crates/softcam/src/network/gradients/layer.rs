//! One layer, ready for both ways.

use crate::weights::LayerWeights;
use softcam_kernels::backward::InputGradient;
use softcam_kernels::{Convolution, ConvolutionSpec};
use std::sync::OnceLock;

/// A convolution; what its way back needs is packed when it is needed.
#[derive(Debug)]
pub(super) struct Layer {
    pub name: String,
    pub forward: Convolution,
    /// As stored: of an int8 model a quarter of what the packed ones take.
    weights: LayerWeights,
    backward: OnceLock<InputGradient>,
}

impl Layer {
    /// `weights` with their normalisation folded in.
    pub(super) fn new(
        name: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Self {
        Self {
            name: name.to_owned(),
            forward: Convolution::prepare(spec, &weights.float_weight(), bias),
            weights: weights.clone(),
            backward: OnceLock::new(),
        }
    }

    /// The gradient by its input.
    pub(super) fn input_gradient(&self) -> &InputGradient {
        self.backward.get_or_init(|| {
            InputGradient::prepare(*self.forward.spec(), &self.weights.float_weight())
        })
    }
}
