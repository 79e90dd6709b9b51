//! The first blocks of a network, weights fixed.

use super::cpu::{self, CpuBlocks};
use super::tensors;
use crate::error::Result;
use crate::weights::Model;
use burn::tensor::{Device, Tensor, TensorData};

/// The first blocks of a network with weights that do not change, as training freezes them.
#[derive(Debug)]
pub struct Prefix {
    layers: PrefixLayers,
    device: Device,
}

#[derive(Debug)]
enum PrefixLayers {
    Tensors(Vec<tensors::Block>),
    Cpu(Box<CpuBlocks>),
}

impl Prefix {
    /// Puts the first `blocks` blocks of `model` on `device`.
    pub fn new(model: &Model, blocks: usize, device: &Device) -> Result<Self> {
        let mut backbone = model.backbone();
        backbone.blocks.truncate(blocks);
        let layers = if cpu::computes(device) {
            PrefixLayers::Cpu(Box::new(CpuBlocks::new(model, &backbone)?))
        } else {
            PrefixLayers::Tensors(tensors::blocks(model, &backbone, device)?)
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
            PrefixLayers::Tensors(blocks) => tensors::forward(blocks, from(values, shape)),
            PrefixLayers::Cpu(blocks) => {
                let (features, shape) = blocks.forward(&values, shape);
                from(features, shape)
            }
        }
    }
}
