//! What a checkpoint is taken for, and how it is refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{CLASSES, image, modules, state_dict};
use softcam::backbone::Architecture;
use softcam::conversion::import::{from_weights, recognise};
use softcam::conversion::{Card, Conversion, Progress, Settings, convert};
use softcam::conversion::{FloatTensor, Precision, StateDict};
use softcam::evidence::softmax;
use softcam::network::Network;
use softcam::{Device, Fault};

fn torch(network: &str) -> StateDict {
    state_dict(&modules()[network])
}

/// `tensors` under the names that `rename` gives them.
fn renamed(tensors: &StateDict, rename: impl Fn(&str) -> String) -> StateDict {
    let pairs = tensors.iter().map(|(name, t)| (rename(name), t.clone()));
    pairs.collect()
}

fn converted(tensors: StateDict, settings: Settings) -> softcam::Result<Conversion> {
    let card = Card::Made(Box::new(settings));
    convert(tensors, card, Precision::Float32, |_| {})
}

fn refusal(tensors: StateDict, settings: Settings) -> (String, String) {
    let error = converted(tensors, settings).unwrap_err();
    assert!(!error.advice().is_empty(), "{error}");
    (error.to_string(), error.advice().to_owned())
}

#[test]
fn official_names_give_the_same_weights_as_torchvisions() {
    let today = torch("resnet50");
    let official = renamed(&today, |name| {
        let (first, rest) = name.split_once('.').unwrap();
        match first {
            "conv1" => format!("backbone.0.{rest}"),
            "bn1" => format!("backbone.1.{rest}"),
            "fc" => format!("classifier.{rest}"),
            layer => {
                let stage: usize = layer.strip_prefix("layer").unwrap().parse().unwrap();
                format!("backbone.{}.{rest}", stage + 3)
            }
        }
    });
    let from_torchvision = converted(today, Settings::default()).unwrap();
    let from_official = converted(official, Settings::default()).unwrap();
    assert_eq!(from_official.recognised.convention.name, "SoftCAM");
    assert!(from_official.float.layers == from_torchvision.float.layers);
}

#[test]
fn torchvisions_published_densenet_has_older_names() {
    let today = torch("densenet121");
    let published = renamed(&today, |name| {
        let mut parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        if name.contains("denselayer") {
            let number = parts[3].pop().unwrap();
            parts[3] = format!("{}.{number}", parts[3]);
        }
        parts.join(".")
    });
    assert_ne!(published, today);
    let a = converted(today, Settings::default()).unwrap();
    let b = converted(published, Settings::default()).unwrap();
    assert!(a.float.layers == b.float.layers);
    assert!(
        !b.float.card.options.signed_features,
        "torchvision's ReLU stays"
    );
}

#[test]
fn an_official_densenet_runs_without_its_last_relu() {
    let conversion = converted(torch("softcam-densenet121"), Settings::default()).unwrap();
    assert!(conversion.float.card.options.signed_features);
    let mut card = conversion.float.card;
    card.options.signed_features = false;
    let error = from_weights(card, torch("softcam-densenet121"), |_| {}).unwrap_err();
    assert_eq!(error.fault(), Fault::Request);
    assert!(
        error.advice().contains("signed_features to true"),
        "{}",
        error.advice()
    );
}

#[test]
fn the_names_of_the_pypi_ports_are_read() {
    let timm = torch("timm-tf_efficientnet_lite0");
    // Stage and repeat become one number; a block without expansion has its parts one place earlier.
    let repeats = [1, 2, 2, 3, 3, 4, 1];
    let ports = renamed(&timm, |name| {
        let parts: Vec<&str> = name.split('.').collect();
        match parts[..] {
            ["conv_stem", part] => format!("_conv_stem.{part}"),
            ["bn1", part] => format!("_bn0.{part}"),
            ["conv_head", part] => format!("_conv_head.{part}"),
            ["bn2", part] => format!("_bn1.{part}"),
            ["classifier", part] => format!("_fc.{part}"),
            ["blocks", stage, repeat, module, part] => {
                let stage: usize = stage.parse().unwrap();
                let before: usize = repeats[..stage].iter().sum();
                let index = before + repeat.parse::<usize>().unwrap();
                let module = match (stage, module) {
                    (0, "bn1") => "_bn1",
                    (0, "bn2") => "_bn2",
                    (0, "conv_pw") => "_project_conv",
                    (_, "conv_dw") => "_depthwise_conv",
                    (_, "conv_pw") => "_expand_conv",
                    (_, "conv_pwl") => "_project_conv",
                    (_, "bn1") => "_bn0",
                    (_, "bn2") => "_bn1",
                    (_, "bn3") => "_bn2",
                    other => panic!("{other:?}"),
                };
                format!("_blocks.{index}.{module}.{part}")
            }
            _ => panic!("{name}"),
        }
    });
    let a = converted(timm, Settings::default()).unwrap();
    let b = converted(ports, Settings::default()).unwrap();
    assert_eq!(b.recognised.convention.classifier, "_fc");
    assert!(a.float.layers == b.float.layers);
    assert!(a.notes.iter().any(|note| note.contains("pads differently")));
}

#[test]
fn wrappers_and_training_state_are_seen_through() {
    let plain = torch("mobilenet_v2");
    let mut wrapped = renamed(&plain, |name| format!("model.module.{name}"));
    let momentum = FloatTensor {
        shape: vec![1],
        data: vec![0.9],
    };
    wrapped.insert("optimizer.momentum".into(), momentum);
    let conversion = converted(wrapped, Settings::default()).unwrap();
    assert_eq!(
        conversion.recognised.architecture,
        Architecture::MobileNetV2
    );
    assert!(
        conversion
            .notes
            .iter()
            .any(|note| note.contains("optimizer.momentum"))
    );
    let same = converted(plain, Settings::default()).unwrap();
    assert!(conversion.float.layers == same.float.layers);
}

#[test]
fn a_dropout_before_the_last_layer_is_seen_through() {
    let plain = torch("resnet18");
    let numbered = renamed(&plain, |name| name.replace("fc.", "fc.1."));
    let a = converted(plain, Settings::default()).unwrap();
    let b = converted(numbered.clone(), Settings::default()).unwrap();
    assert!(a.float.layers == b.float.layers);
    assert_eq!(b.recognised.classes, CLASSES);
    // Two layers are no single linear map.
    let mut two = numbered;
    let hidden = FloatTensor {
        shape: vec![512, 512],
        data: vec![0.0; 512 * 512],
    };
    two.insert("fc.0.weight".into(), hidden);
    let (message, _) = refusal(two, Settings::default());
    assert!(
        message.contains("fc.0 (512 to 512), fc.1 (512 to 5)"),
        "{message}"
    );
}

#[test]
fn a_single_logit_becomes_two_classes_with_the_same_probability() {
    let mut tensors = torch("resnet18");
    for (name, length) in [("fc.weight", 512), ("fc.bias", 1)] {
        let tensor = tensors.get_mut(name).unwrap();
        tensor.shape[0] = 1;
        tensor.data.truncate(length);
    }
    let settings = Settings {
        classes: Some(vec!["ill".to_owned()]),
        ..Settings::default()
    };
    let five = converted(torch("resnet18"), Settings::default()).unwrap();
    let two = converted(tensors, settings).unwrap();
    assert_eq!(two.model.card.classes, ["not ill", "ill"]);
    assert!(two.notes.iter().any(|note| note.contains("sigmoid")));
    let run = |conversion: &Conversion| {
        let network = Network::new(&conversion.model, &Device::flex()).unwrap();
        pollster::block_on(network.run(image(64), 64)).unwrap()
    };
    let (five, two) = (run(&five).logits, run(&two));
    let (maps, two) = (two.maps, two.logits);
    assert_eq!(two[0], 0.0);
    assert!(maps.map(0).iter().all(|&cell| cell == 0.0));
    assert!((two[1] - five[0]).abs() < 1e-4 * maps.max_abs());
    let scale = 1.0 / two[1].abs();
    let sigmoid = 1.0 / (1.0 + (-two[1] * scale).exp());
    let softmax = softmax(&two, 1.0 / scale);
    assert!((softmax[1] - sigmoid).abs() < 1e-6);
}

#[test]
fn every_tensor_that_does_not_fit_is_named_with_the_nearest() {
    let mut tensors = torch("resnet18");
    let weight = tensors.remove("layer2.0.conv1.weight").unwrap();
    tensors.insert("layer2.0.conv_1.weight".into(), weight);
    tensors.get_mut("fc.bias").unwrap().shape = vec![5, 1];
    tensors.remove("bn1.running_mean");
    let (message, _) = refusal(tensors, Settings::default());
    for expected in [
        "does not fit resnet18",
        "layer2.0.conv1.weight is missing (the nearest is layer2.0.conv_1.weight)",
        "layer2.0.conv_1.weight is not part of the network (the nearest is layer2.0.conv1.weight)",
        "fc.bias has shape [5, 1] instead of [5]",
        "bn1.running_mean is missing",
    ] {
        assert!(message.contains(expected), "no {expected:?} in:\n{message}");
    }
    assert_eq!(message.lines().count(), 5, "{message}");
}

#[test]
fn values_that_no_network_has_are_named() {
    let mut tensors = torch("resnet18");
    tensors.get_mut("conv1.weight").unwrap().data[7] = f32::NAN;
    tensors.get_mut("bn1.running_var").unwrap().data[3] = -0.5;
    tensors.get_mut("fc.weight").unwrap().data.pop();
    let (message, _) = refusal(tensors, Settings::default());
    assert!(message.contains("conv1.weight holds NaN"), "{message}");
    assert!(message.contains("bn1.running_var is negative"), "{message}");
    assert!(message.contains("fc.weight holds 2559 values"), "{message}");
}

#[test]
fn foreign_networks_are_told_what_is_known() {
    let tensor = |shape: &[usize]| FloatTensor {
        shape: shape.to_vec(),
        data: vec![0.0; shape.iter().product()],
    };
    let foreign = StateDict::from([
        ("patch_embed.proj.weight".into(), tensor(&[4, 3, 2, 2])),
        ("head.bias".into(), tensor(&[4])),
    ]);
    let (message, advice) = refusal(foreign, Settings::default());
    assert!(
        message.contains("no network that this program knows"),
        "{message}"
    );
    assert!(
        advice.contains("resnet50") && advice.contains("vgg16"),
        "{advice}"
    );
    let (message, _) = refusal(StateDict::new(), Settings::default());
    assert!(message.contains("no float tensors"), "{message}");
}

#[test]
fn a_named_architecture_is_held_to_its_name() {
    let settings = Settings {
        architecture: Some(Architecture::ResNet34),
        ..Settings::default()
    };
    let (message, _) = refusal(torch("resnet18"), settings.clone());
    assert!(message.contains("does not fit resnet34"), "{message}");
    assert!(
        message.contains("layer1.2.conv1.weight is missing"),
        "{message}"
    );
    assert!(converted(torch("resnet34"), settings).is_ok());
}

#[test]
fn torchvisions_vgg_classifier_is_refused_with_the_reason() {
    let mut tensors = renamed(&torch("softcam-vgg11"), |name| {
        name.replace("backbone.0.", "features.")
            .replace("backbone.1.0", "classifier.0")
            .replace("backbone.1.3", "classifier.3")
    });
    let hidden = tensors.get_mut("classifier.0.weight").unwrap();
    (hidden.shape, hidden.data) = (vec![4096, 25088], Vec::new());
    let (message, advice) = refusal(tensors, Settings::default());
    assert!(message.contains("7x7"), "{message}");
    assert!(advice.contains("1x1"), "{advice}");
}

#[test]
fn a_made_card_claims_nothing() {
    let mut steps = Vec::new();
    let card = Card::Made(Box::default());
    let conversion = convert(
        torch("resnet18"),
        card,
        Precision::Int8,
        |progress: Progress| {
            steps.push((progress.done, progress.total));
        },
    )
    .unwrap();
    let layers = conversion.model.layers.len();
    let expected: Vec<_> = (1..=2 * layers).map(|done| (done, 2 * layers)).collect();
    assert_eq!(steps, expected, "every layer twice");

    let card = conversion.model.card;
    card.check().unwrap();
    assert_eq!(card.provenance.licence, "not stated");
    assert_eq!(card.provenance.training_data, "not stated");
    assert_eq!(card.intended_use, "not stated");
    assert!(card.provenance.conversion.contains("CAM identity"));
    assert_eq!(card.classes.len(), CLASSES);
    assert_eq!(card.input.sizes, [224, 352, 448]);
    assert!((card.input.mean[0] - 255.0 * 0.485).abs() < 1e-3);
    assert!(
        conversion
            .notes
            .iter()
            .any(|note| note.contains("numbered"))
    );

    let three = Settings {
        classes: Some(["a", "b", "c"].map(str::to_owned).to_vec()),
        ..Settings::default()
    };
    let (message, _) = refusal(torch("resnet18"), three);
    assert!(
        message.contains("5 classes") && message.contains('3'),
        "{message}"
    );
    let odd_stride = Settings {
        output_stride: Some(12),
        ..Settings::default()
    };
    let (message, _) = refusal(torch("resnet18"), odd_stride);
    assert!(message.contains("output stride 12"), "{message}");
}

#[test]
fn a_bare_state_dict_is_recognised() {
    let recognised = recognise(&torch("densenet121"), None).unwrap();
    assert_eq!(recognised.architecture, Architecture::DenseNet121);
    assert_eq!(recognised.classes, CLASSES);
}
