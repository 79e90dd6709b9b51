//! A calibration that is part of the weights.

use crate::weights::{LayerWeights, Model, fold::fold_layer, is_evidence_layer};
use half::f16;

/// `model` with its temperature divided into the class-evidence layer, so that the probabilities are softmax (or sigmoid) of the
/// very logits that its maps add up to. Populations keep theirs relative to it. Probabilities stay what they were, but for
/// `offsets`, which are added to the classes' logits before; there are none, or one for each class.
///
/// # Panics
///
/// Where there is another number of them.
pub fn calibrated(mut model: Model, offsets: &[f32]) -> Model {
    let temperature = model.card.temperature;
    for spec in model.specs().into_iter().filter(is_evidence_layer) {
        if let Some(layer) = model.layers.get_mut(&spec.name) {
            *layer = divided(moved(layer.clone(), offsets), temperature);
        }
    }
    model.card.temperature = 1.0;
    for population in &mut model.card.populations {
        population.temperature /= temperature;
    }
    model
}

/// What gives `offsets` more than `layer`: in every cell, so that its mean is that much more.
fn moved(layer: LayerWeights, offsets: &[f32]) -> LayerWeights {
    if offsets.is_empty() {
        return layer;
    }
    let mut layer = fold_layer(layer);
    let (LayerWeights::Folded { bias, .. }
    | LayerWeights::Half { bias, .. }
    | LayerWeights::Quantized { bias, .. }
    | LayerWeights::Int4 { bias, .. }) = &mut layer
    else {
        unreachable!("folded")
    };
    assert_eq!(bias.len(), offsets.len(), "one offset for each class");
    for (bias, offset) in bias.iter_mut().zip(offsets) {
        *bias += offset;
    }
    layer
}

/// What gives the `by`-th part of what `layer` gives.
fn divided(layer: LayerWeights, by: f32) -> LayerWeights {
    let each = |values: Vec<f32>| -> Vec<f32> { values.into_iter().map(|v| v / by).collect() };
    match layer {
        LayerWeights::Unfolded { .. } => divided(fold_layer(layer), by),
        LayerWeights::Folded { weight, bias } => LayerWeights::Folded {
            weight: each(weight),
            bias: each(bias),
        },
        LayerWeights::Half { weight, bias } => LayerWeights::Half {
            weight: (weight.into_iter())
                .map(|value| f16::from_f32(value.to_f32() / by))
                .collect(),
            bias: each(bias),
        },
        LayerWeights::Quantized {
            weight,
            scale,
            bias,
        } => LayerWeights::Quantized {
            weight,
            scale: each(scale),
            bias: each(bias),
        },
        LayerWeights::Int4 {
            weight,
            scale,
            bias,
        } => LayerWeights::Int4 {
            weight,
            scale: each(scale),
            bias: each(bias),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_gives_the_half() {
        let bias = vec![2.0, -4.0];
        let states = [
            LayerWeights::Folded {
                weight: vec![1.0, 3.0],
                bias: bias.clone(),
            },
            LayerWeights::Half {
                weight: [1.0, 3.0].map(f16::from_f32).to_vec(),
                bias: bias.clone(),
            },
            LayerWeights::Quantized {
                weight: vec![10, 30],
                scale: vec![0.1, 0.1],
                bias: bias.clone(),
            },
            LayerWeights::Int4 {
                weight: vec![1, 3],
                scale: vec![1.0, 1.0],
                bias,
            },
        ];
        for layer in states {
            let state = layer.state();
            let half = divided(layer, 2.0);
            assert_eq!(half.state(), state);
            assert_eq!(half.bias(), Some(&[1.0, -2.0][..]), "{state}");
            let more = moved(half.clone(), &[0.5, 4.0]);
            assert_eq!(more.bias(), Some(&[1.5, 2.0][..]), "{state}");
            assert_eq!(more.float_weight(), half.float_weight());
            let weight = half.float_weight();
            assert!(
                (weight[0] - 0.5).abs() < 1e-6 && (weight[1] - 1.5).abs() < 1e-6,
                "{state}: {weight:?}"
            );
        }
    }
}
