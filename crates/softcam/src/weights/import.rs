//! From a PyTorch state dict, already read into float tensors by name, to a model with batch norm apart.
//!
//! The last linear layer `[classes, features]` becomes the class-evidence layer `[classes, features, 1, 1]` by the CAM
//! identity: mean over cells of (W z + b) = W · mean(z) + b. The logits stay the same; the maps come for free.

use super::{BatchNorm, FloatTensor, LayerWeights, Model, ModelCard};
use crate::backbone::UnitSpec;
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// Tensors by their name in the source checkpoint.
pub type StateDict = BTreeMap<String, FloatTensor>;

/// Counters of training steps, which some exporters keep; they carry no weight.
const IGNORED_SUFFIX: &str = ".num_batches_tracked";

/// Builds the model that `card` describes. Missing, unexpected and misshapen tensors are all listed by name.
pub fn from_state_dict(card: ModelCard, mut tensors: StateDict) -> Result<Model> {
    card.check()?;
    let mut model = Model {
        card,
        layers: BTreeMap::new(),
        known_answer: None,
    };
    tensors.retain(|name, _| !name.ends_with(IGNORED_SUFFIX));
    let mut source = Source {
        tensors,
        problems: Vec::new(),
    };
    for spec in model.specs() {
        let weights = if spec.source_norm.is_empty() {
            source.linear(&spec)
        } else {
            source.convolution(&spec)
        };
        model.layers.insert(spec.name, weights);
    }
    source.finish()?;
    Ok(model)
}

struct Source {
    tensors: StateDict,
    problems: Vec<String>,
}

impl Source {
    fn convolution(&mut self, spec: &UnitSpec) -> LayerWeights {
        let channels = [spec.out_channels];
        let convolution = &spec.source_convolution;
        let norm = &spec.source_norm;
        LayerWeights::Unfolded {
            weight: self.take(&format!("{convolution}.weight"), &spec.weight_shape()),
            norm: BatchNorm {
                scale: self.take(&format!("{norm}.weight"), &channels),
                shift: self.take(&format!("{norm}.bias"), &channels),
                mean: self.take(&format!("{norm}.running_mean"), &channels),
                variance: self.take(&format!("{norm}.running_var"), &channels),
            },
        }
    }

    fn linear(&mut self, spec: &UnitSpec) -> LayerWeights {
        let name = &spec.source_convolution;
        LayerWeights::Folded {
            weight: self.take(
                &format!("{name}.weight"),
                &[spec.out_channels, spec.in_channels],
            ),
            bias: self.take(&format!("{name}.bias"), &[spec.out_channels]),
        }
    }

    fn take(&mut self, name: &str, shape: &[usize]) -> Vec<f32> {
        let Some(tensor) = self.tensors.remove(name) else {
            self.problems.push(format!("{name} is missing"));
            return Vec::new();
        };
        if tensor.shape != shape || tensor.data.len() != shape.iter().product::<usize>() {
            self.problems.push(format!(
                "{name} has shape {:?} instead of {shape:?}",
                tensor.shape
            ));
        } else if let Some(value) = tensor.data.iter().find(|value| !value.is_finite()) {
            self.problems.push(format!("{name} holds {value}"));
        } else if name.ends_with(".running_var") && tensor.data.iter().any(|&value| value < 0.0) {
            self.problems.push(format!("{name} is negative"));
        }
        tensor.data
    }

    fn finish(mut self) -> Result<()> {
        let unexpected = self.tensors.keys();
        self.problems
            .extend(unexpected.map(|name| format!("{name} is not part of the network")));
        if self.problems.is_empty() {
            return Ok(());
        }
        const SHOWN: usize = 8;
        let mut list = self
            .problems
            .iter()
            .take(SHOWN)
            .cloned()
            .collect::<Vec<_>>();
        if self.problems.len() > SHOWN {
            list.push(format!("and {} more", self.problems.len() - SHOWN));
        }
        Err(Error::model(
            format!(
                "The checkpoint does not fit the network: {}.",
                list.join("; ")
            ),
            "Check the architecture and the number of classes.",
        ))
    }
}
