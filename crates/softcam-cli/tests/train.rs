//! `softcam train` on pictures that are drawn here: the whole recipe on few pictures and few steps.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::bench::{Bench, PATIENTS};
use common::{misuse, refusal, repository, softcam, stdout};
use serde_json::Value;
use softcam::weights::file;
use std::fs;

#[test]
fn the_whole_recipe_on_a_few_pictures() {
    let bench = Bench::new("whole");
    let epochs = ["--epochs", "6"];
    let text = stdout(&bench.run("unbroken", &epochs));
    assert!(
        text.contains("int8.safetensors") && text.contains("operating point: round"),
        "{text}"
    );
    let history = bench.history("unbroken");
    let losses: Vec<f64> = (history["epochs"].as_array().unwrap().iter())
        .map(|epoch| epoch["loss"]["cross_entropy"].as_f64().unwrap())
        .collect();
    assert_eq!(losses.len(), 6);
    assert!(losses[5] < 0.5 * losses[0], "{losses:?}");
    assert!(
        !history["command"]
            .as_str()
            .unwrap()
            .contains(bench.folder.to_str().unwrap())
    );
    let curves = fs::read_to_string(bench.at("unbroken/curves.html")).unwrap();
    assert!(curves.contains("<svg"));

    // Strange pictures are told in the middle of the network, and rounding looked at pictures.
    let model = file::read(&fs::read(bench.at("unbroken/int8.safetensors")).unwrap()).unwrap();
    assert_eq!(model.card.novelty.unwrap().blocks, Some(12));
    assert_eq!(model.novelty_reference.unwrap().mean.len(), 112);
    let made = model.card.provenance.conversion;
    assert!(
        made.contains("lambda1 = 0.0001") && made.contains("measured on training pictures"),
        "{made}"
    );

    // No patient is in two parts.
    let parts = fs::read_to_string(bench.at("unbroken/parts-1.csv")).unwrap();
    let mut of_patient = std::collections::BTreeMap::new();
    for row in parts.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(
            *of_patient.entry(cells[2].to_owned()).or_insert(cells[3]),
            cells[3],
            "{row}"
        );
    }
    assert_eq!(of_patient.len(), 2 * PATIENTS);

    // What it leaves is measured on the part that it never saw.
    let report = bench.at("report.json");
    let run = softcam(arguments![
        "eval",
        "--model",
        bench.at("unbroken/int8.safetensors"),
        "--against",
        bench.at("unbroken/float.safetensors"),
        "--csv",
        bench.at("unbroken/parts-1.csv"),
        "--images",
        bench.at("pictures"),
        "--label",
        "label",
        "--map",
        "flat=flat,round=round",
        "--part",
        "check",
        "--json",
        &report,
    ]);
    stdout(&run);
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert!(report["auc"]["value"].as_f64().unwrap() > 0.9, "{report}");
    assert!(report["out_of_distribution"]["threshold"].as_f64().unwrap() > 0.0);
    assert!(report["against"]["agreement"].as_f64().unwrap() > 0.7);
}

#[test]
fn a_run_that_was_stopped_ends_like_one_that_was_not() {
    let bench = Bench::new("resume");
    stdout(&bench.run("unbroken", &["--epochs", "2", "--constant"]));
    stdout(&bench.run("stopped", &["--epochs", "1", "--constant"]));
    let again = refusal(&bench.run("stopped", &["--epochs", "2", "--constant"]));
    assert!(again.contains("--resume"), "{again}");
    stdout(&bench.run("stopped", &["--epochs", "2", "--constant", "--resume"]));
    for name in ["int8.safetensors", "float.safetensors"] {
        let read = |run: &str| fs::read(bench.at(run).join(name)).unwrap();
        assert!(read("unbroken") == read("stopped"), "{name}");
    }
    let other = refusal(&bench.run(
        "stopped",
        &["--epochs", "3", "--constant", "--resume", "--seed", "5"],
    ));
    assert!(other.contains("other settings"), "{other}");
    let nothing = refusal(&bench.run("empty", &["--epochs", "1", "--resume"]));
    assert!(nothing.contains("no checkpoint"), "{nothing}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_a_run_that_can_be_taken_up_again() {
    let bench = Bench::new("full-disk");
    let epochs = |count| ["--epochs", count, "--constant", "--freeze", "17"];
    stdout(&bench.run("run", &epochs("1")));
    let checkpoint = bench.at("run/checkpoint.safetensors");
    let before = fs::read(&checkpoint).unwrap();
    common::fill_the_disk_for(&checkpoint);
    let resume = [&epochs("2")[..], &["--resume"]].concat();
    let text = refusal(&bench.run("run", &resume));
    common::assert_full_disk(&text, &checkpoint);
    assert!(fs::read(&checkpoint).unwrap() == before);
    let model = bench.at("run/int8.safetensors");
    let finished = fs::read(&model).unwrap();
    common::fill_the_disk_for(&model);
    let output = bench.run("run", &resume);
    assert_eq!(output.status.code(), Some(1));
    common::assert_full_disk(&String::from_utf8_lossy(&output.stderr), &model);
    assert!(fs::read(&model).unwrap() == finished);
    stdout(&bench.run("run", &resume));
}

#[test]
fn a_penalty_that_empties_all_maps_is_warned_of() {
    let bench = Bench::new("empty");
    let told = |name: &str, lasso: &str| {
        let run = bench.run(name, &["--epochs", "1", "--freeze", "17", "--lasso", lasso]);
        assert!(run.status.success());
        String::from_utf8(run.stderr).unwrap()
    };
    // Two classes and 2 x 2 cells: ½ / 4.
    let strong = told("strong", "0.2");
    assert!(
        strong.contains("will empty the maps") && strong.contains("1.2e-1"),
        "{strong}"
    );
    let weak = told("weak", "0.1");
    assert!(!weak.contains("will empty"), "{weak}");
}

#[test]
fn folders_and_the_black_box() {
    let bench = Bench::new("folders");
    let run = softcam(arguments![
        "train",
        "--init",
        repository("web/models/efficientnet-lite0.safetensors"),
        "--out",
        bench.at("run"),
        "--folders",
        bench.at("pictures"),
        "--size",
        "64",
        "--freeze",
        "17",
        "--epochs",
        "1",
        "--head",
        "pooled",
        "--precision",
        "float32",
    ]);
    let text = stdout(&run);
    assert!(
        text.contains("float.safetensors") && !text.contains("int8"),
        "{text}"
    );
    let bytes = fs::read(bench.at("run/float.safetensors")).unwrap();
    let card = file::read(&bytes).unwrap().card;
    assert_eq!(card.classes, ["plain", "round"]);
    assert!(card.provenance.conversion.contains("black box"), "{card:?}");
    // What the old classes were learnt from says nothing of the new ones.
    assert!(!card.title.contains("ImageNet") && card.provenance.training_data == "not stated");
}

#[test]
fn what_cannot_be_learnt_from_is_refused_before_anything_is_computed() {
    let bench = Bench::new("refused");
    let table = fs::read_to_string(bench.at("labels.csv")).unwrap();
    let with = |text: &str, more: &[&str]| {
        fs::write(bench.at("labels.csv"), text).unwrap();
        refusal(&bench.run("run", more))
    };
    let unknown = with(&format!("{table}round/nowhere.png,round,x\n"), &[]);
    assert!(unknown.contains("nowhere.png"), "{unknown}");
    let one: String = table
        .lines()
        .filter(|row| !row.contains("round"))
        .map(|row| format!("{row}\n"))
        .collect();
    let one = with(&one, &[]);
    assert!(one.contains("flat"), "{one}");
    let parts = table.replace("what,patient", "what,patient,part");
    let parts: String = (parts.lines().enumerate())
        .map(|(at, row)| match at {
            0 => format!("{row}\n"),
            at if at % 2 == 0 => format!("{row},train\n"),
            _ => format!("{row},tune\n"),
        })
        .collect();
    let shared = with(&parts, &[]);
    assert!(
        shared.contains("plain0") && shared.contains("tune"),
        "{shared}"
    );
    let memory = with(&table, &["--cache", "2", "--cache-memory", "1e-6"]);
    assert!(
        memory.contains("GB") && memory.contains("--cache-memory"),
        "{memory}"
    );
    let damaged = {
        fs::write(bench.at("pictures/round/0-0.png"), b"no picture").unwrap();
        with(&table, &[])
    };
    assert!(damaged.contains("0-0.png"), "{damaged}");
    let frozen = refusal(&bench.run("run", &["--freeze", "99"]));
    assert!(frozen.contains("99"), "{frozen}");
    for (options, expected) in [
        (&["--bits", "9"][..], "9 bits"),
        (&["--bits", "5", "--precision", "float32"], "--bits"),
        (&["--known-blocks", "99"], "99"),
    ] {
        let text = refusal(&bench.run("run", options));
        assert!(text.contains(expected), "{text}");
    }
    let rate = with(&table, &["--lr", "0"]);
    assert!(rate.contains("learning rate"), "{rate}");
    misuse(&softcam(arguments!["train", "--init", "a", "--out", "b"]));
}

/// Losses of each epoch.
#[cfg(feature = "wgpu")]
fn losses(history: &Value) -> Vec<[f64; 2]> {
    let epochs = history["epochs"].as_array().unwrap().iter();
    epochs
        .map(|epoch| ["cross_entropy", "penalty"].map(|part| epoch["loss"][part].as_f64().unwrap()))
        .collect()
}

/// Whatever Vulkan driver there is; see softcam-webgpu's tests.
#[cfg(feature = "wgpu")]
#[test]
fn a_gpu_learns_what_the_cpu_learns() {
    if std::env::var_os("SOFTCAM_NO_WEBGPU").is_some() {
        eprintln!("NOT RUN: SOFTCAM_NO_WEBGPU is set");
        return;
    }
    let bench = Bench::new("gpu");
    let run = |out: &str, more: &[&str]| {
        let usual = ["--freeze", "16", "--constant", "--size", "64"];
        stdout(&bench.run(out, &[&usual[..], more].concat()));
    };
    run("cpu", &["--epochs", "2"]);
    run("gpu", &["--epochs", "1", "--device", "wgpu"]);
    run("gpu", &["--epochs", "2", "--device", "wgpu", "--resume"]);
    let (cpu, gpu) = (losses(&bench.history("cpu")), losses(&bench.history("gpu")));
    assert_eq!(gpu.len(), 2);
    for (expected, got) in cpu.iter().flatten().zip(gpu.iter().flatten()) {
        assert!((got / expected - 1.0).abs() < 0.01, "{cpu:?} {gpu:?}");
    }
}

#[cfg(feature = "wgpu")]
#[test]
fn without_a_gpu_it_says_what_to_do() {
    let bench = Bench::new("no-gpu");
    let none = ("CUBECL_WGPU_DEFAULT_DEVICE", "DiscreteGpu(99)");
    let arguments = bench.arguments("run", &["--device", "wgpu"]);
    let text = refusal(&common::softcam_with(&[none], arguments));
    assert!(
        text.contains("--device cpu") && !text.contains("panicked"),
        "{text}"
    );
}
