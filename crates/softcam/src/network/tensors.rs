//! Layers of burn's own operations: what training differentiates, and what computes on devices that there are no kernels
//! of our own for.

use super::output::{Output, device_failed, floats};
use crate::backbone::{self, Activation, Operation, Pool, PoolKind, UnitSpec, Window};
use crate::error::Result;
use crate::evidence::EvidenceMaps;
use crate::weights::{LayerWeights, Model, fold::fold_layer};
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

/// A network of such layers.
#[derive(Debug)]
pub(super) struct TensorNetwork {
    blocks: Vec<Block>,
    evidence: Box<Unit>,
    device: Device,
}

impl TensorNetwork {
    /// int8 weights become float here, once, because burn does not compute convolutions with int8.
    pub(super) fn new(model: &Model, device: &Device) -> Result<Self> {
        let backbone = model.backbone();
        let evidence = backbone.evidence_layer(model.card.classes.len());
        let evidence = Unit::new(&evidence, model.layer(&evidence)?, device);
        Ok(Self {
            blocks: blocks(model, &backbone, device)?,
            evidence: Box::new(evidence),
            device: device.clone(),
        })
    }

    /// Runs one image, `[3, size, size]` row-major; everything comes back in one read. `watched`: see [`Output::features`].
    pub(super) async fn run(
        &self,
        values: Vec<f32>,
        size: usize,
        watched: Option<usize>,
    ) -> Result<Output> {
        let image = TensorData::new(values, [1, 3, size, size]);
        let image = Tensor::from_data(image, &self.device);
        let (first, others) = self.blocks.split_at(watched.unwrap_or(self.blocks.len()));
        let compared = forward(first, image);
        let maps = self.evidence.forward(forward(others, compared.clone()));
        let [_, classes, height, width] = maps.dims();
        let read = Transaction::default()
            .register(means(maps.clone()))
            .register(means(compared))
            .register(maps)
            .execute_async()
            .await
            .map_err(|error| device_failed(&error))?;
        let [logits, features, maps] = floats(read)?;
        Ok(Output {
            maps: EvidenceMaps::new(classes, height, width, maps)?,
            logits,
            features,
        })
    }
}

/// Mean over the cells: `[batch, channels, h, w]` → `[batch, channels]`.
pub fn means(maps: Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = maps.dims();
    maps.reshape([batch, channels, height * width])
        .mean_dim(2)
        .reshape([batch, channels])
}

/// The blocks of a backbone with a model's weights.
pub(super) fn blocks(
    model: &Model,
    backbone: &backbone::Backbone,
    device: &Device,
) -> Result<Vec<Block>> {
    let unit = |spec: &UnitSpec| Ok(Unit::new(spec, model.layer(spec)?, device));
    let blocks = backbone.blocks.iter();
    blocks.map(|block| Block::new(block, &unit)).collect()
}

/// What the last of `blocks` gives.
pub(super) fn forward(blocks: &[Block], images: Tensor<4>) -> Tensor<4> {
    let forward = |input, block: &Block| block.forward(input);
    blocks.iter().fold(images, forward)
}

/// The last blocks of a network and its class-evidence layer on tensors that the caller owns: what training runs, so
/// that it computes what every other part of this crate does.
#[derive(Debug)]
pub struct Suffix {
    blocks: Vec<Block>,
    evidence: Unit,
}

/// The tensors of one unit, normalisation folded in.
#[derive(Debug, Clone)]
pub struct UnitTensors {
    /// `[out, in / groups, kernel, kernel]`.
    pub weight: Tensor<4>,
    /// `[out]`.
    pub bias: Tensor<1>,
}

impl Suffix {
    /// The blocks of `backbone` from number `from` on, and the class-evidence layer for `classes` classes.
    pub fn new(
        backbone: &backbone::Backbone,
        from: usize,
        classes: usize,
        tensors: impl Fn(&UnitSpec) -> Result<UnitTensors>,
    ) -> Result<Self> {
        let unit = |spec: &UnitSpec| Ok(Unit::from_tensors(spec, tensors(spec)?));
        let blocks = (backbone.blocks.iter().skip(from))
            .map(|block| Block::new(block, &unit))
            .collect::<Result<_>>()?;
        let evidence = unit(&backbone.evidence_layer(classes))?;
        Ok(Self { blocks, evidence })
    }

    /// What the class-evidence layer reads, from what block `from` reads: `[batch, features, h, w]`.
    pub fn features(&self, input: Tensor<4>) -> Tensor<4> {
        forward(&self.blocks, input)
    }

    /// Evidence maps `[batch, classes, h, w]` of [`Self::features`], or logits of their means.
    pub fn evidence(&self, features: Tensor<4>) -> Tensor<4> {
        self.evidence.forward(features)
    }
}

/// A chain of steps and what happens with its input; see [`backbone::Join`].
#[derive(Debug)]
pub(super) struct Block {
    steps: Vec<Step>,
    join: Join,
}

#[derive(Debug)]
enum Step {
    Unit(Box<Unit>),
    Pool(Pool),
}

#[derive(Debug)]
enum Join {
    Chain,
    Add {
        shortcut: Option<Box<Unit>>,
        activation: Activation,
    },
    Concatenate,
}

impl Block {
    fn new(block: &backbone::Block, unit: &impl Fn(&UnitSpec) -> Result<Unit>) -> Result<Self> {
        let step = |step: &backbone::Step| {
            Ok(match step {
                backbone::Step::Unit(spec) => Step::Unit(Box::new(unit(spec)?)),
                backbone::Step::Pool(pool) => Step::Pool(*pool),
            })
        };
        let join = match &block.join {
            backbone::Join::Chain => Join::Chain,
            backbone::Join::Concatenate => Join::Concatenate,
            backbone::Join::Add {
                shortcut,
                activation,
            } => Join::Add {
                shortcut: shortcut.as_ref().map(unit).transpose()?.map(Box::new),
                activation: *activation,
            },
        };
        Ok(Self {
            steps: block.steps.iter().map(step).collect::<Result<_>>()?,
            join,
        })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let run = |input| {
            self.steps.iter().fold(input, |input, step| match step {
                Step::Unit(unit) => unit.forward(input),
                Step::Pool(pool) => pooled(pool, input),
            })
        };
        match &self.join {
            Join::Chain => run(input),
            Join::Concatenate => Tensor::cat(vec![input.clone(), run(input)], 1),
            Join::Add {
                shortcut,
                activation,
            } => {
                let kept = match shortcut {
                    Some(unit) => unit.forward(input.clone()),
                    None => input.clone(),
                };
                activated(run(input) + kept, *activation)
            }
        }
    }
}

fn activated(values: Tensor<4>, activation: Activation) -> Tensor<4> {
    match activation {
        Activation::Linear => values,
        Activation::Relu => relu(values),
        Activation::Relu6 => values.clamp(0.0, 6.0),
    }
}

fn pooled(pool: &Pool, input: Tensor<4>) -> Tensor<4> {
    let [_, channels, height, width] = input.dims();
    let window = &pool.window;
    let (kernel, stride, dilation) = (window.kernel, window.stride, window.dilation);
    let padding = [window.padding_for(height), window.padding_for(width)];
    match pool.kind {
        PoolKind::Max => max_pool2d(
            input,
            MaxPoolOptions::new([kernel; 2])
                .with_stride([stride; 2])
                .with_dilation([dilation; 2])
                .with_padding_pairs(padding),
        ),
        PoolKind::Average if dilation == 1 => avg_pool2d(
            input,
            AvgPoolOptions::new([kernel; 2])
                .with_stride([stride; 2])
                .with_padding_pairs(padding),
        ),
        // burn's average pooling knows no dilation; a convolution with equal weights is the same.
        PoolKind::Average => {
            let share = 1.0 / (kernel * kernel) as f32;
            let weight = Tensor::full([channels, 1, kernel, kernel], share, &input.device());
            conv2d(
                input,
                weight,
                None,
                options(window, [height, width], channels),
            )
        }
    }
}

fn options(window: &Window, [height, width]: [usize; 2], groups: usize) -> ConvOptions<2> {
    ConvOptions::new_with_padding(
        [window.stride; 2],
        [window.padding_for(height), window.padding_for(width)],
        [window.dilation; 2],
        groups,
    )
}

/// One unit on the device: convolution, normalisation, activation, each where it has one.
#[derive(Debug)]
struct Unit {
    spec: UnitSpec,
    convolution: Option<Convolution>,
    norm: Option<Norm>,
}

#[derive(Debug)]
struct Convolution {
    weight: Tensor<4>,
    /// `[out]`.
    bias: Option<Tensor<1>>,
}

/// Batch normalisation as factor and offset, `[1, out, 1, 1]` each.
#[derive(Debug)]
struct Norm {
    factor: Tensor<4>,
    offset: Tensor<4>,
}

impl Norm {
    fn new(factor: Vec<f32>, offset: Vec<f32>, device: &Device) -> Self {
        let per_channel = |values: Vec<f32>| {
            let shape = [1, values.len(), 1, 1];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        Self {
            factor: per_channel(factor),
            offset: per_channel(offset),
        }
    }
}

impl Unit {
    fn new(spec: &UnitSpec, weights: &LayerWeights, device: &Device) -> Self {
        let (convolution, norm) = match spec.operation {
            Operation::Convolution => {
                let weight = TensorData::new(weights.float_weight(), spec.weight_shape());
                let bias = weights.bias().map(|bias| {
                    let data = TensorData::new(bias.to_vec(), [spec.out_channels]);
                    Tensor::from_data(data, device)
                });
                let weight = Tensor::from_data(weight, device);
                let norm = weights.norm().map(|norm| {
                    let (factor, offset) = norm.affine();
                    Norm::new(factor, offset, device)
                });
                (Some(Convolution { weight, bias }), norm)
            }
            // With nothing in front of it, folding leaves the factor in the weight and the offset in the bias.
            Operation::Scale => {
                let folded = fold_layer(weights.clone());
                let offset = folded.bias().unwrap_or_default().to_vec();
                let norm = Norm::new(folded.float_weight(), offset, device);
                (None, Some(norm))
            }
        };
        Self {
            spec: spec.clone(),
            convolution,
            norm,
        }
    }

    fn from_tensors(spec: &UnitSpec, UnitTensors { weight, bias }: UnitTensors) -> Self {
        let (convolution, norm) = match spec.operation {
            Operation::Convolution => {
                let bias = Some(bias);
                (Some(Convolution { weight, bias }), None)
            }
            Operation::Scale => {
                let shape = [1, spec.out_channels, 1, 1];
                let norm = Norm {
                    factor: weight.reshape(shape),
                    offset: bias.reshape(shape),
                };
                (None, Some(norm))
            }
        };
        Self {
            spec: spec.clone(),
            convolution,
            norm,
        }
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let spec = &self.spec;
        let [_, _, height, width] = input.dims();
        let convolved = match &self.convolution {
            Some(Convolution { weight, bias }) => {
                let options = options(&spec.window, [height, width], spec.groups);
                conv2d(input, weight.clone(), bias.clone(), options)
            }
            None => input,
        };
        let normalised = match &self.norm {
            Some(Norm { factor, offset }) => convolved * factor.clone() + offset.clone(),
            None => convolved,
        };
        activated(normalised, spec.activation)
    }
}
