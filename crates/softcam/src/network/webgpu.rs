//! The network on WebGPU, on kernels of our own.

use super::blocks::{Blocks, Kernels, in_turn, prepare};
use super::output::{Output, Sums, device_failed, floats};
use crate::error::Result;
use crate::evidence::EvidenceMaps;
use crate::pause::Pause;
use crate::weights::{LayerWeights, Model};
use burn::tensor::{Device, Transaction};
use softcam_kernels::{ConvolutionSpec, Pool};
use softcam_webgpu::{Convolution, Planes, Weight, means, nchw};

/// A device that takes WGSL.
#[derive(Debug)]
struct WebGpu(Device);

impl Kernels for WebGpu {
    type Planes = Planes;
    type Convolution = Convolution;
    type Chain = Vec<Convolution>;

    fn prepare(
        &self,
        _: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Convolution {
        match weights {
            LayerWeights::Quantized { weight, scale, .. }
            | LayerWeights::Int4 { weight, scale, .. } => {
                let weight = Weight::Int8 {
                    values: weight,
                    scale,
                };
                Convolution::prepare(spec, weight, bias, &self.0)
            }
            other => {
                Convolution::prepare(spec, Weight::Float(&other.float_weight()), bias, &self.0)
            }
        }
    }

    fn chain(convolutions: Vec<Convolution>) -> Vec<Convolution> {
        convolutions
    }

    fn convolve(&mut self, convolution: &Convolution, input: &Planes) -> Planes {
        convolution.run(input, None)
    }

    fn run(
        &mut self,
        chain: &Vec<Convolution>,
        input: &Planes,
        residual: Option<&Planes>,
    ) -> Planes {
        in_turn(chain, input, residual, Convolution::run)
    }

    fn pool(&mut self, pool: &Pool, input: &Planes) -> Planes {
        softcam_webgpu::pool(pool, input)
    }

    fn concatenate(&mut self, first: &Planes, second: &Planes) -> Planes {
        softcam_webgpu::concatenate(first, second)
    }

    /// The device takes a tensor's memory back when the last that holds it is gone.
    fn recycle(&mut self, _: Planes) {}
}

/// A network with its weights on the device.
#[derive(Debug)]
pub(super) struct WebGpuNetwork {
    blocks: Blocks<WebGpu>,
    evidence: Convolution,
    device: Device,
}

impl WebGpuNetwork {
    pub(super) fn new(model: &Model, device: &Device) -> Result<Self> {
        let backbone = model.backbone();
        let kernels = WebGpu(device.clone());
        let evidence = backbone.evidence_layer(model.card.classes.len());
        Ok(Self {
            blocks: Blocks::new(model, &backbone, &kernels)?,
            evidence: prepare(
                &evidence,
                model.layer(&evidence)?,
                evidence.activation,
                &kernels,
            ),
            device: device.clone(),
        })
    }

    /// Runs images, each `[3, size, size]` row-major, in one pass; everything comes back in one read. `watched`: see
    /// [`Output::features`].
    pub(super) async fn run(
        &self,
        images: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Vec<Output>> {
        let (last, watched) = self.forward(images, size, watched, pause).await?;
        let maps = WebGpu(self.device.clone()).convolve(&self.evidence, &last);
        let features = means(watched.as_ref().unwrap_or(&last));
        let [_, classes, height, width] = maps.shape();
        let [logits, features, maps] = read([means(&maps), features, maps]).await?;
        (logits.into_iter().zip(features).zip(maps))
            .map(|((logits, features), maps)| {
                Ok(Output {
                    maps: EvidenceMaps::new(classes, height, width, maps)?,
                    logits,
                    features,
                })
            })
            .collect()
    }

    /// The same without maps: the class-evidence layer, being linear, gets the means of what it reads.
    pub(super) async fn answer(
        &self,
        images: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Vec<Sums>> {
        let (last, watched) = self.forward(images, size, watched, pause).await?;
        let last = means(&last);
        let logits = WebGpu(self.device.clone()).convolve(&self.evidence, &last);
        let features = watched.as_ref().map_or(last, means);
        let [logits, features] = read([logits, features]).await?;
        let sums = logits.into_iter().zip(features);
        Ok(sums
            .map(|(logits, features)| Sums { logits, features })
            .collect())
    }

    /// What the last block gives, and the watched one before it.
    async fn forward(
        &self,
        images: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<(Planes, Option<Planes>)> {
        let mut kernels = WebGpu(self.device.clone());
        let count = images.len() / (3 * size * size);
        let images = Planes::from_nchw(images, [count, 3, size, size], &self.device);
        (self.blocks)
            .forward_paused(images, watched, &mut kernels, pause)
            .await
    }
}

/// Brings all of it back at once, one list per image of each.
async fn read<const N: usize>(outputs: [Planes; N]) -> Result<[Vec<Vec<f32>>; N]> {
    let shapes = outputs.each_ref().map(Planes::shape);
    let read = (outputs.into_iter())
        .fold(Transaction::default(), |read, planes| {
            read.register(planes.into_tensor())
        })
        .execute_async()
        .await
        .map_err(|error| device_failed(&error))?;
    let pixels: [Vec<f32>; N] = floats(read)?;
    Ok(std::array::from_fn(|index| {
        let [count, ..] = shapes[index];
        let values = nchw(&pixels[index], shapes[index]);
        (values.chunks_exact((values.len() / count).max(1)))
            .map(<[f32]>::to_vec)
            .collect()
    }))
}
