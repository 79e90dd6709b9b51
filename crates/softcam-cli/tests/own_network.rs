//! Conversion of a checkpoint without a model card. The network is MobileNetV2 with the weights of
//! tests/parity/make_torch_fixtures.py.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;
#[path = "../../softcam/tests/common/torch.rs"]
#[allow(
    dead_code,
    reason = "the answers are compared by the library's own test"
)]
mod torch;

use common::{refusal, repository, scratch, softcam, stdout};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::Value;
use softcam::conversion::StateDict;
use softcam::weights::{LayerWeights, file};
use std::fs;
use std::path::{Path, PathBuf};

fn bytes(path: &str) -> Vec<u8> {
    fs::read(repository(path)).unwrap()
}

/// Writes `tensors` as a float checkpoint.
fn write(tensors: &StateDict, path: &Path) {
    let data: Vec<_> = (tensors.iter())
        .map(|(name, tensor)| {
            let bytes: Vec<u8> = tensor.data.iter().flat_map(|v| v.to_le_bytes()).collect();
            (name, &tensor.shape, bytes)
        })
        .collect();
    let views = data.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, (*shape).clone(), bytes).unwrap();
        (name.as_str(), view)
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

fn checkpoint(directory: &Path) -> PathBuf {
    let path = directory.join("weights.safetensors");
    write(&torch::state_dict(&torch::modules()["mobilenet_v2"]), &path);
    path
}

fn convert(checkpoint: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    let mut list = arguments!["convert", checkpoint, "--out", out].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

#[test]
fn options_take_the_place_of_a_card() {
    let directory = scratch("own-network");
    let names = directory.join("classes.txt");
    fs::write(&names, "ape\nbee\n\ncod\ndog\n eel \n").unwrap();
    let out = directory.join("model.safetensors");
    let output = convert(
        &checkpoint(&directory),
        &out,
        &[
            "--classes",
            names.to_str().unwrap(),
            "--mean",
            "120,110,100",
            "--std",
            "60,61,62",
            "--size",
            "96",
            "--sizes",
            "96,128",
            "--fit",
            "pad",
            "--output-stride",
            "16",
            "--title",
            "Five animals",
            "--license",
            "CC0-1.0",
            "--limit",
            "Knows no other animal.",
        ],
    );
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = stdout(&output);
    for expected in [
        "Recognised mobilenet-v2 by the names of torchvision",
        "5 classes",
        "2230277 parameters",
        "Output stride 16: 6 x 6 cells at 96 px",
    ] {
        assert!(log.contains(expected), "no {expected:?} in:\n{log}");
    }
    assert!(text.contains("5 worst of 52 layers"), "{text}");

    let model = file::read(&fs::read(&out).unwrap()).unwrap();
    let card = &model.card;
    assert_eq!(card.classes, ["ape", "bee", "cod", "dog", "eel"]);
    assert_eq!(card.input.mean, [120.0, 110.0, 100.0]);
    assert_eq!(card.input.std, [60.0, 61.0, 62.0]);
    assert_eq!(card.input.sizes, [96, 128]);
    assert_eq!(card.title, "Five animals");
    assert_eq!(card.provenance.licence, "CC0-1.0");
    assert_eq!(card.provenance.training_data, "not stated");
    assert_eq!(card.limits, ["Knows no other animal."]);

    let picture = repository("web/samples/chelsea.jpg");
    let explained = softcam(arguments!["explain", picture, "--model", &out, "--json"]);
    let answer: Value = serde_json::from_str(&stdout(&explained)).unwrap();
    assert_eq!(answer["rows"], 6);
    let difference = answer["sum_of_shares"].as_f64().unwrap() - answer["logit"].as_f64().unwrap();
    assert!(difference.abs() < 1e-4, "{difference}");
    let inspected = stdout(&softcam(arguments!["inspect", &out]));
    assert!(inspected.contains("output stride  16"), "{inspected}");
}

#[test]
fn classes_come_in_any_form_and_may_not_exclude_each_other() {
    let directory = scratch("classes");
    let checkpoint = checkpoint(&directory);
    let out = directory.join("model.safetensors");
    let names = ["ape", "bee", "cod", "dog", "eel"];
    let config = r#"{"id2label": {"0": "ape", "1": "bee", "2": "cod", "3": "dog", "4": "eel"}, "problem_type": "multi_label_classification"}"#;
    for (file, text, sigmoid) in [
        (
            "labels.csv",
            "\u{feff}index,name\n1,bee\n0,ape\n2,cod\n4,eel\n3,dog\n",
            false,
        ),
        (
            "labels.json",
            r#"["ape", "bee", "cod", "dog", "eel"]"#,
            false,
        ),
        ("config.json", config, true),
    ] {
        let path = directory.join(file);
        fs::write(&path, text).unwrap();
        let shares = ["--mean", "0.5", "--std", "0.25,0.5,0.5"];
        let given = [
            &["--classes", path.to_str().unwrap(), "--size", "64"],
            &shares[..],
        ]
        .concat();
        let output = convert(&checkpoint, &out, &given);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        stdout(&output);
        let card = file::read(&fs::read(&out).unwrap()).unwrap().card;
        assert_eq!(card.classes, names, "{file}");
        assert_eq!(card.activation.is_softmax(), !sigmoid, "{file}");
        assert_eq!((card.input.mean[2], card.input.std[0]), (127.5, 63.75));
        assert!(log.contains("multiplied by 255"), "{log}");
        assert_eq!(log.contains("exclude each other"), !sigmoid, "{log}");
    }
    // The last one has a sigmoid: probabilities follow from the logits that are shown.
    let picture = repository("web/samples/chelsea.jpg");
    let explained = softcam(arguments!["explain", &picture, "--model", &out, "--json"]);
    let answer: Value = serde_json::from_str(&stdout(&explained)).unwrap();
    assert_eq!(answer["activation"], "sigmoid");
    assert!(answer["against"].is_null());
    for class in answer["top"].as_array().unwrap() {
        let logit = class["logit"].as_f64().unwrap();
        let probability = class["probability"].as_f64().unwrap();
        assert!(
            (probability - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-6,
            "{class}"
        );
    }
    let text = stdout(&softcam(arguments!["explain", picture, "--model", &out]));
    assert!(text.contains("sigmoid(logit)"), "{text}");
}

#[test]
fn one_logit_takes_the_name_of_its_yes() {
    let directory = scratch("one-logit");
    let mut tensors = torch::state_dict(&torch::modules()["mobilenet_v2"]);
    for part in ["weight", "bias"] {
        let tensor = tensors.get_mut(&format!("classifier.1.{part}")).unwrap();
        tensor.data.truncate(tensor.data.len() / tensor.shape[0]);
        tensor.shape[0] = 1;
    }
    let path = directory.join("weights.safetensors");
    write(&tensors, &path);
    let out = directory.join("model.safetensors");
    stdout(&convert(
        &path,
        &out,
        &["--classes", "pneumonia", "--size", "64"],
    ));
    let card = file::read(&fs::read(&out).unwrap()).unwrap().card;
    assert_eq!(card.classes, ["not pneumonia", "pneumonia"]);
}

#[test]
fn every_precision_is_written_and_compared() {
    let directory = scratch("precisions");
    let checkpoint = checkpoint(&directory);
    let photos = directory.join("photos");
    fs::create_dir_all(&photos).unwrap();
    fs::copy(
        repository("web/samples/coffee.jpg"),
        photos.join("coffee.jpg"),
    )
    .unwrap();
    let mut sizes = Vec::new();
    for (precision, worst_cosine) in [
        ("float32", 0.999_999),
        ("float16", 0.999),
        ("int8", 0.9),
        ("int4", -1.0),
    ] {
        let out = directory.join(format!("{precision}.safetensors"));
        let more = [
            "--classes",
            "a,b,c,d,e",
            "--size",
            "64",
            "--precision",
            precision,
            "--verbose",
            "--check",
            photos.to_str().unwrap(),
        ];
        let text = stdout(&convert(&checkpoint, &out, &more));
        let listed = text.contains("blocks.0.depthwise");
        assert_eq!(listed, precision != "float32", "{text}");
        let bytes = fs::read(&out).unwrap();
        let model = file::read(&bytes).unwrap();
        let head = &model.layers["head"];
        assert_eq!(head.state(), precision);
        assert!(matches!(
            (&model.layers["blocks.3.depthwise"], precision),
            (LayerWeights::Quantized { .. }, "int4" | "int8")
                | (LayerWeights::Half { .. }, "float16")
                | (LayerWeights::Folded { .. }, "float32")
        ));
        let figures = &model.card.figures;
        let cosine = figures.iter().find(|f| f.name.contains("cosine")).unwrap();
        assert!(
            cosine.value >= worst_cosine,
            "{precision}: {}",
            cosine.value
        );
        sizes.push(bytes.len());
    }
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
}

#[test]
fn mistakes_are_explained() {
    let directory = scratch("own-mistakes");
    let checkpoint = checkpoint(&directory);
    let out = directory.join("never.safetensors");
    let refused = |more: &[&str]| refusal(&convert(&checkpoint, &out, more));
    let count = refused(&["--classes", "a,b"]);
    assert!(
        count.contains("5 classes") && count.contains("help:"),
        "{count}"
    );
    let arch = refused(&["--arch", "resnet18"]);
    assert!(arch.contains("does not fit resnet18"), "{arch}");
    let mean = refused(&["--mean", "1,2"]);
    assert!(mean.contains("--mean has 2 numbers"), "{mean}");
    let missing = refused(&["--classes", "nowhere.txt"]);
    assert!(missing.contains("nowhere.txt"), "{missing}");
    let size = refused(&["--size", "7"]);
    assert!(size.contains("input size 7"), "{size}");
    assert!(!size.contains("damaged"), "{size}");
    let flat = refused(&["--std", "0"]);
    assert!(
        flat.contains("standard deviation") && !flat.contains("damaged"),
        "{flat}"
    );

    let both = convert(
        &checkpoint,
        &out,
        &["--card", "card.json", "--title", "Both"],
    );
    assert_eq!(both.status.code(), Some(2), "clap refuses the two together");
    let unknown = convert(&checkpoint, &out, &["--arch", "resnet19"]);
    let text = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(text.contains("resnet18"), "{text}");

    let module = repository("tests/parity/tiny-module.pt");
    let text = refusal(&convert(&module, &out, &[]));
    assert!(text.contains("state_dict()"), "{text}");
    let finished = repository("web/models/efficientnet-lite0.safetensors");
    let text = refusal(&convert(&finished, &out, &[]));
    assert!(text.contains("finished SoftCAM model"), "{text}");
    assert!(!out.exists());
}

#[test]
fn fewer_bits_are_said_and_kept() {
    let directory = scratch("bits");
    let checkpoint = checkpoint(&directory);
    let out = directory.join("model.safetensors");
    let output = convert(&checkpoint, &out, &["--bits", "5"]);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    stdout(&output);
    assert!(log.contains("bits of information per quantized"), "{log}");
    let inspected = stdout(&softcam(arguments!["inspect", &out]));
    assert!(
        inspected.contains("bits of information per weight"),
        "the card says so: {inspected}"
    );
    assert!(inspected.contains("int8, up to "), "{inspected}");

    let never = directory.join("never.safetensors");
    for (more, expected) in [
        (vec!["--bits", "9"], "not possible"),
        (vec!["--bits", "0.5"], "too few"),
        (
            vec!["--bits", "5", "--precision", "float16"],
            "another precision",
        ),
    ] {
        let text = refusal(&convert(&checkpoint, &never, &more));
        assert!(text.contains(expected) && text.contains("help:"), "{text}");
    }
    assert!(!never.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_model() {
    let directory = scratch("full-disk");
    let checkpoint = checkpoint(&directory);
    let out = directory.join("model.safetensors");
    stdout(&convert(&checkpoint, &out, &["--title", "First"]));
    let before = fs::read(&out).unwrap();
    common::fill_the_disk_for(&out);
    let output = convert(&checkpoint, &out, &["--title", "Second"]);
    assert_eq!(output.status.code(), Some(1));
    common::assert_full_disk(&String::from_utf8_lossy(&output.stderr), &out);
    assert!(fs::read(&out).unwrap() == before);
    assert!(!directory.join("model.safetensors.part").exists());
    // The next attempt, with room, needs no help.
    stdout(&convert(&checkpoint, &out, &["--title", "Second"]));
    assert!(fs::read(&out).unwrap() != before);
}
