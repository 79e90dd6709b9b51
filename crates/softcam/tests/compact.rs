//! int8 files that pack better: what `weights::compact` keeps, saves and refuses.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::shipped_model;
use common::torch::{modules, state_dict};
use softcam::conversion::Precision;
use softcam::conversion::compact::{Compacted, compact, compact_by_pictures};
use softcam::conversion::quantize::quantize;
use softcam::conversion::{Card, convert};
use softcam::network::Network;
use softcam::weights::{BatchNorm, LayerWeights, Model};
use softcam::{Device, Explainer, Fault};

/// A float network with its normalisation, untrained.
fn float(network: &str) -> Model {
    let tensors = state_dict(&modules()[network]);
    let card = Card::Made(Box::default());
    convert(tensors, card, Precision::Float32, |_| {})
        .unwrap()
        .float
}

fn integers(model: &Model, layer: &str) -> u8 {
    model.layers[layer].largest_integer().unwrap()
}

#[test]
fn fewer_bits_are_kept_to_and_cost_the_largest_layers_most() {
    let Compacted {
        model,
        bits,
        errors,
    } = compact(float("timm-tf_efficientnet_lite0"), 5.0).unwrap();
    assert!(bits <= 5.0 && bits > 4.9, "{bits}");
    assert!(!errors.is_empty());
    assert_eq!(
        integers(&model, "stem"),
        127,
        "a small layer keeps its steps"
    );
    let wide = integers(&model, "blocks.14.project");
    assert!((7..64).contains(&wide), "{wide}");
    let said = &model.card.provenance.conversion;
    assert!(said.contains("bits of information per weight"), "{said}");
    for (name, layer) in &model.layers {
        if let LayerWeights::Quantized { weight, scale, .. } = layer {
            assert!(weight.iter().all(|&q| q > -128), "{name}");
            assert!(scale.iter().all(|&s| s > 0.0 && s.is_finite()), "{name}");
        }
    }
}

#[test]
fn every_family_can_be_compacted_and_still_runs() {
    for network in ["resnet18", "densenet121", "mobilenet_v2"] {
        let Compacted { model, bits, .. } = compact(float(network), 6.0).unwrap();
        assert!(bits <= 6.0, "{network}: {bits}");
        let explainer = Explainer::new(model, &Device::flex()).unwrap();
        let answer = pollster::block_on(explainer.answer()).unwrap();
        assert!(
            answer.logits.iter().all(|logit| logit.is_finite()),
            "{network}"
        );
    }
}

#[test]
fn the_bias_makes_up_for_the_expected_shift() {
    // Behind the stem's normalisation every channel is 2 on average and hardly varies, so the next layer's rounding errors
    // add up to a constant.
    let mut model = float("timm-tf_efficientnet_lite0");
    if let Some(LayerWeights::Unfolded { norm, .. }) = model.layers.get_mut("stem") {
        norm.scale.fill(1e-3);
        norm.shift.fill(2.0);
    }
    let exact = softcam::weights::fold::fold(model.clone()).unwrap();
    let made = compact(model, 5.0).unwrap().model;
    let layer = "blocks.0.depthwise";
    let sums = |model: &Model| -> Vec<f32> {
        let layer = &model.layers[layer];
        let (weight, bias) = (layer.float_weight(), layer.bias().unwrap());
        (weight.chunks_exact(9).zip(bias))
            .map(|(kernel, bias)| 2.0 * kernel.iter().sum::<f32>() + bias)
            .collect()
    };
    for (exact, got) in sums(&exact).iter().zip(sums(&made)) {
        // What is left is the bias's own rounding.
        assert!(
            (exact - got).abs() <= 1e-3 * exact.abs().max(1.0),
            "{exact} {got}"
        );
    }
}

#[test]
fn without_statistics_biases_stay_as_they_are() {
    let folded = softcam::weights::fold::fold(float("resnet18")).unwrap();
    let made = compact(folded.clone(), 8.0).unwrap().model;
    let plain = quantize(folded).unwrap().0;
    for (name, layer) in &plain.layers {
        // Nothing but the pictures' own mean of 0 is known, and that shifts nothing.
        for (a, b) in layer
            .bias()
            .unwrap()
            .iter()
            .zip(made.layers[name].bias().unwrap())
        {
            assert!((a - b).abs() <= a.abs() / 2000.0, "{name}: {a} {b}");
        }
    }
}

/// Pictures of smooth waves, normalised.
fn waves(count: usize, size: usize) -> Vec<Vec<f32>> {
    let wave = |picture: usize, at: usize| {
        let (x, y) = ((at % size) as f32, (at / size % size) as f32);
        let frequency = 0.1 + 0.05 * picture as f32;
        (frequency * x).sin() + (0.7 * frequency * y + picture as f32).cos()
    };
    (0..count)
        .map(|picture| (0..3 * size * size).map(|at| wave(picture, at)).collect())
        .collect()
}

#[test]
fn what_pictures_show_makes_up_for_missing_statistics() {
    const SIZE: usize = 64;
    let exact = softcam::weights::fold::fold(float("timm-tf_efficientnet_lite0")).unwrap();
    let (seen, new) = {
        let mut all = waves(12, SIZE);
        let new = all.split_off(8);
        (all, new)
    };
    let blind = compact(exact.clone(), 5.0).unwrap().model;
    let mut told = 0;
    let count = seen.len();
    let Compacted { model, bits, .. } =
        compact_by_pictures(exact.clone(), 5.0, seen, SIZE, || told += 1).unwrap();
    assert_eq!(told, count);
    assert!(bits <= 5.0, "{bits}");
    let said = &model.card.provenance.conversion;
    assert!(said.contains("measured on training pictures"), "{said}");
    // On other pictures of the kind, the features stay closer to those of the float network.
    let features = |model: &Model| -> Vec<f32> {
        let network = Network::new(model, &Device::flex()).unwrap();
        let run = |image: &Vec<f32>| pollster::block_on(network.run(image.clone(), SIZE)).unwrap();
        new.iter().flat_map(|image| run(image).features).collect()
    };
    let wanted = features(&exact);
    let distance = |model: &Model| -> f32 {
        let got = features(model);
        (got.iter().zip(&wanted))
            .map(|(a, b)| (a - b).powi(2))
            .sum()
    };
    let (with, without) = (distance(&model), distance(&blind));
    assert!(with < 0.5 * without, "{with} {without}");
}

#[test]
fn without_pictures_biases_stay_as_they_are() {
    let folded = softcam::weights::fold::fold(float("resnet18")).unwrap();
    let made = compact_by_pictures(folded.clone(), 8.0, [], 64, || {}).unwrap();
    assert_eq!(
        made.model.layers,
        compact(folded, 8.0).unwrap().model.layers
    );
}

#[test]
fn impossible_sizes_and_quantized_models_are_refused() {
    let network = float("resnet18");
    for bits in [0.0, -1.0, 8.1, f64::NAN, f64::INFINITY] {
        let error = compact(network.clone(), bits).unwrap_err();
        assert_eq!(error.fault(), Fault::Request, "{bits}");
        assert!(!error.advice().is_empty());
    }
    let error = compact(network, 1.0).unwrap_err();
    assert!(error.to_string().contains("too few"), "{error}");
    assert!(error.advice().contains("at least"), "{}", error.advice());
    let error = compact(shipped_model(), 5.0).unwrap_err();
    assert_eq!(error.fault(), Fault::Model);
}

#[test]
fn a_network_of_zeros_is_no_reason_to_panic() {
    let mut model = float("resnet18");
    for layer in model.layers.values_mut() {
        if let LayerWeights::Unfolded { weight, norm, .. } = layer {
            weight.fill(0.0);
            *norm = BatchNorm {
                scale: vec![0.0; norm.scale.len()],
                ..norm.clone()
            };
        }
    }
    let error = compact(model, 5.0).unwrap_err();
    assert_eq!(error.fault(), Fault::Model);
}
