//! What several test files share: where things lie, and the fixtures that onnxruntime computed.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod torch;

use safetensors::SafeTensors;
use softcam::weights::{Model, file};
use std::fs;
use std::path::{Path, PathBuf};

/// A path of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

/// Bytes of a file of the repository.
pub fn bytes(path: &str) -> Vec<u8> {
    let path = repository(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The model that the page ships.
pub fn shipped_model() -> Model {
    file::read(&bytes("web/models/efficientnet-lite0.safetensors")).unwrap()
}

/// One photo at one size with what onnxruntime computed for it; made by tests/parity/make_fixtures.py.
pub struct Fixture {
    pub size: usize,
    /// RGB, `[size, size, 3]`.
    pub pixels: Vec<u8>,
    /// Of the shipped int8 weights, turned back into float.
    pub int8: Answer,
    /// Of the original float network.
    pub float: Answer,
}

pub struct Answer {
    pub logits: Vec<f32>,
    /// `[classes, h, w]`.
    pub maps: Vec<f32>,
}

pub const FIXTURES: [&str; 2] = ["chelsea-224", "coffee-97"];

pub fn fixture(name: &str) -> Fixture {
    let bytes = bytes(&format!("tests/parity/{name}.safetensors"));
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let floats = |name: &str| {
        let data = tensors.tensor(name).unwrap().data();
        let words = data.as_chunks::<4>().0.iter();
        words.map(|word| f32::from_le_bytes(*word)).collect()
    };
    let answer = |kind: &str| Answer {
        logits: floats(&format!("{kind}.logits")),
        maps: floats(&format!("{kind}.maps")),
    };
    let pixels = tensors.tensor("pixels").unwrap();
    Fixture {
        size: pixels.shape()[0],
        pixels: pixels.data().to_vec(),
        int8: answer("int8"),
        float: answer("float"),
    }
}

/// Largest absolute difference.
pub fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

/// A photo of exactly these RGB pixels.
pub fn photo(pixels: &[u8], width: u32, height: u32) -> softcam::preprocess::Photo {
    let rgb = image::RgbImage::from_raw(width, height, pixels.to_vec()).unwrap();
    softcam::preprocess::Photo::new(image::DynamicImage::from(rgb).into_rgba8(), "test")
}

/// Each value is what it is in a full run by itself, up to a hundred-thousandth of the range.
pub fn assert_same(full: &[f32], other: &[f32], what: &str) {
    assert_eq!(full.len(), other.len(), "{what}");
    let range = full
        .iter()
        .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
    for (full, other) in full.iter().zip(other) {
        assert!(
            (full - other).abs() <= 1e-5 * range,
            "{what}: {full} {other} of {range}"
        );
    }
}
