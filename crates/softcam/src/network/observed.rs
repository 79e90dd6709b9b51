//! What a network's convolutions are given, measured on pictures.

use super::blocks::{Blocks, Kernels, in_turn};
use super::moments::Moments;
use crate::error::Result;
use crate::weights::{LayerWeights, Model};
use softcam_kernels::{Convolution, ConvolutionSpec, Planes, Pool, Workspace};
use std::collections::BTreeMap;

/// Mean and variance of every channel that each layer reads, over all cells of all `images`, which are normalised and
/// `[3, size, size]`. `done` is told after each. Layers are missing where there are no images.
pub(crate) fn input_moments(
    model: &Model,
    images: impl IntoIterator<Item = Vec<f32>>,
    size: usize,
    mut done: impl FnMut(),
) -> Result<BTreeMap<String, Moments>> {
    let backbone = model.backbone();
    let evidence = backbone.evidence_layer(model.card.classes.len());
    let mut watch = Watch::default();
    let blocks = Blocks::new(model, &backbone, &watch)?;
    for image in images {
        let image = (watch.workspace).planes_from_nchw(&image, [1, 3, size, size]);
        let features = blocks.forward(image, &mut watch);
        watch.note(&evidence.name, &features);
        watch.recycle(features);
        done();
    }
    Ok((watch.sums.into_iter())
        .map(|(layer, sums)| (layer, sums.moments()))
        .collect())
}

/// The CPU's kernels, one after the other, with a note of what each reads.
#[derive(Default)]
struct Watch {
    workspace: Workspace,
    sums: BTreeMap<String, Sums>,
}

#[derive(Debug)]
struct Named {
    name: String,
    convolution: Convolution,
}

impl Watch {
    fn note(&mut self, layer: &str, input: &Planes) {
        let [_, channels, height, width] = input.shape();
        let values = input.to_nchw();
        let sums = (self.sums.entry(layer.to_owned())).or_insert_with(|| Sums::new(channels));
        for (index, plane) in values.chunks_exact(height * width).enumerate() {
            sums.add(index % channels, plane);
        }
    }

    fn step(&mut self, step: &Named, input: &Planes, residual: Option<&Planes>) -> Planes {
        self.note(&step.name, input);
        step.convolution.run(input, residual, &mut self.workspace)
    }
}

impl Kernels for Watch {
    type Planes = Planes;
    type Convolution = Named;
    type Chain = Vec<Named>;

    fn prepare(
        &self,
        name: &str,
        spec: ConvolutionSpec,
        weights: &LayerWeights,
        bias: &[f32],
    ) -> Named {
        Named {
            name: name.to_owned(),
            convolution: self.workspace.prepare(name, spec, weights, bias),
        }
    }

    fn chain(convolutions: Vec<Named>) -> Vec<Named> {
        convolutions
    }

    fn convolve(&mut self, convolution: &Named, input: &Planes) -> Planes {
        self.step(convolution, input, None)
    }

    fn run(&mut self, chain: &Vec<Named>, input: &Planes, residual: Option<&Planes>) -> Planes {
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

/// Sums per channel, in double precision: millions of cells come together.
struct Sums {
    count: Vec<usize>,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(channels: usize) -> Self {
        Self {
            count: vec![0; channels],
            first: vec![0.0; channels],
            second: vec![0.0; channels],
        }
    }

    fn add(&mut self, channel: usize, values: &[f32]) {
        self.count[channel] += values.len();
        for &value in values {
            let value = f64::from(value);
            self.first[channel] += value;
            self.second[channel] += value * value;
        }
    }

    fn moments(self) -> Moments {
        let share = |sums: Vec<f64>| -> Vec<f64> {
            (sums.into_iter().zip(&self.count))
                .map(|(sum, &count)| sum / count.max(1) as f64)
                .collect()
        };
        let (mean, square) = (share(self.first), share(self.second));
        let variance = (square.iter().zip(&mean))
            .map(|(square, mean)| (square - mean * mean).max(0.0))
            .collect();
        Moments { mean, variance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_give_the_moments_of_all_that_was_added() {
        let mut sums = Sums::new(2);
        sums.add(0, &[1.0, 3.0]);
        sums.add(1, &[5.0, 5.0]);
        sums.add(0, &[5.0, 7.0]);
        let moments = sums.moments();
        assert_eq!(moments.mean, [4.0, 5.0]);
        assert_eq!(moments.variance, [5.0, 0.0]);
    }
}
