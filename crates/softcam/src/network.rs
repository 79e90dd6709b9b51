//! The network on a device: one forward pass for every state of the weights and for every device.

use crate::backbone::{Activation, UnitSpec, same_padding};
use crate::error::{Error, Result};
use crate::evidence::EvidenceMaps;
use crate::weights::{LayerWeights, Model};
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, Transaction};

/// A SoftCAM network with its weights on one device.
#[derive(Debug)]
pub struct Network {
    blocks: Vec<Block>,
    evidence: Unit,
    device: Device,
}

#[derive(Debug)]
struct Block {
    units: Vec<Unit>,
    residual: bool,
}

/// What a forward pass gives, still on the device.
#[derive(Debug)]
pub struct Evidence {
    /// `[batch, classes, h, w]`, signed, in logit units.
    pub maps: Tensor<4>,
    /// `[batch, classes]`: the plain mean of each map.
    pub logits: Tensor<2>,
}

impl Network {
    /// Puts the model's weights on `device`. int8 weights become float here, once, because neither of burn's devices
    /// computes with int8; they stay int8 on the wire and in storage.
    pub fn new(model: &Model, device: &Device) -> Result<Self> {
        let backbone = model.backbone();
        let unit = |spec: &UnitSpec| Ok(Unit::new(spec, model.layer(spec)?, device));
        let blocks = backbone
            .blocks
            .iter()
            .map(|block| {
                Ok(Block {
                    units: block.units.iter().map(unit).collect::<Result<_>>()?,
                    residual: block.residual,
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            blocks,
            evidence: unit(&backbone.evidence_layer(model.card.classes.len()))?,
            device: device.clone(),
        })
    }

    /// Runs the network on normalised images `[batch, 3, height, width]`.
    pub fn forward(&self, images: Tensor<4>) -> Evidence {
        let features = self
            .blocks
            .iter()
            .fold(images, |input, block| block.forward(input));
        let maps = self.evidence.forward(features);
        let [batch, classes, height, width] = maps.dims();
        let logits = maps
            .clone()
            .reshape([batch, classes, height * width])
            .mean_dim(2)
            .reshape([batch, classes]);
        Evidence { maps, logits }
    }

    /// Runs one image, `[3, size, size]` row-major, and reads maps and logits back in one go. What a failed run would
    /// leave behind is refused.
    pub async fn run(&self, values: Vec<f32>, size: usize) -> Result<(EvidenceMaps, Vec<f32>)> {
        let image = Tensor::from_data(TensorData::new(values, [1, 3, size, size]), &self.device);
        let Evidence { maps, logits } = self.forward(image);
        let [_, classes, height, width] = maps.dims();
        let read = Transaction::default()
            .register(maps)
            .register(logits)
            .execute_async()
            .await
            .map_err(|error| device_failed(&error))?;
        let [maps, logits] = <[TensorData; 2]>::try_from(read)
            .map_err(|read| device_failed(&format!("{} tensors came back", read.len())))?;
        let maps = maps
            .try_into_vec()
            .map_err(|e| device_failed(&format!("{e:?}")))?;
        let logits: Vec<f32> = logits
            .try_into_vec()
            .map_err(|e| device_failed(&format!("{e:?}")))?;
        let maps = EvidenceMaps::new(classes, height, width, maps)?;
        maps.check_against(&logits)?;
        Ok((maps, logits))
    }
}

fn device_failed(error: &dyn std::fmt::Display) -> Error {
    Error::device(
        format!("The device failed while computing ({error})."),
        "Try again, or switch to the CPU.",
    )
}

impl Block {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let kept = self.residual.then(|| input.clone());
        let output = self
            .units
            .iter()
            .fold(input, |input, unit| unit.forward(input));
        match kept {
            Some(input) => output + input,
            None => output,
        }
    }
}

/// One convolution on the device with what follows it.
#[derive(Debug)]
struct Unit {
    spec: UnitSpec,
    weight: Tensor<4>,
    after: AfterConvolution,
}

#[derive(Debug)]
enum AfterConvolution {
    /// Added by the convolution itself: `[out]`.
    Bias(Tensor<1>),
    /// Batch normalisation as factor and offset, `[1, out, 1, 1]` each.
    Norm {
        factor: Tensor<4>,
        offset: Tensor<4>,
    },
}

impl Unit {
    fn new(spec: &UnitSpec, weights: &LayerWeights, device: &Device) -> Self {
        let channels = spec.out_channels;
        let per_channel = |values: &[f32]| {
            let data = TensorData::new(values.to_vec(), [1, channels, 1, 1]);
            Tensor::<4>::from_data(data, device)
        };
        let after = match weights {
            LayerWeights::Unfolded { norm, .. } => {
                let (factor, offset) = norm.affine();
                AfterConvolution::Norm {
                    factor: per_channel(&factor),
                    offset: per_channel(&offset),
                }
            }
            LayerWeights::Folded { bias, .. } | LayerWeights::Quantized { bias, .. } => {
                let data = TensorData::new(bias.clone(), [channels]);
                AfterConvolution::Bias(Tensor::from_data(data, device))
            }
        };
        let weight = TensorData::new(weights.float_weight(), spec.weight_shape());
        Self {
            spec: spec.clone(),
            weight: Tensor::from_data(weight, device),
            after,
        }
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let spec = &self.spec;
        let [_, _, height, width] = input.dims();
        let padding = |size| same_padding(size, spec.kernel, spec.stride);
        let options = ConvOptions::new_with_padding(
            [spec.stride; 2],
            [padding(height), padding(width)],
            [1, 1],
            spec.groups,
        );
        let weight = self.weight.clone();
        let output = match &self.after {
            AfterConvolution::Bias(bias) => conv2d(input, weight, Some(bias.clone()), options),
            AfterConvolution::Norm { factor, offset } => {
                conv2d(input, weight, None, options) * factor.clone() + offset.clone()
            }
        };
        match spec.activation {
            Activation::Linear => output,
            Activation::Relu6 => output.clamp(0.0, 6.0),
        }
    }
}
