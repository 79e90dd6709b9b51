//! `softcam benchmark` and `softcam explain --method`, on pictures that are drawn here.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::drawn::{draw, model};
use common::{misuse, refusal, scratch, softcam, stdout};
use serde_json::Value;
use softcam::weights::HeadActivation;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Pictures of each class.
const EACH: usize = 6;

/// Methods that run the network rarely or never.
const QUICK: &str = "random,edges";

/// A folder with models, pictures, labels and boxes.
struct Bench {
    folder: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Self {
        let folder = scratch(&format!("benchmark-{name}"));
        let _ = fs::remove_dir_all(&folder);
        let bench = Self { folder };
        let (mut labels, mut boxes) = (
            "file,label,patient\n".to_owned(),
            "file,x,y,w,h\n".to_owned(),
        );
        for kind in ["stripes", "disc"] {
            fs::create_dir_all(bench.at(kind)).unwrap();
            for index in 0..EACH {
                let file = format!("{kind}/{index}.png");
                draw(kind, index).save(bench.at(&file)).unwrap();
                labels += &format!("{file},{kind},{kind}{index}\n");
                if kind == "disc" {
                    boxes += &format!("{file},24,16,48,48\n");
                }
            }
        }
        fs::write(bench.at("labels.csv"), labels).unwrap();
        fs::write(bench.at("boxes.csv"), boxes).unwrap();
        fs::write(bench.at("first.safetensors"), model(|_| {})).unwrap();
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A run into the folder `out` with `more` arguments.
    fn run(&self, out: &str, more: &[&str]) -> Output {
        let mut list = arguments![
            "benchmark",
            "--model",
            self.at("first.safetensors"),
            "--csv",
            self.at("labels.csv"),
            "--images",
            &self.folder,
            "--map",
            "stripes=plain,disc=1",
            "--size",
            "64",
            "--curve-steps",
            "4",
            "--out",
            self.at(out),
        ]
        .to_vec();
        list.extend(more.iter().map(Into::into));
        softcam(list)
    }

    fn boxes(&self) -> String {
        self.at("boxes.csv").to_str().unwrap().to_owned()
    }

    fn json(&self, out: &str) -> Value {
        let bytes = fs::read(self.at(out).join("results.json")).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }
}

/// Without what differs from run to run: times.
fn timeless(mut document: Value) -> Value {
    document["seconds"] = Value::Null;
    for row in document["rows"].as_array_mut().unwrap() {
        row["milliseconds"] = Value::Null;
    }
    document
}

fn row<'a>(document: &'a Value, network: &str, method: &str) -> &'a Value {
    let rows = document["rows"].as_array().unwrap();
    let found = rows
        .iter()
        .find(|row| row["network"] == network && row["method"] == method);
    found.unwrap_or_else(|| panic!("no {method} of {network}"))
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn everything_is_measured_and_written() {
    let bench = Bench::new("everything");
    fs::write(
        bench.at("second.safetensors"),
        model(|model| model.card.temperature = 2.0),
    )
    .unwrap();
    let second = bench.at("second.safetensors");
    let boxes = bench.boxes();
    let text = stdout(&bench.run(
        "out",
        &[
            "--boxes",
            &boxes,
            "--methods",
            "random,edges,occlusion",
            "--metrics",
            "all",
            "--costly",
            "2",
            "--costly-again",
            "--black-box",
            second.to_str().unwrap(),
            "--title",
            "Discs & <stripes>",
        ],
    ));
    for expected in [
        "Not a diagnosis",
        "As classifiers",
        "activation precision",
        "Random map of second",
        "adds up to within",
    ] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
    let json = bench.json("out");
    let explained = json["pictures"]["explained"].as_u64().unwrap();
    assert!(explained >= 3, "{}", json["rule"]);
    assert_eq!(json["pictures"]["costly"], 2);
    assert_eq!(json["networks"][0]["role"], "softcam");
    assert_eq!(json["networks"][1]["role"], "black box");
    assert_eq!(json["networks"][0]["pictures"], 2 * EACH);

    let softcam = row(&json, "first", "softcam");
    assert_eq!(
        (&softcam["forward"], &softcam["backward"]),
        (&1.0.into(), &0.0.into())
    );
    assert!(
        number(&softcam["largest_gap"]) < 1e-4,
        "the mean is the logit"
    );
    for figure in json["figures"].as_array().unwrap() {
        let id = figure["id"].as_str().unwrap();
        // Nothing lies outside where a picture is content throughout.
        if id == "outside" {
            continue;
        }
        let [low, value, high] =
            ["low", "value", "high"].map(|key| number(&softcam["values"][id][key]));
        assert!(low <= value && value <= high, "{id}: {low} {value} {high}");
        let costly =
            ["road", "stability", "randomisation"].contains(&figure["group"].as_str().unwrap());
        let pictures = &softcam["values"][id]["pictures"];
        match id {
            "r_minus" => assert!(pictures.as_u64().unwrap() > 0),
            _ => assert_eq!(
                pictures,
                &Value::from(if costly { 2 } else { explained }),
                "{id}"
            ),
        }
    }
    // A control that knows nothing of the network is as it was when the network is shuffled.
    let random = row(&json, "first", "random");
    assert!((number(&random["values"]["randomised"]["value"]) - 1.0).abs() < 1e-9);
    assert_eq!(random["forward"], 0.0);
    assert_eq!(
        row(&json, "first", "occlusion")["values"]["gini"]["pictures"],
        2
    );
    assert!(number(&row(&json, "first", "occlusion")["forward"]) > 25.0);

    // A method against SoftCAM of its own network, and of the black box against the model's.
    for (network, method) in [
        ("first", "random"),
        ("second", "random"),
        ("second", "softcam"),
    ] {
        let differences = row(&json, network, method)["less_softcam"]
            .as_array()
            .unwrap();
        assert!(!differences.is_empty());
        for difference in differences {
            assert_eq!(difference["against"], "SoftCAM of first");
        }
        let gini = differences
            .iter()
            .find(|difference| difference["figure"] == "gini")
            .unwrap();
        let of = |network: &str, method: &str| {
            number(&row(&json, network, method)["values"]["gini"]["value"])
        };
        let expected = of(network, method) - of("first", "softcam");
        assert!((number(&gini["value"]) - expected).abs() < 1e-12);
    }
    let curve = softcam["curves"]["deletion"].as_array().unwrap();
    assert_eq!(curve.len(), 5);
    assert!((number(&softcam["curves"]["patches"][0]) - 1.0).abs() < 1e-9);
    assert_eq!(softcam["curves"]["top_k"].as_array().unwrap().len(), 30);

    let outcome = &json["outcomes"][0];
    let sentences = outcome["sentences"].to_string();
    // Controls are no rivals, and occlusion is on two pictures.
    assert_eq!(outcome["undecided"], 0);
    assert!(sentences.contains("fewer than 5 patients"), "{sentences}");
    assert!(sentences.contains("The control"), "{sentences}");

    let html = fs::read_to_string(bench.at("out/report.html")).unwrap();
    for expected in [
        "<svg",
        "Not a diagnosis",
        "data:image/jpeg;base64,",
        "&lt;stripes&gt;",
        "Side by side",
        "Worst",
    ] {
        assert!(html.contains(expected), "no {expected}");
    }
    assert!(!html.contains("<script") && !html.contains("<stripes>") && !html.contains("<round>"));
    let addresses =
        html.matches("http").count() - html.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(addresses, 0, "it needs nothing else");
    let markdown = fs::read_to_string(bench.at("out/summary.md")).unwrap();
    assert!(
        markdown.contains("| SoftCAM of first |") && !markdown.contains("<stripes>"),
        "{markdown}"
    );
}

#[test]
fn a_run_that_was_stopped_goes_on_and_ends_the_same() {
    let bench = Bench::new("resume");
    let more = ["--methods", QUICK, "--metrics", "gini,deletion,insertion"];
    stdout(&bench.run("whole", &more));
    let store = fs::read(bench.at("whole/store.jsonl")).unwrap();
    let lines = store.iter().filter(|byte| **byte == b'\n').count();
    assert!(lines > 6, "{lines}");
    // Killed in the middle of a line.
    let half = store
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(lines / 2)
        .unwrap()
        .0
        + 40;
    fs::create_dir_all(bench.at("cut")).unwrap();
    fs::write(bench.at("cut/store.jsonl"), &store[..half]).unwrap();
    let output = bench.run("cut", &more);
    let notes = String::from_utf8(output.stderr.clone()).unwrap();
    stdout(&output);
    assert!(notes.contains("not whole"), "{notes}");
    assert!(
        notes.contains(&format!("{} of {lines} results", lines / 2 + 1)),
        "{notes}"
    );
    assert_eq!(timeless(bench.json("cut")), timeless(bench.json("whole")));

    // Stopped by the clock: what is there is reported, and what is missing is said.
    fs::create_dir_all(bench.at("late")).unwrap();
    fs::copy(bench.at("cut/store.jsonl"), bench.at("late/store.jsonl")).unwrap();
    let late = fs::read(bench.at("late/store.jsonl")).unwrap();
    fs::write(bench.at("late/store.jsonl"), &late[..half - 40 + 1]).unwrap();
    let text = stdout(&bench.run("late", &[&more[..], &["--minutes", "0"]].concat()));
    assert!(text.contains("THIS IS NOT ALL"), "{text}");
    let missing = bench.json("late")["results"]["missing"].as_u64().unwrap();
    assert_eq!(missing as usize, lines - lines / 2 - 1);

    // All is there: nothing is computed, nothing is written.
    let before = fs::read(bench.at("cut/store.jsonl")).unwrap();
    stdout(&bench.run("cut", &more));
    assert_eq!(fs::read(bench.at("cut/store.jsonl")).unwrap(), before);
    assert_eq!(timeless(bench.json("cut")), timeless(bench.json("whole")));
}

#[test]
fn results_of_other_options_or_models_do_not_count() {
    let bench = Bench::new("changed");
    let more = ["--methods", QUICK, "--metrics", "gini,deletion"];
    stdout(&bench.run("out", &more));
    let notes = |output: &Output| String::from_utf8(output.stderr.clone()).unwrap();
    let other = bench.run(
        "out",
        &[
            "--methods",
            QUICK,
            "--metrics",
            "gini,deletion",
            "--seed",
            "3",
        ],
    );
    stdout(&other);
    assert!(
        notes(&other).contains("other models, pictures or options"),
        "{}",
        notes(&other)
    );
    let random = |out: &str| row(&bench.json(out), "first", "random")["values"]["deletion"].clone();
    let seeded = random("out");
    // What was there before still is, also of a model whose card says something else.
    fs::write(
        bench.at("first.safetensors"),
        model(|model| model.card.title = "Another title".into()),
    )
    .unwrap();
    let again = bench.run("out", &more);
    stdout(&again);
    assert!(notes(&again).contains("Going on"), "{}", notes(&again));
    assert_ne!(random("out"), seeded);

    fs::write(
        bench.at("first.safetensors"),
        model(|model| model.card.temperature = 3.0),
    )
    .unwrap();
    let changed = bench.run("out", &more);
    stdout(&changed);
    assert!(!notes(&changed).contains("Going on"), "{}", notes(&changed));
    stdout(&bench.run("fresh", &more));
    assert_eq!(timeless(bench.json("out")), timeless(bench.json("fresh")));
}

#[test]
fn figures_are_those_of_eval() {
    let bench = Bench::new("agrees");
    let boxes = bench.boxes();
    stdout(&bench.run("out", &["--methods", "random", "--boxes", &boxes]));
    let json = bench.json("out");
    let out = bench.at("eval.json");
    stdout(&softcam(arguments![
        "eval",
        "--model",
        bench.at("first.safetensors"),
        "--csv",
        bench.at("labels.csv"),
        "--images",
        &bench.folder,
        "--map",
        "stripes=plain,disc=1",
        "--size",
        "64",
        "--boxes",
        &boxes,
        "--json",
        &out,
    ]));
    let eval: Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
    assert_eq!(json["networks"][0]["auc"], eval["auc"]);
    let located = &eval["localisation"]["answered_rightly"];
    assert_eq!(located["n"], json["pictures"]["explained"]);
    let values = &row(&json, "first", "softcam")["values"];
    for (ours, theirs) in [
        ("activation_precision", "activation_precision"),
        ("activation_sensitivity", "activation_sensitivity"),
        ("pointing", "pointing_game"),
        ("pointing_15px", "pointing_game_near"),
    ] {
        let difference = number(&values[ours]["value"]) - number(&located[theirs]["value"]);
        assert!(difference.abs() < 1e-5, "{ours}: {difference}");
    }
}

#[test]
fn mistakes_are_refused_with_advice() {
    let bench = Bench::new("mistakes");
    let unknown = misuse(&bench.run("out", &["--methods", "grad-camm"]));
    assert!(
        unknown.contains("softcam") && unknown.contains("random"),
        "{unknown}"
    );
    assert!(misuse(&bench.run("out", &["--metrics", "beauty"])).contains("localisation"));
    assert!(misuse(&bench.run("out", &["--pictures", "0"])).contains("from 1 on"));

    fs::write(
        bench.at("other.safetensors"),
        model(|model| model.card.classes.reverse()),
    )
    .unwrap();
    let other = bench.at("other.safetensors");
    let text = refusal(&bench.run("out", &["--black-box", other.to_str().unwrap()]));
    assert!(text.contains("same classes"), "{text}");

    fs::write(
        bench.at("several.safetensors"),
        model(|model| {
            model.card.activation = HeadActivation::Sigmoid;
            model.card.format_version = model.card.needed_version();
        }),
    )
    .unwrap();
    let several = bench.at("several.safetensors");
    let text = refusal(&bench.run("out", &["--model", several.to_str().unwrap()]));
    assert!(
        text.contains("several.safetensors do not exclude each other")
            && text.contains("--label-columns"),
        "{text}"
    );

    // The other way round, everything is called wrongly.
    let mut labels = fs::read_to_string(bench.at("labels.csv")).unwrap();
    labels = labels
        .replace(",stripes,", ",?,")
        .replace(",disc,", ",stripes,")
        .replace(",?,", ",disc,");
    fs::write(bench.at("labels.csv"), labels).unwrap();
    let text = refusal(&bench.run("out", &[]));
    assert!(text.contains("calls rightly"), "{text}");
    fs::write(bench.at("disc/1.png"), "not a picture").unwrap();
    let text = refusal(&bench.run("out", &[]));
    assert!(text.contains("disc/1.png"), "{text}");
}

#[test]
fn one_picture_by_another_method() {
    let bench = Bench::new("explain");
    let explain = |more: &[&str]| {
        let mut list = arguments![
            "explain",
            bench.at("disc/2.png"),
            "--model",
            bench.at("first.safetensors"),
            "--size",
            "64",
        ]
        .to_vec();
        list.extend(more.iter().map(Into::into));
        softcam(list)
    };
    let json = |more: &[&str]| -> Value {
        serde_json::from_str(&stdout(&explain(&[more, &["--json"]].concat()))).unwrap()
    };
    // SoftCAM as a method is the evidence itself.
    let own = json(&["--method", "softcam"]);
    let method = &own["method"];
    for (ours, evidence) in [("map", "map"), ("rows", "rows"), ("score", "logit")] {
        let (ours, evidence) = (&method[ours], &own[evidence]);
        match ours.as_array() {
            None => assert_eq!(ours, evidence),
            Some(values) => {
                for (a, b) in values.iter().zip(evidence.as_array().unwrap()) {
                    assert!((number(a) - number(b)).abs() < 1e-4, "{a} {b}");
                }
            }
        }
    }
    assert_eq!(method["claim"]["of"], "mean");
    assert!(number(&method["gap"]).abs() < 1e-4);

    let random = |more: &[&str]| json(&[&["--method", "random"], more].concat())["method"].clone();
    let (first, again) = (random(&[]), random(&["--seed", "7"]));
    assert_eq!(
        (&first["claim"], &first["forward"]),
        (&Value::Null, &0.into())
    );
    assert_ne!(first["map"], again["map"]);
    assert_eq!(first["map"], random(&[])["map"]);

    let out = bench.at("map.png");
    let text = stdout(&explain(&[
        "--method",
        "random",
        "--out",
        out.to_str().unwrap(),
    ]));
    for expected in [
        "Random map for <round> over plain",
        "a control",
        "claims no sum",
        "0 runs forward",
        "diagnosis",
    ] {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
    assert!(fs::metadata(Path::new(&out)).unwrap().len() > 1000);
}
