//! Batch normalisation's statistics, estimated anew on pictures of another kind.

use super::blocks::{Blocks, Kernels, in_turn};
use crate::error::Result;
use crate::weights::{BatchNorm, LayerWeights, Model};
use softcam_kernels::{Activation, Convolution, ConvolutionSpec, Planes, Pool, Workspace};
use std::collections::BTreeMap;

/// `model` with the mean and variance of every batch normalisation as its layer gives them on `images`, which are
/// normalised and `[count, 3, size, size]`: over all images and cells, channel by channel. Each layer reads what layers
/// before it give with their new statistics, as in training mode with all images in one batch (AdaBN, Li et al., Pattern
/// Recognition 80, 2018). Scales, shifts and weights stay, and so do layers whose normalisation is folded. All images'
/// activations are in memory at a time.
pub fn renormalised(model: &Model, images: &[f32], [count, size]: [usize; 2]) -> Result<Model> {
    let backbone = model.backbone();
    let mut apart = model.clone();
    let mut norms = BTreeMap::new();
    for (name, layer) in &mut apart.layers {
        if let LayerWeights::Unfolded { weight, bias, norm } = layer {
            let bias = (bias.take()).unwrap_or_else(|| vec![0.0; norm.scale.len()]);
            norms.insert(name.clone(), norm.clone());
            *layer = LayerWeights::Folded {
                weight: std::mem::take(weight),
                bias,
            };
        }
    }
    let mut kernels = Estimating {
        workspace: Workspace::default(),
        norms,
    };
    let blocks = Blocks::new(&apart, &backbone, &kernels)?;
    let images = (kernels.workspace).planes_from_nchw(images, [count, 3, size, size]);
    blocks.forward(images, &mut kernels);
    let mut result = model.clone();
    for (name, estimated) in kernels.norms {
        if let Some(LayerWeights::Unfolded { norm, .. }) = result.layers.get_mut(&name) {
            *norm = estimated;
        }
    }
    Ok(result)
}

/// The CPU's kernels, layer by layer, with normalisation by what the layer gives.
struct Estimating {
    workspace: Workspace,
    /// By layer: as they were before the layer has run, and as estimated behind it.
    norms: BTreeMap<String, BatchNorm>,
}

/// A convolution without what follows it.
#[derive(Debug)]
struct Bare {
    name: String,
    convolution: Convolution,
    activation: Activation,
}

impl Estimating {
    fn step(&mut self, step: &Bare, input: &Planes, residual: Option<&Planes>) -> Planes {
        let bare = step.convolution.run(input, None, &mut self.workspace);
        let shape = bare.shape();
        let mut values = bare.to_nchw();
        self.workspace.recycle(bare);
        if let Some(norm) = self.norms.get_mut(&step.name) {
            estimate(norm, &values, shape);
            let (factor, offset) = norm.affine();
            let planes = values.chunks_exact_mut(shape[2] * shape[3]);
            for (plane, channel) in planes.zip((0..shape[1]).cycle()) {
                for value in plane {
                    *value = factor[channel] * *value + offset[channel];
                }
            }
        }
        if let Some(residual) = residual {
            for (value, more) in values.iter_mut().zip(residual.to_nchw()) {
                *value += more;
            }
        }
        for value in &mut values {
            *value = match step.activation {
                Activation::Linear => *value,
                Activation::Relu => value.max(0.0),
                Activation::Relu6 => value.clamp(0.0, 6.0),
            };
        }
        self.workspace.planes_from_nchw(&values, shape)
    }
}

/// Mean and variance of `values`, `[images, channels, height, width]`; double precision, for millions of cells come
/// together.
fn estimate(norm: &mut BatchNorm, values: &[f32], [images, channels, height, width]: [usize; 4]) {
    let (cells, count) = (height * width, (images * height * width) as f64);
    for channel in 0..channels {
        let of_channel = || {
            (0..images).flat_map(move |image| {
                let plane = &values[(image * channels + channel) * cells..][..cells];
                plane.iter().map(|&value| f64::from(value))
            })
        };
        let mean = of_channel().sum::<f64>() / count;
        let squares = of_channel().map(|value| (value - mean).powi(2));
        norm.mean[channel] = mean as f32;
        norm.variance[channel] = (squares.sum::<f64>() / count) as f32;
    }
}

impl Kernels for Estimating {
    type Planes = Planes;
    type Convolution = Bare;
    type Chain = Vec<Bare>;

    fn prepare(
        &self,
        name: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Bare {
        let bare = ConvolutionSpec {
            activation: Activation::Linear,
            ..spec
        };
        Bare {
            name: name.to_owned(),
            convolution: self.workspace.prepare(name, bare, weights, bias),
            activation: spec.activation,
        }
    }

    fn chain(convolutions: Vec<Bare>) -> Vec<Bare> {
        convolutions
    }

    fn convolve(&mut self, convolution: &Bare, input: &Planes) -> Planes {
        self.step(convolution, input, None)
    }

    fn run(&mut self, chain: &Vec<Bare>, input: &Planes, residual: Option<&Planes>) -> Planes {
        in_turn(chain, input, residual, |step, input, residual| {
            self.step(step, input, residual)
        })
    }

    fn pool(&mut self, pool: &Pool, input: &Planes) -> Planes {
        pool.run(input, &mut self.workspace)
    }

    fn concatenate(&mut self, first: &Planes, second: &Planes) -> Planes {
        Kernels::concatenate(&mut self.workspace, first, second)
    }

    fn recycle(&mut self, planes: Planes) {
        self.workspace.recycle(planes);
    }
}
