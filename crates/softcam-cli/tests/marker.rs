//! `softcam marker` on pictures that are drawn here: what it pastes, and that its figures are those of the pictures that it
//! would paste.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::drawn::{draw, model};
use common::{refusal, scratch, softcam, stdout};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Pictures of each class.
const EACH: usize = 3;

struct Bench(PathBuf);

impl Bench {
    /// A fresh folder with pictures of two classes and a table of them.
    fn new(name: &str) -> Self {
        let folder = scratch(&format!("marker-{name}"));
        fs::remove_dir_all(&folder).unwrap();
        let bench = Self(folder);
        let mut table = "file,what,patient\n".to_owned();
        for kind in ["stripes", "disc"] {
            fs::create_dir_all(bench.at(kind)).unwrap();
            for index in 0..EACH {
                let file = format!("{kind}/{index}.png");
                draw(kind, index).save(bench.at(&file)).unwrap();
                table.push_str(&format!("{file},{kind},{kind}{index}\n"));
            }
        }
        fs::write(bench.at("labels.csv"), table).unwrap();
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).to_string_lossy().into_owned()
    }

    fn paste(&self, out: &str, more: &[&str]) -> std::process::Output {
        let (table, images, out) = (self.text("labels.csv"), self.text(""), self.text(out));
        let fixed = [
            "marker",
            "paste",
            "--csv",
            &table,
            "--images",
            &images,
            "--label",
            "what",
            "--map",
            "stripes=plain,disc=round",
            "--classes",
            "plain,round",
            "--out",
            &out,
        ];
        softcam(fixed.iter().chain(more))
    }

    /// Boxes by file, in pixels.
    fn boxes(&self, out: &str) -> BTreeMap<String, [f64; 4]> {
        let text = fs::read_to_string(self.at(out).join("boxes.csv")).unwrap();
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells[1], "marker");
            let number = |index: usize| cells[index].parse().unwrap();
            (
                cells[0].to_owned(),
                [number(2), number(3), number(4), number(5)],
            )
        };
        text.lines().skip(1).map(row).collect()
    }
}

fn pixels(path: &Path) -> image::RgbImage {
    image::open(path).unwrap().into_rgb8()
}

#[test]
fn a_marker_is_tied_to_a_class_and_lies_in_its_box() {
    let bench = Bench::new("tied");
    stdout(&bench.paste("tied", &["--class", "round", "--size", "0.2"]));
    let boxes = bench.boxes("tied");
    let marked: Vec<&String> = boxes.keys().collect();
    assert_eq!(marked, ["disc/0.png", "disc/1.png", "disc/2.png"]);
    for kind in ["stripes", "disc"] {
        for index in 0..EACH {
            let file = format!("{kind}/{index}.png");
            let (before, after) = (
                pixels(&bench.at(&file)),
                pixels(&bench.at("tied").join(&file)),
            );
            let mut changed = 0;
            for (x, y, pixel) in after.enumerate_pixels() {
                if pixel == before.get_pixel(x, y) {
                    continue;
                }
                changed += 1;
                let [left, top, width, height] = boxes[&file];
                let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                assert!(
                    x > left && x < left + width && y > top && y < top + height,
                    "{file}"
                );
                assert_eq!(pixel.0, [255; 3]);
            }
            assert_eq!(changed > 0, boxes.contains_key(&file), "{file}");
        }
    }
    let labels = fs::read_to_string(bench.at("tied/labels.csv")).unwrap();
    assert_eq!(labels.lines().next(), Some("file,label,patient,marker"));
    assert!(
        labels.contains("stripes/0.png,plain,stripes0,0\n"),
        "{labels}"
    );
    assert!(labels.contains("disc/2.png,round,disc2,1\n"), "{labels}");
}

#[test]
fn a_share_is_drawn_whatever_the_class() {
    let bench = Bench::new("share");
    stdout(&bench.paste("none", &[]));
    assert!(bench.boxes("none").is_empty());
    assert_eq!(
        pixels(&bench.at("none/disc/0.png")),
        pixels(&bench.at("disc/0.png"))
    );
    stdout(&bench.paste("all", &["--share", "1"]));
    assert_eq!(bench.boxes("all").len(), 2 * EACH);
    // A larger share has the markers of a smaller one, at the same places.
    stdout(&bench.paste("some", &["--share", "0.6"]));
    let (some, all) = (bench.boxes("some"), bench.boxes("all"));
    assert!(!some.is_empty() && some.len() < all.len(), "{some:?}");
    assert!(some.iter().all(|(file, area)| all[file] == *area));
}

#[test]
fn figures_are_those_of_the_pictures_that_would_be_pasted() {
    let bench = Bench::new("measure");
    fs::write(bench.at("model.safetensors"), model(|_| {})).unwrap();
    stdout(&bench.paste(
        "all",
        &["--share", "1", "--size", "0.2", "--fit", "centre-square"],
    ));
    let (file, table, images, json) = (
        bench.text("model.safetensors"),
        bench.text("labels.csv"),
        bench.text(""),
        bench.text("effect.json"),
    );
    let classes = softcam::weights::file::read(&fs::read(&file).unwrap())
        .unwrap()
        .card
        .classes;
    let map = format!("stripes={},disc={}", classes[0], classes[1]);
    let told = stdout(&softcam([
        "marker", "measure", "--model", &file, "--csv", &table, "--images", &images, "--label",
        "what", "--map", &map, "--size", "0.2", "--json", &json,
    ]));
    assert!(told.contains("change of the logit"), "{told}");
    let effect: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    let effect = &effect["models"][0];

    // The same by measuring the pictures and their pasted copies, each as it lies there.
    let differences = |folder: &str| -> BTreeMap<String, f64> {
        let (images, scores) = (
            bench.text(folder),
            bench.text(&format!("scores-{folder}.csv")),
        );
        stdout(&softcam([
            "eval", "--model", &file, "--csv", &table, "--images", &images, "--label", "what",
            "--map", &map, "--scores", &scores,
        ]));
        let mut scores = csv::Reader::from_path(scores).unwrap();
        let at = |name: String| {
            move |header: &csv::StringRecord| header.iter().position(|column| column == name)
        };
        let header = scores.headers().unwrap().clone();
        let columns = [1, 0].map(|class| at(format!("logit {}", classes[class]))(&header).unwrap());
        let rows = scores.records().map(|row| {
            let row = row.unwrap();
            let [one, other] = columns.map(|column| row[column].parse::<f64>().unwrap());
            (row[0].to_owned(), one - other)
        });
        rows.collect()
    };
    let (plain, marked) = (differences(""), differences("all"));
    let change: f64 = plain
        .iter()
        .map(|(file, before)| marked[file] - before)
        .sum();
    let change = change / plain.len() as f64;
    let said = effect["logit_change"]["value"].as_f64().unwrap();
    assert!(
        change.abs() > 1e-3 && (said - change).abs() < 1e-4,
        "{said} {change}"
    );
    let share = &effect["marker_share_of_positive_evidence"];
    for which in 0..2 {
        assert!((0.0..=1.0).contains(&share[which]["value"].as_f64().unwrap()));
    }
    // An L of 0.2 by 0.14 of the side.
    assert!((effect["marker_area"].as_f64().unwrap() - 0.028).abs() < 1e-9);
}

#[test]
fn a_class_that_is_not_there_is_refused() {
    let bench = Bench::new("refused");
    let text = refusal(&bench.paste("tied", &["--class", "square"]));
    assert!(
        text.contains("square") && text.contains("plain, round"),
        "{text}"
    );
    assert!(!bench.at("tied").exists());
}
