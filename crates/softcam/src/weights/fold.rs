//! Folding batch normalisation into the convolution before it.

use super::{LayerWeights, Model};
use crate::error::Result;

/// Folds every unit that still has its normalisation. Exact up to float rounding: with y = f · (w ∗ x + b) + o per output
/// channel, the folded unit has weight f · w and bias f · b + o.
pub fn fold(model: Model) -> Result<Model> {
    model.map_layers(|_, weights| Ok(fold_layer(weights)))
}

/// Folds one layer; what has no normalisation stays as it is.
pub(crate) fn fold_layer(weights: LayerWeights) -> LayerWeights {
    match weights {
        LayerWeights::Unfolded {
            mut weight,
            bias: own_bias,
            norm,
        } => {
            let (factor, mut bias) = norm.affine();
            let per_channel = weight.len() / factor.len();
            for (channel, factor) in weight.chunks_exact_mut(per_channel).zip(&factor) {
                for value in channel {
                    *value *= factor;
                }
            }
            for ((bias, factor), own) in bias.iter_mut().zip(&factor).zip(own_bias.iter().flatten())
            {
                *bias += factor * own;
            }
            LayerWeights::Folded { weight, bias }
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::BatchNorm;

    #[test]
    fn folding_keeps_the_function() {
        let norm = BatchNorm {
            scale: vec![2.0, 0.5],
            shift: vec![1.0, -1.0],
            mean: vec![3.0, 0.0],
            variance: vec![4.0, 0.25],
            epsilon: 1e-3,
        };
        let weight = vec![1.0, 2.0, 3.0, 4.0];
        let own_bias = [0.3, -0.6];
        let LayerWeights::Folded {
            weight: folded,
            bias,
        } = fold_layer(LayerWeights::Unfolded {
            weight: weight.clone(),
            bias: Some(own_bias.to_vec()),
            norm: norm.clone(),
        })
        else {
            panic!("not folded")
        };
        let input = [0.7_f32, -1.3];
        for channel in 0..2 {
            let dot = |w: &[f32]| w[0] * input[0] + w[1] * input[1];
            let convolved = dot(&weight[2 * channel..]) + own_bias[channel];
            let expected = norm.scale[channel] * (convolved - norm.mean[channel])
                / (norm.variance[channel] + 1e-3).sqrt()
                + norm.shift[channel];
            let got = dot(&folded[2 * channel..]) + bias[channel];
            assert!((expected - got).abs() < 1e-5, "{expected} {got}");
        }
    }
}
