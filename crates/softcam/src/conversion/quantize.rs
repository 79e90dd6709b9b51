//! Fewer bits per weight.
//!
//! int8 and int4 are symmetric per output channel: scale\[o\] = max |w\[o\]| / 127 (or 7) and q = round(w / scale), zero
//! point 0 (Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", arXiv 1806.08342, section
//! 2.2). Activations stay float, so no calibration data is needed and an input can never fall out of a range.

use crate::backbone::{Operation, UnitSpec};
use crate::error::{Result, error};
use crate::weights::fold::fold;
use crate::weights::{LayerWeights, Model, is_evidence_layer};
use half::f16;
use serde::{Deserialize, Serialize};

/// Up to this many weights, the class-evidence layer stays float: it *is* the explanation, and for a handful of
/// classes it costs nothing. With ImageNet's thousand it would be more than half of the file.
const FLOAT_EVIDENCE_WEIGHTS: usize = 100_000;

/// Precision of the weights in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Symmetric int8 per output channel.
    #[default]
    Int8,
    /// Symmetric int4 per output channel for dense convolutions, int8 for depthwise ones, which are small and suffer most.
    Int4,
    /// Half precision.
    Float16,
    /// Nothing is lost but the rounding of folding.
    Float32,
}

/// How well one layer survived.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerError {
    /// Name of the layer.
    pub layer: String,
    /// ‖w − w′‖₂ / ‖w‖₂ over the whole layer, w′ being what the file's weights stand for.
    pub relative: f32,
}

/// Quantizes every layer to int8 (folding first where needed) and reports each layer's error.
pub fn quantize(model: Model) -> Result<(Model, Vec<LayerError>)> {
    reduce(model, Precision::Int8, |_| {})
}

/// Brings every layer to `precision` (folding first where needed) and reports the error of each layer that changed.
/// `done` is told each layer's name.
pub fn reduce(
    model: Model,
    precision: Precision,
    mut done: impl FnMut(&str),
) -> Result<(Model, Vec<LayerError>)> {
    let mut errors = Vec::new();
    let model = fold(model)?.map_layers(|spec, weights| {
        let reduced = reduce_layer(spec, precision, &weights)?;
        done(&spec.name);
        let Some(reduced) = reduced else {
            return Ok(weights);
        };
        errors.push(LayerError {
            layer: spec.name.clone(),
            relative: relative_error(&weights.float_weight(), &reduced.float_weight()),
        });
        Ok(reduced)
    })?;
    Ok((model, errors))
}

/// `weights` at `precision`, or nothing where they stay float.
fn reduce_layer(
    spec: &UnitSpec,
    precision: Precision,
    weights: &LayerWeights,
) -> Result<Option<LayerWeights>> {
    let LayerWeights::Folded { weight, bias } = weights else {
        return Ok(None);
    };
    let bias = bias.clone();
    if precision == Precision::Float16 {
        let weight = halves(weight, &spec.name)?;
        return Ok(Some(LayerWeights::Half { weight, bias }));
    }
    if stays_float(spec, precision) {
        return Ok(None);
    }
    let dense = spec.groups == 1 && !is_evidence_layer(spec);
    Ok(Some(if precision == Precision::Int4 && dense {
        let (weight, scale) = symmetric(weight, spec.out_channels, 7.0);
        LayerWeights::Int4 {
            weight,
            scale,
            bias,
        }
    } else {
        let (weight, scale) = symmetric(weight, spec.out_channels, 127.0);
        LayerWeights::Quantized {
            weight,
            scale,
            bias,
        }
    }))
}

/// Whether a layer keeps its float weights where others become integers.
pub(super) fn stays_float(spec: &UnitSpec, precision: Precision) -> bool {
    // A factor per channel has nothing to share a scale with.
    precision == Precision::Float32
        || spec.operation == Operation::Scale
        || (is_evidence_layer(spec) && spec.weight_len() <= FLOAT_EVIDENCE_WEIGHTS)
}

fn halves(weight: &[f32], layer: &str) -> Result<Vec<f16>> {
    let halves: Vec<f16> = weight.iter().map(|&value| f16::from_f32(value)).collect();
    match halves.iter().position(|value| !value.is_finite()) {
        None => Ok(halves),
        Some(index) => Err(error!(WEIGHT_TOO_LARGE, layer, value = weight[index])),
    }
}

/// Integers from −`largest` to `largest` and a scale per channel.
fn symmetric(weight: &[f32], out_channels: usize, largest: f32) -> (Vec<i8>, Vec<f32>) {
    let mut quantized = Vec::with_capacity(weight.len());
    let mut scales = Vec::with_capacity(out_channels);
    for channel in weight.chunks_exact(weight.len() / out_channels) {
        let max = channel.iter().fold(0.0_f32, |max, w| max.max(w.abs()));
        // A channel of zeros has no scale of its own; any positive one reproduces it. So does one whose scale would
        // round to zero, up to less than the smallest float.
        let scale = Some(max / largest).filter(|&s| s > 0.0).unwrap_or(1.0);
        // A scale that is itself rounded, near the smallest float, could carry the extreme out of the range.
        let integer = |w: &f32| (w / scale).round().clamp(-largest, largest) as i8;
        quantized.extend(channel.iter().map(integer));
        scales.push(scale);
    }
    (quantized, scales)
}

pub(super) fn relative_error(exact: &[f32], approximate: &[f32]) -> f32 {
    let square = |v: f32| f64::from(v) * f64::from(v);
    let error: f64 = (exact.iter().zip(approximate))
        .map(|(a, b)| square(a - b))
        .sum();
    let norm: f64 = exact.iter().map(|&a| square(a)).sum();
    if norm > 0.0 {
        (error / norm).sqrt() as f32
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_weight_is_within_half_a_step(
            weight in proptest::collection::vec(-1e3_f32..1e3, 12),
            channels in prop_oneof![Just(1_usize), Just(3), Just(12)],
            largest in prop_oneof![Just(7.0_f32), Just(127.0)],
        ) {
            let (integers, scale) = symmetric(&weight, channels, largest);
            for (i, (w, q)) in weight.iter().zip(integers).enumerate() {
                let step = scale[i / (12 / channels)];
                let back = step * f32::from(q);
                prop_assert!((w - back).abs() <= 0.5001 * step, "{w} {back} {step}");
                prop_assert!(f32::from(q).abs() <= largest);
            }
        }
    }

    #[test]
    fn a_channel_of_zeros_stays_zero() {
        let (integers, scale) = symmetric(&[0.0, 0.0, 1.0, -2.0], 2, 127.0);
        assert_eq!(integers, [0, 0, 64, -127]);
        assert_eq!(scale[1] * -127.0, -2.0, "the extreme is exact");
        assert!(scale.iter().all(|&s| s > 0.0));
    }

    #[test]
    fn a_channel_at_the_edge_of_float_keeps_its_range() {
        let smallest = f32::from_bits(1);
        let (integers, scale) = symmetric(&[smallest, 100.0 * smallest], 1, 127.0);
        assert!(integers.iter().all(|&q| (-127..=127).contains(&q)));
        assert!(scale[0] > 0.0);
    }

    #[test]
    fn weights_too_large_for_half_precision_are_refused() {
        assert_eq!(halves(&[1.0, -0.5], "stem").unwrap()[1].to_f32(), -0.5);
        let error = halves(&[1.0, 70_000.0], "stem").unwrap_err();
        assert!(error.to_string().contains("stem"), "{error}");
    }
}
