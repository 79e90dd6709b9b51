//! `softcam train --folds` and `softcam eval --folds` on pictures that are drawn here.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bench::{Bench, PATIENTS};
use common::{misuse, refusal, softcam, stdout};
use serde_json::Value;
use softcam::weights::file;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

const FOLDS: usize = 3;
/// Few weights learn, and few pictures are seen.
const SHORT: [&str; 6] = ["--freeze", "17", "--epochs", "2", "--folds", "3"];

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::Reader::from_path(path).unwrap();
    let rows = table.deserialize().map(Result::unwrap);
    rows.collect()
}

/// Two tables of the bench's pictures, patients with an even number and the others, as two collections.
fn two_collections(bench: &Bench, out: &str, more: &[&str]) -> Vec<OsString> {
    let table = fs::read_to_string(bench.at("labels.csv")).unwrap();
    let of = |rest: u32| -> String {
        let lines = table.lines().enumerate().filter(|(at, line)| {
            let patient = line.chars().last().and_then(|digit| digit.to_digit(10));
            *at == 0 || patient.is_some_and(|patient| patient % 2 == rest)
        });
        lines.map(|(_, line)| format!("{line}\n")).collect()
    };
    fs::write(bench.at("even.csv"), of(0)).unwrap();
    fs::write(bench.at("odd.csv"), of(1)).unwrap();
    let table = |name: &str| {
        arguments![
            "--csv",
            bench.at(&format!("{name}.csv")),
            "--images",
            bench.at("pictures"),
            "--label",
            "what",
            "--map",
            "plain=flat,round=1",
            "--name",
            name,
        ]
    };
    // The one table's options, which come after --out, make room for those of two.
    let mut list = bench.arguments(out, more);
    let at = list.iter().position(|word| word == "--csv").unwrap();
    list.splice(at..at + 8, [table("even"), table("odd")].concat());
    list
}

/// A command on the folds of `run` and the pictures of patients with odd numbers.
fn of_odd(bench: &Bench, command: &str, more: &[OsString]) -> String {
    on_folds(bench, ("run", "odd.csv"), command, more)
}

/// A command on the folds of a run and the pictures of a table.
fn on_folds(bench: &Bench, (run, table): (&str, &str), command: &str, more: &[OsString]) -> String {
    let mut list = arguments![
        command,
        "--folds",
        bench.at(run),
        "--csv",
        bench.at(table),
        "--images",
        bench.at("pictures"),
        "--label",
        "what",
        "--map",
        "plain=flat,round=1",
    ]
    .to_vec();
    list.extend_from_slice(more);
    stdout(&softcam(list))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn assert_interval(value: &Value) {
    let [low, value, high] = ["low", "value", "high"].map(|key| number(&value[key]));
    assert!(low <= value && value <= high, "{low} {value} {high}");
}

#[test]
fn every_picture_is_answered_by_a_model_that_did_not_see_its_patient() {
    let bench = Bench::new("folds-whole");
    let text = stdout(&softcam(two_collections(&bench, "run", &SHORT)));
    assert!(text.contains("even: 12 pictures, 6 groups"), "{text}");
    assert!(text.contains("all collections: 24 pictures"), "{text}");

    let folds = rows(&bench.at("run/folds.csv"));
    assert_eq!(folds.len(), 4 * PATIENTS);
    let mut of_group = BTreeMap::new();
    for row in &folds {
        let first = of_group.entry(&row["group"]).or_insert(&row["fold"]);
        assert_eq!(*first, &row["fold"], "{row:?}");
    }
    // Both classes of both collections are in every fold.
    let kinds: BTreeSet<_> = (folds.iter())
        .map(|row| (&row["collection"], &row["label"], &row["fold"]))
        .collect();
    assert_eq!(kinds.len(), 2 * 2 * FOLDS);

    let predictions = rows(&bench.at("run/predictions.csv"));
    assert_eq!(predictions.len(), folds.len());
    for (prediction, row) in predictions.iter().zip(&folds) {
        for column in ["collection", "file", "label", "group", "fold"] {
            assert_eq!(prediction[column], row[column]);
        }
    }
    for fold in 1..=FOLDS {
        let place = bench.at(&format!("run/fold-{fold}"));
        // What the fold's model learnt from has nothing of its fold, and all the rest.
        let mut learnt = 0;
        for number in [1, 2] {
            for row in rows(&place.join(format!("parts-{number}.csv"))) {
                let fold_of = of_group[&row["group"]];
                let part = if *fold_of == fold.to_string() {
                    "check"
                } else {
                    "train"
                };
                assert_eq!(row["part"], part);
                learnt += usize::from(part == "train");
            }
        }
        assert_eq!(
            learnt,
            folds
                .iter()
                .filter(|row| row["fold"] != fold.to_string())
                .count()
        );
        // The fold's model, run alone on its pictures, says what the table has.
        let scores = place.join("scores.csv");
        stdout(&softcam(arguments![
            "eval",
            "--model",
            place.join("int8.safetensors"),
            "--csv",
            place.join("parts-2.csv"),
            "--images",
            bench.at("pictures"),
            "--map",
            "flat=0,round=1",
            "--group",
            "group",
            "--part",
            "check",
            "--scores",
            &scores,
        ]));
        for row in rows(&scores) {
            let same = |other: &&BTreeMap<String, String>| other["file"] == row["file"];
            let prediction = predictions.iter().find(same).unwrap();
            for column in ["logit flat", "logit round"] {
                let [a, b] = [&row, prediction].map(|row| row[column].parse::<f32>().unwrap());
                assert!((a - b).abs() < 1e-3, "{column}: {a} {b}");
            }
        }
    }

    let document: Value =
        serde_json::from_slice(&fs::read(bench.at("run/cross-validation.json")).unwrap()).unwrap();
    for part in [
        &document["pooled"],
        &document["collections"][0],
        &document["collections"][1],
    ] {
        for key in ["auc", "accuracy", "sensitivity", "specificity", "ece"] {
            assert_interval(&part[key]);
        }
    }
    assert_eq!(document["pooled"]["groups"], 2 * PATIENTS);
    let odd = &document["collections"][1];
    assert_eq!((&odd["name"], &odd["n"]), (&"odd".into(), &12.into()));
    assert!(number(&odd["calibration"]["temperature"]) > 0.0);
    let told = stdout(&softcam(arguments![
        "inspect",
        bench.at("run/int8.safetensors")
    ]));
    assert!(told.contains("population     odd: temperature"), "{told}");
    assert!(
        told.contains("at 95 % (cross-validation by patient, 3 folds: odd)"),
        "{told}"
    );

    // The final model's card claims what was cross-validated, and no more.
    let model = fs::read(bench.at("run/int8.safetensors")).unwrap();
    let model = file::read(&model).unwrap();
    let card = &model.card;
    let figure = |name: &str, of: &str| {
        let on = format!("cross-validation by patient, 3 folds: {of}");
        let mut all = card.figures.iter();
        all.find(|figure| figure.name == name && figure.measured_on == on)
            .unwrap()
    };
    for (name, key) in [
        ("AUC", "auc"),
        ("accuracy", "accuracy"),
        ("sensitivity", "sensitivity"),
        ("expected calibration error", "ece"),
    ] {
        for (of, part) in [("odd", odd), ("all collections", &document["pooled"])] {
            let figure = figure(name, of);
            let [value, low, high] = ["value", "low", "high"].map(|end| number(&part[key][end]));
            assert_eq!(figure.value, value, "{name}, {of}");
            assert_eq!((figure.low, figure.high), (Some(low), Some(high)));
        }
    }
    assert_eq!(figure("pictures", "even").value, 12.0);
    let names: Vec<&str> = card.populations.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["even", "odd"]);
    // The default's temperature is in the weights.
    let first = number(&document["collections"][0]["calibration"]["temperature"]);
    assert_eq!(
        (card.temperature, card.populations[0].temperature),
        (1.0, 1.0)
    );
    for (population, part) in card
        .populations
        .iter()
        .zip(document["collections"].as_array().unwrap())
    {
        let calibration = &part["calibration"];
        let temperature = number(&calibration["temperature"]) / first;
        assert!((f64::from(population.temperature) - temperature).abs() < 1e-6 * temperature);
        let point = population.operating_point.as_ref().unwrap();
        assert_eq!(
            f64::from(point.probability),
            number(&calibration["operating_point"]["probability"])
        );
        assert!(point.chosen.contains("had not seen it"), "{}", point.chosen);
    }
    // Unlike pictures are told by scores out of fold.
    let mut scores: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for row in &predictions {
        let of = scores.entry(&row["collection"]).or_default();
        of.push(row["novelty"].parse().unwrap());
    }
    let known = scores.values().flatten().copied().fold(0.0, f32::max);
    let threshold = card.novelty.as_ref().unwrap().threshold;
    assert!(
        threshold <= 1.5 * known && threshold > known,
        "{threshold} {known}"
    );
    assert!(model.novelty_reference.is_some());

    // Measured again, with boxes: the same answers.
    fs::write(
        bench.at("boxes.csv"),
        "file,x,y,w,h\nround/1-0.png,10,20,60,40\nround/3-1.png,10,20,60,40\n",
    )
    .unwrap();
    let report = bench.at("again.json");
    let near = arguments![
        "--boxes",
        bench.at("boxes.csv"),
        "--near",
        "7.5",
        "--json",
        &report,
    ];
    let text = of_odd(&bench, "eval", &near);
    assert!(text.contains("pointing game, 7.5 px"), "{text}");
    assert!(
        text.contains("as the other folds' pictures suggest"),
        "{text}"
    );
    let again: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    for key in [
        "n",
        "groups",
        "auc",
        "accuracy",
        "sensitivity",
        "specificity",
    ] {
        assert_eq!(again[key], odd[key], "{key}");
    }
    assert!((number(&again["ece"]["value"]) - number(&odd["ece"]["value"])).abs() < 1e-3);
    assert_eq!(again["localisation"]["n"], 2);
    assert_eq!(again["localisation"]["pointing_game_near"]["px"], 7.5);
    assert_eq!(again["folds"].as_array().unwrap().len(), FOLDS);
    // Beside other methods, every picture is explained by the model that has not seen it.
    let others = arguments![
        "--black-box",
        bench.at("run"),
        "--boxes",
        bench.at("boxes.csv"),
        "--methods",
        "grad-cam",
        "--metrics",
        "localisation",
        "--out",
        bench.at("beside"),
    ];
    of_odd(&bench, "benchmark", &others);
    let beside = fs::read(bench.at("beside/results.json")).unwrap();
    let beside: Value = serde_json::from_slice(&beside).unwrap();
    assert_eq!(beside["networks"][0]["auc"], odd["auc"]);
    let right = &again["localisation"]["answered_rightly"];
    assert_eq!(right["n"], 2, "both pictures with boxes are called rightly");
    // The same directory as its own black box: its evidence is the same.
    for network in ["run", "run (2)"] {
        let rows = beside["rows"].as_array().unwrap();
        let row = (rows.iter())
            .find(|row| row["network"] == network && row["method"] == "softcam")
            .unwrap();
        for figure in ["activation_precision", "activation_sensitivity"] {
            let of = number(&row["values"][figure]["value"]);
            let evaluated = number(&right[figure]["value"]);
            assert!((of - evaluated).abs() < 1e-5, "{figure}: {of} {evaluated}");
        }
    }
    // Negatives are told, or not, by models that have not seen the picture, and the final model says so.
    let gated = bench.at("gated.safetensors");
    let final_model = arguments!["--model", bench.at("run/int8.safetensors"), "--out", &gated];
    let text = of_odd(&bench, "gate", &final_model);
    let told = text
        .lines()
        .filter(|line| line.contains(" of 12 pictures: "));
    assert_eq!(told.count(), 4, "{text}");
    let written = file::read(&fs::read(gated).unwrap()).unwrap();
    assert!(written.layers == model.layers);
    // The folds' models have something to compare with, and flag nothing by themselves.
    for fold in 1..=FOLDS {
        let model = fs::read(bench.at(&format!("run/fold-{fold}/int8.safetensors"))).unwrap();
        let model = file::read(&model).unwrap();
        let limits = model.card.novelty.unwrap();
        assert!(model.novelty_reference.is_some() && limits.threshold == f32::MAX);
    }
    // A table of other pictures has no folds.
    let text = refusal(&softcam(arguments![
        "eval",
        "--folds",
        bench.at("run"),
        "--csv",
        bench.at("labels.csv"),
        "--images",
        bench.at("pictures"),
        "--label",
        "what",
        "--map",
        "plain=flat,round=1",
    ]));
    assert!(text.contains("was in no fold"), "{text}");
}

#[test]
fn a_cross_validation_that_was_stopped_ends_like_one_that_was_not() {
    let bench = Bench::new("folds-resume");
    let run = |out: &str, more: &[&str]| bench.run(out, &[&SHORT[..], more].concat());
    stdout(&run("unbroken", &[]));

    let binary = env!("CARGO_BIN_EXE_softcam");
    let mut child = Command::new(binary)
        .args(bench.arguments("stopped", &SHORT))
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // In the middle of the second fold, or a little later.
    while !bench.at("stopped/fold-2/checkpoint.safetensors").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!bench.at("stopped/predictions.csv").exists());
    let finished = bench.at("stopped/fold-1/checkpoint.safetensors");
    let before = fs::metadata(&finished).unwrap().modified().unwrap();

    let text = refusal(&run("stopped", &[]));
    assert!(text.contains("--resume"), "{text}");
    let text = refusal(&run("stopped", &["--resume", "--fold-seed", "9"]));
    assert!(text.contains("other pictures or folds"), "{text}");
    let output = run("stopped", &["--resume"]);
    stdout(&output);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("fold 1/3, finished before"), "{told}");
    assert_eq!(fs::metadata(&finished).unwrap().modified().unwrap(), before);
    for name in [
        "folds.csv",
        "predictions.csv",
        "fold-1/int8.safetensors",
        "fold-2/int8.safetensors",
        "fold-2/float.safetensors",
        "fold-3/int8.safetensors",
        "int8.safetensors",
        "float.safetensors",
    ] {
        let read = |run: &str| fs::read(bench.at(run).join(name)).unwrap();
        assert!(read("unbroken") == read("stopped"), "{name}");
    }

    // A fold alone is the same as among the others.
    stdout(&run("alone", &["--only-fold", "2"]));
    for name in ["fold-1", "predictions.csv", "int8.safetensors"] {
        assert!(!bench.at("alone").join(name).exists(), "{name}");
    }
    for name in ["fold-2/predictions.csv", "fold-2/int8.safetensors"] {
        let read = |run: &str| fs::read(bench.at(run).join(name)).unwrap();
        assert!(read("unbroken") == read("alone"), "{name}");
    }
    let figures = fs::read(bench.at("alone/fold-2/cross-validation.json")).unwrap();
    let figures: Value = serde_json::from_slice(&figures).unwrap();
    assert_eq!(figures["folds"], serde_json::json!([2]));

    offsets_are_added_to_the_biases(&bench, &run);
}

/// Finishes the unbroken run once more, with offsets; nothing is trained for it.
fn offsets_are_added_to_the_biases(bench: &Bench, run: &dyn Fn(&str, &[&str]) -> Output) {
    let at = bench.at("unbroken/int8.safetensors");
    let biases = || {
        let model = file::read(&fs::read(&at).unwrap()).unwrap();
        let specs = model.specs();
        let evidence = specs.last().unwrap();
        model.layers[&evidence.name].bias().unwrap().to_vec()
    };
    let calibration = || {
        let figures = fs::read(bench.at("unbroken/cross-validation.json")).unwrap();
        let figures: Value = serde_json::from_slice(&figures).unwrap();
        let used = figures["collections"][0]["calibration"].clone();
        (figures, used)
    };
    let (before, (_, plain)) = (biases(), calibration());
    assert_eq!(plain["class_offsets"], serde_json::json!([]));
    let text = stdout(&run("unbroken", &["--resume", "--class-offsets"]));
    assert!(text.contains("added to its biases"), "{text}");
    let (after, (figures, used)) = (biases(), calibration());
    assert_eq!(figures["class_offsets"], true);
    let [was, is] = [&plain, &used].map(|used| number(&used["temperature"]) as f32);
    for (class, (before, after)) in before.iter().zip(&after).enumerate() {
        let offset = number(&used["class_offsets"][class]) as f32;
        let apart = (after * is - before * was - offset).abs();
        assert!(
            apart < 1e-3 * (1.0 + offset.abs()),
            "{before} {after} {offset}"
        );
    }
    let measured = arguments!["--json", bench.at("all.json")];
    on_folds(bench, ("unbroken", "labels.csv"), "eval", &measured);
    let document: Value = serde_json::from_slice(&fs::read(bench.at("all.json")).unwrap()).unwrap();
    assert_eq!(
        document["folds"][0]["class_offsets"],
        figures["collections"][0]["calibration_by_fold"][0]["class_offsets"]
    );
    let text = refusal(&softcam(two_collections(
        bench,
        "two",
        &[&SHORT[..], &["--class-offsets"]].concat(),
    )));
    assert!(text.contains("several tables"), "{text}");
}

#[test]
fn a_second_step_starts_each_fold_from_that_folds_model() {
    let bench = Bench::new("folds-second");
    let short = |epochs: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        let fixed = ["--freeze", "17", "--epochs", epochs, "--folds", "3"];
        [&fixed[..], more].concat()
    };
    stdout(&bench.run("first", &short("2", &["--precision", "float32"])));
    let from_first = |out: &str, more: &[&str]| {
        let mut arguments = bench.arguments(out, more);
        let at = arguments.iter().position(|word| word == "--init").unwrap();
        arguments[at + 1] = bench.at("first").into();
        softcam(arguments)
    };
    // At rates that move nothing, each fold says what its model of the first step said.
    let still = [
        "--keep-head",
        "--precision",
        "float32",
        "--lr",
        "1e-12",
        "--head-lr",
        "1e-12",
    ];
    stdout(&from_first("second", &short("1", &still)));
    let [first, second] =
        ["first", "second"].map(|out| rows(&bench.at(out).join("predictions.csv")));
    assert_eq!(first.len(), second.len());
    for (before, after) in first.iter().zip(&second) {
        let logit = |row: &BTreeMap<String, String>| row["logit round"].parse::<f64>().unwrap();
        assert!(
            (logit(before) - logit(after)).abs() < 1e-4,
            "{before:?} {after:?}"
        );
    }
    let models = (1..=FOLDS)
        .map(|fold| fs::read(bench.at(&format!("first/fold-{fold}/float.safetensors"))).unwrap());
    assert_eq!(models.collect::<BTreeSet<_>>().len(), FOLDS);

    // A model of other folds has seen what it would be asked about.
    let text = refusal(&from_first("other", &short("1", &["--fold-seed", "9"])));
    assert!(text.contains("have seen what is to be predicted"), "{text}");
    let mut arguments = bench.arguments("none", &short("1", &[]));
    let at = arguments.iter().position(|word| word == "--init").unwrap();
    arguments[at + 1] = bench.at("pictures").into();
    let text = refusal(&softcam(arguments));
    assert!(
        text.contains("float.safetensors") || text.contains("no cross-validation"),
        "{text}"
    );
}

#[test]
fn what_folds_cannot_do_is_refused() {
    let bench = Bench::new("folds-refused");
    let run = |more: &[&str]| bench.run("run", more);
    let text = refusal(&run(&["--folds", "3", "--select", "auc"]));
    assert!(text.contains("--select"), "{text}");
    let text = refusal(&run(&["--folds", "3", "--only-fold", "4"]));
    assert!(text.contains("from 1 to 3"), "{text}");
    let text = refusal(&run(&["--folds", "40"]));
    assert!(text.contains("12"), "{text}");
    let text = refusal(&run(&["--folds", "3", "--resume"]));
    assert!(text.contains("no cross-validation"), "{text}");
    let text = refusal(&run(&["--folds", "3", "--name", "a", "--name", "b"]));
    assert!(text.contains("--name"), "{text}");
    misuse(&run(&["--folds", "1"]));
    misuse(&run(&["--only-fold", "1"]));
    misuse(&run(&["--folds", "3", "--split", "0.5,0.25,0.25"]));
    assert!(!bench.at("run").exists());
}
