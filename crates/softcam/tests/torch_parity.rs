//! Every backbone against PyTorch, which ran torchvision's, timm's and the official SoftCAM modules with the same weights
//! (tests/parity/make_torch_fixtures.py).
//!
//! The table of sizes and errors: `cargo test -p softcam --test torch_parity -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{CLASSES, SIZES, answer, image, modules, state_dict};
use common::{bytes, largest_difference};
use safetensors::SafeTensors;
use softcam::backbone::Architecture;
use softcam::conversion::{Card, Conversion, Settings, convert, seal};
use softcam::conversion::{Precision, StateDict};
use softcam::evidence::ranking;
use softcam::network::Network;
use softcam::weights::{Model, file};
use softcam::{Device, EvidenceMaps};

/// What a fixture is to be recognised as: network, naming, output stride.
fn expected(fixture: &str) -> (Architecture, &'static str, Option<usize>) {
    let (network, stride) = match fixture.split_once("-stride") {
        Some((network, stride)) => (network, Some(stride.parse().unwrap())),
        None => (fixture, None),
    };
    if let Some(network) = network.strip_prefix("softcam-") {
        return (Architecture::from_name(network).unwrap(), "SoftCAM", stride);
    }
    if network == "timm-mobilenetv2_100" {
        return (Architecture::MobileNetV2, "timm", stride);
    }
    if let Some(network) = network.strip_prefix("timm-tf_") {
        let architecture = Architecture::from_name(&network.replace('_', "-")).unwrap();
        return (architecture, "timm (tf_efficientnet_lite)", stride);
    }
    let naming = match network {
        "mobilenet_v2" => "torchvision",
        _ => "torchvision or timm",
    };
    (Architecture::from_name(network).unwrap(), naming, stride)
}

fn converted(tensors: StateDict, output_stride: Option<usize>, precision: Precision) -> Conversion {
    let settings = Settings {
        output_stride,
        ..Settings::default()
    };
    convert(tensors, Card::Made(Box::new(settings)), precision, |_| {}).unwrap()
}

fn run(model: &Model, size: usize) -> (EvidenceMaps, Vec<f32>) {
    let network = Network::new(model, &Device::flex()).unwrap();
    let output = pollster::block_on(network.run(image(size), size)).unwrap();
    (output.maps, output.logits)
}

/// Asserts that `model` computes what PyTorch did; returns the worst difference as a share of the map's range.
fn assert_equal(name: &str, model: &Model, size: usize, fixtures: &SafeTensors) -> f32 {
    let expected = answer(fixtures, name, size);
    let (maps, logits) = run(model, size);
    assert_eq!(
        [maps.classes(), maps.height(), maps.width()],
        expected.shape[..]
    );
    assert_eq!(
        model.backbone().map_size(size),
        maps.height(),
        "{name} {size}"
    );
    let range = expected.maps.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    let cells = largest_difference(maps.data(), &expected.maps) / range;
    let of_logits = largest_difference(&logits, &expected.logits) / range;
    assert!(
        cells < 1e-4,
        "{name} {size}: cells differ by {cells} of the range"
    );
    assert!(
        of_logits < 1e-4,
        "{name} {size}: logits differ by {of_logits} of the range"
    );
    for (class, &logit) in logits.iter().enumerate() {
        let difference = (maps.mean(class) - f64::from(logit)).abs() / f64::from(range);
        assert!(
            difference < 1e-5,
            "{name} {size}: class {class} adds up to {difference}"
        );
    }
    cells.max(of_logits)
}

/// Runs the fixtures that `chosen` picks, in the unfolded and the folded state.
fn assert_parity(chosen: impl Fn(&str) -> bool) {
    let fixtures = bytes("tests/parity/torch.safetensors");
    let fixtures = SafeTensors::deserialize(&fixtures).unwrap();
    let mut count = 0;
    for (name, modules) in modules().iter().filter(|(name, _)| chosen(name)) {
        let (architecture, naming, stride) = expected(name);
        let conversion = converted(state_dict(modules), stride, Precision::Float32);
        let recognised = conversion.recognised;
        assert_eq!(recognised.architecture, architecture, "{name}");
        assert_eq!(recognised.convention.name, naming, "{name}");
        assert_eq!(recognised.classes, CLASSES, "{name}");
        assert!(conversion.errors.is_empty(), "float32 loses nothing");
        for size in SIZES {
            let unfolded = assert_equal(name, &conversion.float, size, &fixtures);
            let folded = assert_equal(name, &conversion.model, size, &fixtures);
            println!("{name:<28} {size:>3} px  unfolded {unfolded:.1e}  folded {folded:.1e}");
        }
        count += 1;
    }
    assert!(count > 0, "no fixture was chosen");
}

#[test]
fn resnets_equal_pytorchs() {
    assert_parity(|name| name.contains("resnet"));
}

#[test]
fn vggs_equal_pytorchs() {
    assert_parity(|name| name.contains("vgg"));
}

#[test]
fn densenets_equal_pytorchs() {
    assert_parity(|name| name.contains("densenet"));
}

#[test]
fn mobile_networks_equal_pytorchs() {
    assert_parity(|name| name.contains("mobilenet") || name.contains("lite"));
}

#[test]
fn every_architecture_has_a_fixture() {
    let covered: Vec<_> = modules().keys().map(|name| expected(name).0).collect();
    for architecture in Architecture::ALL {
        assert!(covered.contains(&architecture), "{}", architecture.name());
    }
}

/// The fixture that stands for an architecture.
fn fixture_of(architecture: Architecture) -> StateDict {
    let modules = modules();
    let (_, modules) = modules
        .iter()
        .find(|(name, _)| expected(name).0 == architecture)
        .unwrap();
    state_dict(modules)
}

#[test]
fn a_lower_output_stride_keeps_the_cells_and_adds_others_between_them() {
    use Architecture::*;
    // With TensorFlow's padding of an even size, the kept cells are the odd ones.
    let networks = [
        (ResNet18, 0),
        (MobileNetV2, 0),
        (DenseNet121, 0),
        (Vgg11Bn, 0),
        (EfficientNetLite0, 1),
    ];
    const SIZE: usize = 128;
    for (architecture, phase) in networks {
        let tensors = fixture_of(architecture);
        let float = |stride| converted(tensors.clone(), stride, Precision::Float32).float;
        let (coarse, _) = run(&float(None), SIZE);
        for (stride, step) in [(32, 1), (16, 2), (8, 4)] {
            let model = float(Some(stride));
            assert_eq!(model.backbone().output_stride(), stride);
            let (fine, _) = run(&model, SIZE);
            assert_eq!(fine.height(), model.backbone().map_size(SIZE));
            let offset = phase * (step - 1);
            for class in 0..CLASSES {
                for row in 0..coarse.height() {
                    for column in 0..coarse.width() {
                        let kept = coarse.map(class)[row * coarse.width() + column];
                        let at = (step * row + offset) * fine.width() + step * column + offset;
                        let difference = (fine.map(class)[at] - kept).abs();
                        assert!(
                            difference < 1e-4 * coarse.max_abs(),
                            "{} at stride {stride}, cell {row}, {column}: {difference}",
                            architecture.name()
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_precision_survives_the_file() {
    for architecture in [Architecture::DenseNet121, Architecture::MobileNetV2] {
        let tensors = fixture_of(architecture);
        let exact = converted(tensors.clone(), Some(16), Precision::Float32).model;
        let (_, logits) = run(&exact, 64);
        for (precision, tolerance) in [
            (Precision::Float32, 1e-6),
            (Precision::Float16, 2e-3),
            (Precision::Int8, 0.05),
            (Precision::Int4, 1.0),
        ] {
            let model = converted(tensors.clone(), Some(16), precision).model;
            let bytes = pollster::block_on(seal(model.clone(), &Device::flex())).unwrap();
            let read = file::read(&bytes).unwrap();
            assert_eq!(read.layers, model.layers, "{precision:?}");
            assert_eq!(read.card, model.card, "{precision:?}");
            let (maps, got) = run(&read, 64);
            let difference = largest_difference(&got, &logits) / maps.max_abs();
            assert!(difference < tolerance, "{precision:?}: {difference}");
            let stored: usize = model.layers.values().map(|layer| layer.byte_len()).sum();
            assert!(bytes.len() > stored && bytes.len() < stored + 400_000);
        }
    }
}

#[test]
#[ignore = "prints a table; checks nothing"]
fn table_of_sizes_and_errors() {
    println!(
        "| network | parameters | precision | file bytes | worst layer error | logit error | map cosine |\n|---|---|---|---|---|---|---|"
    );
    for architecture in Architecture::ALL {
        let tensors = fixture_of(architecture);
        const SIZE: usize = 96;
        let exact = converted(tensors.clone(), None, Precision::Float32);
        let (maps, logits) = run(&exact.model, SIZE);
        let top = ranking(&logits)[0];
        for precision in [
            Precision::Float32,
            Precision::Float16,
            Precision::Int8,
            Precision::Int4,
        ] {
            let conversion = converted(tensors.clone(), None, precision);
            let parameters = conversion.parameters();
            let worst = conversion
                .errors
                .iter()
                .map(|e| e.relative)
                .fold(0.0, f32::max);
            let (got_maps, got) = run(&conversion.model, SIZE);
            let bytes = pollster::block_on(seal(conversion.model, &Device::flex())).unwrap();
            println!(
                "| {} | {parameters} | {precision:?} | {} | {worst:.4} | {:.5} | {:.6} |",
                architecture.name(),
                bytes.len(),
                largest_difference(&got, &logits) / maps.max_abs(),
                cosine(maps.map(top), got_maps.map(top)),
            );
        }
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
