//! Checkpoints as people have them: wrapped, with other heads, for grey pictures, in half or several copies. Each becomes
//! what the plain one becomes, or says what it is.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{CLASSES, SIZES, image, modules, state_dict};
use common::{bytes, largest_difference};
use serde::Deserialize;
use softcam::Device;
use softcam::backbone::Architecture;
use softcam::conversion::state_dict::NotFloat;
use softcam::conversion::{
    Card, Conversion, FloatTensor, Precision, Settings, StateDict, Tensors, convert, redescribed,
};
use softcam::network::Network;
use softcam::weights::HeadActivation;

use std::collections::BTreeMap;

fn torch(network: &str) -> StateDict {
    state_dict(&modules()[network])
}

/// `tensors` under the names that `rename` gives them.
fn renamed(tensors: &StateDict, rename: impl Fn(&str) -> String) -> StateDict {
    let pairs = tensors.iter().map(|(name, t)| (rename(name), t.clone()));
    pairs.collect()
}

fn tensor(shape: &[usize]) -> FloatTensor {
    FloatTensor {
        shape: shape.to_vec(),
        data: vec![0.25; shape.iter().product()],
    }
}

fn converted(tensors: impl Into<Tensors>, settings: Settings) -> softcam::Result<Conversion> {
    let card = Card::Made(Box::new(settings));
    convert(tensors, card, Precision::Float32, |_| {})
}

fn plainly(tensors: impl Into<Tensors>) -> Conversion {
    converted(tensors, Settings::default()).unwrap()
}

fn code(tensors: StateDict) -> &'static str {
    let error = converted(tensors, Settings::default()).unwrap_err();
    assert!(!error.advice().is_empty(), "{error}");
    error.code()
}

fn has_note(conversion: &Conversion, part: &str) {
    let notes = &conversion.notes;
    assert!(
        notes.iter().any(|note| note.contains(part)),
        "no {part:?} in {notes:?}"
    );
}

#[test]
fn whatever_a_wrapper_puts_before_names_is_seen_through() {
    let plain = torch("resnet18");
    let layers = plainly(plain.clone()).float.layers;
    let with = |prefix: &'static str, head: &'static str| {
        renamed(&plain, move |name| match name.strip_prefix("fc.") {
            Some(part) => format!("{head}.{part}"),
            None => format!("{prefix}{name}"),
        })
    };
    for (prefix, head) in [
        ("module.", "module.fc"),
        ("_orig_mod.", "_orig_mod.fc"),
        ("model.", "model.fc"),
        ("model.net.module.", "model.net.module.fc"),
        ("resnet.", "resnet.fc"),
        ("encoder.", "encoder.fc"),
        ("base_model.", "base_model.fc.1"),
        ("backbone.", "head"),
        ("backbone.", "head.fc"),
        ("state_dict.model.backbone.", "state_dict.model.classifier"),
        ("my_own.trunk.", "my_own.diagnosis.0"),
    ] {
        let conversion = plainly(with(prefix, head));
        assert_eq!(
            conversion.recognised.architecture,
            Architecture::ResNet18,
            "{prefix} {head}"
        );
        assert!(conversion.float.layers == layers, "{prefix} {head}");
    }
}

#[test]
fn children_in_a_list_are_found_under_any_name() {
    let plain = torch("resnet18");
    let layers = plainly(plain.clone()).float.layers;
    let children = [
        "conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4",
    ];
    let listed = renamed(&plain, |name| {
        let (first, rest) = name.split_once('.').unwrap();
        match children.iter().position(|child| *child == first) {
            Some(index) => format!("features.{index}.{rest}"),
            None => format!("linear.{rest}"),
        }
    });
    assert!(plainly(listed).float.layers == layers);

    let mobile = torch("mobilenet_v2");
    let renamed = renamed(&mobile, |name| {
        let name = name.replacen("features.", "body.", 1);
        name.replacen("classifier.1.", "out.", 1)
    });
    assert!(plainly(renamed).float.layers == plainly(mobile).float.layers);
}

#[test]
fn transformers_names_are_read() {
    for network in ["resnet18", "resnet50"] {
        let plain = torch(network);
        let theirs = renamed(&plain, |name| {
            let (first, rest) = name.split_once('.').unwrap();
            match first {
                "conv1" => format!("resnet.embedder.embedder.convolution.{rest}"),
                "bn1" => format!("resnet.embedder.embedder.normalization.{rest}"),
                "fc" => format!("classifier.1.{rest}"),
                layer => {
                    let stage = layer["layer".len()..].parse::<usize>().unwrap() - 1;
                    let parts: Vec<&str> = rest.split('.').collect();
                    let inside = match parts[1..] {
                        ["downsample", "0", part] => format!("shortcut.convolution.{part}"),
                        ["downsample", _, part] => format!("shortcut.normalization.{part}"),
                        [module, part] => {
                            let number = module[module.len() - 1..].parse::<usize>().unwrap() - 1;
                            let kind = if module.starts_with("bn") {
                                "normalization"
                            } else {
                                "convolution"
                            };
                            format!("layer.{number}.{kind}.{part}")
                        }
                        _ => panic!("{name}"),
                    };
                    format!("resnet.encoder.stages.{stage}.layers.{}.{inside}", parts[0])
                }
            }
        });
        let conversion = plainly(theirs);
        assert_eq!(conversion.recognised.convention.name, "transformers");
        assert!(
            conversion.float.layers == plainly(plain).float.layers,
            "{network}"
        );
    }
}

#[test]
fn a_densenet_in_a_wrapper_of_2017_is_read() {
    // CheXNet's checkpoint: DataParallel around a wrapper, the layer names of 2017, a sigmoid behind the last layer.
    let plain = torch("densenet121");
    let published = renamed(&plain, |name| {
        let mut name = name.replace("classifier.", "classifier.0.");
        for part in ["norm1", "norm2", "conv1", "conv2"] {
            let (word, number) = part.split_at(4);
            name = name.replace(&format!(".{part}."), &format!(".{word}.{number}."));
        }
        format!("state_dict.module.densenet121.{name}")
    });
    let conversion = plainly(published);
    assert!(conversion.float.layers == plainly(plain.clone()).float.layers);
    has_note(&conversion, "first of a sequence");

    // Under another name, nothing tells whether a ReLU follows.
    let elsewhere = renamed(&plain, |name| name.replacen("features.", "trunk.", 1));
    assert_eq!(code(elsewhere), "checkpoint-last-relu");
}

#[test]
fn what_lies_beside_the_weights_is_left_out_and_named() {
    let plain = torch("resnet18");
    let layers = plainly(plain.clone()).float.layers;
    let mut training = renamed(&plain, |name| format!("state_dict.model.{name}"));
    training.extend(renamed(&plain, |name| format!("state_dict_ema.{name}")));
    training.insert("optimizer.state.0.momentum".into(), tensor(&[3]));
    training.insert("state_dict.criterion.weight".into(), tensor(&[CLASSES]));
    training.insert("state_dict.model.op_threshs".into(), tensor(&[CLASSES]));
    let other = |name: &str, element: &str| NotFloat {
        name: name.to_owned(),
        element: element.to_owned(),
    };
    let tensors = Tensors {
        floats: training,
        others: vec![other("rng_state", "U8"), other("state_dict.mask", "Bool")],
    };
    let conversion = plainly(tensors.clone());
    assert!(conversion.float.layers == layers);
    has_note(
        &conversion,
        "optimizer.state.0.momentum, criterion.weight, rng_state (U8)",
    );
    has_note(&conversion, "not taken: state_dict_ema");

    let average = Settings {
        weights: Some("state_dict_ema".to_owned()),
        ..Settings::default()
    };
    let conversion = converted(tensors, average).unwrap();
    assert!(conversion.float.layers == layers);
    has_note(&conversion, "not taken: state_dict");
}

#[test]
fn of_two_copies_in_one_state_dict_the_average_is_taken_if_it_is_named() {
    let plain = torch("mobilenet_v2");
    let average = renamed(&torch("mobilenet_v2"), |name| {
        format!("averaged_ema.{name}")
    });
    let mut both = renamed(&plain, |name| format!("online.{name}"));
    both.extend(average.into_iter().map(|(name, mut tensor)| {
        tensor
            .data
            .iter_mut()
            .for_each(|value| *value = value.abs() * 0.5 + 0.1);
        (name, tensor)
    }));
    let first = plainly(both.clone());
    assert!(first.float.layers == plainly(plain).float.layers);
    has_note(&first, "averaged_ema");
    let wanted = |name: &str| Settings {
        weights: Some(name.to_owned()),
        ..Settings::default()
    };
    let second = converted(both.clone(), wanted("averaged_ema")).unwrap();
    assert!(second.float.layers != first.float.layers);
    let error = converted(both, wanted("third")).unwrap_err();
    assert_eq!(error.code(), "checkpoint-no-copy");
}

#[test]
fn weights_that_are_no_floats_are_named() {
    let mut floats = torch("resnet18");
    floats.remove("layer1.0.conv1.weight");
    let quantized = NotFloat {
        name: "layer1.0.conv1.weight".to_owned(),
        element: "I8".to_owned(),
    };
    let tensors = Tensors {
        floats,
        others: vec![quantized],
    };
    let error = converted(tensors, Settings::default()).unwrap_err();
    assert_eq!(error.code(), "checkpoint-not-float");
    assert!(
        error.to_string().contains("layer1.0.conv1.weight"),
        "{error}"
    );
}

#[derive(Deserialize)]
struct Answer {
    logits: Vec<f32>,
    maps: Vec<f32>,
}

/// tests/parity/make_grey_fixture.py
#[test]
fn a_network_for_grey_pictures_computes_what_it_did() {
    let answers: BTreeMap<usize, Answer> =
        serde_json::from_slice(&bytes("tests/parity/grey.json")).unwrap();
    let mut listing = modules()["resnet18"].clone();
    let stem = listing["conv1"].replacen("x3x", "x1x", 1);
    listing.insert("conv1".to_owned(), stem);
    let mut tensors = state_dict(&listing);
    tensors.remove("fc.bias");
    let conversion = plainly(tensors);
    has_note(&conversion, "one channel");
    has_note(&conversion, "no bias");
    let input = &conversion.model.card.input;
    assert!((input.mean[0] / 255.0 - 0.449).abs() < 1e-4 && input.mean[0] == input.mean[2]);
    assert!((input.std[0] / 255.0 - 0.226).abs() < 1e-4 && input.std[0] == input.std[1]);
    for size in SIZES {
        let network = Network::new(&conversion.float, &Device::flex()).unwrap();
        let output = pollster::block_on(network.run(image(size), size)).unwrap();
        let expected = &answers[&size];
        let range = output.maps.max_abs();
        for (got, wanted) in [
            (&output.logits[..], &expected.logits),
            (output.maps.data(), &expected.maps),
        ] {
            let worst = largest_difference(got, wanted) / range;
            println!("{size} px: {worst:.1e} of the range");
            assert!(worst < 1e-5, "{size} px: {worst}");
        }
    }
}

#[test]
fn other_channels_are_refused() {
    let mut tensors = torch("resnet18");
    tensors.insert("conv1.weight".into(), tensor(&[64, 4, 7, 7]));
    assert_eq!(code(tensors), "checkpoint-channels");
}

#[test]
fn heads_that_cannot_be_say_why() {
    let plain = torch("resnet18");
    let with = |heads: &[(&str, &[usize])]| {
        let mut tensors = plain.clone();
        tensors.retain(|name, _| !name.starts_with("fc."));
        tensors.extend(
            heads
                .iter()
                .map(|(name, shape)| ((*name).to_owned(), tensor(shape))),
        );
        tensors
    };
    assert_eq!(code(with(&[])), "checkpoint-without-head");
    let hidden: [(&str, &[usize]); 4] = [
        ("fc.0.weight", &[128, 512]),
        ("fc.0.bias", &[128]),
        ("fc.3.weight", &[2, 128]),
        ("fc.3.bias", &[2]),
    ];
    assert_eq!(code(with(&hidden)), "checkpoint-hidden");
    let several: [(&str, &[usize]); 2] = [("age.weight", &[9, 512]), ("sex.weight", &[3, 512])];
    assert_eq!(code(with(&several)), "checkpoint-heads");
    let chosen = Settings {
        head: Some("age".to_owned()),
        ..Settings::default()
    };
    let conversion = converted(with(&several), chosen).unwrap();
    assert_eq!(conversion.recognised.classes, 9);
    has_note(&conversion, "sex.weight");
    // fastai: a list of body and head, mean and maximum side by side.
    let children = [
        "conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4",
    ];
    let mut fastai = renamed(&with(&[]), |name| {
        let (first, rest) = name.split_once('.').unwrap();
        let index = children.iter().position(|child| *child == first).unwrap();
        format!("model.0.{index}.{rest}")
    });
    fastai.insert("model.1.4.weight".into(), tensor(&[512, 1024]));
    fastai.insert("model.1.8.weight".into(), tensor(&[2, 512]));
    assert_eq!(code(fastai), "checkpoint-head-concat");
}

#[test]
fn networks_that_cannot_be_converted_are_named() {
    let plain = torch("resnet50");
    let named = |tensors: StateDict| {
        let wrapped = renamed(&tensors, |name| format!("model.{name}"));
        let error = converted(wrapped, Settings::default()).unwrap_err();
        assert_eq!(error.code(), "checkpoint-foreign", "{error}");
        assert!(error.to_string().len() < 200, "{error}");
        error.to_string()
    };
    let mut deeper = plain.clone();
    for block in 6..36 {
        deeper.insert(
            format!("layer3.{block}.conv3.weight"),
            tensor(&[1024, 256, 1, 1]),
        );
    }
    for block in 4..8 {
        deeper.insert(
            format!("layer2.{block}.conv3.weight"),
            tensor(&[512, 128, 1, 1]),
        );
    }
    assert!(named(deeper).contains("ResNet-152"));
    let mut grouped = plain.clone();
    grouped.insert("layer1.0.conv2.weight".into(), tensor(&[128, 4, 3, 3]));
    assert!(named(grouped).contains("ResNeXt"));
    let mut wide = plain.clone();
    wide.insert("layer1.0.conv2.weight".into(), tensor(&[128, 128, 3, 3]));
    assert!(named(wide).contains("Wide ResNet"));
    let mut excited = plain.clone();
    excited.insert("layer1.0.se.fc1.weight".into(), tensor(&[16, 256, 1, 1]));
    assert!(named(excited).contains("squeeze-and-excitation"));
    let mut small = plain;
    small.insert("conv1.weight".into(), tensor(&[64, 3, 3, 3]));
    assert!(named(small).contains("3x3"));
    let of = |name: &str| StateDict::from([(name.to_owned(), tensor(&[4]))]);
    assert!(named(of("blocks.0.attn.qkv.weight")).contains("vision transformer"));
    assert!(named(of("layers.0.blocks.0.attn.relative_position_bias_table")).contains("Swin"));
}

#[test]
fn classes_that_do_not_exclude_each_other_are_asked_for_and_kept() {
    let unsaid = plainly(torch("resnet18"));
    assert!(unsaid.asks_activation);
    has_note(&unsaid, "exclude each other");
    assert_eq!(unsaid.model.card.activation, HeadActivation::Softmax);
    assert_eq!(unsaid.model.card.format_version, 1);
    let said = Settings {
        activation: Some(HeadActivation::Sigmoid),
        ..Settings::default()
    };
    let several = converted(torch("resnet18"), said).unwrap();
    assert!(!several.asks_activation);
    let card = &several.model.card;
    assert_eq!(
        (card.activation, card.format_version),
        (HeadActivation::Sigmoid, 2)
    );
    assert!((card.probabilities(&[0.795, 5.0, 0.0, 0.0, 0.0])[0] - 0.6889).abs() < 1e-4);
    assert!(several.float.layers == unsaid.float.layers);
}

#[test]
fn more_can_be_said_of_a_finished_model() {
    let model = plainly(torch("resnet18")).model;
    let names = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
    let said = Settings {
        classes: Some(names.clone()),
        activation: Some(HeadActivation::Sigmoid),
        std: Some([0.5; 3]),
        ..Settings::default()
    };
    let (described, notes) = redescribed(model.clone(), said).unwrap();
    assert!(described.layers == model.layers);
    let card = &described.card;
    assert_eq!((&card.classes, card.format_version), (&names, 2));
    assert_eq!(card.input.std, [127.5; 3]);
    assert!(notes[0].contains("255"), "{notes:?}");
    let code = |settings: Settings| redescribed(model.clone(), settings).unwrap_err().code();
    let two = Settings {
        classes: Some(names[..2].to_vec()),
        ..Settings::default()
    };
    assert_eq!(code(two), "checkpoint-class-names");
    let head = Settings {
        head: Some("fc".to_owned()),
        ..Settings::default()
    };
    assert_eq!(code(head), "description-of-weights");
    let flat = Settings {
        std: Some([0.0, 58.0, 57.0]),
        ..Settings::default()
    };
    assert_eq!(code(flat), "description-std");
}
