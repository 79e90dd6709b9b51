//! Networks followed back: from every block to every other, and what is refused. Against PyTorch: `gradient_parity.rs`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{CLASSES, image, modules, pattern, state_dict};
use softcam::Fault;
use softcam::conversion::{Card, Precision, Settings, convert};
use softcam::network::gradients::{Activations, Differentiable, Rule};
use softcam::weights::{LayerWeights, Model};

fn model(fixture: &str, precision: Precision) -> Model {
    let stride = fixture.split_once("-stride").map(|(_, stride)| stride);
    let settings = Settings {
        output_stride: stride.map(|stride| stride.parse().unwrap()),
        ..Settings::default()
    };
    let tensors = state_dict(&modules()[fixture]);
    convert(tensors, Card::Made(Box::new(settings)), precision, |_| {})
        .unwrap()
        .model
}

#[test]
fn every_block_is_a_place_to_begin_and_to_end() {
    for name in ["resnet18", "densenet121", "mobilenet_v2", "softcam-vgg11"] {
        let network = Differentiable::new(&model(name, Precision::Float32)).unwrap();
        let factors = pattern("factors", CLASSES);
        let whole = network.record(&image(64), 64, 0).unwrap();
        for block in 0..=network.blocks() {
            let activations = whole.activations(block).unwrap();
            let logits = network.logits_from(block, &activations).unwrap();
            assert_eq!(logits, whole.logits(), "{name} from block {block}");
            let part = network.record(&image(64), 64, block).unwrap();
            assert_eq!(part.maps(), whole.maps());
            assert_eq!(part.activations(block).unwrap(), activations);
            for rule in [Rule::Plain, Rule::Guided] {
                let gradient = part.gradient(&factors, block, rule).unwrap();
                assert_eq!(gradient, whole.gradient(&factors, block, rule).unwrap());
            }
        }
    }
}

/// A small step along the gradient by any block moves the sum of the logits by as much as the gradient says.
#[test]
fn the_logits_follow_the_gradient() {
    for name in ["resnet18", "densenet121", "timm-tf_efficientnet_lite0"] {
        let network = Differentiable::new(&model(name, Precision::Float32)).unwrap();
        let factors = pattern("factors", CLASSES);
        let sum = |logits: &[f32]| -> f64 {
            let products = logits.iter().zip(&factors);
            products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let record = network.record(&image(64), 64, 0).unwrap();
        for block in [0, network.blocks() / 2, network.blocks()] {
            let start = record.activations(block).unwrap();
            let gradient = record.gradient(&factors, block, Rule::Plain).unwrap();
            let square: f64 = (gradient.values.iter())
                .map(|v| f64::from(*v).powi(2))
                .sum();
            // Far enough for float logits, near enough for few activations to open or close.
            let step = 0.01 / square;
            let moved = |sign: f64| {
                let values = (start.values.iter().zip(&gradient.values))
                    .map(|(value, gradient)| value + (sign * step) as f32 * gradient)
                    .collect();
                let activations = Activations {
                    values,
                    ..start.clone()
                };
                sum(&network.logits_from(block, &activations).unwrap())
            };
            let change = (moved(1.0) - moved(-1.0)) / (2.0 * step * square);
            assert!((change - 1.0).abs() < 0.02, "{name} {block}: {change}");
        }
    }
}

#[test]
fn int8_weights_are_followed_back_as_what_they_stand_for() {
    let int8 = model("mobilenet_v2", Precision::Int8);
    let floats = (int8.clone())
        .map_layers(|_, layer| {
            Ok(LayerWeights::Folded {
                weight: layer.float_weight(),
                bias: layer.bias().unwrap().to_vec(),
            })
        })
        .unwrap();
    let [int8, floats] = [int8, floats].map(|model| {
        let network = Differentiable::new(&model).unwrap();
        let record = network.record(&image(64), 64, 0).unwrap();
        let factors = pattern("factors", CLASSES);
        record.gradient(&factors, 0, Rule::Plain).unwrap()
    });
    assert_eq!(int8, floats);
}

#[test]
fn several_threads_get_the_same() {
    let network = Differentiable::new(&model("mobilenet_v2", Precision::Float32)).unwrap();
    let run = || {
        let record = network.record(&image(64), 64, 3).unwrap();
        record
            .gradient(&pattern("factors", CLASSES), 3, Rule::Plain)
            .unwrap()
    };
    let alone = run();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let network = Differentiable::new(&model("resnet18", Precision::Float32)).unwrap();
    let blocks = network.blocks();
    let record = network.record(&image(64), 64, 2).unwrap();
    let factors = [1.0; CLASSES];
    let activations = record.activations(2).unwrap();
    let longer = Activations {
        height: activations.height + 1,
        ..activations.clone()
    };
    let empty = Activations {
        height: 0,
        values: Vec::new(),
        ..activations.clone()
    };
    let errors = [
        (
            "gradient-block",
            record.gradient(&factors, 1, Rule::Plain).err(),
        ),
        ("gradient-block", record.activations(blocks + 1).err()),
        (
            "gradient-block",
            network.record(&image(64), 64, blocks + 1).err(),
        ),
        (
            "gradient-block",
            network.logits_from(blocks + 1, &activations).err(),
        ),
        (
            "gradient-logits",
            record.gradient(&[1.0; 4], 2, Rule::Plain).err(),
        ),
        (
            "gradient-channels",
            network.logits_from(0, &activations).err(),
        ),
        ("gradient-length", network.logits_from(2, &longer).err()),
        ("gradient-length", network.logits_from(2, &empty).err()),
        ("gradient-length", network.logits(&image(64), 63).err()),
        ("gradient-length", network.record(&image(64), 65, 0).err()),
        (
            "run-not-finite",
            network.logits(&vec![f32::NAN; 3 * 64 * 64], 64).err(),
        ),
    ];
    for (index, (code, error)) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("number {index}"));
        assert_eq!(error.code(), code);
        let fault = if code == "run-not-finite" {
            Fault::Device
        } else {
            Fault::Request
        };
        assert_eq!(error.fault(), fault);
    }
}
