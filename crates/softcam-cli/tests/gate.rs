//! `softcam gate` and what follows from it: negatives are flagged and named where the model tells them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::drawn::model;
use common::{refusal, scratch, softcam, stdout};
use image::{GrayImage, Luma};
use serde_json::Value;
use softcam::weights::{NoveltyLimits, file};
use std::fs;
use std::path::{Path, PathBuf};

/// Pictures of each class.
const EACH: usize = 30;
const SIZE: &str = "64";

/// Like a film: dark, with a bright shape at the top. Classes differ in the shape's width.
fn film(wide: bool, index: usize) -> GrayImage {
    let width = if wide { 30 } else { 14 } + index as u32 % 7;
    GrayImage::from_fn(64, 64, |x, y| {
        let inside =
            x.abs_diff(32 + index as u32 % 5) < width && (6..26 + index as u32 % 9).contains(&y);
        Luma([if inside { 230 } else { 12 + (y / 8) as u8 }])
    })
}

/// A folder with films, and a model that knows them or has nothing to compare with.
fn bench(name: &str, known: bool) -> PathBuf {
    let folder = scratch(&format!("gate-{name}"));
    fs::remove_dir_all(&folder).unwrap();
    for (class, wide) in [("plain", false), ("round", true)] {
        fs::create_dir_all(folder.join("films").join(class)).unwrap();
        for index in 0..EACH {
            let path = folder
                .join("films")
                .join(class)
                .join(format!("{index}.png"));
            film(wide, index).save(path).unwrap();
        }
    }
    let bytes = model(|model| {
        model.card.input.size = 64;
        model.card.input.sizes = vec![64];
        if known {
            reference(model);
        }
    });
    fs::write(folder.join("model.safetensors"), bytes).unwrap();
    folder
}

/// A reference around the features of the films themselves, far enough out for their negatives to pass by score alone.
fn reference(model: &mut softcam::weights::Model) {
    let features: Vec<Vec<f32>> = (0..EACH)
        .flat_map(|index| [false, true].map(|wide| features(model, &film(wide, index))))
        .collect();
    let fitted = softcam_train::novelty::fit(&features, 8).unwrap();
    model.card.novelty = Some(NoveltyLimits {
        threshold: 1e6,
        residual_variance: fitted.residual_variance,
        blocks: None,
        counterparts: Vec::new(),
        fitted: "by the films of a test".into(),
    });
    model.novelty_reference = Some(fitted);
}

fn features(model: &softcam::weights::Model, film: &GrayImage) -> Vec<f32> {
    use softcam::preprocess::{Photo, fit};
    let photo = Photo::new(
        image::DynamicImage::ImageLuma8(film.clone()).to_rgba8(),
        "PNG",
    );
    let input = &model.card.input;
    let values = fit(&photo, input, input.fit, 64).unwrap().values;
    let network = softcam::network::Network::new(model, &softcam::Device::flex()).unwrap();
    pollster::block_on(network.run(values, 64))
        .unwrap()
        .features
}

fn gate(folder: &Path) -> std::process::Output {
    let text = |name: &str| folder.join(name).to_string_lossy().into_owned();
    softcam([
        "gate",
        "--model",
        &text("model.safetensors"),
        "--folders",
        &text("films"),
        "--map",
        "plain=0,round=1",
        "--out",
        &text("gated.safetensors"),
    ])
}

fn explained(folder: &Path, model: &str, picture: &Path) -> (Value, String) {
    let model = folder.join(model).to_string_lossy().into_owned();
    let picture = picture.to_string_lossy().into_owned();
    let explain = |more: &[&str]| {
        let usual = ["explain", &picture, "--model", &model, "--size", SIZE];
        stdout(&softcam(usual.iter().chain(more)))
    };
    let json = serde_json::from_str(&explain(&["--json"])).unwrap();
    (json, explain(&[]))
}

#[test]
fn a_negative_is_flagged_and_named_once_the_card_says_that_it_is_told() {
    let folder = bench("negative", true);
    let told = stdout(&gate(&folder));
    assert!(
        told.contains("negative") && told.contains(" 60 pictures: told"),
        "{told}"
    );
    let gated = file::read(&fs::read(folder.join("gated.safetensors")).unwrap()).unwrap();
    let counterparts = gated.card.novelty.unwrap().counterparts;
    assert!(
        counterparts.iter().any(|c| c.name() == "negative"),
        "{told}"
    );

    let mut negative = film(true, 3);
    image::imageops::invert(&mut negative);
    let path = folder.join("negative.png");
    negative.save(&path).unwrap();
    let (before, _) = explained(&folder, "model.safetensors", &path);
    assert_eq!(before["flagged"], false, "by its score alone");
    let (after, text) = explained(&folder, "gated.safetensors", &path);
    assert_eq!(after["flagged"], true);
    assert_eq!(after["withheld"], true);
    assert_eq!(after["novelty"]["counterpart"], "negative");
    assert!(after["novelty"]["score"].as_f64() < after["novelty"]["threshold"].as_f64());
    assert!(
        text.contains("light and dark are probably exchanged"),
        "{text}"
    );

    let (plain, text) = explained(
        &folder,
        "gated.safetensors",
        &folder.join("films/round/3.png"),
    );
    assert_eq!(plain["flagged"], false, "{text}");
    assert_eq!(plain["novelty"]["counterpart"], Value::Null);
}

#[test]
fn a_model_with_nothing_to_compare_with_is_refused() {
    let folder = bench("nothing", false);
    let text = refusal(&gate(&folder));
    assert!(text.contains("cannot tell unlike pictures"), "{text}");
    assert!(!folder.join("gated.safetensors").exists());
}
