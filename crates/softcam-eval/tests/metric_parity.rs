//! Measures of maps against other people's code, by `tests/parity/make_metric_fixtures.py`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;
#[path = "../../softcam/tests/common/pattern.rs"]
mod drawn;

use common::{map, picture, spec};
use drawn::pattern;
use serde_json::Value;
use softcam::map::Map;
use softcam_eval::localisation::localise_marks;
use softcam_eval::maps::confidence::{confidence, shown};
use softcam_eval::maps::replacement::{
    PatchOptions, PixelOptions, deletion, insertion, patch_deletion,
};
use softcam_eval::maps::road::{self, Order, Road};
use softcam_eval::maps::stability::{self, Stability};
use softcam_eval::maps::topk::{self, overlapping};
use softcam_eval::maps::{Fill, Marks, Picture, Score, gini};
use std::path::Path;

const SIDE: usize = 24;
const CLASSES: usize = 3;
const CLASS: usize = 1;

fn fixture() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/metrics.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

/// The script's network.
fn probabilities(values: &[f32]) -> Vec<f32> {
    let weights = pattern("weight", values.len() * CLASSES);
    let logits: Vec<f64> = (0..CLASSES)
        .map(|class| {
            let weights = &weights[class * values.len()..][..values.len()];
            let pairs = weights.iter().zip(values);
            let sum: f64 = pairs
                .map(|(w, v)| f64::from(w / 16.0) * f64::from(*v))
                .sum();
            sum + [0.0, 1.0, 0.5][class]
        })
        .collect();
    let all: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits
        .iter()
        .map(|logit| (logit.exp() / all) as f32)
        .collect()
}

/// The script's picture and map.
fn subject() -> (Picture, Map) {
    let count = SIDE * SIDE;
    let values = pattern("picture", 3 * count);
    let weights = pattern("weight", 3 * count * CLASSES);
    let weights = &weights[3 * count * CLASS..][..3 * count];
    let noise = pattern("map", count);
    let value = |pixel: usize| {
        let channels = [pixel, count + pixel, 2 * count + pixel];
        let sum: f32 = channels
            .map(|at| weights[at] / 16.0 * values[at])
            .iter()
            .sum();
        noise[pixel] * 0.25 + sum * 4.0
    };
    let map = map((0..count).map(value).collect(), SIDE, SIDE);
    (picture(values, SIDE), map)
}

#[track_caller]
fn close(got: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    println!("{:.1e} apart", (got - expected).abs());
    assert!(
        (got - expected).abs() <= tolerance,
        "{got} is not {expected}"
    );
}

#[test]
fn of_the_map_alone_as_in_quantus() {
    let (expected, (_, map)) = (fixture(), subject());
    // Quantus adds 1e-7 to every value.
    close(gini(&map.values).unwrap(), &expected["gini"], 1e-6);
    let inside =
        |pixel: usize| (5..17).contains(&(pixel / SIDE)) && (3..12).contains(&(pixel % SIDE));
    let mask: Vec<bool> = (0..SIDE * SIDE).map(inside).collect();
    let marks = Marks::from_mask(&mask, SIDE).unwrap().unwrap();
    let found = localise_marks(&map.values, map.shape(), &marks, Default::default());
    close(found.precision.unwrap(), &expected["mass"], 1e-6);
    assert_eq!(found.pointed, expected["pointing"].as_bool().unwrap());
}

#[test]
fn deletion_and_insertion_as_in_quantus_and_torchcam() {
    let (expected, (picture, map)) = (fixture(), subject());
    let options = PixelOptions {
        steps: 24,
        ..PixelOptions::deletion()
    };
    let plan = deletion(&picture, &map, &options).unwrap();
    let answers = |pictures: usize, at: &dyn Fn(usize) -> Vec<f32>| -> Vec<Vec<f32>> {
        (0..pictures)
            .map(|index| probabilities(&at(index)))
            .collect()
    };
    let curve = plan
        .curve(
            &answers(plan.pictures(), &|at| plan.picture(at)),
            Score::Probability(CLASS),
        )
        .unwrap();
    for (got, expected) in curve.values[1..]
        .iter()
        .zip(numbers(&expected["deletion_curve"]))
    {
        assert!((got - expected).abs() < 1e-6, "{got} is not {expected}");
    }
    close(curve.area(), &expected["deletion"], 1e-6);

    let plan = insertion(&picture, &map, &options).unwrap();
    let answers = answers(plan.pictures(), &|at| plan.picture(at));
    let curve = plan.curve(&answers, Score::Probability(CLASS)).unwrap();
    close(curve.area(), &expected["insertion"], 1e-6);
}

#[test]
fn drop_and_increase_as_in_torchcam() {
    let (expected, (picture, map)) = (fixture(), subject());
    let whole = f64::from(probabilities(picture.values())[CLASS]);
    let of = |map: &Map| {
        let shown = probabilities(&shown(&picture, map, Fill::Mean).unwrap());
        confidence(whole, f64::from(shown[CLASS])).unwrap()
    };
    let increase = expected["increase"].as_f64().unwrap() > 0.0;
    assert_eq!(of(&map).increase, increase);
    let negative = Map {
        values: map.values.iter().map(|value| -value).collect(),
        ..map
    };
    close(of(&negative).drop, &expected["average_drop"], 1e-5);
}

#[test]
fn imputation_and_road_as_in_pytorch_grad_cam() {
    let (expected, (picture, map)) = (fixture(), subject());
    let options = road::Options {
        noise: 0.0,
        ..road::Options::default()
    };
    let plan = Road::new(&picture, &map, Order::MostRelevant, &options).unwrap();
    for (index, share) in [(3, "0.3"), (9, "0.9")] {
        let filled = plan.picture(index);
        let wanted = numbers(&expected["imputed"][share]);
        let most = filled
            .iter()
            .zip(wanted)
            .map(|(a, b)| (f64::from(*a) - b).abs());
        let most = most.fold(0.0, f64::max);
        println!("{most:.1e} apart at {share}");
        assert!(most < 2e-5, "{most} at {share}");
    }
    // The library takes pixels above a percentile, of which there is sometimes one more or less.
    for (order, name) in [
        (Order::MostRelevant, "road_morf"),
        (Order::LeastRelevant, "road_lerf"),
    ] {
        let plan = Road::new(&picture, &map, order, &options).unwrap();
        let answers: Vec<_> = (0..plan.pictures())
            .map(|index| probabilities(&plan.picture(index)))
            .collect();
        let curve = plan.curve(&answers, Score::Probability(CLASS)).unwrap();
        close(road::mean(&curve).unwrap(), &expected[name], 1e-3);
    }
}

#[test]
fn sensitivity_as_in_captum_and_quantus() {
    let (expected, (picture, _)) = (fixture(), subject());
    let count = SIDE * SIDE;
    let explain = |values: &[f32]| {
        let value = |pixel: usize| -> f32 {
            let channels = [pixel, count + pixel, 2 * count + pixel];
            channels
                .map(|at: usize| values[at] * values[at].abs())
                .iter()
                .sum()
        };
        map((0..count).map(value).collect(), SIDE, SIDE)
    };
    let mut maps = vec![explain(picture.values())];
    for sample in 0..5 {
        let noise = pattern(&format!("noise-{sample}"), 3 * count);
        let pairs = picture.values().iter().zip(noise);
        let changed: Vec<f32> = pairs.map(|(value, noise)| value + 0.05 * noise).collect();
        maps.push(explain(&changed));
    }
    let options = stability::Options {
        samples: 5,
        shifts: Vec::new(),
        ..stability::Options::default()
    };
    let change = Stability::new(&picture, &options)
        .compare(&maps)
        .unwrap()
        .noise
        .unwrap();
    close(change.max, &expected["sensitivity_captum"], 1e-6);
    close(change.max, &expected["sensitivity_max"], 1e-6);
    close(change.mean, &expected["sensitivity_mean"], 1e-6);
    close(change.rank, &expected["spearman"], 1e-6);
}

#[test]
fn the_blur_is_scipys() {
    let (expected, (picture, _)) = (fixture(), subject());
    let blurred = Fill::Blur.of(&picture);
    for (got, expected) in blurred.iter().zip(numbers(&expected["blurred"])) {
        assert!(
            (f64::from(*got) - expected).abs() < 2e-6,
            "{got} is not {expected}"
        );
    }
}

/// In whole grey levels, which are the normalised values.
#[test]
fn patches_are_those_of_the_official_code() {
    let expected = fixture();
    let mut values: Vec<f32> = pattern("photo", 3 * 512 * 512)
        .iter()
        .map(|value| ((value + 1.0) * 24.0).floor())
        .collect();
    for (index, value) in values.iter_mut().enumerate() {
        let pixel = index % (512 * 512);
        if (60..470).contains(&(pixel / 512)) && (30..490).contains(&(pixel % 512)) {
            *value += 150.0;
        }
    }
    let picture = Picture::new(values, 512, &spec(0.0, 1.0)).unwrap();
    let heat = map(pattern("heat", 512 * 512), 512, 512);
    let plan = patch_deletion(&picture, &heat, &PatchOptions::official()).unwrap();
    let patches = expected["patches"].as_array().unwrap();
    assert_eq!(plan.pictures(), patches.len() + 1);
    let mut gone = vec![false; 512 * 512];
    assert_eq!(plan.replaced(0), gone);
    for (index, patch) in patches.iter().enumerate() {
        let corner = numbers(patch);
        let (top, left) = (corner[0] as usize, corner[1] as usize);
        for row in top..(top + 33).min(512) {
            gone[row * 512 + left..row * 512 + (left + 33).min(512)].fill(true);
        }
        assert!(plan.replaced(index + 1) == gone, "patch {index}");
    }
}

#[test]
fn hits_of_the_best_patches_are_those_of_the_official_code() {
    let expected = fixture();
    let mut points: Vec<f32> = pattern("points", 3600)
        .iter()
        .map(|value| value * 2.0)
        .collect();
    for (index, value) in points.iter_mut().enumerate() {
        let inner = 3..57;
        if !inner.contains(&(index / 60)) || !inner.contains(&(index % 60)) {
            *value = -5.0;
        }
    }
    let marked =
        |pixel: usize| (100..200).contains(&(pixel / 512)) && (300..420).contains(&(pixel % 512));
    let mask: Vec<bool> = (0..512 * 512).map(marked).collect();
    let marks = Marks::from_mask(&mask, 512).unwrap().unwrap();
    let found = overlapping(&map(points, 60, 60), &marks, &topk::Options::official());
    let hits: Vec<f64> = found
        .hits
        .iter()
        .map(|hit| f64::from(u8::from(*hit)))
        .collect();
    assert_eq!(hits, numbers(&expected["topk"]));
    assert!(hits.contains(&1.0) && hits.contains(&0.0));
}
