//! What class activation maps read: what a layer gave, and the gradient of the score by it.

use crate::options::Options;
use crate::subject::Subject;
use crate::target::Target;
use softcam::network::gradients::{Activations, Rule};
use softcam::{Map, Result, error};

/// Behind how many blocks to look.
///
/// # Errors
///
/// Where the network has no such block.
pub(crate) fn chosen(subject: &Subject, options: &Options) -> Result<usize> {
    let blocks = subject.classifier().blocks();
    match options.layer {
        None => Ok(blocks),
        Some(layer) if (1..=blocks).contains(&layer) => Ok(layer),
        Some(layer) => Err(error!(METHOD_LAYER, layer, blocks)),
    }
}

/// What a layer gave, and the gradient of the score by it: both `[channels, height, width]`.
pub(super) struct Layer {
    pub activations: Activations,
    pub gradient: Activations,
}

impl Layer {
    pub(super) fn of(subject: &Subject, target: Target, layer: usize) -> Result<Self> {
        let record = subject.record(layer)?;
        let weights = target.weights(subject.classifier().classes());
        Ok(Self {
            activations: record.activations(layer)?,
            gradient: record.gradient(&weights, layer, Rule::Plain)?,
        })
    }

    /// Each channel's activations with its gradients.
    pub(super) fn channels(&self) -> impl Iterator<Item = (&[f32], &[f32])> {
        channels(&self.activations).zip(channels(&self.gradient))
    }

    /// The sum over channels of `value(activation, gradient)`, cell by cell.
    pub(super) fn sum(&self, value: impl Fn(f32, f32) -> f32) -> Map {
        let mut sums = vec![0.0; cells(&self.activations)];
        for (activations, gradients) in self.channels() {
            for ((sum, &a), &g) in sums.iter_mut().zip(activations).zip(gradients) {
                *sum += f64::from(value(a, g));
            }
        }
        map(sums, &self.activations)
    }
}

/// Cells of each channel.
pub(super) fn cells(activations: &Activations) -> usize {
    activations.height * activations.width
}

/// The values of each channel, row-major.
pub(super) fn channels(activations: &Activations) -> impl Iterator<Item = &[f32]> {
    activations.values.chunks_exact(cells(activations))
}

/// Σ weight · activation over the channels, cell by cell.
pub(super) fn weighted(activations: &Activations, weights: &[f64]) -> Map {
    let mut sums = vec![0.0; cells(activations)];
    for (channel, weight) in channels(activations).zip(weights) {
        for (sum, &value) in sums.iter_mut().zip(channel) {
            *sum += weight * f64::from(value);
        }
    }
    map(sums, activations)
}

/// Negative values become 0.
pub(super) fn clipped(mut map: Map) -> Map {
    for value in &mut map.values {
        *value = value.max(0.0);
    }
    map
}

fn map(sums: Vec<f64>, like: &Activations) -> Map {
    Map {
        values: sums.into_iter().map(|sum| sum as f32).collect(),
        rows: like.height,
        columns: like.width,
        total: None,
    }
}
