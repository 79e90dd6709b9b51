//! The network on WebGPU, on kernels of our own.

use super::blocks::{Blocks, Kernels, in_turn, prepare};
use super::output::{Output, device_failed, floats};
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

    /// Runs one image, `[3, size, size]` row-major; everything comes back in one read. `watched`: see [`Output::features`].
    pub(super) async fn run(
        &self,
        values: &[f32],
        size: usize,
        watched: Option<usize>,
        pause: &mut Option<&mut dyn Pause>,
    ) -> Result<Output> {
        let mut kernels = WebGpu(self.device.clone());
        let image = Planes::from_nchw(values, [1, 3, size, size], &self.device);
        let (features, kept) = (self
            .blocks
            .forward_paused(image, watched, &mut kernels, pause))
        .await?;
        let maps = kernels.convolve(&self.evidence, &features);
        let compared = kept.as_ref().unwrap_or(&features);
        let outputs = [means(&maps), means(compared), maps];
        let shapes = [0, 1, 2].map(|index| outputs[index].shape());
        let read = (outputs.into_iter())
            .fold(Transaction::default(), |read, planes| {
                read.register(planes.into_tensor())
            })
            .execute_async()
            .await
            .map_err(|error| device_failed(&error))?;
        let pixels: [Vec<f32>; 3] = floats(read)?;
        let [logits, features, maps] = [0, 1, 2].map(|index| nchw(&pixels[index], shapes[index]));
        let [_, classes, height, width] = shapes[2];
        Ok(Output {
            maps: EvidenceMaps::new(classes, height, width, maps)?,
            logits,
            features,
        })
    }
}
