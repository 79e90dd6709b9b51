//! Evidence against boxes, by hand and in general.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use proptest::prelude::*;
use serde_json::Value;
use softcam::preprocess::{Placement, Rect, Size};
use softcam_eval::localisation::{Localised, Options, localise};
use std::path::Path;

/// A photo of 400 x 200 of which the network saw the centred square, at 64 px.
fn placement() -> Placement {
    Placement {
        photo: Size {
            width: 400,
            height: 200,
        },
        input: 64,
        region: rect(100.0, 0.0, 200.0, 200.0),
    }
}

fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect {
        x,
        y,
        width,
        height,
    }
}

fn run(map: &[f32], boxes: &[Rect]) -> Option<Localised> {
    let side = map.len().isqrt();
    localise(map, (side, side), &placement(), boxes, Options::default())
}

fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
}

#[test]
fn a_flat_map_is_chance() {
    // The right half of what the network saw, and something it did not see.
    let boxes = [
        rect(200.0, -50.0, 300.0, 900.0),
        rect(0.0, 0.0, 90.0, 200.0),
    ];
    let flat = run(&[3.0; 4], &boxes).unwrap();
    close(flat.chance.pixels, 0.5);
    close(flat.precision.unwrap(), 0.5);
    close(flat.sensitivity, 1.0);
    close(flat.chance.patches, 0.5);
    // 15 px of 64 more on the left of the box: pixel centres 17.5 to 31.5 are at most 15 px away from 32.
    close(flat.chance.pixels_nearly, 0.5 + 15.0 / 64.0);
    assert_eq!(flat.patches, 10);
}

#[test]
fn evidence_in_the_box_counts_and_negative_evidence_does_not() {
    // One row of cells, 2 wide, so that both halves of the input mirror each other about the middle.
    let right = rect(200.0, 0.0, 100.0, 200.0);
    let all = localise(
        &[-5.0, 5.0],
        (1, 2),
        &placement(),
        &[right],
        Options::default(),
    )
    .unwrap();
    close(all.precision.unwrap(), 1.0);
    assert!(all.pointed && all.pointed_nearly);
    assert_eq!((all.patches, all.patch_hits), (10, 10));

    let none = localise(
        &[5.0, -5.0],
        (1, 2),
        &placement(),
        &[right],
        Options::default(),
    )
    .unwrap();
    close(none.precision.unwrap(), 0.0);
    close(none.sensitivity, 0.0);
    assert!(!none.pointed && !none.pointed_nearly);
    assert_eq!((none.patches, none.patch_hits), (10, 0));

    let silent = run(&[-1.0; 4], &[right]).unwrap();
    assert_eq!(
        (silent.precision, silent.sensitivity, silent.patches),
        (None, 0.0, 0)
    );
}

#[test]
fn a_near_miss_is_one() {
    // The largest evidence is in the top left cell's quarter; the box begins 4 px right of the middle.
    let map = [0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0];
    let boxes = [rect(100.0 + 200.0 * 36.0 / 64.0, 0.0, 200.0, 200.0)];
    let near = run(&map, &boxes).unwrap();
    assert!(!near.pointed && near.pointed_nearly, "{near:?}");
}

#[test]
fn a_box_smaller_than_a_pixel_is_not_lost_and_one_out_of_sight_is() {
    let tiny = run(&[1.0; 4], &[rect(250.9, 100.2, 0.1, 0.1)]).unwrap();
    close(tiny.chance.pixels, 1.0 / 4096.0);
    close(tiny.chance.patches, 1.0 / 256.0);
    assert_eq!(run(&[1.0; 4], &[rect(0.0, 0.0, 100.0, 200.0)]), None);
    assert_eq!(run(&[1.0; 4], &[rect(150.0, 50.0, 0.0, 20.0)]), None);
    assert_eq!(run(&[1.0; 4], &[]), None);
}

#[test]
fn overlapping_boxes_count_once() {
    let one = run(&[1.0; 4], &[rect(120.0, 20.0, 80.0, 80.0)]).unwrap();
    let two = run(
        &[1.0; 4],
        &[rect(120.0, 20.0, 80.0, 80.0), rect(130.0, 30.0, 40.0, 40.0)],
    )
    .unwrap();
    assert_eq!(one, two);
}

proptest! {
    #[test]
    fn measures_are_shares_and_do_not_depend_on_scale(
        map in prop::collection::vec(-5.0_f32..5.0, 49),
        (x, y, w, h) in (90.0_f64..290.0, -10.0_f64..190.0, 1.0_f64..150.0, 1.0_f64..150.0),
    ) {
        let boxes = [rect(x, y, w, h)];
        let scaled: Vec<f32> = map.iter().map(|v| v * 4.0).collect();
        let (a, b) = (run(&map, &boxes), run(&scaled, &boxes));
        prop_assert_eq!(a.is_some(), b.is_some());
        if let (Some(a), Some(b)) = (a, b) {
            prop_assert!((a.precision.unwrap_or(0.0) - b.precision.unwrap_or(0.0)).abs() < 1e-6);
            prop_assert!((a.sensitivity - b.sensitivity).abs() < 1e-6);
            prop_assert_eq!((a.pointed, a.patches, a.patch_hits), (b.pointed, b.patches, b.patch_hits));
            prop_assert!(a.precision.is_none_or(|p| (0.0..=1.0 + 1e-9).contains(&p)));
            prop_assert!((0.0..=1.0 + 1e-9).contains(&a.sensitivity));
            prop_assert!(a.patch_hits <= a.patches && a.patches <= 10);
            prop_assert!(a.chance.pixels > 0.0 && a.chance.pixels <= a.chance.pixels_nearly);
            prop_assert!(a.pointed_nearly || !a.pointed);
        }
    }
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

fn whole(of: &Value, name: &str) -> u32 {
    u32::try_from(of[name].as_u64().unwrap()).unwrap()
}

fn rect_from(of: &Value) -> Rect {
    rect(
        number(of, "x"),
        number(of, "y"),
        number(of, "width"),
        number(of, "height"),
    )
}

/// The page is held to the same numbers (tests/unit/overlap.test.mjs).
#[test]
fn the_page_measures_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/localisation.json");
    let fixture: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() >= 12);
    for case in cases {
        let (name, map, seen) = (&case["name"], &case["map"], &case["placement"]);
        let values: Vec<f32> = (map["values"].as_array().unwrap().iter())
            .map(|value| value.as_f64().unwrap() as f32)
            .collect();
        let shape = (whole(map, "rows") as usize, whole(map, "columns") as usize);
        let placement = Placement {
            photo: Size {
                width: whole(&seen["photo"], "width"),
                height: whole(&seen["photo"], "height"),
            },
            input: whole(seen, "input"),
            region: rect_from(&seen["region"]),
        };
        let boxes: Vec<Rect> = (case["boxes"].as_array().unwrap().iter())
            .map(rect_from)
            .collect();
        let found = localise(&values, shape, &placement, &boxes, Options::default());
        let expected = &case["expected"];
        assert_eq!(found.is_none(), expected.is_null(), "{name}");
        let Some(found) = found else { continue };
        let near = |got: f64, wanted: f64| {
            assert!((got - wanted).abs() < 1e-5, "{name}: {got} is not {wanted}");
        };
        assert_eq!(
            found.precision.is_none(),
            expected["precision"].is_null(),
            "{name}"
        );
        if let Some(precision) = found.precision {
            near(precision, number(expected, "precision"));
        }
        near(found.sensitivity, number(expected, "sensitivity"));
        near(found.chance.pixels, number(expected, "chance"));
    }
}
