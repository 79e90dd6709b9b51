//! The shipped model against onnxruntime, which computed the same weights from a graph written without this crate.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{FIXTURES, bytes, fixture, largest_difference, photo, shipped_model};
use safetensors::SafeTensors;
use softcam::evidence::{cosine, ranking};
use softcam::explain::Request;
use softcam::preprocess::{Limits, Photo, decode, fit};
use softcam::weights::FitRule;
use softcam::{Device, Explainer, Explanation};

fn explain(explainer: &Explainer, name: &str) -> Explanation {
    let fixture = fixture(name);
    let side = fixture.size as u32;
    let request = Request {
        size: fixture.size,
        fit: FitRule::Stretch,
        counterparts: false,
    };
    // The photo is the network's input already, so that only the network is compared.
    let photo = photo(&fixture.pixels, side, side);
    pollster::block_on(explainer.explain(&photo, request)).unwrap()
}

#[test]
fn every_logit_and_every_cell_equals_onnxruntimes() {
    let explainer = Explainer::new(shipped_model(), &Device::flex()).unwrap();
    for name in FIXTURES {
        let expected = fixture(name).int8;
        let got = explain(&explainer, name);
        let logits = largest_difference(&got.answer.logits, &expected.logits);
        let cells = largest_difference(got.maps.data(), &expected.maps);
        println!("{name}: logits differ by at most {logits:.2e}, cells by at most {cells:.2e}");
        assert!(logits < 1e-3, "{name}: logits differ by {logits}");
        assert!(cells < 1e-3, "{name}: cells differ by {cells}");
    }
}

#[test]
fn every_map_adds_up_to_its_logit() {
    let explainer = Explainer::new(shipped_model(), &Device::flex()).unwrap();
    for name in FIXTURES {
        let got = explain(&explainer, name);
        for (class, &logit) in got.answer.logits.iter().enumerate() {
            let difference = (got.maps.mean(class) - f64::from(logit)).abs();
            assert!(difference < 1e-4, "{name}, class {class}: {difference}");
        }
    }
}

#[test]
fn int8_stays_close_to_the_float_network() {
    for name in FIXTURES {
        let fixture = fixture(name);
        let top = ranking(&fixture.float.logits)[0];
        assert_eq!(ranking(&fixture.int8.logits)[0], top, "{name}");
        let cells = fixture.float.maps.len() / fixture.float.logits.len();
        let map = |maps: &[f32]| maps[top * cells..][..cells].to_vec();
        let likeness = cosine(&map(&fixture.float.maps), &map(&fixture.int8.maps));
        assert!(likeness > 0.99, "{name}: cosine {likeness}");
    }
}

/// Levels (0 to 255) by which the network's input differs from `expected`, RGB `[size, size, 3]`.
fn levels_apart(photo: &Photo, size: usize, expected: &[u8]) -> Vec<f32> {
    let input = shipped_model().card.input;
    let got = fit(photo, &input, FitRule::CentreSquare, size).unwrap();
    let area = size * size;
    let grey = |(index, value): (usize, &f32)| {
        let (channel, pixel) = (index / area, index % area);
        let level = value * input.std[channel] + input.mean[channel];
        (level - f32::from(expected[3 * pixel + channel])).abs()
    };
    got.values.iter().enumerate().map(grey).collect()
}

#[test]
fn resizing_equals_pillows() {
    let bytes = bytes("tests/parity/resize.safetensors");
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let source = tensors.tensor("source").unwrap();
    let photo = photo(
        source.data(),
        source.shape()[1] as u32,
        source.shape()[0] as u32,
    );
    for size in [64, 120] {
        let expected = tensors.tensor(&format!("at_{size}")).unwrap();
        let apart = levels_apart(&photo, size, expected.data());
        // Both round to whole levels after each axis, with weights in fixed point of different width.
        let far = apart.iter().filter(|levels| **levels > 1.01).count();
        println!(
            "{size} px: {far} of {} values are off by more than one level",
            apart.len()
        );
        assert!(apart.iter().all(|levels| *levels < 2.01), "{size} px");
        assert!(
            far * 1000 < apart.len(),
            "{size} px: {far} values are off by more than one level"
        );
    }
}

#[test]
fn decoding_and_resizing_stay_close_to_pillows() {
    for (name, sample) in [("chelsea-224", "chelsea"), ("coffee-97", "coffee")] {
        let fixture = fixture(name);
        let photo = decode(
            &bytes(&format!("web/samples/{sample}.jpg")),
            &Limits::default(),
        )
        .unwrap();
        let apart = levels_apart(&photo, fixture.size, &fixture.pixels);
        // JPEG decoders are free in how they interpolate colour, so a level or two is not a fault.
        let worst = apart.iter().copied().fold(0.0, f32::max);
        let mean = apart.iter().sum::<f32>() / apart.len() as f32;
        println!("{name}: off by {worst} levels at most, {mean:.3} on average");
        assert!(
            worst <= 6.0 && mean <= 0.5,
            "{name}: off by {worst} levels at most, {mean} on average"
        );
    }
}

#[test]
fn the_known_answer_passes_and_a_changed_weight_fails() {
    let model = shipped_model();
    let test = |model| {
        let explainer = Explainer::new(model, &Device::flex()).unwrap();
        pollster::block_on(explainer.self_test()).unwrap()
    };
    assert!(test(model.clone()).passed());
    let mut changed = model;
    if let Some(softcam::weights::LayerWeights::Quantized { bias, .. }) =
        changed.layers.get_mut("head")
    {
        bias.iter_mut().for_each(|value| *value += 0.01);
    }
    let failed = test(changed);
    assert!(!failed.passed(), "{failed:?}");
}
