//! The binary on the model and the samples that the page ships.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{misuse, refusal, repository, scratch, softcam, stdout, unread};
use serde_json::Value;
use softcam::preprocess::{Limits, Photo, decode};
use softcam::weights::{MAX_INPUT_SIZE, MIN_INPUT_SIZE, OperatingPoint, Population, file};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn model() -> PathBuf {
    repository("web/models/efficientnet-lite0.safetensors")
}

fn sample(name: &str) -> PathBuf {
    repository("web/samples").join(name)
}

#[test]
fn inspect_prints_card_layers_and_sizes() {
    let text = stdout(&softcam(arguments!["inspect", model()]));
    for expected in [
        "EfficientNet-Lite0",
        "Apache-2.0",
        "blocks.3.expand",
        "[32, 3, 3, 3]",
        "int8",
        &format!("{} bytes", fs::metadata(model()).unwrap().len()),
    ] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
    let card: Value =
        serde_json::from_str(&stdout(&softcam(arguments!["inspect", model(), "--json"]))).unwrap();
    assert_eq!(card["classes"].as_array().unwrap().len(), 1000);
}

#[test]
fn reported_figures_come_first_and_weights_stay() {
    let directory = scratch("card");
    let (reported, out) = (
        directory.join("reported.json"),
        directory.join("out.safetensors"),
    );
    let report = |value: f64| {
        let text = format!(
            r#"{{"source": "By others.", "models": {{"efficientnet-lite0": {{"limits": ["Mind this."], "figures":
            [{{"measured_on": "elsewhere", "values": [["accuracy", {value}], ["AUC", 0.75]]}}]}}}}}}"#
        );
        fs::write(&reported, text).unwrap();
    };
    let add = |to: &Path| {
        softcam(arguments![
            "card",
            to,
            "--reported",
            &reported,
            "--out",
            &out
        ])
    };
    let read = |path: &Path| file::read(&fs::read(path).unwrap()).unwrap();
    report(0.5);
    let text = stdout(&add(&model()));
    assert!(
        text.contains("2 figures on elsewhere") && text.contains("By others."),
        "{text}"
    );
    let (before, once) = (read(&model()), read(&out));
    assert_eq!(before.layers, once.layers);
    assert_eq!(before.known_answer, once.known_answer);
    assert_eq!(once.card.figures[0].value, 0.5);
    assert_eq!(once.card.figures[2..], before.card.figures[..]);
    assert_eq!(once.card.limits.last().unwrap(), "Mind this.");
    // Once more, with another value: nothing is there twice.
    report(0.625);
    let copy = directory.join("efficientnet-lite0.safetensors");
    fs::copy(&out, &copy).unwrap();
    stdout(&add(&copy));
    let twice = read(&out);
    assert_eq!(twice.card.figures.len(), once.card.figures.len());
    assert_eq!(twice.card.figures[0].value, 0.625);
    assert_eq!(twice.card.limits, once.card.limits);
    // What was measured here, on the way to the file, may stand last.
    let text = fs::read_to_string(&reported).unwrap();
    fs::write(
        &reported,
        text.replace(r#""limits""#, r#""after": true, "limits""#),
    )
    .unwrap();
    stdout(&add(&copy));
    let last = read(&out);
    let count = last.card.figures.len();
    assert_eq!(last.card.figures[..count - 2], before.card.figures[..]);
    assert_eq!(last.card.figures[count - 2].value, 0.625);

    let other = refusal(&softcam(arguments![
        "card",
        model(),
        "--name",
        "other",
        "--reported",
        &reported,
        "--out",
        &out
    ]));
    assert!(other.contains("efficientnet-lite0"), "{other}");
    fs::write(&reported, r#"{"source": "", "models": {}, "more": 1}"#).unwrap();
    assert!(refusal(&add(&model())).contains("more"));
}

#[test]
fn a_card_may_say_more_and_share_evidence_among_cells() {
    let directory = scratch("settings");
    let (settings, out) = (
        directory.join("settings.json"),
        directory.join("out.safetensors"),
    );
    let say = |text: &str| {
        fs::write(&settings, text).unwrap();
        let it = arguments!["card", model(), "--settings", &settings, "--out", &out];
        softcam(it)
    };
    stdout(&say(r#"{"title": "Said anew", "smooth_evidence": true}"#));
    let read = |path: &Path| file::read(&fs::read(path).unwrap()).unwrap();
    let (before, after) = (read(&model()), read(&out));
    assert_eq!(before.layers, after.layers);
    assert_eq!(after.card.title, "Said anew");
    let explain = |model: &Path| -> Value {
        let it = arguments!["explain", sample("chelsea.jpg"), "--model", model, "--json"];
        serde_json::from_str(&stdout(&softcam(it))).unwrap()
    };
    let (one, other) = (explain(&model()), explain(&out));
    assert_eq!(one["logits"], other["logits"]);
    assert_ne!(one["map"], other["map"]);
    let seen = stdout(&softcam(arguments!["inspect", &out]));
    assert!(seen.contains("shared among neighbouring cells"), "{seen}");
    // What the weights were made for cannot be said anew.
    let weights = refusal(&say(r#"{"evidence_block": 4}"#));
    assert!(weights.contains("weights"), "{weights}");
    let unknown = refusal(&say(r#"{"smoothness": 2}"#));
    assert!(unknown.contains("smoothness"), "{unknown}");
    misuse(&softcam(arguments!["card", model(), "--out", &out]));
}

#[test]
fn explain_adds_up_and_draws() {
    let out = scratch("explain").join("overlay.png");
    let output = softcam(arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        model(),
        "--json",
        "--all-maps",
        "--out",
        &out,
    ]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let number = |key: &str| answer[key].as_f64().unwrap();
    assert!(
        answer["name"].as_str().unwrap().contains("cat"),
        "{}",
        answer["name"]
    );
    assert!((number("sum_of_shares") - number("logit")).abs() < 1e-4);
    let cells = (number("rows") * number("columns")) as usize;
    assert_eq!(answer["maps"].as_array().unwrap().len(), 1000 * cells);
    let probabilities: f64 = answer["top"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["probability"].as_f64().unwrap())
        .sum();
    assert!((0.5..=1.0001).contains(&probabilities), "{probabilities}");

    let photo = decode(
        &fs::read(sample("chelsea.jpg")).unwrap(),
        &Limits::default(),
    )
    .unwrap()
    .size();
    let overlay = decode(&fs::read(out).unwrap(), &Limits::default()).unwrap();
    assert_eq!(overlay.size().width, photo.width);
    assert!(
        overlay.size().height > photo.height,
        "the colour bar is below the picture"
    );
    let orange = overlay
        .pixels
        .pixels()
        .filter(|p| p[0] > p[2].saturating_add(60))
        .count();
    assert!(orange > 1000, "evidence for the class is drawn in orange");
}

#[test]
fn any_class_can_be_asked_for_and_set_against_another() {
    let explain = answer_in_json;
    let number = |answer: &Value, key: &str| answer[key].as_f64().unwrap();
    let dog = explain(&["--class", "golden retriever"]);
    let cat = explain(&["--class", "tabby"]);
    let over = explain(&["--class", "tabby", "--against", "golden retriever"]);
    assert!(number(&cat, "logit") > number(&dog, "logit"));
    let difference = number(&cat, "logit") - number(&dog, "logit");
    assert!((number(&over, "logit") - difference).abs() < 1e-4);
    assert!((number(&over, "sum_of_shares") - difference).abs() < 1e-4);
    assert_eq!(number(&explain(&["--size", "320"]), "rows"), 10.0);
}

#[test]
fn mistakes_are_explained_on_standard_error() {
    let explain = |image: std::path::PathBuf, more: &[&str]| {
        let mut list = arguments!["explain", image, "--model", model()].to_vec();
        list.extend(more.iter().map(Into::into));
        refusal(&softcam(list))
    };
    assert!(explain(sample("nowhere.jpg"), &[]).contains("nowhere.jpg"));
    let unknown = explain(sample("chelsea.jpg"), &["--class", "tigger cat"]);
    assert!(unknown.contains("tiger cat"), "{unknown}");
    let size = explain(sample("chelsea.jpg"), &["--size", "7"]);
    assert!(size.contains("help:") && size.contains("224"), "{size}");
    let broken = explain(repository("tests/bad/images/truncated.jpg"), &[]);
    assert!(broken.contains("help:"), "{broken}");
    let not_a_model = refusal(&softcam(arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        sample("chelsea.jpg"),
    ]));
    assert!(
        not_a_model.contains("is not a safetensors file") && not_a_model.contains("help:"),
        "{not_a_model}"
    );
}

/// Explains the cat with these options.
fn explain(more: &[&str]) -> std::process::Output {
    let mut list = arguments!["explain", sample("chelsea.jpg"), "--model", model()].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

fn answer_in_json(more: &[&str]) -> Value {
    let output = explain(&[&["--json"], more].concat());
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn classes_are_not_guessed() {
    let crane = refusal(&explain(&["--class", "crane"]));
    for number in ["134", "517"] {
        assert!(crane.contains(number), "{crane}");
    }
    let cat = refusal(&explain(&["--class", "cat"]));
    assert!(
        cat.contains("tiger cat") && !cat.contains("bullfrog"),
        "{cat}"
    );
    for query in ["1000", "-1", ""] {
        let refused = refusal(&explain(&[&format!("--class={query}")]));
        assert!(refused.contains("0 to 999"), "{query:?}: {refused}");
    }
    let twice = refusal(&explain(&["--class", "195", "--against", "195"]));
    assert!(twice.contains("195") && twice.contains("help:"), "{twice}");
    let winner = refusal(&explain(&["--against", "Egyptian cat"]));
    assert!(winner.contains("285"), "{winner}");
}

#[test]
fn options_of_the_picture_are_checked() {
    let out = scratch("options").join("evidence.png");
    let out = out.to_str().unwrap();
    for opacity in ["nan", "7", "-0.1", "inf", "much"] {
        let argument = format!("--opacity={opacity}");
        let text = misuse(&explain(&["--out", out, &argument]));
        assert!(text.contains("from 0 to 1"), "{opacity}: {text}");
    }
    for option in ["--cells", "--grey", "--opacity=0.5"] {
        let text = misuse(&explain(&[option]));
        assert!(text.contains("--out"), "{option}: {text}");
    }
}

#[test]
fn places_that_cannot_be_written_are_refused_before_the_run() {
    let directory = scratch("places");
    let nowhere = directory.join("missing").join("evidence.png");
    let photo = directory.join("evidence.jpg");
    for (path, expected) in [(&nowhere, "no directory"), (&photo, "PNG")] {
        // Nothing else may be looked at first: neither of the two files exists.
        let text = refusal(&softcam(arguments![
            "explain", "no-photo", "--model", "no-model", "--out", path
        ]));
        assert!(
            text.contains(expected) && text.contains("help:"),
            "{}: {text}",
            path.display()
        );
    }
    let converted = directory.join("missing").join("model.safetensors");
    let text = refusal(&softcam(arguments![
        "convert",
        "no-weights",
        "--out",
        converted
    ]));
    assert!(text.contains("no directory"), "{text}");
}

#[test]
fn a_reader_may_leave() {
    let explain = arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        model(),
        "--json",
        "--all-maps"
    ];
    for arguments in [
        explain.to_vec(),
        arguments!["inspect", model(), "--json"].to_vec(),
        arguments!["inspect", model()].to_vec(),
    ] {
        let (status, errors) = unread(&arguments);
        assert!(status.success(), "{arguments:?}: {status}, {errors}");
        assert_eq!(errors, "", "{arguments:?}");
    }
}

#[test]
fn sizes_that_the_model_was_not_trained_at_come_with_a_note() {
    let help = stdout(&softcam(["explain", "--help"]));
    let range = format!("{MIN_INPUT_SIZE} to {MAX_INPUT_SIZE}");
    assert!(help.contains(&range), "no {range} in:\n{help}");
    let warned = |size| {
        let output = explain(&["--json", "--size", size]);
        stdout(&output);
        String::from_utf8(output.stderr).unwrap()
    };
    let note = warned("96");
    assert!(note.contains("trained at 224 px"), "{note}");
    assert_eq!(warned("224"), "");
    assert_eq!(warned("320"), "", "the card recommends it");
}

/// The picture that these options draw.
fn drawn(name: &str, more: &[&str]) -> Photo {
    let path = scratch("drawn").join(name);
    let mut options = vec!["--out", path.to_str().unwrap()];
    options.extend(more);
    stdout(&explain(&options));
    decode(&fs::read(path).unwrap(), &Limits::default()).unwrap()
}

#[test]
fn the_photo_can_be_grey() {
    let colourful = |photo: &Photo| {
        let pixels = photo.pixels.pixels();
        pixels.filter(|p| p[0].abs_diff(p[2]) > 8).count()
    };
    let bare = drawn("bare.png", &["--opacity", "0"]);
    let grey = drawn("grey.png", &["--opacity", "0", "--grey"]);
    // What is left is the colour bar.
    assert!(colourful(&bare) > 10 * colourful(&grey));
    assert!(colourful(&grey) > 0);
}

#[test]
fn a_difference_has_a_scale_of_its_own() {
    let scale = |more: &[&str]| {
        let answer = answer_in_json(&[&["--class", "tabby"], more].concat());
        let map = answer["map"].as_array().unwrap().iter();
        let strongest = map.map(|v| v.as_f64().unwrap().abs()).fold(0.0, f64::max);
        let limit = answer["limit"].as_f64().unwrap();
        assert!(strongest <= limit, "{strongest} on a scale of {limit}");
        (strongest, limit)
    };
    // Single maps share the scale of the strongest of all classes.
    let (_, shared) = scale(&[]);
    let (strongest, limit) = scale(&["--against", "Egyptian cat"]);
    // Two digits, rounded up.
    assert!(
        limit <= 1.11 * strongest,
        "{strongest} on a scale of {limit}"
    );
    assert!(
        limit < shared,
        "two cats differ by less than the strongest evidence"
    );
}

#[test]
fn a_damaged_weight_is_noticed() {
    let mut bytes = fs::read(model()).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let scales = tensors.tensor("stem.weight_scale").unwrap().data();
    let at = scales.as_ptr().addr() - bytes.as_ptr().addr();
    // A bit of the first channel's exponent: its weights become four times larger or smaller. What changes the answer by
    // less than a thousandth of its range passes.
    bytes[at + 3] ^= 1;
    let damaged = scratch("damaged").join("model.safetensors");
    fs::write(&damaged, bytes).unwrap();

    let refused = refusal(&softcam(arguments![
        "explain",
        sample("chelsea.jpg"),
        "--model",
        &damaged
    ]));
    assert!(
        refused.contains("does not give the answer") && refused.contains("help:"),
        "{refused}"
    );
    let inspected = softcam(arguments!["inspect", &damaged]);
    assert!(stdout(&inspected).contains("efficientnet-lite0"));
    let warning = String::from_utf8(inspected.stderr).unwrap();
    assert!(warning.contains("does not give the answer"), "{warning}");
}

fn chest() -> PathBuf {
    repository("web/models/chest-dense.safetensors")
}

fn chest_film() -> PathBuf {
    sample("chest/kermany-person1946_bacteria_4874.jpg")
}

fn run(image: PathBuf, more: &[&str]) -> std::process::Output {
    let mut list = arguments!["explain", image, "--model", chest()].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

#[test]
fn a_medical_answer_comes_with_notice_decision_and_where_yes_begins() {
    // Adults have a temperature of their own.
    let text = stdout(&run(chest_film(), &["--population", "adults"]));
    assert!(text.contains("Not a diagnosis"), "{text}");
    assert!(text.contains("this model says yes from"), "{text}");
    assert!(text.contains("yes begins at"), "{text}");
    assert!(text.contains("softmax(logits / "), "{text}");
    let answer: Value = serde_json::from_str(&stdout(&run(chest_film(), &["--json"]))).unwrap();
    assert!(answer["notice"].as_str().unwrap().contains("diagnosis"));
    assert_eq!(answer["flagged"], false);
    let decision = &answer["decision"];
    let number = |value: &Value| value.as_f64().unwrap();
    let share = number(&decision["threshold"]);
    let begins = number(&answer["temperature"]) * (share / (1.0 - share)).ln();
    assert!((number(&decision["on_evidence"]) - begins).abs() < 1e-5);
    // The finding over the other class: the sum of the map lies on the axis that the decision is told on.
    assert_eq!(decision["positive"], answer["class"]);
    assert!(answer["against"].is_string());
    assert_eq!(
        number(&answer["sum_of_shares"]) >= begins,
        decision["yes"] == true
    );
}

#[test]
fn a_population_that_is_named_has_its_threshold_and_is_said() {
    let mut model = file::read(&fs::read(chest()).unwrap()).unwrap();
    let point = |probability| {
        Some(OperatingPoint {
            positive: 1,
            probability,
            chosen: "by hand".into(),
        })
    };
    let population = |name: &str, temperature, probability| Population {
        name: name.into(),
        temperature,
        operating_point: point(probability),
    };
    let card = &mut model.card;
    (card.temperature, card.operating_point) = (1.5, point(0.25));
    card.populations = vec![
        population("children", 1.5, 0.25),
        population("adults", 3.0, 0.75),
    ];
    let path = scratch("populations").join("model.safetensors");
    fs::write(&path, file::write(&model).unwrap()).unwrap();
    let run = |more: &[&str]| {
        let list = arguments!["explain", chest_film(), "--model", &path].to_vec();
        softcam(list.into_iter().chain(more.iter().map(Into::into)))
    };
    let text = stdout(&run(&[]));
    assert!(
        text.contains("Threshold for children; --population chooses another: adults."),
        "{text}"
    );
    let text = stdout(&run(&["--population", "Adults"]));
    assert!(
        text.contains("Threshold for adults; --population"),
        "{text}"
    );
    let json = |more: &[&str]| -> Value {
        serde_json::from_str(&stdout(&run(&[&["--json"], more].concat()))).unwrap()
    };
    let (children, adults) = (json(&[]), json(&["--population", "adults"]));
    assert_eq!(
        (&children["population"], &adults["population"]),
        (&"children".into(), &"adults".into())
    );
    assert_eq!(
        (
            &children["decision"]["threshold"],
            &adults["decision"]["threshold"]
        ),
        (&0.25.into(), &0.75.into())
    );
    // The same evidence, read at another temperature.
    assert_eq!(children["logits"], adults["logits"]);
    let odds = |answer: &Value| {
        let probability = answer["decision"]["probability"].as_f64().unwrap();
        (probability / (1.0 - probability)).ln()
    };
    assert!((odds(&children) - 2.0 * odds(&adults)).abs() < 1e-3);
    let text = refusal(&run(&["--population", "dogs"]));
    assert!(text.contains("children, adults"), "{text}");
}

#[test]
fn a_stranger_gets_no_map_and_no_probability_unless_somebody_insists() {
    let out = scratch("stranger").join("overlay.png");
    let _ = fs::remove_file(&out);
    let path = out.to_str().unwrap().to_owned();
    let output = run(sample("coffee.jpg"), &["--out", &path]);
    let text = stdout(&output);
    assert!(
        text.contains("unlike what the model was trained on"),
        "{text}"
    );
    assert!(
        !text.contains('%') && !text.contains("Evidence for"),
        "{text}"
    );
    assert!(!out.exists(), "no picture either");
    let withheld: Value = serde_json::from_str(&stdout(&run(
        sample("coffee.jpg"),
        &["--json", "--all-maps"],
    )))
    .unwrap();
    assert_eq!(withheld["withheld"], true);
    for key in ["map", "maps", "logits", "probability", "top", "decision"] {
        assert!(withheld.get(key).is_none(), "{key}");
    }

    let output = run(sample("coffee.jpg"), &["--out", &path, "--anyway"]);
    assert!(stdout(&output).contains("WARNING: Unlike the pictures"));
    let insisted: Value =
        serde_json::from_str(&stdout(&run(sample("coffee.jpg"), &["--json", "--anyway"]))).unwrap();
    assert!(insisted["warning"].as_str().unwrap().contains("Unlike"));
    assert!(insisted["map"].is_array());
    // Colour bar, warning, notice, and what it is of.
    let size = |path: &Path| {
        decode(&fs::read(path).unwrap(), &Limits::default())
            .unwrap()
            .size()
    };
    let photo = size(&sample("coffee.jpg"));
    assert!(size(&out).height > photo.height + 44 + 3 * 14);
}

#[test]
fn an_edited_picture_is_told_with_its_answer_before() {
    let json = answer_in_json;
    let plain = json(&[]);
    let masked = json(&["--mask", "2-6,2-6", "--fill", "mean"]);
    assert_eq!(masked["before"]["logits"], plain["logits"]);
    assert_ne!(masked["logits"], plain["logits"]);
    assert_eq!(masked["edits"][0]["kind"], "mask");
    assert_eq!(masked["edits"][0]["cells"].as_array().unwrap().len(), 25);
    // The same, as the page would hand it over.
    let edits = masked["edits"].to_string();
    let again = json(&["--edits", &edits]);
    assert_eq!(again["logits"], masked["logits"]);
    let file = scratch("edits").join("edits.json");
    fs::write(&file, &edits).unwrap();
    let again = json(&["--edits", &format!("@{}", file.display())]);
    assert_eq!(again["logits"], masked["logits"]);
    let kept = json(&["--mask", "1-7,1-7", "--keep"]);
    assert_eq!(kept["edits"][0]["keep"], true);

    let refused = |more: &[&str]| {
        let mut list = arguments!["explain", sample("chelsea.jpg"), "--model", model()].to_vec();
        list.extend(more.iter().map(Into::into));
        refusal(&softcam(list))
    };
    assert!(refused(&["--mask", "8,1"]).contains("7 x 7"));
    assert!(refused(&["--edits", "[{\"kind\": \"melt\"}]"]).contains("melt"));
    assert!(refused(&["--edits", "@nowhere.json"]).contains("nowhere.json"));
}

/// A table as it is written: the columns' names, and a row for each picture.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Vec<String>> = (reader.records())
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let columns = rows.remove(0);
        Self { columns, rows }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.columns.iter().position(|column| column == name);
        let at = at.unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

/// A folder of pictures as people have them, and what is not one.
fn folder_of_pictures() -> PathBuf {
    let folder = scratch("many").join("in");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("sub/.cache")).unwrap();
    for (from, to) in [
        ("chelsea.jpg", "10.jpg"),
        ("coffee.jpg", "9, \"so\".jpg"),
        ("chelsea.jpg", "=1+1.jpg"),
        ("coffee.jpg", "sub/a\u{308}\n.jpg"),
        ("coffee.jpg", "sub/.cache/no.jpg"),
    ] {
        fs::copy(sample(from), folder.join(to)).unwrap();
    }
    fs::copy(
        repository("tests/bad/images/truncated.jpg"),
        folder.join("2.jpg"),
    )
    .unwrap();
    fs::write(folder.join("labels.csv"), "a,b").unwrap();
    folder
}

#[test]
fn many_pictures_make_a_table_and_maps() {
    let folder = folder_of_pictures();
    let (table, maps) = (folder.join("../t.csv"), folder.join("../maps"));
    let output = softcam(arguments![
        "explain",
        &folder,
        "--model",
        model(),
        "--csv",
        &table,
        "--maps",
        &maps,
    ]);
    let said = refusal(&output);
    assert!(said.contains("1 of 5 pictures"), "{said}");
    assert!(said.contains("labels.csv"), "{said}");
    let text = fs::read_to_string(&table).unwrap();
    let read = Table::read(&text);
    let base = folder.to_str().unwrap();
    let names: Vec<String> = [
        "2.jpg",
        "9, \"so\".jpg",
        "10.jpg",
        "=1+1.jpg",
        "sub/a\u{308}\n.jpg",
    ]
    .map(|name| format!("{base}/{name}"))
    .to_vec();
    assert_eq!(read.column("file"), names);
    let errors = read.column("error");
    assert!(!errors[0].is_empty() && errors[1..].iter().all(|error| error.is_empty()));
    assert_eq!(read.columns.len(), 23 + 2 * 1000);
    // The same numbers as of one picture by itself, to the last bit.
    let alone = answer_in_json(&["--all-maps"]);
    for (class, logit) in alone["logits"].as_array().unwrap().iter().enumerate() {
        let name = read.columns[23 + 2 * class + 1].clone();
        let column = read.column(&name);
        assert_eq!(
            column[2].parse::<f32>().unwrap(),
            logit.as_f64().unwrap() as f32
        );
        assert_eq!(column[2], column[3]);
        assert_eq!(column[0], "");
    }
    assert_eq!(read.column("decision")[2], "");
    assert_eq!(read.column("verdict")[2], "unchecked");
    let catalogue: Value =
        serde_json::from_slice(&fs::read(repository("web/models/index.json")).unwrap()).unwrap();
    assert_eq!(
        read.column("model_sha256")[2],
        catalogue["models"][0]["sha256"]
    );
    assert_eq!(read.column("model_id")[2], "efficientnet-lite0");
    let hashes = read.column("picture_sha256");
    assert_eq!(hashes[2], hashes[3]);
    assert_ne!(hashes[1], hashes[2]);
    // The maps, behind a header of 128 bytes.
    assert_eq!(read.column("map")[0], "");
    let bytes = fs::read(maps.join(read.column("map")[2])).unwrap();
    assert_eq!(fs::read_dir(&maps).unwrap().count(), 4);
    let values: Vec<f32> = (bytes[128..].chunks_exact(4))
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect();
    let expected: Vec<f32> = (alone["maps"].as_array().unwrap().iter())
        .map(|value| value.as_f64().unwrap() as f32)
        .collect();
    assert_eq!(values, expected);
    // Printed where no file is named, and all is well where every picture is.
    let files = arguments![
        "explain",
        sample("chelsea.jpg"),
        sample("coffee.jpg"),
        "--model",
        model()
    ];
    let printed = Table::read(&stdout(&softcam(files)));
    assert_eq!(printed.column("answer")[0], read.column("answer")[2]);
    assert_eq!(printed.column("picture_sha256"), [hashes[2], hashes[1]]);
}

#[test]
fn a_table_says_how_each_picture_was_opened() {
    let films = ["tests/films/frames.dcm", "tests/formats/grey-12in16.png"].map(repository);
    let output = softcam(arguments![
        "explain",
        &films[0],
        &films[1],
        sample("coffee.jpg"),
        "--model",
        model()
    ]);
    let table = Table::read(&stdout(&output));
    let notes = table.column("notes");
    assert!(
        notes[0].contains("Frame 1 of 3: the others were not looked at."),
        "{notes:?}"
    );
    assert!(notes[1].contains("uses 12 of them"), "{notes:?}");
    assert_eq!(notes[2], "");
}

#[test]
fn what_is_left_out_of_archives_is_told_whatever_is_left() {
    let [encrypted, broken] = ["encrypted", "no-archive"]
        .map(|name| repository(&format!("tests/fixtures/many/{name}.zip")));
    let said = refusal(&softcam(arguments![
        "explain",
        &encrypted,
        "--model",
        model()
    ]));
    assert!(said.contains("The file is encrypted."), "{said}");
    assert!(said.contains("There are no pictures"), "{said}");
    // One archive that cannot be read does not keep the others from being explained.
    let given = arguments!["explain", &broken, sample("coffee.jpg"), "--model", model()];
    let output = softcam(given);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("1 of the archives could not be read"),
        "{said}"
    );
    let table = Table::read(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(table.column("error"), [""]);
}

#[test]
fn a_table_withholds_what_one_picture_withholds() {
    let chest = repository("web/models/chest-sparse.safetensors");
    let film = repository("web/samples/chest/nih-00002275_018.jpg");
    let list = |more: &[&str]| {
        let mut list =
            arguments!["explain", &film, sample("coffee.jpg"), "--model", &chest].to_vec();
        list.extend(more.iter().map(Into::into));
        softcam(list)
    };
    let output = list(&[]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Not a diagnosis"));
    let table = Table::read(&stdout(&output));
    assert_eq!(table.column("verdict"), ["known", "unlike"]);
    assert!(
        table
            .column("notice")
            .iter()
            .all(|notice| notice.contains("Not a diagnosis"))
    );
    for name in table.columns[23..]
        .iter()
        .map(String::as_str)
        .chain(["answer", "decision"])
    {
        let column = table.column(name);
        assert!(!column[0].is_empty() && column[1].is_empty(), "{name}");
    }
    let anyway = Table::read(&stdout(&list(&["--anyway"])));
    assert!(anyway.column("notice")[1].contains("neither this map nor its probabilities"));
    assert!(!anyway.column("answer")[1].is_empty());
}

#[test]
fn an_archive_is_a_folder() {
    let place = scratch("many-archive").join("photos.ZIP");
    let cat = fs::read(sample("chelsea.jpg")).unwrap();
    let coffee = fs::read(sample("coffee.jpg")).unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(&place).unwrap());
    for (name, bytes) in [
        ("a/10.jpg", &cat[..]),
        ("a/2.jpg", &coffee),
        ("../up.jpg", &cat),
        ("a/notes.txt", b"notes"),
        ("a/broken.png", b"no picture"),
        ("__MACOSX/._2.jpg", b"x"),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    let output = softcam(arguments!["explain", &place, "--model", model()]);
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    // As of a folder, a picture that cannot be explained has a row and fails the command in the end.
    assert_eq!(output.status.code(), Some(1), "{notes}");
    for expected in [
        "../up.jpg is left out",
        "notes.txt is left out",
        "1 of 3 pictures",
    ] {
        assert!(notes.contains(expected), "no {expected} in {notes}");
    }
    assert!(!notes.contains("__MACOSX"), "{notes}");
    let table = Table::read(&String::from_utf8(output.stdout).unwrap());
    let name = place.to_str().unwrap();
    let files = ["2.jpg", "10.jpg", "broken.png"].map(|file| format!("{name}/a/{file}"));
    assert_eq!(table.column("file"), files);
    let alone = arguments![
        "explain",
        sample("coffee.jpg"),
        sample("chelsea.jpg"),
        "--model",
        model()
    ];
    let alone = Table::read(&stdout(&softcam(alone)));
    for column in ["answer", "picture_sha256", "width", "error"] {
        assert_eq!(
            table.column(column)[..2],
            alone.column(column)[..],
            "{column}"
        );
    }
    assert!(!table.column("error")[2].is_empty());

    let bomb = repository("tests/fixtures/many/overlapping.zip");
    let text = refusal(&softcam(arguments!["explain", bomb, "--model", model()]));
    assert!(text.contains("zip bomb"), "{text}");
    let text = refusal(&softcam(arguments![
        "explain",
        &place,
        "--json",
        "--model",
        model()
    ]));
    assert!(text.contains("--json is for one picture"), "{text}");
}

#[test]
fn options_for_one_picture_are_refused_for_many() {
    for option in [&["--json"][..], &["--class", "tabby"], &["--mask", "1,1"]] {
        let mut list = arguments!["explain", sample("chelsea.jpg"), sample("coffee.jpg")].to_vec();
        list.extend(["--model", "no-model"].map(Into::into));
        list.extend(option.iter().map(Into::into));
        let text = refusal(&softcam(list));
        assert!(text.contains(option[0]) && text.contains("help:"), "{text}");
    }
    let empty = scratch("many-empty");
    let text = refusal(&softcam(arguments!["explain", &empty, "--model", model()]));
    assert!(text.contains("no pictures"), "{text}");
}

/// `softcam explain` of a file of tests/, by the everyday model.
fn explain_file(file: &str, more: &[&str]) -> std::process::Output {
    let (file, model) = (repository(file), model());
    let mut list = arguments!["explain", file, "--model", model, "--anyway"].to_vec();
    list.extend(more.iter().map(Into::into));
    softcam(list)
}

#[test]
fn a_film_has_frames_and_windows() {
    let notes = |file: &str, more: &[&str]| {
        let text = stdout(&explain_file(file, &[&["--json"], more].concat()));
        serde_json::from_str::<Value>(&text).unwrap()["notes"].clone()
    };
    let film = "tests/films/explicit-12bit.dcm";
    let of_file = notes(film, &[]);
    assert_eq!(of_file[0]["name"], "BONE");
    let chosen = notes(film, &["--window", "-20,1234.5,sigmoid"]);
    assert_eq!(
        (&chosen[0]["centre"], &chosen[0]["width"]),
        (&Value::from(-20.0), &Value::from(1234.5))
    );
    let frame = notes("tests/films/frames.dcm", &["--frame", "3"]);
    assert_eq!(
        (&frame[0]["kind"], &frame[0]["frame"]),
        (&Value::from("frame"), &Value::from(3))
    );
    let grey = notes("tests/formats/grey-12in16.png", &[]);
    assert_eq!(grey[0]["bits"], 12);
    let text = stdout(&explain_file("tests/films/frames.dcm", &["--frame", "2"]));
    assert!(
        text.starts_with("Frame 2 of 3: the others were not looked at.\n"),
        "{text}"
    );

    for (file, more, expected) in [
        (
            "tests/films/frames.dcm",
            &["--frame", "9"][..],
            "no frame 9",
        ),
        (
            "tests/formats/rgb.png",
            &["--window", "9,9"],
            "Leave the window out",
        ),
        (
            "tests/bad/films/jpeg-xl.dcm",
            &[],
            "JPEG XL (1.2.840.10008.1.2.4.110)",
        ),
        (
            "tests/bad/films/report.dcm",
            &[],
            "no picture in it (modality SR)",
        ),
    ] {
        let text = refusal(&explain_file(file, more));
        assert!(text.contains(expected), "{text}");
    }
    let text = misuse(&explain_file(film, &["--window", "9"]));
    assert!(text.contains("as in 40,400"), "{text}");
    // What may name somebody is in no output.
    let text = stdout(&explain_file(film, &["--json"])) + &stdout(&explain_file(film, &[]));
    assert!(
        !text.contains("Secret") && !text.contains("SECRET-ID"),
        "{text}"
    );
}
