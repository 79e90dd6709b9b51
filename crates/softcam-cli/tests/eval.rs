//! `softcam eval` on pictures that are drawn here. The model is the shipped network with two of its thousand classes, so
//! that there is a positive one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::drawn::{draw, model};
use common::{misuse, refusal, scratch, softcam, stdout};
use serde_json::Value;
use softcam::novelty::NoveltyReference;
use softcam::weights::{HeadActivation, NoveltyLimits, OperatingPoint, Population, file};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Pictures of each class.
const EACH: usize = 4;

/// A folder with a model, pictures and a table of them.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Self {
        let bench = Self {
            folder: scratch(&format!("eval-{name}")),
        };
        fs::write(bench.at("model.safetensors"), model(|_| {})).unwrap();
        for kind in ["stripes", "disc"] {
            fs::create_dir_all(bench.at(kind)).unwrap();
            for index in 0..EACH {
                draw(kind, index)
                    .save(bench.at(&format!("{kind}/{index}.png")))
                    .unwrap();
            }
        }
        bench.table("file,what,patient,part,exclude\n", |kind, index| {
            format!("{kind}/{index}.png,{kind},{kind}{},check,\n", index / 2)
        });
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes labels.csv.
    fn table(&self, header: &str, row: impl Fn(&str, usize) -> String) {
        let mut text = header.to_owned();
        for kind in ["stripes", "disc"] {
            text.extend((0..EACH).map(|index| row(kind, index)));
        }
        fs::write(self.at("labels.csv"), text).unwrap();
    }

    /// A usual run with `more` arguments.
    fn run(&self, more: &[&str]) -> Output {
        self.run_with("stripes=plain,disc=1", more)
    }

    fn run_with(&self, map: &str, more: &[&str]) -> Output {
        let mut list = arguments![
            "eval",
            "--model",
            self.at("model.safetensors"),
            "--csv",
            self.at("labels.csv"),
            "--images",
            &self.folder,
            "--label",
            "what",
            "--map",
            map,
            "--json",
            self.at("out.json"),
        ]
        .to_vec();
        list.extend(more.iter().map(Into::into));
        softcam(list)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&fs::read(self.at("out.json")).unwrap()).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn every_key_is_there_and_makes_sense() {
    let bench = Bench::new("keys");
    let scores = bench.path("scores.csv");
    let text = stdout(&bench.run(&["--scores", &scores, "--part", "check"]));
    let json = bench.json();
    assert_eq!(json["n"], 2 * EACH);
    assert_eq!(json["groups"], EACH, "two pictures of each patient");
    for metric in ["accuracy", "auc", "f1", "sensitivity", "specificity", "ece"] {
        let [low, value, high] = ["low", "value", "high"].map(|key| number(&json[metric][key]));
        assert!(
            0.0 <= low && low <= high && high <= 1.0,
            "{metric}: {low} to {high}"
        );
        assert!((0.0..=1.0).contains(&value), "{metric}: {value}");
    }
    assert!(
        number(&json["auc"]["value"]) > 0.9,
        "a zebra is not a ball: {}",
        json["auc"]
    );
    assert_eq!(json["kappa"], Value::Null);
    assert_eq!(json["precision"], "int8");
    assert_eq!(json["size"], 224);
    assert_eq!(json["model"], "model.safetensors");
    assert_eq!(json["threshold"]["operating_point"]["positive"], "<round>");
    assert_eq!(json["threshold"]["operating_point"]["probability"], 0.5);
    assert_eq!(
        json["out_of_distribution"],
        Value::Null,
        "the model has no reference"
    );
    assert_eq!(json["localisation"], Value::Null);
    assert_eq!(json["skipped"]["unreadable"], 0);
    let counts: f64 = (json["confusion"]["counts"].as_array().unwrap().iter())
        .flat_map(|row| row.as_array().unwrap())
        .map(number)
        .sum();
    assert_eq!(counts, 2.0 * EACH as f64);
    for expected in ["AUC", "4 patients", "teaching tool", "true class by row"] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }

    let scores = fs::read_to_string(scores).unwrap();
    let mut lines = scores.lines();
    assert_eq!(
        lines.next().unwrap(),
        "file,label,called,probability plain,probability <round>,logit plain,logit <round>,novelty,flagged"
    );
    let first: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(first[..2], ["stripes/0.png", "plain"]);
    let sum: f64 = first[3..5].iter().map(|p| p.parse::<f64>().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-5);
    assert_eq!(lines.count() + 1, 2 * EACH);
}

#[test]
fn the_operating_point_of_the_card_decides() {
    let bench = Bench::new("point");
    let strict = model(|model| {
        model.card.operating_point = Some(OperatingPoint {
            positive: 0,
            probability: 0.000_001,
            chosen: "by hand".into(),
        });
    });
    fs::write(bench.at("model.safetensors"), strict).unwrap();
    stdout(&bench.run(&["--size", "64"]));
    let json = bench.json();
    assert_eq!(json["threshold"]["operating_point"]["positive"], "plain");
    assert_eq!(
        number(&json["sensitivity"]["value"]),
        1.0,
        "everything is called plain"
    );

    // Of two populations the first one's counts, unless another is named.
    let population = |name: &str, probability| Population {
        name: name.into(),
        temperature: 1.0,
        operating_point: Some(OperatingPoint {
            positive: 0,
            probability,
            chosen: "by hand".into(),
        }),
    };
    let two = model(|model| {
        let all = vec![population("a", 0.999_999), population("b", 0.000_001)];
        model.card.temperature = 1.0;
        model
            .card
            .operating_point
            .clone_from(&all[0].operating_point);
        model.card.populations = all;
    });
    fs::write(bench.at("model.safetensors"), two).unwrap();
    let text = stdout(&bench.run(&["--size", "64"]));
    assert!(text.contains("the card's operating point for a"), "{text}");
    assert_eq!(number(&bench.json()["specificity"]["value"]), 1.0);
    stdout(&bench.run(&["--size", "64", "--population", "b"]));
    assert_eq!(bench.json()["population"], "b");
    assert_eq!(number(&bench.json()["sensitivity"]["value"]), 1.0);
}

#[test]
fn pictures_unlike_the_known_ones_are_counted() {
    let bench = Bench::new("novelty");
    let picky = |threshold: f32| {
        model(|model| {
            let features = model.backbone().features;
            let mut basis = vec![0.0; features];
            basis[0] = 1.0;
            model.novelty_reference = Some(NoveltyReference {
                mean: vec![0.0; features],
                basis,
                variance: vec![1.0],
                residual_variance: 1.0,
            });
            model.card.novelty = Some(NoveltyLimits {
                blocks: None,
                counterparts: Vec::new(),
                threshold,
                residual_variance: 1.0,
                fitted: "by hand".into(),
            });
        })
    };
    let scores = bench.path("scores.csv");
    for (threshold, flagged) in [(1e-9, 2 * EACH), (1e9, 0)] {
        fs::write(bench.at("model.safetensors"), picky(threshold)).unwrap();
        stdout(&bench.run(&["--size", "64", "--scores", &scores]));
        let novel = bench.json()["out_of_distribution"].clone();
        assert_eq!(novel["flagged"], flagged);
        assert_eq!(number(&novel["share"]), flagged as f64 / (2 * EACH) as f64);
        let scores = fs::read_to_string(&scores).unwrap();
        assert_eq!(scores.matches(",true\n").count(), flagged, "{scores}");
    }
}

#[test]
fn rows_are_left_out_and_counted() {
    let bench = Bench::new("skipping");
    bench.table("picture,what,who,use,exclude\n", |kind, index| {
        let label = if kind == "disc" && index == 3 {
            "unclear"
        } else {
            kind
        };
        let exclude = if index == 2 { "blurred" } else { "" };
        let part = if index == 1 { "tune" } else { "check" };
        format!("{kind}\\{index}.png,{label},{index},{part},{exclude}\n")
    });
    let columns = ["--file-column", "picture", "--group", "who", "--size", "64"];
    stdout(&bench.run(&columns));
    let json = bench.json();
    assert_eq!(json["n"], 5);
    assert_eq!(json["skipped"]["unmapped"], 1);
    assert_eq!(json["skipped"]["excluded"], 2);

    let part = [&columns[..], &["--part", "tune", "--part-column", "use"]].concat();
    stdout(&bench.run(&part));
    assert_eq!(bench.json()["n"], 2);

    stdout(&bench.run(&[&columns[..], &["--keep-excluded", "--limit", "6"]].concat()));
    let json = bench.json();
    assert_eq!(json["n"], 6);
    assert_eq!(json["skipped"]["excluded"], 0);
}

#[test]
fn a_table_is_split_here_as_for_training() {
    let bench = Bench::new("splitting");
    bench.table("file,what,patient\n", |kind, index| {
        format!("{kind}/{index}.png,{kind},{kind}{index}\n")
    });
    let count = |more: &[&str]| {
        let all = [&["--size", "64", "--split", "0.5,0.25,0.25"], more].concat();
        stdout(&bench.run(&all));
        bench.json()["n"].clone()
    };
    assert_eq!(count(&["--part", "train"]), 4);
    assert_eq!(count(&["--part", "check"]), 2);
    // Pinned pictures leave the part that the seed gave them.
    let pin = bench.path("pin.csv");
    let all: String = (0..EACH)
        .map(|index| format!("disc/{index}.png\n"))
        .collect();
    fs::write(&pin, format!("file\n{all}")).unwrap();
    assert_eq!(count(&["--part", "train", "--pin", &pin]), 6);
    let alone = misuse(&bench.run(&["--split", "0.5,0.25,0.25"]));
    assert!(alone.contains("--part"), "{alone}");
    let text = refusal(&bench.run(&["--split", "0.5,0.5", "--part", "check"]));
    assert!(text.contains("three shares"), "{text}");
}

#[test]
fn figures_go_into_a_copy_of_the_model() {
    let bench = Bench::new("figures");
    let copy = bench.path("copy.safetensors");
    stdout(&bench.run(&["--figures", &copy, "--measured-on", "test pictures"]));
    let json = bench.json();
    let before = file::read(&fs::read(bench.at("model.safetensors")).unwrap()).unwrap();
    let after = file::read(&fs::read(&copy).unwrap()).unwrap();
    assert_eq!(before.layers, after.layers);
    let find = |name: &str| after.card.figures.iter().find(|figure| figure.name == name);
    assert_eq!(
        find("old").unwrap().measured_on,
        "elsewhere",
        "figures of other data stay"
    );
    assert!(
        find("stale").is_none(),
        "figures of the same data are replaced"
    );
    assert_eq!(find("AUC").unwrap().value, number(&json["auc"]["value"]));
    assert_eq!(find("AUC").unwrap().measured_on, "test pictures");
    assert_eq!(find("pictures").unwrap().value, 8.0);

    let alone = misuse(&bench.run(&["--figures", &copy]));
    assert!(alone.contains("--measured-on"), "{alone}");
    let part = ["--figures", &copy, "--measured-on", "x", "--limit", "4"];
    assert!(misuse(&bench.run(&part)).contains("--limit"));
}

#[test]
fn both_forms_of_boxes_give_the_same() {
    let bench = Bench::new("boxes");
    let pixels = bench.path("pixels.csv");
    let shares = bench.path("shares.csv");
    let (mut as_pixels, mut as_shares) = (
        "file,x,y,w,h\n".to_owned(),
        "file,class,cx,cy,w,h\n".to_owned(),
    );
    for index in 0..EACH {
        as_pixels += &format!("disc/{index}.png,24,16,48,48\n");
        as_shares += &format!("disc/{index}.png,disc,0.5,0.5,0.5,0.6\n");
        as_shares += &format!("disc/{index}.png,other,0.1,0.1,0.1,0.1\n");
    }
    fs::write(&pixels, as_pixels).unwrap();
    fs::write(&shares, as_shares).unwrap();
    let text = stdout(&bench.run(&["--boxes", &pixels]));
    assert!(text.contains("evidence for <round> over plain"), "{text}");
    let first = bench.json()["localisation"].clone();
    assert_eq!(first["n"], EACH);
    // 48 x 48 of the centred 80 x 80.
    assert!((number(&first["box_share"]) - 0.36).abs() < 0.01, "{first}");
    for measure in [
        "activation_precision",
        "activation_sensitivity",
        "pointing_game",
        "pointing_game_near",
        "patch_precision",
    ] {
        let value = number(&first[measure]["value"]);
        assert!((0.0..=1.0).contains(&value), "{measure}: {value}");
    }
    assert_eq!(first["patch_precision"]["k"], 10);
    stdout(&bench.run(&["--boxes", &shares, "--box-class", "disc"]));
    assert_eq!(bench.json()["localisation"], first);
    stdout(&bench.run(&["--boxes", &shares, "--map-of", "plain", "--top", "3"]));
    let other = bench.json()["localisation"].clone();
    assert_eq!(other["map"], "evidence for plain");
    assert_eq!(other["patch_precision"]["k"], 3);

    let text = refusal(&bench.run(&["--boxes", &shares, "--box-class", "disk"]));
    assert!(text.contains("Did you mean \"disc\"?"), "{text}");
    fs::write(&shares, "file,cx,cy,w,h\nelsewhere.png,0.5,0.5,0.1,0.1\n").unwrap();
    let text = refusal(&bench.run(&["--boxes", &shares]));
    assert!(
        text.contains("elsewhere.png") && text.contains("stripes/0.png"),
        "{text}"
    );
}

#[test]
fn an_unreadable_picture_is_named_and_fails_in_the_end() {
    let bench = Bench::new("unreadable");
    fs::write(bench.at("disc/1.png"), "not a picture").unwrap();
    let copy = bench.path("copy.safetensors");
    let _ = fs::remove_file(&copy);
    let output = bench.run(&["--size", "64"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("disc/1.png") && text.contains("--skip-unreadable"),
        "{text}"
    );
    assert_eq!(bench.json()["skipped"]["unreadable"], 1);
    let output = bench.run(&["--figures", &copy, "--measured-on", "x"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        !Path::new(&copy).exists(),
        "no card with figures of fewer pictures"
    );

    stdout(&bench.run(&["--size", "64", "--skip-unreadable"]));
    let json = bench.json();
    assert_eq!(json["n"], 2 * EACH - 1);
    assert_eq!(json["skipped"]["unreadable_files"][0], "disc/1.png");
}

#[test]
fn a_picture_that_is_not_there_is_skipped_like_one_that_cannot_be_read() {
    let bench = Bench::new("absent");
    fs::remove_file(bench.at("disc/2.png")).unwrap();
    let output = bench.run(&["--size", "64", "--skip-unreadable"]);
    let notes = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(notes.contains("disc/2.png"), "{notes}");
    stdout(&output);
    let json = bench.json();
    assert_eq!(json["n"], 2 * EACH - 1);
    assert_eq!(json["skipped"]["unreadable_files"][0], "disc/2.png");
    bench.table("file,what\n", |kind, index| {
        format!("elsewhere/{kind}{index}.png,{kind}\n")
    });
    let text = refusal(&bench.run(&["--skip-unreadable"]));
    assert!(text.contains("8 pictures cannot be read"), "{text}");
}

#[test]
fn rows_that_repeat_others_count_once_and_few_patients_are_no_interval() {
    let bench = Bench::new("repeated");
    // All discs are of one patient, and the first has two rows.
    bench.table("file,what,patient\n", |kind, index| {
        let patient = if kind == "disc" { 0 } else { index };
        let row = format!("{kind}/{index}.png,{kind},{kind}{patient}\n");
        match (kind, index) {
            ("disc", 0) => row.repeat(2),
            _ => row,
        }
    });
    let text = stdout(&bench.run(&["--size", "64"]));
    assert!(text.contains("1 row repeats another"), "{text}");
    assert!(text.contains("(no interval)"), "{text}");
    assert!(text.contains("fewer than 10 patients"), "{text}");
    let json = bench.json();
    assert_eq!(
        (&json["n"], &json["skipped"]["repeated"]),
        (&8.into(), &1.into())
    );
    assert!(json["auc"]["value"].is_number());
    assert_eq!(json["auc"]["low"], Value::Null);
    assert!(json["specificity"]["low"].is_number());
    assert_eq!(
        json["few"][1],
        serde_json::json!({"class": "<round>", "groups": 1})
    );

    bench.table("file,what\n", |kind, index| {
        let other = if kind == "disc" { "stripes" } else { "disc" };
        let again = format!("{kind}/{index}.png,{other}\n");
        let again = if index == 3 { &again[..] } else { "" };
        format!("{kind}/{index}.png,{kind}\n{again}")
    });
    let text = refusal(&bench.run(&["--size", "64"]));
    assert!(
        text.contains("Lines 5 and 6") && text.contains("different classes"),
        "{text}"
    );
}

#[test]
fn a_table_of_another_encoding_is_refused_once() {
    let bench = Bench::new("latin");
    bench.table("file,what,reader\n", |kind, index| {
        format!("{kind}/{index}.png,{kind},Zo\u{eb}\n")
    });
    let text = fs::read_to_string(bench.at("labels.csv")).unwrap();
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    fs::write(bench.at("labels.csv"), latin).unwrap();
    let text = refusal(&bench.run(&["--size", "64"]));
    assert!(text.contains("not UTF-8 text in line 2"), "{text}");
    assert_eq!(
        text.to_lowercase().matches("utf-8 text").count(),
        1,
        "{text}"
    );
}

#[test]
fn two_models_stand_side_by_side() {
    let bench = Bench::new("against");
    let same = bench.path("model.safetensors");
    let text = stdout(&bench.run(&["--against", &same, "--size", "64"]));
    assert!(text.contains("alike on 100.00 %"), "{text}");
    let against = bench.json()["against"].clone();
    assert_eq!(against["agreement"], 1.0);
    assert_eq!(against["largest_logit_difference"], 0.0);
    assert_eq!(against["auc"], bench.json()["auc"]);

    let other = bench.path("other.safetensors");
    fs::write(&other, model(|model| model.card.classes.reverse())).unwrap();
    let text = refusal(&bench.run(&["--against", &other]));
    assert!(text.contains("same classes"), "{text}");
}

/// A model of two classes that may be right at once.
fn several() -> Vec<u8> {
    model(|model| {
        model.card.activation = HeadActivation::Sigmoid;
        model.card.format_version = model.card.needed_version();
    })
}

impl Bench {
    /// The same with a model and a table for classes that do not exclude each other.
    fn several(name: &str) -> Self {
        let bench = Self::new(name);
        fs::write(bench.at("model.safetensors"), several()).unwrap();
        bench.table("file,plain,ball,patient\n", |kind, index| {
            let [plain, round] = match (kind, index) {
                ("stripes", 0) => ["1.0", "-1"],
                ("stripes", _) => ["1", "0"],
                (_, 0) => ["", ""],
                _ => ["0", "1"],
            };
            format!("{kind}/{index}.png,{plain},{round},{kind}{index}\n")
        });
        bench
    }

    /// A run without labels of one class each.
    fn run_several(&self, more: &[&str]) -> Output {
        let mut list = arguments![
            "eval",
            "--model",
            self.at("model.safetensors"),
            "--csv",
            self.at("labels.csv"),
            "--images",
            &self.folder,
            "--json",
            self.at("out.json"),
        ]
        .to_vec();
        // Figures in a card are those of its own size.
        if !more.contains(&"--figures") {
            list.extend(["--size", "64"].map(Into::into));
        }
        list.extend(more.iter().map(Into::into));
        softcam(list)
    }
}

#[test]
fn classes_that_do_not_exclude_each_other_are_measured_one_by_one() {
    let bench = Bench::several("several");
    let (scores, copy) = (bench.path("scores.csv"), bench.path("copy.safetensors"));
    let columns = ["--label-columns", "plain,ball=<round>"];
    let text = stdout(&bench.run_several(&[&columns[..], &["--scores", &scores]].concat()));
    for expected in [
        "do not exclude each other",
        "mean AUC",
        "teaching tool",
        "fewer than 10",
    ] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
    assert!(!text.contains("accuracy"), "{text}");
    let json = bench.json();
    assert_eq!((&json["n"], &json["groups"]), (&7.into(), &7.into()));
    assert_eq!(json["activation"], "sigmoid");
    assert_eq!(json["skipped"]["unlabelled"], 1);
    assert_eq!(
        (&json["accuracy"], &json["confusion"]),
        (&Value::Null, &Value::Null)
    );
    let classes = json["classes"].as_array().unwrap();
    let counts: Vec<_> = (classes.iter())
        .map(|class| ["yes", "no", "unknown"].map(|key| number(&class[key]) as usize))
        .collect();
    assert_eq!(counts, [[4, 3, 0], [3, 3, 1]]);

    // Probabilities do not add up to 1, and figures follow from them.
    let text = fs::read_to_string(&scores).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "file,label plain,label <round>,probability plain,probability <round>,logit plain,logit <round>,novelty,flagged"
    );
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[0][..3], ["stripes/0.png", "1", ""]);
    let value = |row: &[&str], column: usize| row[column].parse::<f64>().unwrap();
    for row in &rows {
        let sigmoid = 1.0 / (1.0 + (-value(row, 6)).exp());
        assert!((value(row, 4) - sigmoid).abs() < 1e-5, "{row:?}");
    }
    for (class, (label, probability)) in classes.iter().zip([(1, 3), (2, 4)]) {
        let (mut above, mut pairs, mut found, mut shown) = (0.0, 0.0, 0.0, 0.0);
        for yes in rows.iter().filter(|row| row[label] == "1") {
            shown += 1.0;
            found += f64::from(u8::from(value(yes, probability) >= 0.5));
            for no in rows.iter().filter(|row| row[label] == "0") {
                pairs += 1.0;
                above += f64::from(u8::from(value(yes, probability) > value(no, probability)));
            }
        }
        assert!(
            (number(&class["auc"]["value"]) - above / pairs).abs() < 1e-6,
            "{class}"
        );
        assert!(
            (number(&class["sensitivity"]["value"]) - found / shown).abs() < 1e-6,
            "{class}"
        );
    }
    let mean = classes
        .iter()
        .map(|class| number(&class["auc"]["value"]))
        .sum::<f64>()
        / 2.0;
    assert!((number(&json["auc"]["value"]) - mean).abs() < 1e-9);

    // Columns that are called like classes need no option; those of other classes are missing then, and that is said.
    let text = stdout(&bench.run_several(&["--figures", &copy, "--measured-on", "test pictures"]));
    assert!(text.contains("says nothing of them: <round>"), "{text}");
    assert_eq!(bench.json()["not_measured"][0], "<round>");
    let after = file::read(&fs::read(&copy).unwrap()).unwrap();
    let find = |name: &str| after.card.figures.iter().find(|figure| figure.name == name);
    let auc = &bench.json()["classes"][0]["auc"];
    assert_eq!(find("AUC: plain").unwrap().value, number(&auc["value"]));
    assert!(find("old").is_some() && find("stale").is_none() && find("accuracy").is_none());

    let same = bench.path("model.safetensors");
    stdout(&bench.run_several(&[&columns[..], &["--against", &same]].concat()));
    let against = bench.json()["against"].clone();
    assert_eq!(against["largest_logit_difference"], 0.0);
    assert_eq!(against["auc"], json["auc"]);
}

#[test]
fn labels_of_one_class_and_of_several_are_told_apart() {
    let bench = Bench::several("one-or-several");
    let other = bench.path("other.safetensors");
    fs::write(&other, model(|_| {})).unwrap();
    let columns = ["--label-columns", "plain,ball=<round>"];
    let with = |more: &[&str]| refusal(&bench.run_several(&[&columns[..], more].concat()));
    for (text, expected) in [
        (
            with(&["--against", &other]),
            "probabilities of the same kind",
        ),
        (with(&["--ordinal"]), "--ordinal is for classes"),
        (
            with(&["--html", &bench.path("report.html")]),
            "--html is for classes",
        ),
        (with(&["--boxes", &other]), "--boxes is for classes"),
        (refusal(&bench.run(&[])), "--label-columns"),
        (
            refusal(&bench.run_several(&["--label-columns", "plane"])),
            "Did you mean \"plain\"?",
        ),
    ] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    let both = bench.run_several(&[&columns[..], &["--map", "a=0"]].concat());
    assert!(misuse(&both).contains("--map"));

    let exclusive = Bench::new("exclusive");
    let text = refusal(&exclusive.run_several(&columns));
    assert!(text.contains("--map"), "{text}");
    let text = refusal(&exclusive.run_several(&[]));
    assert!(text.contains("Give --map"), "{text}");
}

#[test]
fn the_report_is_one_page_without_scripts() {
    let bench = Bench::new("report");
    let report = bench.path("report.html");
    stdout(&bench.run(&["--html", &report, "--size", "64"]));
    let html = fs::read_to_string(report).unwrap();
    for expected in [
        "<svg",
        "no diagnosis",
        "data:image/png;base64,",
        "&lt;round&gt;",
        "ROC curve",
        "Reliability",
    ] {
        assert!(html.contains(expected), "no {expected}");
    }
    assert!(!html.contains("<script") && !html.contains("<round>"));
    let addresses =
        html.matches("http").count() - html.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(addresses, 0, "it needs nothing else");
}

#[test]
fn folders_take_the_place_of_a_table() {
    let bench = Bench::new("folders");
    let root = scratch("eval-folders-root");
    for (class, kind) in [("plain", "stripes"), ("<round>", "disc")] {
        fs::create_dir_all(root.join(class)).unwrap();
        for index in 0..EACH {
            draw(kind, index)
                .save(root.join(class).join(format!("{index}.png")))
                .unwrap();
        }
    }
    let json = bench.at("folders.json");
    let run = |more: &[&str]| {
        let mut list = arguments![
            "eval",
            "--model",
            bench.at("model.safetensors"),
            "--folders",
            &root
        ]
        .to_vec();
        list.extend(more.iter().map(Into::into));
        softcam(list)
    };
    stdout(&run(&["--json", json.to_str().unwrap()]));
    let by_folder: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    stdout(&bench.run(&[]));
    assert_eq!(by_folder["auc"]["value"], bench.json()["auc"]["value"]);
    let text = refusal(&run(&["--map", "plain=plain"]));
    assert!(text.contains("one class"), "{text}");
}

#[test]
fn mistakes_are_refused_with_advice() {
    let bench = Bench::new("mistakes");
    let cases = [
        (
            bench.run_with("stripes=plane,disc=1", &[]),
            "Did you mean \"plain\"?",
        ),
        (bench.run_with("stripes=0,disc=2", &[]), "1 \"<round>\""),
        (bench.run_with("stripes", &[]), "VALUE=CLASS"),
        (bench.run_with("stripes=0,disc=0", &[]), "one class"),
        (bench.run_with("nothing=0,nobody=1", &[]), "\"stripes\""),
        (
            bench.run(&["--group", "patients"]),
            "Did you mean \"patient\"?",
        ),
        (
            bench.run(&["--file-column", "files"]),
            "Did you mean \"file\"?",
        ),
        (bench.run(&["--part", "chekc"]), "Did you mean \"check\"?"),
        (bench.run(&["--size", "9000"]), "9000"),
        (
            bench.run(&["--html", "/nowhere/report.html"]),
            "no directory",
        ),
        (bench.run(&["--limit", "1"]), "larger --limit"),
    ];
    for (output, expected) in cases {
        let text = refusal(&output);
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    fs::remove_file(bench.at("disc/2.png")).unwrap();
    let text = refusal(&bench.run(&[]));
    assert!(
        text.contains("disc/2.png") && text.contains("folder of pictures"),
        "{text}"
    );
    let neither = softcam(arguments!["eval", "--model", bench.at("model.safetensors")]);
    assert!(misuse(&neither).contains("--csv"));
}
