//! Gradients of every backbone against PyTorch's (tests/parity/make_gradient_fixtures.py), and the run that they belong to
//! against the network's own. Inputs are such that no activation is so near its kink that float32 might cross it
//! (tests/parity/kinks.py), where all layers before it would get another gradient.
//!
//! The table of deviations: `cargo test -p softcam --test gradient_parity -- --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{CLASSES, modules, numbered_image, pattern, state_dict};
use common::{bytes, largest_difference};
use safetensors::SafeTensors;
use softcam::Device;
use softcam::conversion::{Card, Precision, Settings, convert};
use softcam::network::Network;
use softcam::network::gradients::{Differentiable, Rule};
use softcam::weights::Model;

fn model(fixture: &str) -> Model {
    let stride = fixture.split_once("-stride").map(|(_, stride)| stride);
    let settings = Settings {
        output_stride: stride.map(|stride| stride.parse().unwrap()),
        ..Settings::default()
    };
    let tensors = state_dict(&modules()[fixture]);
    convert(
        tensors,
        Card::Made(Box::new(settings)),
        Precision::Float32,
        |_| {},
    )
    .unwrap()
    .model
}

/// What was stored of a gradient.
struct Stored {
    sample: Vec<f32>,
    projections: Vec<f32>,
    largest: f32,
    /// How far PyTorch's own float32 is from it, as a share of the largest.
    float32: f32,
}

/// Sides of the inputs of the fixtures.
const SIZES: [usize; 2] = [43, 64];

fn floats(file: &SafeTensors, name: &str) -> Vec<f32> {
    let data = file.tensor(name).unwrap().data();
    let words = data.as_chunks::<4>().0.iter();
    words.map(|word| f32::from_le_bytes(*word)).collect()
}

fn stored(file: &SafeTensors, name: &str) -> Stored {
    let floats = |part: &str| floats(file, &format!("{name}.{part}"));
    Stored {
        sample: floats("sample"),
        projections: floats("projections"),
        largest: floats("largest")[0],
        float32: floats("float32")[0],
    }
}

/// The largest deviation from what PyTorch has, as a share of the largest value.
fn deviation(got: &[f32], expected: &Stored) -> f32 {
    let sample: Vec<f32> = got.iter().copied().step_by(89).collect();
    let projections: Vec<f32> = (0..8)
        .map(|number| {
            let direction = pattern(&format!("projection.{number}"), got.len());
            let products = got.iter().zip(&direction);
            let sum: f64 = products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            sum as f32
        })
        .collect();
    // A projection sums up the deviations of all values, in both directions.
    let values = (got.len() as f32).sqrt();
    let of_sample = largest_difference(&sample, &expected.sample);
    let of_projections = largest_difference(&projections, &expected.projections) / values;
    of_sample.max(of_projections) / expected.largest
}

/// Compares the fixtures that `chosen` picks.
fn assert_parity(chosen: impl Fn(&str) -> bool) {
    let file = bytes("tests/parity/gradients.safetensors");
    let file = SafeTensors::deserialize(&file).unwrap();
    let factors = pattern("factors", CLASSES);
    let mut count = 0;
    for name in modules().keys().filter(|name| chosen(name)) {
        let model = model(name);
        let network = Network::new(&model, &Device::flex()).unwrap();
        let differentiable = Differentiable::new(&model).unwrap();
        for size in SIZES {
            let number = floats(&file, &format!("{name}.{size}.input"))[0] as usize;
            let image = numbered_image(number, size);
            let output = pollster::block_on(network.run(image.clone(), size)).unwrap();
            let record = differentiable.record(&image, size, 0).unwrap();
            assert_eq!(record.maps(), &output.maps, "{name}: the same kernels");
            let logits = record.logits();
            assert_eq!(differentiable.logits(&image, size).unwrap(), logits);
            let apart = logits
                .iter()
                .zip(&output.logits)
                .map(|(a, b)| (a - b).abs());
            let range = (output.logits.iter()).fold(1.0, |most: f32, value| most.max(value.abs()));
            let apart = apart.fold(0.0, f32::max);
            assert!(apart <= 1e-5 * range, "{name}: {apart} of {range}");
            for (rule, stem) in [(Rule::Plain, "plain"), (Rule::Guided, "guided")] {
                let got = record.gradient(&factors, 0, rule).unwrap();
                assert_eq!([got.channels, got.height, got.width], [3, size, size]);
                let expected = stored(&file, &format!("{name}.{size}.{stem}"));
                let deviation = deviation(&got.values, &expected);
                println!(
                    "{name:<28} {size:>3} px  {stem:<6} {deviation:.1e}, PyTorch's float32 {:.1e}",
                    expected.float32
                );
                assert!(deviation < ROUNDING, "{name} {size} {stem}: {deviation}");
            }
        }
        count += 1;
    }
    assert!(count > 0, "no fixture was chosen");
}

/// What float sums in another order leave of a gradient, as a share of its largest value.
const ROUNDING: f32 = 1e-5;

#[test]
fn resnets_gradients_equal_pytorchs() {
    assert_parity(|name| name.contains("resnet"));
}

#[test]
fn vggs_gradients_equal_pytorchs() {
    assert_parity(|name| name.contains("vgg"));
}

#[test]
fn densenets_gradients_equal_pytorchs() {
    assert_parity(|name| name.contains("densenet"));
}

#[test]
fn mobile_networks_gradients_equal_pytorchs() {
    assert_parity(|name| name.contains("mobilenet") || name.contains("lite"));
}
