//! `softcam teach`: folders of pictures become a model that explains itself like any other.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{refusal, repository, scratch, softcam, stdout};
use image::{Rgb, RgbImage};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Stripes of several widths, or discs of several sizes, in several lights.
fn draw(kind: &str, index: usize) -> RgbImage {
    let step = index as u32;
    RgbImage::from_fn(96, 80, |x, y| {
        let (dx, dy) = (i64::from(x) - 48, i64::from(y) - 40);
        let light = match kind {
            "stripes" => ((x + y / 3 + 7 * step) / (4 + step)).is_multiple_of(2),
            _ => dx * dx + dy * dy < i64::from(300 + 150 * step),
        };
        let value = if light { 240 - 9 * step } else { 20 + 5 * step };
        Rgb([value as u8; 3])
    })
}

/// A folder with `count` pictures of stripes and of discs each.
fn folders(name: &str, count: usize) -> PathBuf {
    let root = scratch(name).join("pictures");
    // A run before may have left something else.
    let _ = fs::remove_dir_all(&root);
    for kind in ["discs", "stripes"] {
        let folder = root.join(kind);
        fs::create_dir_all(&folder).unwrap();
        for index in 0..count {
            draw(kind, index)
                .save(folder.join(format!("{index:02}.png")))
                .unwrap();
        }
    }
    root
}

fn teach(folder: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    let model = repository("web/models/efficientnet-lite0.safetensors");
    let mut list = arguments!["teach", folder, "--model", model, "--out", out].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

#[test]
fn a_folder_becomes_a_model_that_softcam_explain_reads() {
    let folder = folders("teach", 8);
    // Two frames of one burst: a folder within the class's. And something that is no picture.
    let burst = folder.join("discs/burst");
    fs::create_dir_all(&burst).unwrap();
    for index in [8, 9] {
        draw("discs", index)
            .save(burst.join(format!("{index}.png")))
            .unwrap();
    }
    fs::write(folder.join("stripes/broken.png"), "no picture").unwrap();
    let out = scratch("teach").join("mine.safetensors");
    let output = teach(&folder, &out, &["--json"]);
    let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(told["title"], "Own classes: discs, stripes");
    assert_eq!(told["pictures"], serde_json::json!([10, 8]));
    assert_eq!(told["files"].as_array().unwrap().len(), 18);
    assert_eq!(told["left_out"][0]["file"], "stripes/broken.png");
    let independent = told["independent"][0].as_u64().unwrap();
    assert!(independent <= 9, "the burst counts once: {independent}");
    assert!(told["accuracy"]["share"].as_f64().unwrap() > 0.85, "{told}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("left out: stripes/broken.png"), "{said}");

    let picture = folder.join("stripes/03.png");
    let explained = softcam(arguments!["explain", picture, "--model", &out, "--json"]);
    let explained: Value = serde_json::from_str(&stdout(&explained)).unwrap();
    let text = explained.to_string();
    assert!(text.contains("stripes"), "{text}");
    let card = stdout(&softcam(arguments!["inspect", &out]));
    assert!(card.contains("accuracy, cross-validated"), "{card}");
    assert!(card.contains("no diagnosis"), "{card}");
}

#[test]
fn the_same_pictures_give_the_same_file_and_text_tells_what_it_is_worth() {
    let folder = folders("teach-twice", 3);
    let outs =
        ["one", "two"].map(|name| scratch("teach-twice").join(format!("{name}.safetensors")));
    let said = outs.each_ref().map(|out| stdout(&teach(&folder, out, &[])));
    assert_eq!(fs::read(&outs[0]).unwrap(), fs::read(&outs[1]).unwrap());
    assert!(
        said[0].contains("beware: discs has 3 pictures; at least 8 are better."),
        "{}",
        said[0]
    );
    assert!(said[0].contains("Not for medical pictures"), "{}", said[0]);
}

#[test]
fn what_cannot_be_taught_is_refused_with_what_to_do() {
    let out = scratch("teach-refused").join("mine.safetensors");
    let one = folders("teach-refused", 1);
    fs::remove_dir_all(one.join("stripes")).unwrap();
    let said = refusal(&teach(&one, &out, &[]));
    assert!(said.contains("of one class, \"discs\""), "{said}");

    let unreadable = folders("teach-unreadable", 1);
    fs::write(unreadable.join("stripes/00.png"), "no picture").unwrap();
    let said = refusal(&teach(&unreadable, &out, &[]));
    assert!(
        said.contains("The class \"stripes\" has no picture."),
        "{said}"
    );

    let medical = repository("web/models/chest-dense.safetensors");
    let folder = folders("teach-medical", 1);
    let output = softcam(arguments![
        "teach", folder, "--model", medical, "--out", &out
    ]);
    assert!(refusal(&output).contains("judges people's health"));
    assert!(!out.exists());
}
