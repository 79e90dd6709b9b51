//! Every method against the implementation that it follows: captum, pytorch-grad-cam and torchcam on PyTorch's own networks
//! (tests/parity/make_attribution_fixtures.py says what is stored and how).
//!
//! The table of deviations: `cargo test -p softcam-attribution --test parity -- --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{image, numbered_image, pattern};
use common::{apart, bytes, classifier, explained, finished, largest};
use safetensors::SafeTensors;
use softcam_attribution::methods::rise::{self, Mask};
use softcam_attribution::methods::smooth_grad;
use softcam_attribution::{Attribution, Method, Options, Plan, Subject, Target};
use std::collections::BTreeMap;

/// Which rows and columns of maps at the size of the input are stored.
const STEP: usize = 4;
/// Side of the input where masks and noise are random.
const SMALL: usize = 64;

/// What maps may be apart by, as a share of the range of theirs.
const TOLERANCE: f32 = 1e-4;
/// So many times as much as PyTorch's may our float32 differ from float64: it adds up in blocks, our kernels all products of an
/// output one after the other. On Ablation-CAM of DenseNet, whose map adds up small differences of logits that have passed 120
/// layers, that is five times.
const ROUNDING: f32 = 6.0;

fn floats(data: &[u8]) -> Vec<f32> {
    let words = data.as_chunks::<4>().0.iter();
    words.map(|word| f32::from_le_bytes(*word)).collect()
}

/// `2` or `2-0`.
fn target(text: &str) -> Target {
    match text.split_once('-') {
        Some((class, against)) => Target::over(class.parse().unwrap(), against.parse().unwrap()),
        None => Target::class(text.parse().unwrap()),
    }
}

/// `baseline=blur,steps=20` by name.
fn options(text: &str) -> BTreeMap<&str, &str> {
    (text.split(',').filter(|part| !part.is_empty()))
        .map(|part| part.split_once('=').unwrap())
        .collect()
}

/// What the fixture's script handed to the method: masks and noise by `pattern`, all else from options.
fn ours(
    subject: &Subject,
    method: Method,
    target: Target,
    options: &BTreeMap<&str, &str>,
) -> Attribution {
    let number = |name: &str| -> usize { options[name].parse().unwrap() };
    let size = subject.size();
    match method {
        Method::SmoothGrad => {
            let noise =
                (0..number("samples")).map(|i| pattern(&format!("noise.{i}"), 3 * size * size));
            finished(smooth_grad::with_noise(subject, target, noise.collect()).unwrap())
        }
        Method::Rise => {
            let cells = number("cells");
            let share: f32 = options["share"].parse().unwrap();
            let side = size.div_ceil(cells);
            let mask = |index: usize| {
                let values = pattern(&format!("mask.{index}"), cells * cells + 2);
                let shift = |value: f32| ((f64::from(value) + 1.0) / 2.0 * side as f64) as usize;
                Mask {
                    open: values[..cells * cells]
                        .iter()
                        .map(|&value| value < 2.0 * share - 1.0)
                        .collect(),
                    shift: [
                        shift(values[cells * cells]),
                        shift(values[cells * cells + 1]),
                    ],
                }
            };
            let masks = (0..number("masks")).map(mask).collect();
            finished(rise::with_masks(subject, target, masks, cells, share).unwrap())
        }
        _ => {
            let fields: Vec<String> = (options.iter())
                .map(|(name, value)| match value.parse::<f64>() {
                    Ok(_) => format!("{name:?}: {value}"),
                    Err(_) => format!("{name:?}: {value:?}"),
                })
                .collect();
            let options: Options =
                serde_json::from_str(&format!("{{{}}}", fields.join(", "))).unwrap();
            explained(subject, method, target, &options)
        }
    }
}

/// Asserts that all maps of `network` equal the fixture's; returns the largest deviation of each method.
fn assert_parity(network: &str) -> BTreeMap<Method, (usize, f32)> {
    let file = bytes("tests/parity/attribution.safetensors");
    let file = SafeTensors::deserialize(&file).unwrap();
    let classifier = classifier(network);
    let mut worst: BTreeMap<Method, (usize, f32)> = BTreeMap::new();
    for (name, stored) in file.tensors() {
        let parts: Vec<&str> = name.split('|').collect();
        if parts[0] != network {
            continue;
        }
        let method: Method = parts[1].parse().unwrap();
        let mut options = options(parts[3]);
        let mut taken = |name: &str| {
            options
                .remove(name)
                .map(|value| value.parse::<f32>().unwrap())
        };
        let (number, size) = (taken("input").unwrap(), taken("size").unwrap() as usize);
        // Where the result is a matter of rounding, the distance of PyTorch's own float32 is the measure.
        let tolerance = TOLERANCE.max(ROUNDING * taken("float32").unwrap_or(0.0));
        let image = numbered_image(number as usize, size);
        let subject = Subject::new(&classifier, image, size).unwrap();
        let got = ours(&subject, method, target(parts[2]), &options).map;
        let mut expected = floats(stored.data());
        let (values, range) = if stored.shape().len() == 2 {
            assert_eq!(stored.shape(), [got.rows, got.columns], "{name}");
            (got.values, largest(&expected))
        } else {
            assert_eq!(got.shape(), (size, size), "{name}");
            let range = expected.pop().unwrap();
            (sampled(&got.values, size), range)
        };
        if range == 0.0 {
            // Everything speaks against the class.
            assert_eq!(method, Method::GradCamClipped, "{name}");
            assert_eq!(largest(&values), 0.0, "{name}");
            continue;
        }
        let deviation = apart(&values, &expected) / range;
        assert!(deviation < tolerance, "{name}: {deviation} of the range");
        let (count, most) = worst.entry(method).or_default();
        *count += 1;
        *most = most.max(deviation);
    }
    for (method, (count, deviation)) in &worst {
        println!("{network:<28} {method:<22} {count} maps, {deviation:.1e}");
    }
    worst
}

/// The pixels that are stored.
fn sampled(values: &[f32], size: usize) -> Vec<f32> {
    let rows = values.chunks(size).step_by(STEP);
    rows.flat_map(|row| row.iter().copied().step_by(STEP))
        .collect()
}

#[test]
fn every_method_equals_its_reference_on_a_resnet() {
    let compared = assert_parity("resnet18");
    for method in Method::ALL {
        // SoftCAM's own maps are held against PyTorch in softcam's torch_parity; a random map has no reference.
        let own = matches!(method, Method::SoftCam | Method::Random);
        assert!(own || compared.contains_key(&method), "{method}");
    }
}

#[test]
fn methods_equal_their_references_on_a_densenet() {
    assert!(assert_parity("densenet121").len() >= 11);
}

#[test]
fn methods_equal_their_references_on_mobile_networks() {
    assert!(assert_parity("timm-tf_efficientnet_lite0").len() >= 11);
    assert!(assert_parity("mobilenet_v2").len() >= 11);
}

#[test]
fn methods_equal_their_references_on_a_vgg() {
    assert!(assert_parity("softcam-vgg11_bn").len() >= 9);
}

/// Masks and noise of our own against many that numpy drew. Per pixel, the difference of the two means over its standard
/// error has mean square 1; over the stored pixels, which depend on each other, it stays below 2, and no pixel is five
/// standard errors off. A map of another scale, or of masks shifted by a cell, is off by tens.
#[test]
fn random_methods_agree_with_their_references_within_sampling_error() {
    let file = bytes("tests/parity/attribution.safetensors");
    let file = SafeTensors::deserialize(&file).unwrap();
    let classifier = classifier("resnet18");
    let subject = Subject::new(&classifier, image(SMALL), SMALL).unwrap();
    let mut compared = 0;
    for (name, stored) in file.tensors() {
        let parts: Vec<&str> = name.split('|').collect();
        if parts[0] != "random" {
            continue;
        }
        let method: Method = parts[1].parse().unwrap();
        // Theirs are 1000 masks and 250 noisy pictures.
        let (count, theirs) = match method {
            Method::Rise => (600, 1000.0_f64),
            _ => (120, 250.0),
        };
        let options = Options {
            masks: count,
            samples: count,
            seed: 5,
            ..Options::default()
        };
        let got = explained(&subject, method, target(parts[2]), &options).map;
        let got = sampled(&got.values, SMALL);
        let expected = floats(stored.data());
        let (mean, error) = expected.split_at(got.len());
        let scale = (theirs / count as f64 + 1.0).sqrt();
        let scores: Vec<f64> = (got.iter().zip(mean).zip(error))
            .map(|((got, mean), error)| f64::from(got - mean) / (f64::from(*error) * scale))
            .collect();
        let square = scores.iter().map(|z| z * z).sum::<f64>() / scores.len() as f64;
        let most = scores.iter().fold(0.0, |most: f64, z| most.max(z.abs()));
        println!("{method}: mean square {square:.2}, largest {most:.2} standard errors");
        assert!(square < 2.0 && most < 5.0, "{method}: {square} {most}");
        // Masks that are all alike would also be near the mean.
        assert!(square > 0.1, "{method}: {square}");
        compared += 1;
    }
    assert_eq!(compared, 2);
}

#[test]
fn a_plan_takes_no_masks_or_noise_of_another_size() {
    let classifier = classifier("resnet18");
    let subject = Subject::new(&classifier, image(SMALL), SMALL).unwrap();
    let code = |plan: softcam::Result<Plan>| plan.err().unwrap().code();
    let mask = |open: usize, shift: usize| Mask {
        open: vec![true; open],
        shift: [shift, 0],
    };
    let with = |mask: Mask| {
        code(rise::with_masks(
            &subject,
            Target::class(0),
            vec![mask],
            7,
            0.5,
        ))
    };
    assert_eq!(with(mask(48, 0)), "mask-shape");
    assert_eq!(with(mask(49, 10)), "method-option");
    let noise = vec![vec![0.0; 3 * SMALL * SMALL - 1]];
    assert_eq!(
        code(smooth_grad::with_noise(&subject, Target::class(0), noise)),
        "method-image"
    );
}
