//! `softcam robustness` on pictures that are drawn here: its figures are those of the changed pictures as files.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::drawn::{draw, model};
use common::{misuse, refusal, scratch, softcam, stdout};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

const KINDS: [&str; 2] = ["disc", "stripes"];
/// Pictures of each class.
const EACH: usize = 3;

/// A fresh folder with the model, pictures in a folder per class, and the same pictures negative as BMP.
fn bench(name: &str) -> PathBuf {
    let folder = scratch(&format!("robustness-{name}"));
    fs::remove_dir_all(&folder).unwrap();
    for kind in KINDS {
        for part in ["plain", "negative"] {
            fs::create_dir_all(folder.join(part).join(kind)).unwrap();
        }
        for index in 0..EACH {
            let mut picture = draw(kind, index);
            let file = |part: &str, extension: &str| {
                folder
                    .join(part)
                    .join(kind)
                    .join(format!("{index}.{extension}"))
            };
            picture.save(file("plain", "png")).unwrap();
            image::imageops::invert(&mut picture);
            picture.save(file("negative", "bmp")).unwrap();
        }
    }
    fs::write(folder.join("model.safetensors"), model(|_| {})).unwrap();
    folder
}

fn measure(folder: &std::path::Path, more: &[&str]) -> std::process::Output {
    let text = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (model, plain) = (text("model.safetensors"), text("plain"));
    let fixed = [
        "robustness",
        "--model",
        &model,
        "--folders",
        &plain,
        "--map",
        "stripes=0,disc=1",
    ];
    softcam(fixed.iter().chain(more))
}

#[test]
fn a_change_and_the_same_change_from_files_have_the_same_figures() {
    let folder = bench("figures");
    let json = folder.join("figures.json").to_string_lossy().into_owned();
    let version = format!("saved={}", folder.join("negative").display());
    let told = stdout(&measure(&folder, &["--version", &version, "--json", &json]));
    let document: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(document["pictures"], 2 * EACH);
    let rows = document["changes"].as_array().unwrap();
    let row = |name: &str| {
        let found = rows.iter().find(|row| row["change"] == name);
        found.unwrap_or_else(|| panic!("{name} in {rows:?}"))
    };
    let plain = row("as it is");
    assert_eq!(plain["probability_moves"]["95th"], 0.0);
    assert_eq!(plain["called_otherwise"]["value"], 0.0);
    let (made, read) = (row("negative"), row("saved"));
    for figure in ["probability_moves", "called_otherwise", "flagged"] {
        assert_eq!(made[figure], read[figure], "{figure}");
    }
    assert!(made["probability_moves"]["median"].as_f64().unwrap() > 1e-3);
    assert!(
        told.contains("JPEG, quality 60") && told.contains("saved"),
        "{told}"
    );
}

#[test]
fn a_missing_version_and_a_missing_folder_are_named() {
    let folder = bench("missing");
    fs::remove_file(folder.join("negative/disc/1.bmp")).unwrap();
    let version = format!("saved={}", folder.join("negative").display());
    let text = refusal(&measure(&folder, &["--version", &version]));
    assert!(
        text.contains("disc/1.png") && text.contains("any extension"),
        "{text}"
    );
    let text = misuse(&measure(&folder, &["--version", "saved=no-such-folder"]));
    assert!(text.contains("no-such-folder"), "{text}");
}
