//! Which weights change, and how a unit of the network is put together from them.
//!
//! Batch normalisation keeps the mean and variance that it starts with, in training as afterwards: the small batches that
//! fit here would estimate them badly. They are those of the pretraining (ImageNet's, usually), or of one's own pictures
//! where [`crate::renormalise`] has estimated them anew. Scale and shift learn like all other weights, and make up for
//! statistics that do not fit as far as one factor and one offset per channel can. So a unit stays one convolution with a
//! bias, folded anew in every step, and what is trained is exactly what is quantized later. A finished model has its
//! normalisation folded: there the folded weights and biases learn.

use crate::error::{Error, Result};
use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};
use softcam::backbone::{Backbone, Operation, UnitSpec};
use softcam::network::{Suffix, UnitTensors};
use softcam::weights::{BatchNorm, LayerWeights, Model};
use std::collections::BTreeMap;

/// Weights that change together, at one learning rate.
#[derive(Module, Debug)]
pub struct Parameters {
    /// Of convolutions.
    pub weights: Vec<Param<Tensor<4>>>,
    /// Biases, scales and shifts.
    pub vectors: Vec<Param<Tensor<1>>>,
}

/// The part of a network that learns.
#[derive(Debug)]
pub struct Trainable {
    /// Card and weights as they were at the start; what is frozen stays there.
    model: Model,
    backbone: Backbone,
    classes: usize,
    freeze: usize,
    /// Of the backbone.
    pub body: Parameters,
    /// Of the class-evidence layer.
    pub head: Parameters,
    places: BTreeMap<String, Place>,
}

/// Where a unit's tensors lie.
#[derive(Debug)]
struct Place {
    of_head: bool,
    weight: Weight,
    bias: Option<usize>,
    norm: Option<NormPlace>,
}

#[derive(Debug)]
enum Weight {
    Learned(usize),
    /// Ones in front of a normalisation on its own.
    Fixed(Box<Tensor<4>>),
}

#[derive(Debug)]
struct NormPlace {
    scale: usize,
    shift: usize,
    /// 1 / √(variance + ε).
    inverse: Tensor<1>,
    mean: Tensor<1>,
    start: BatchNorm,
}

/// Collects parameters with numbers of their own, the same in every run: the optimizer's state is filed under them.
struct Collector<'a> {
    device: &'a Device,
    first: u64,
    parameters: Parameters,
}

impl<'a> Collector<'a> {
    fn new(device: &'a Device, first: u64) -> Self {
        let parameters = Parameters {
            weights: Vec::new(),
            vectors: Vec::new(),
        };
        Self {
            device,
            first,
            parameters,
        }
    }

    fn id(&self) -> ParamId {
        let count = self.parameters.weights.len() + self.parameters.vectors.len();
        ParamId::from(self.first + count as u64)
    }

    fn weight(&mut self, values: &[f32], shape: [usize; 4]) -> usize {
        let data = TensorData::new(values.to_vec(), shape);
        let tensor = Tensor::from_data(data, self.device).require_grad();
        let param = Param::initialized(self.id(), tensor);
        self.parameters.weights.push(param);
        self.parameters.weights.len() - 1
    }

    fn vector(&mut self, values: &[f32]) -> usize {
        let tensor = constant(values, self.device).require_grad();
        let param = Param::initialized(self.id(), tensor);
        self.parameters.vectors.push(param);
        self.parameters.vectors.len() - 1
    }

    fn place(&mut self, spec: &UnitSpec, layer: &LayerWeights, of_head: bool) -> Place {
        let weight = layer.float_weight();
        let weight = match spec.operation {
            Operation::Scale if layer.norm().is_some() => Weight::Fixed(Box::new(
                Tensor::from_data(TensorData::new(weight, spec.weight_shape()), self.device),
            )),
            Operation::Convolution | Operation::Scale => {
                Weight::Learned(self.weight(&weight, spec.weight_shape()))
            }
        };
        let bias = layer.bias().map(|bias| self.vector(bias));
        let norm = layer.norm().map(|norm| {
            let inverse: Vec<f32> = (norm.variance.iter())
                .map(|variance| 1.0 / (variance + norm.epsilon).sqrt())
                .collect();
            NormPlace {
                scale: self.vector(&norm.scale),
                shift: self.vector(&norm.shift),
                inverse: constant(&inverse, self.device),
                mean: constant(&norm.mean, self.device),
                start: norm.clone(),
            }
        });
        Place {
            of_head,
            weight,
            bias,
            norm,
        }
    }
}

/// Values that do not learn.
pub(crate) fn constant(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

/// Far above any number of tensors in a network.
const FIRST_OF_HEAD: u64 = 1 << 32;

impl Trainable {
    /// The weights of `model` on `device`, which must record gradients, from block `freeze` on.
    pub fn new(model: Model, freeze: usize, device: &Device) -> Result<Self> {
        let backbone = model.backbone();
        if freeze > backbone.blocks.len() {
            return Err(Error::Settings(format!(
                "{freeze} blocks are to be frozen, and the backbone has {}",
                backbone.blocks.len()
            )));
        }
        let mut rest = backbone.clone();
        rest.blocks.drain(..freeze);
        let mut body = Collector::new(device, 1);
        let mut places = BTreeMap::new();
        for spec in rest.units() {
            let place = body.place(spec, model.layer(spec)?, false);
            places.insert(spec.name.clone(), place);
        }
        let classes = model.card.classes.len();
        let evidence = backbone.evidence_layer(classes);
        let mut head = Collector::new(device, FIRST_OF_HEAD);
        let place = head.place(&evidence, model.layer(&evidence)?, true);
        places.insert(evidence.name, place);
        Ok(Self {
            backbone,
            classes,
            freeze,
            body: body.parameters,
            head: head.parameters,
            places,
            model,
        })
    }

    /// The network from the first block that learns on, for one step.
    pub fn suffix(&self) -> Result<Suffix> {
        let suffix = Suffix::new(&self.backbone, self.freeze, self.classes, |spec| {
            Ok(self.unit(spec))
        })?;
        Ok(suffix)
    }

    /// One unit's tensors, for one step.
    pub(crate) fn unit(&self, spec: &UnitSpec) -> UnitTensors {
        self.tensors(&self.places[&spec.name], spec)
    }

    /// The description of the whole backbone.
    pub(crate) fn backbone(&self) -> &Backbone {
        &self.backbone
    }

    /// Channels that the class-evidence layer reads.
    pub(crate) fn features(&self) -> usize {
        self.backbone.features
    }

    fn parameters(&self, place: &Place) -> &Parameters {
        if place.of_head {
            &self.head
        } else {
            &self.body
        }
    }

    fn tensors(&self, place: &Place, spec: &UnitSpec) -> UnitTensors {
        let parameters = self.parameters(place);
        let vector = |index: usize| parameters.vectors[index].val();
        let weight = match &place.weight {
            Weight::Learned(index) => parameters.weights[*index].val(),
            Weight::Fixed(weight) => (**weight).clone(),
        };
        let own_bias = place.bias.map(vector);
        match &place.norm {
            None => UnitTensors {
                bias: own_bias
                    .unwrap_or_else(|| Tensor::zeros([spec.out_channels], &weight.device())),
                weight,
            },
            Some(norm) => {
                let factor = vector(norm.scale) * norm.inverse.clone();
                let centred = match own_bias {
                    Some(bias) => bias - norm.mean.clone(),
                    None => norm.mean.clone().neg(),
                };
                UnitTensors {
                    weight: weight * factor.clone().reshape([spec.out_channels, 1, 1, 1]),
                    bias: vector(norm.shift) + centred * factor,
                }
            }
        }
    }

    /// The model as it stands, on the host.
    pub fn model(&self) -> Result<Model> {
        self.model_with(&self.body, &self.head)
    }

    /// The model with `body` and `head` in place of what learns.
    pub(crate) fn model_with(&self, body: &Parameters, head: &Parameters) -> Result<Model> {
        let mut model = self.model.clone();
        for (name, place) in &self.places {
            let parameters = if place.of_head { head } else { body };
            let vector = |index: usize| values(parameters.vectors[index].val());
            let weight = match &place.weight {
                Weight::Learned(index) => values(parameters.weights[*index].val()),
                Weight::Fixed(weight) => values((**weight).clone()),
            }?;
            let bias = place.bias.map(vector).transpose()?;
            let layer = match &place.norm {
                Some(norm) => LayerWeights::Unfolded {
                    weight,
                    bias,
                    norm: BatchNorm {
                        scale: vector(norm.scale)?,
                        shift: vector(norm.shift)?,
                        ..norm.start.clone()
                    },
                },
                None => LayerWeights::Folded {
                    weight,
                    bias: bias.unwrap_or_default(),
                },
            };
            model.layers.insert(name.clone(), layer);
        }
        Ok(model)
    }

    /// Number of learned values in backbone and head.
    pub fn counts(&self) -> (usize, usize) {
        (self.body.num_params(), self.head.num_params())
    }

    /// The blocks that do not learn.
    pub fn freeze(&self) -> usize {
        self.freeze
    }

    /// The model at the start.
    pub fn start(&self) -> &Model {
        &self.model
    }
}

/// A tensor's values on the host.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let values = tensor.into_data().try_into_vec();
    values.map_err(|error| Error::Unread(format!("{error:?}")))
}
