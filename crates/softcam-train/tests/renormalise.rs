//! Batch normalisation's statistics, estimated anew.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{config, network, pictures};
use softcam::Device;
use softcam::backbone::{Activation, Architecture, Join, Step};
use softcam::network::Prefix;
use softcam::preprocess::planes;
use softcam::weights::fold::fold;
use softcam::weights::{LayerWeights, Model};
use softcam_train::renormalise::renormalised;
use softcam_train::{Error, Pictures};

const COUNT: usize = 3;

fn some() -> Pictures {
    pictures(COUNT, 48, 3, 5)
}

fn again(model: &Model) -> Model {
    renormalised(model, &some(), COUNT, &config()).unwrap()
}

/// What the first `blocks` make of the pictures: by channel, all values of all pictures.
fn channels(model: &Model, blocks: usize) -> Vec<Vec<f64>> {
    let prefix = Prefix::new(model, blocks, &Device::flex()).unwrap();
    let input = &model.card.input;
    let mut channels = Vec::new();
    for item in some().items {
        let image = planes(&item.pixels, input.mean, input.std);
        let output = prefix.forward(image, [1, 3, 48, 48]);
        let [_, count, height, width] = output.dims();
        channels.resize(count, Vec::new());
        let values: Vec<f32> = output.into_data().try_into_vec().unwrap();
        for (channel, plane) in channels.iter_mut().zip(values.chunks_exact(height * width)) {
            channel.extend(plane.iter().map(|&value| f64::from(value)));
        }
    }
    channels
}

#[test]
fn layers_give_what_their_scale_and_shift_say() {
    let start = network(Architecture::EfficientNetLite0, 3, 1);
    let model = again(&start);
    let backbone = model.backbone();
    let mut checked = 0;
    for (number, block) in backbone.blocks.iter().enumerate() {
        // Behind the others come a sum or an activation.
        let (Join::Chain, Some(Step::Unit(last))) = (&block.join, block.steps.last()) else {
            continue;
        };
        if last.activation != Activation::Linear {
            continue;
        }
        let norm = model.layers[&last.name].norm().unwrap();
        assert_ne!(norm, start.layers[&last.name].norm().unwrap());
        for (channel, values) in channels(&model, number + 1).iter().enumerate() {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
            let (shift, scale) = (norm.shift[channel], norm.scale[channel]);
            assert!((mean - f64::from(shift)).abs() < 1e-3, "{number} {channel}");
            // Epsilon makes it a little less.
            let share = variance.sqrt() / f64::from(scale.abs());
            assert!(
                (0.98..1.001).contains(&share),
                "{number} {channel}: {share}"
            );
        }
        checked += 1;
    }
    assert!(checked > 3);
}

#[test]
fn nothing_is_left_of_the_statistics_before() {
    for architecture in [Architecture::EfficientNetLite0, Architecture::DenseNet121] {
        let start = network(architecture, 3, 1);
        let mut other = start.clone();
        for layer in other.layers.values_mut() {
            if let LayerWeights::Unfolded { norm, .. } = layer {
                norm.mean.fill(7.0);
                norm.variance.fill(0.1);
            }
        }
        assert_ne!(start, other);
        assert_eq!(again(&start), again(&other));
    }
}

#[test]
fn folded_statistics_cannot_be_estimated_anew() {
    let model = fold(network(Architecture::EfficientNetLite0, 3, 1)).unwrap();
    let error = renormalised(&model, &some(), COUNT, &config()).unwrap_err();
    assert!(matches!(error, Error::Start(_)), "{error:?}");
}
