//! The network on a device: one forward pass for every state of the weights and for every device.

mod cpu;

use self::cpu::CpuNetwork;
use crate::backbone::{self, Activation, Operation, Pool, PoolKind, UnitSpec, Window};
use crate::error::{Error, Result};
use crate::evidence::EvidenceMaps;
use crate::weights::{LayerWeights, Model, fold::fold_layer};
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, Transaction};

/// A SoftCAM network with its weights on one device.
#[derive(Debug)]
pub struct Network {
    layers: Layers,
    device: Device,
}

/// Where the weights lie, and with them who computes.
#[derive(Debug)]
enum Layers {
    /// burn, on whatever device it has.
    Device {
        blocks: Vec<Block>,
        evidence: Box<Unit>,
    },
    /// Kernels of our own; tensors only on the way in and out.
    Cpu(CpuNetwork),
}

/// What a forward pass gives, still on the device.
#[derive(Debug)]
pub struct Evidence {
    /// `[batch, classes, h, w]`, signed, in logit units.
    pub maps: Tensor<4>,
    /// `[batch, classes]`: the plain mean of each map.
    pub logits: Tensor<2>,
    /// `[batch, features]`: the mean of each channel that the class-evidence layer reads.
    pub features: Tensor<2>,
}

/// The same for one image, on the host and checked.
#[derive(Debug, Clone)]
pub struct Output {
    /// One signed map per class.
    pub maps: EvidenceMaps,
    /// One logit per class, as the device computed it.
    pub logits: Vec<f32>,
    /// One mean per channel that the class-evidence layer reads.
    pub features: Vec<f32>,
}

impl Network {
    /// Puts the model's weights on `device`. int8 weights become float here, once, because neither of burn's devices
    /// computes with int8; they stay int8 on the wire and in storage.
    pub fn new(model: &Model, device: &Device) -> Result<Self> {
        let backbone = model.backbone();
        if is_cpu(device) {
            return Ok(Self {
                layers: Layers::Cpu(CpuNetwork::new(model, &backbone)?),
                device: device.clone(),
            });
        }
        let unit = |spec: &UnitSpec| Ok(Unit::new(spec, model.layer(spec)?, device));
        let blocks = backbone
            .blocks
            .iter()
            .map(|block| Block::new(block, &unit))
            .collect::<Result<_>>()?;
        let evidence = Box::new(unit(&backbone.evidence_layer(model.card.classes.len()))?);
        Ok(Self {
            layers: Layers::Device { blocks, evidence },
            device: device.clone(),
        })
    }

    /// Runs the network on normalised images `[batch, 3, height, width]`.
    pub fn forward(&self, images: Tensor<4>) -> Evidence {
        let (features, maps) = match &self.layers {
            Layers::Device { blocks, evidence } => {
                let forward = |input, block: &Block| block.forward(input);
                let features = blocks.iter().fold(images, forward);
                (means(features.clone()), evidence.forward(features))
            }
            Layers::Cpu(network) => {
                let shape = images.dims();
                let images = images.into_data();
                let output = match images.as_slice() {
                    Ok(values) => network.forward(values, shape),
                    Err(error) => panic!("images must be 32-bit floats: {error:?}"),
                };
                let channels = output.features.len() / shape[0];
                let features = TensorData::new(output.features, [shape[0], channels]);
                let maps = TensorData::new(output.maps, output.shape);
                (
                    Tensor::from_data(features, &self.device),
                    Tensor::from_data(maps, &self.device),
                )
            }
        };
        let logits = means(maps.clone());
        Evidence {
            maps,
            logits,
            features,
        }
    }

    /// Runs one image, `[3, size, size]` row-major, and reads maps and logits back in one go. What a failed run would
    /// leave behind is refused.
    pub async fn run(&self, values: Vec<f32>, size: usize) -> Result<Output> {
        let image = Tensor::from_data(TensorData::new(values, [1, 3, size, size]), &self.device);
        let Evidence {
            maps,
            logits,
            features,
        } = self.forward(image);
        let [_, classes, height, width] = maps.dims();
        let read = Transaction::default()
            .register(maps)
            .register(logits)
            .register(features)
            .execute_async()
            .await
            .map_err(|error| device_failed(&error))?;
        let [maps, logits, features] = <[TensorData; 3]>::try_from(read)
            .map_err(|read| device_failed(&format!("{} tensors came back", read.len())))?;
        let floats = |data: TensorData| {
            data.try_into_vec::<f32>()
                .map_err(|e| device_failed(&format!("{e:?}")))
        };
        let (logits, features) = (floats(logits)?, floats(features)?);
        let maps = EvidenceMaps::new(classes, height, width, floats(maps)?)?;
        maps.check_against(&logits)?;
        Ok(Output {
            maps,
            logits,
            features,
        })
    }
}

/// Whether burn would compute on the CPU, which our own kernels do faster. A device that records gradients is left to burn.
fn is_cpu(device: &Device) -> bool {
    #[cfg(feature = "flex")]
    let cpu = *device == Device::flex() && !device.is_autodiff();
    #[cfg(not(feature = "flex"))]
    let cpu = false;
    cpu
}

/// The first blocks of a network with weights that do not change, as training freezes them.
#[derive(Debug)]
pub struct Prefix {
    layers: PrefixLayers,
    device: Device,
}

#[derive(Debug)]
enum PrefixLayers {
    Device(Vec<Block>),
    Cpu(Box<CpuNetwork>),
}

impl Prefix {
    /// Puts the first `blocks` blocks of `model` on `device`.
    pub fn new(model: &Model, blocks: usize, device: &Device) -> Result<Self> {
        let mut backbone = model.backbone();
        backbone.blocks.truncate(blocks);
        let layers = if is_cpu(device) {
            PrefixLayers::Cpu(Box::new(CpuNetwork::features(model, &backbone)?))
        } else {
            let unit = |spec: &UnitSpec| Ok(Unit::new(spec, model.layer(spec)?, device));
            let blocks = backbone.blocks.iter();
            PrefixLayers::Device(
                blocks
                    .map(|block| Block::new(block, &unit))
                    .collect::<Result<_>>()?,
            )
        };
        Ok(Self {
            layers,
            device: device.clone(),
        })
    }

    /// What the last of its blocks gives for normalised images `[batch, 3, height, width]`.
    pub fn forward(&self, values: Vec<f32>, shape: [usize; 4]) -> Tensor<4> {
        let from = |values, shape: [usize; 4]| {
            Tensor::from_data(TensorData::new(values, shape), &self.device)
        };
        match &self.layers {
            PrefixLayers::Device(blocks) => {
                let forward = |input, block: &Block| block.forward(input);
                blocks.iter().fold(from(values, shape), forward)
            }
            PrefixLayers::Cpu(network) => {
                let output = network.forward(&values, shape);
                from(output.maps, output.shape)
            }
        }
    }
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
        let forward = |input, block: &Block| block.forward(input);
        self.blocks.iter().fold(input, forward)
    }

    /// Evidence maps `[batch, classes, h, w]` of [`Self::features`], or logits of their means.
    pub fn evidence(&self, features: Tensor<4>) -> Tensor<4> {
        self.evidence.forward(features)
    }
}

/// Mean over the cells: `[batch, channels, h, w]` → `[batch, channels]`.
pub fn means(maps: Tensor<4>) -> Tensor<2> {
    let [batch, channels, height, width] = maps.dims();
    maps.reshape([batch, channels, height * width])
        .mean_dim(2)
        .reshape([batch, channels])
}

fn device_failed(error: &dyn std::fmt::Display) -> Error {
    Error::device(
        format!("The device failed while computing ({error})."),
        "Try again, or switch to the CPU.",
    )
}

/// A chain of steps and what happens with its input; see [`backbone::Join`].
#[derive(Debug)]
struct Block {
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
