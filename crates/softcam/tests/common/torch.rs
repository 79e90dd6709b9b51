//! The weights and inputs of tests/parity/make_torch_fixtures.py, computed again, and what PyTorch made of them.

#[path = "pattern.rs"]
mod drawn;

use super::bytes;
pub use drawn::pattern;
use safetensors::SafeTensors;
use softcam::backbone::EVIDENCE_LAYER;
use softcam::conversion::{FloatTensor, StateDict};
use softcam::weights::{LayerWeights, Model};
use std::collections::BTreeMap;

/// Classes of every network there.
pub const CLASSES: usize = 5;
/// Sides of the inputs there; no stride divides the second.
pub const SIZES: [usize; 2] = [64, 107];

/// A normalised image `[3, size, size]`.
pub fn image(size: usize) -> Vec<f32> {
    named_image("input", size)
}

/// One of those from which tests/parity/kinks.py chooses.
pub fn numbered_image(number: usize, size: usize) -> Vec<f32> {
    named_image(&format!("input.{number}"), size)
}

fn named_image(name: &str, size: usize) -> Vec<f32> {
    let values = pattern(name, 3 * size * size);
    values.into_iter().map(|value| value * 2.0).collect()
}

/// Every convolution, linear layer and normalisation of every network, by PyTorch's names.
pub fn modules() -> BTreeMap<String, BTreeMap<String, String>> {
    serde_json::from_slice(&bytes("tests/parity/torch-modules.json")).unwrap()
}

/// The state dict of one of those networks.
pub fn state_dict(modules: &BTreeMap<String, String>) -> StateDict {
    let mut tensors = StateDict::new();
    for (module, description) in modules {
        let mut add = |part: &str, shape: &[usize], change: &dyn Fn(f32) -> f32| {
            let name = format!("{module}.{part}");
            let values = pattern(&name, shape.iter().product());
            let tensor = FloatTensor {
                shape: shape.to_vec(),
                data: values.into_iter().map(change).collect(),
            };
            tensors.insert(name, tensor);
        };
        if let Some(channels) = description.strip_prefix("norm ") {
            let shape = [channels.parse().unwrap()];
            add("weight", &shape, &|v| 1.0 + v * 0.25);
            add("bias", &shape, &|v| v * 0.25);
            add("running_mean", &shape, &|v| v * 0.25);
            add("running_var", &shape, &|v| 1.125 + v * 0.5);
            continue;
        }
        let (shape, bias) = match description.strip_suffix(" + bias") {
            Some(shape) => (shape, true),
            None => (description.as_str(), false),
        };
        let shape: Vec<usize> = shape.split('x').map(|n| n.parse().unwrap()).collect();
        let fan_in: usize = shape[1..].iter().product();
        let bound = (6.0 / fan_in as f32).sqrt();
        add("weight", &shape, &|v| v * bound);
        if bias {
            add("bias", &shape[..1], &|v| v * 0.125);
        }
    }
    tensors
}

/// What PyTorch computed for one network and size.
pub struct Answer {
    pub logits: Vec<f32>,
    /// `[CLASSES, h, w]`.
    pub maps: Vec<f32>,
    pub shape: Vec<usize>,
}

/// Reads the answer of `network` at `size`.
pub fn answer(file: &SafeTensors, network: &str, size: usize) -> Answer {
    let floats = |name: &str| -> Vec<f32> {
        let data = file.tensor(name).unwrap().data();
        let words = data.as_chunks::<4>().0.iter();
        words.map(|word| f32::from_le_bytes(*word)).collect()
    };
    let maps = format!("{network}.{size}.maps");
    Answer {
        logits: floats(&format!("{network}.{size}.logits")),
        shape: file.tensor(&maps).unwrap().shape().to_vec(),
        maps: floats(&maps),
    }
}

/// `model` with evidence from `block` or the expansion behind it, and weights of that layer that no other has.
pub fn reading(model: &Model, block: usize, expansion: bool) -> Model {
    let mut model = model.clone();
    model.card.options.evidence_block = Some(block);
    model.card.options.evidence_expansion = expansion;
    let spec = model.backbone().evidence_layer(CLASSES);
    let weights = LayerWeights::Folded {
        weight: pattern("early", spec.weight_len()),
        bias: pattern("early bias", CLASSES),
    };
    model.layers.insert(EVIDENCE_LAYER.to_owned(), weights);
    model.map_layers(|_, weights| Ok(weights)).unwrap()
}
