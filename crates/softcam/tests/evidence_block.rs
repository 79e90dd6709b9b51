//! A class-evidence layer that reads an earlier block: what it gives, in memory and from a file, and what is refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::largest_difference;
use common::torch::{CLASSES, image, modules, reading, state_dict};
use softcam::backbone::{Activation, UnitSpec};
use softcam::conversion::quantize::reduce;
use softcam::conversion::{Card, Precision, Settings, convert, seal};
use softcam::network::gradients::{Differentiable, Rule};
use softcam::network::{Network, Prefix};
use softcam::weights::{Model, file, fold};
use softcam::{Device, EvidenceMaps, Fault};

const SIZE: usize = 96;

/// Network, block to read, whether the expansion behind it is read, and the cells along an axis that it gives.
const PLACES: [(&str, usize, bool, usize); 5] = [
    ("timm-tf_efficientnet_lite0", 9, false, 6),
    ("timm-tf_efficientnet_lite0", 9, true, 6),
    ("resnet18", 6, false, 6),
    ("densenet121", 30, false, 6),
    ("softcam-vgg11", 5, false, 3),
];

fn whole(fixture: &str) -> Model {
    let settings = Card::Made(Box::default());
    let tensors = state_dict(&modules()[fixture]);
    convert(tensors, settings, Precision::Float32, |_| {})
        .unwrap()
        .float
}

fn maps(model: &Model) -> EvidenceMaps {
    let network = Network::new(model, &Device::flex()).unwrap();
    let output = pollster::block_on(network.run(image(SIZE), SIZE)).unwrap();
    for (class, &logit) in output.logits.iter().enumerate() {
        let difference = output.maps.mean(class) - f64::from(logit);
        assert!(
            difference.abs() < 1e-5 * f64::from(output.maps.max_abs()),
            "the logit is the mean of the map"
        );
    }
    output.maps
}

/// The class-evidence layer by hand, on what the first `block` blocks of the whole network give.
fn by_hand(whole: &Model, early: &Model, block: usize) -> (Vec<f32>, usize) {
    let prefix = Prefix::new(whole, block, &Device::flex()).unwrap();
    let features = prefix.forward(image(SIZE), [1, 3, SIZE, SIZE]);
    let [_, channels, rows, columns] = features.dims();
    let mut features: Vec<f32> = features.into_data().try_to_vec().unwrap();
    assert_eq!(features.len(), channels * rows * columns);
    let early = fold::fold(early.clone()).unwrap();
    let backbone = early.backbone();
    if early.card.options.evidence_expansion {
        features = pointwise(&early, backbone.units().last().unwrap(), &features);
    }
    (
        pointwise(&early, &backbone.evidence_layer(CLASSES), &features),
        rows,
    )
}

/// A 1x1 convolution cell by cell, with its activation.
fn pointwise(model: &Model, spec: &UnitSpec, features: &[f32]) -> Vec<f32> {
    let layer = model.layer(spec).unwrap();
    let (weight, bias) = (layer.float_weight(), layer.bias().unwrap());
    let (inputs, cells) = (spec.in_channels, features.len() / spec.in_channels);
    let values = (0..spec.out_channels * cells).map(|at| {
        let (output, cell) = (at / cells, at % cells);
        let terms = (0..inputs).map(|c| {
            f64::from(weight[output * inputs + c]) * f64::from(features[c * cells + cell])
        });
        let value = (f64::from(bias[output]) + terms.sum::<f64>()) as f32;
        match spec.activation {
            Activation::Linear => value,
            Activation::Relu => value.max(0.0),
            Activation::Relu6 => value.clamp(0.0, 6.0),
        }
    });
    values.collect()
}

#[test]
fn the_maps_are_those_of_the_earlier_block() {
    for (fixture, block, expansion, cells) in PLACES {
        let whole = whole(fixture);
        let early = reading(&whole, block, expansion);
        let got = maps(&early);
        let (expected, rows) = by_hand(&whole, &early, block);
        assert_eq!([rows, got.height(), got.width()], [cells; 3], "{fixture}");
        let difference = largest_difference(got.data(), &expected) / got.max_abs();
        assert!(difference < 1e-5, "{fixture}: {difference}");
    }
}

#[test]
fn every_precision_survives_the_file() {
    for (fixture, block, expansion, _) in PLACES {
        let early = reading(&whole(fixture), block, expansion);
        let exact = maps(&early);
        for (precision, tolerance) in [(Precision::Float32, 0.0), (Precision::Int8, 0.05)] {
            let (model, _) = reduce(early.clone(), precision, |_| {}).unwrap();
            let bytes = pollster::block_on(seal(model, &Device::flex())).unwrap();
            let read = file::read(&bytes).unwrap();
            assert_eq!(read.card.options, early.card.options);
            let difference = largest_difference(maps(&read).data(), exact.data());
            assert!(
                difference <= tolerance * exact.max_abs(),
                "{fixture} {precision:?}: {difference}"
            );
        }
    }
}

#[test]
fn gradients_start_at_the_earlier_block() {
    for (fixture, block, expansion, _) in PLACES {
        let early = reading(&whole(fixture), block, expansion);
        let network = Differentiable::new(&early).unwrap();
        // The expansion is a block of its own.
        let block = block + usize::from(expansion);
        assert_eq!(network.blocks(), block, "{fixture}");
        let record = network.record(&image(SIZE), SIZE, block - 1).unwrap();
        let mut one = vec![0.0; CLASSES];
        one[2] = 1.0;
        let gradient = record.gradient(&one, block, Rule::Plain).unwrap();
        // By the mean, each cell of a channel has that channel's weight over the number of cells.
        let spec = early.backbone().evidence_layer(CLASSES);
        let weight = early.layer(&spec).unwrap().float_weight();
        let cells = gradient.height * gradient.width;
        for (at, value) in gradient.values.iter().enumerate() {
            let expected = weight[2 * gradient.channels + at / cells] / cells as f32;
            assert!(
                (value - expected).abs() < 1e-6,
                "{fixture}: {value} {expected}"
            );
        }
    }
}

#[test]
fn blocks_that_the_network_lacks_are_refused() {
    let model = whole("resnet18");
    let last = model.backbone().blocks.len();
    for block in [0, last, last + 7, usize::MAX] {
        let mut card = model.card.clone();
        card.options.evidence_block = Some(block);
        let error = card.check().unwrap_err();
        assert_eq!(
            (error.code(), error.fault()),
            ("card-evidence-block", Fault::Model)
        );
        assert!(error.to_string().contains(&format!("{block}")), "{error}");
    }
    for (block, code) in [
        (Some(6), "card-evidence-expansion"),
        (None, "card-evidence-expansion-alone"),
    ] {
        let mut card = model.card.clone();
        card.options.evidence_block = block;
        card.options.evidence_expansion = true;
        let error = card.check().unwrap_err();
        assert_eq!((error.code(), error.fault()), (code, Fault::Model));
    }
    // A checkpoint of the whole network has no class-evidence layer for an earlier block.
    let settings = Settings {
        evidence_block: Some(3),
        ..Settings::default()
    };
    let tensors = state_dict(&modules()["resnet18"]);
    let card = Card::Made(Box::new(settings));
    assert!(convert(tensors, card, Precision::Float32, |_| {}).is_err());
}
