//! Weights files with one fault each, made by tests/bad/make_models.py: every one is refused, and told why.
//!
//! What this cannot catch: a reader that allocates on the word of a header before it refuses. The files claim up to
//! 2⁶⁴ bytes, so such a reader would fail here, but one that believes a few megabytes would not.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, repository};
use flate2::read::GzDecoder;
use serde::Deserialize;
use softcam::weights::file;
use softcam::{Device, Explainer, Fault};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;

#[derive(Deserialize)]
struct Manifest {
    good: String,
    wrong_answer: String,
    bad: Vec<Bad>,
}

#[derive(Deserialize)]
struct Bad {
    file: String,
    says: String,
}

fn manifest() -> Manifest {
    serde_json::from_slice(&bytes("tests/bad/models/manifest.json")).unwrap()
}

fn unpacked(name: &str) -> Vec<u8> {
    let stored = bytes(&format!("tests/bad/models/{name}"));
    if !name.ends_with(".gz") {
        return stored;
    }
    let mut content = Vec::new();
    GzDecoder::new(&stored[..])
        .read_to_end(&mut content)
        .unwrap();
    content
}

fn explainer(name: &str) -> Explainer {
    let model = file::read(&unpacked(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Explainer::new(model, &Device::flex()).unwrap()
}

#[test]
fn the_file_that_all_faults_are_made_from_is_good() {
    let test = pollster::block_on(explainer(&manifest().good).self_test()).unwrap();
    assert!(test.passed(), "{test:?}");
}

#[test]
fn every_fault_is_refused_and_named() {
    let bad = manifest().bad;
    assert!(bad.len() >= 80, "only {} files", bad.len());
    for Bad { file: name, says } in bad {
        let Err(error) = file::read(&unpacked(&name)) else {
            panic!("{name} was read");
        };
        assert_eq!(error.fault(), Fault::Model, "{name}: {error}");
        assert!(error.to_string().contains(&says), "{name}: {error}");
        assert!(error.to_string().ends_with('.'), "{name}: {error}");
        assert!(error.advice().ends_with('.'), "{name}: {error:?}");
    }
}

#[test]
fn a_wrong_answer_shows_when_the_network_runs() {
    let test = pollster::block_on(explainer(&manifest().wrong_answer).self_test()).unwrap();
    assert!(!test.passed(), "{test:?}");
}

#[test]
fn every_file_is_in_the_manifest() {
    let Manifest {
        good,
        wrong_answer,
        bad,
    } = manifest();
    let listed: BTreeSet<String> = (bad.into_iter().map(|bad| bad.file))
        .chain([good, wrong_answer, "manifest.json".to_owned()])
        .collect();
    let there: BTreeSet<String> = fs::read_dir(repository("tests/bad/models"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(there, listed);
}
