//! Gradients by weights.

use crate::backbone::UnitSpec;
use crate::network::blocks::convolution;
use softcam_kernels::backward::WeightGradient;
use softcam_kernels::{Planes, Workspace};
use std::collections::BTreeMap;

/// Gradients by the weights and biases of layers, summed up over pictures.
#[derive(Debug, Clone)]
pub struct WeightGradients(BTreeMap<String, WeightGradient>);

impl WeightGradients {
    /// Zeros for each of `layers`.
    pub(super) fn new<'a>(layers: impl IntoIterator<Item = &'a UnitSpec>) -> Self {
        let zeros = |spec: &UnitSpec| {
            let gradient = WeightGradient::new(convolution(spec, spec.activation));
            (spec.name.clone(), gradient)
        };
        Self(layers.into_iter().map(zeros).collect())
    }

    /// Adds what `input` contributes to the layer `name`, where `gradient` is that by its output before the activation.
    pub(super) fn accumulate(
        &mut self,
        name: &str,
        input: &Planes,
        gradient: &Planes,
        workspace: &mut Workspace,
    ) {
        if let Some(sum) = self.0.get_mut(name) {
            sum.accumulate(input, gradient, workspace);
        }
    }

    /// Adds those of other pictures.
    ///
    /// # Panics
    ///
    /// When they are of other layers.
    pub fn add(&mut self, other: &Self) {
        assert!(self.0.keys().eq(other.0.keys()), "other layers");
        for (sum, other) in self.0.values_mut().zip(other.0.values()) {
            sum.add(other);
        }
    }

    /// Those by the weight, `[out, in / groups, kernel, kernel]`, and by the bias, `[out]`, of the layer `name`, where
    /// there is one.
    pub fn of(&self, name: &str) -> Option<(Vec<f32>, Vec<f32>)> {
        let sum = self.0.get(name)?;
        Some((sum.weight(), sum.bias()))
    }
}
