//! Symmetric int8 quantization per output channel.
//!
//! scale\[o\] = max |w\[o\]| / 127 and q = round(w / scale), zero point 0 (Krishnamoorthi, "Quantizing deep
//! convolutional networks for efficient inference", arXiv 1806.08342, section 2.2). Activations stay float, so no
//! calibration data is needed and an input can never fall out of a range.

use super::{LayerWeights, Model, fold::fold, is_evidence_layer};
use crate::error::Result;

/// Up to this many weights, the class-evidence layer stays float: it *is* the explanation, and for a handful of
/// classes it costs nothing. With ImageNet's thousand it would be more than half of the file.
const FLOAT_EVIDENCE_WEIGHTS: usize = 100_000;

/// How well one layer survived.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerError {
    /// Name of the layer.
    pub layer: String,
    /// ‖w − scale · q‖₂ / ‖w‖₂ over the whole layer.
    pub relative: f32,
}

/// Quantizes every layer (folding first where needed) and reports each layer's error.
pub fn quantize(model: Model) -> Result<(Model, Vec<LayerError>)> {
    let mut errors = Vec::new();
    let model = fold(model)?.map_layers(|spec, weights| {
        if is_evidence_layer(spec) && spec.weight_len() <= FLOAT_EVIDENCE_WEIGHTS {
            return Ok(weights);
        }
        let quantized = quantize_layer(&weights, spec.out_channels);
        errors.push(LayerError {
            layer: spec.name.clone(),
            relative: relative_error(&weights.float_weight(), &quantized.float_weight()),
        });
        Ok(quantized)
    })?;
    Ok((model, errors))
}

fn quantize_layer(weights: &LayerWeights, out_channels: usize) -> LayerWeights {
    let LayerWeights::Folded { weight, bias } = weights else {
        return weights.clone();
    };
    let mut quantized = Vec::with_capacity(weight.len());
    let mut scales = Vec::with_capacity(out_channels);
    for channel in weight.chunks_exact(weight.len() / out_channels) {
        let max = channel.iter().fold(0.0_f32, |max, w| max.max(w.abs()));
        // A channel of zeros has no scale of its own; any positive one reproduces it.
        let scale = if max > 0.0 { max / 127.0 } else { 1.0 };
        quantized.extend(channel.iter().map(|w| (w / scale).round() as i8));
        scales.push(scale);
    }
    LayerWeights::Quantized {
        weight: quantized,
        scale: scales,
        bias: bias.clone(),
    }
}

fn relative_error(exact: &[f32], approximate: &[f32]) -> f32 {
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
        ) {
            let folded = LayerWeights::Folded { weight: weight.clone(), bias: vec![0.0; channels] };
            let quantized = quantize_layer(&folded, channels);
            let LayerWeights::Quantized { scale, .. } = &quantized else { panic!("not quantized") };
            let back = quantized.float_weight();
            for (i, (a, b)) in weight.iter().zip(&back).enumerate() {
                let step = scale[i / (12 / channels)];
                prop_assert!((a - b).abs() <= 0.5001 * step, "{a} {b} {step}");
            }
        }
    }

    #[test]
    fn a_channel_of_zeros_stays_zero() {
        let folded = LayerWeights::Folded {
            weight: vec![0.0, 0.0, 1.0, -2.0],
            bias: vec![5.0, 6.0],
        };
        let quantized = quantize_layer(&folded, 2);
        assert_eq!(quantized.float_weight()[..2], [0.0, 0.0]);
        assert_eq!(quantized.float_weight()[3], -2.0, "the extreme is exact");
    }
}
