//! Pictures and a table to train on.

use super::{repository, scratch, softcam};
use crate::arguments;
use image::{Rgb, RgbImage};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

/// Patients of each class; each has two pictures.
pub const PATIENTS: usize = 6;

/// A folder with pictures of two kinds, two of each patient, and a table of them.
pub struct Bench {
    pub folder: PathBuf,
}

impl Bench {
    /// Draws them.
    pub fn new(name: &str) -> Self {
        let folder = scratch(&format!("train-{name}"));
        fs::remove_dir_all(&folder).unwrap();
        let mut table = "file,what,patient\n".to_owned();
        for kind in ["plain", "round"] {
            fs::create_dir_all(folder.join("pictures").join(kind)).unwrap();
            for patient in 0..PATIENTS {
                for index in 0..2 {
                    let file = format!("{kind}/{patient}-{index}.png");
                    draw(kind, 2 * patient + index)
                        .save(folder.join("pictures").join(&file))
                        .unwrap();
                    table.push_str(&format!("{file},{kind},{kind}{patient}\n"));
                }
            }
        }
        fs::write(folder.join("labels.csv"), table).unwrap();
        Self { folder }
    }

    /// A path in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A short run into `out` with `more` arguments.
    pub fn run(&self, out: &str, more: &[&str]) -> Output {
        softcam(self.arguments(out, more))
    }

    /// What such a run is started with.
    pub fn arguments(&self, out: &str, more: &[&str]) -> Vec<OsString> {
        let mut list = arguments![
            "train",
            "--init",
            repository("web/models/efficientnet-lite0.safetensors"),
            "--out",
            self.at(out),
            "--csv",
            self.at("labels.csv"),
            "--images",
            self.at("pictures"),
            "--label",
            "what",
            "--map",
            "plain=flat,round=1",
            "--classes",
            "flat,round",
        ]
        .to_vec();
        let usual = [
            ["--size", "64"],
            ["--freeze", "15"],
            ["--batch", "4"],
            ["--lasso", "1e-4"],
            ["--optimizer", "adamw"],
            ["--augment", "photo"],
        ];
        let unless_said = usual.iter().filter(|[option, _]| !more.contains(option));
        list.extend(unless_said.flatten().map(Into::into));
        list.extend(more.iter().map(Into::into));
        list
    }

    /// What a run measured on the way.
    pub fn history(&self, out: &str) -> Value {
        serde_json::from_slice(&fs::read(self.at(out).join("training.json")).unwrap()).unwrap()
    }
}

/// Grey stripes, with a bright disc on some.
fn draw(kind: &str, index: usize) -> RgbImage {
    RgbImage::from_fn(80, 80, |x, y| {
        let (dx, dy) = (f64::from(x) - 30.0 - index as f64, f64::from(y) - 40.0);
        if kind == "round" && dx.hypot(dy) < 20.0 {
            Rgb([250, 220, 60])
        } else {
            Rgb([60 + 40 * ((x / 5 + index as u32) % 2) as u8; 3])
        }
    })
}
