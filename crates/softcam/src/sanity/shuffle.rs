//! Weights in another order.

use crate::error::{Result, error};
use crate::random::{Random, mix};
use crate::weights::fold::fold_layer;
use crate::weights::{LayerWeights, Model};

/// The layers of `model`, from the class-evidence layer back to the first, by their names in the file.
pub fn layer_names(model: &Model) -> Vec<String> {
    let specs = model.specs().into_iter().rev();
    specs.map(|spec| spec.name).collect()
}

/// `model` with the weights of its last `count` layers, as [`layer_names`] lists them, each permuted within the layer, and
/// its biases likewise: each layer keeps the distribution of its weights and loses what they had learned. The same `seed`
/// gives the same order, and one layer's does not depend on how many others are shuffled.
///
/// The known answer no longer holds and is left out, as is what the model knows of its training pictures.
///
/// # Errors
///
/// Where there are fewer than `count` layers.
pub fn shuffle(mut model: Model, count: usize, seed: u64) -> Result<Model> {
    let names = layer_names(&model);
    let chosen = names
        .get(..count)
        .ok_or_else(|| error!(LAYERS_TOO_MANY, count, all = names.len()))?;
    for (index, name) in chosen.iter().enumerate() {
        if let Some(weights) = model.layers.get_mut(name) {
            let random = Random::new(mix(seed) ^ mix(index as u64 + 1));
            *weights = shuffled(weights, random);
        }
    }
    if count > 0 {
        model.known_answer = None;
        model.novelty_reference = None;
        model.card.novelty = None;
    }
    Ok(model)
}

/// As float weights: integers that belong to other scales would be another distribution.
fn shuffled(weights: &LayerWeights, mut random: Random) -> LayerWeights {
    let folded;
    let weights = match weights {
        LayerWeights::Unfolded { .. } => {
            folded = fold_layer(weights.clone());
            &folded
        }
        folded => folded,
    };
    let mut weight = weights.float_weight();
    let mut bias = weights.bias().map(<[f32]>::to_vec).unwrap_or_default();
    permute(&mut weight, &mut random);
    permute(&mut bias, &mut random);
    LayerWeights::Folded { weight, bias }
}

/// Fisher and Yates.
fn permute(values: &mut [f32], random: &mut Random) {
    for end in (2..=values.len()).rev() {
        values.swap(end - 1, random.below(end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_comes_up_and_nothing_is_lost() {
        let mut met = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let mut values = [1.0, 2.0, 3.0];
            permute(&mut values, &mut Random::new(seed));
            met.insert(values.map(|value| value as u8));
            let mut sorted = values;
            sorted.sort_by(f32::total_cmp);
            assert_eq!(sorted, [1.0, 2.0, 3.0]);
        }
        assert_eq!(met.len(), 6);
    }

    #[test]
    fn integers_are_shuffled_as_what_they_stand_for() {
        let weights = LayerWeights::Quantized {
            weight: vec![1, 2, 3, 4],
            scale: vec![1.0, 100.0],
            bias: vec![5.0, 6.0],
        };
        let LayerWeights::Folded {
            mut weight,
            mut bias,
        } = shuffled(&weights, Random::new(3))
        else {
            panic!("float weights");
        };
        weight.sort_by(f32::total_cmp);
        bias.sort_by(f32::total_cmp);
        assert_eq!(weight, [1.0, 2.0, 300.0, 400.0]);
        assert_eq!(bias, [5.0, 6.0]);
    }
}
