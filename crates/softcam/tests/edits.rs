//! Edits of pictures: what they may touch, and that a network sees nothing else.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, photo, shipped_model};
use proptest::prelude::*;
use serde_json::Value;
use softcam::edit::{Edit, Fill, Mask, apply, from_json};
use softcam::explain::Request;
use softcam::preprocess::{Limits, Photo, Placement, Rect, decode, fit, place};
use softcam::weights::FitRule;
use softcam::{Device, Explainer, Fault};

const RULES: [FitRule; 4] = [
    FitRule::CentreSquare,
    FitRule::Pad,
    FitRule::Stretch,
    FitRule::Disc,
];

/// Colours without order, so that no change goes unnoticed.
fn speckled(width: u32, height: u32) -> Photo {
    let value = |index: u32| (index.wrapping_mul(2_654_435_761) >> 23) as u8;
    let pixels: Vec<u8> = (0..3 * width * height).map(value).collect();
    photo(&pixels, width, height)
}

/// A bright disc on black, left of the middle.
fn disc() -> Photo {
    let pixels: Vec<u8> = (0..3 * 120 * 90)
        .map(|index: u32| {
            let (x, y) = (f64::from(index / 3 % 120), f64::from(index / 3 / 120));
            if (x - 45.0).hypot(y - 44.0) < 38.0 {
                120 + (index % 90) as u8
            } else {
                2
            }
        })
        .collect();
    photo(&pixels, 120, 90)
}

fn mask(rows: u32, columns: u32, cells: &[u32], fill: Fill, keep: bool) -> Edit {
    Edit::Mask(Mask {
        rows,
        columns,
        cells: cells.to_vec(),
        fill,
        keep,
    })
}

/// Whether the centre of pixel (x, y) lies in the rectangle.
fn covers(rect: Rect, x: u32, y: u32) -> bool {
    let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
    x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height
}

/// Whether a centre lies so near to an edge that rounding decides.
fn near_edge(rect: Rect, x: u32, y: u32) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
    near(x, rect.x)
        || near(x, rect.x + rect.width)
        || near(y, rect.y)
        || near(y, rect.y + rect.height)
}

#[test]
fn parameters_that_change_nothing_give_the_same_bytes() {
    let photo = speckled(37, 23);
    let placement = place(&photo, FitRule::CentreSquare, 64).unwrap();
    let nothing = [
        Edit::Turn { degrees: 0.0 },
        Edit::Turn { degrees: 360.0 },
        Edit::Shift { x: 0.0, y: -0.0 },
        Edit::Zoom { factor: 1.0 },
        Edit::Brightness { by: 0.0 },
        Edit::Contrast { factor: 1.0 },
        Edit::Blur { sigma: 0.0 },
        Edit::Noise {
            sigma: 0.0,
            seed: 9,
        },
        Edit::Marker {
            x: 0.5,
            y: 0.5,
            size: 0.0,
        },
        mask(7, 7, &[], Fill::Noise, false),
        mask(1, 1, &[], Fill::Black, false),
    ];
    for edit in &nothing {
        let edited = apply(&photo, std::slice::from_ref(edit), &placement).unwrap();
        assert!(edited.pixels == photo.pixels, "{edit:?}");
    }
    assert!(apply(&photo, &nothing, &placement).unwrap().pixels == photo.pixels);
    assert!(apply(&photo, &[], &placement).unwrap().pixels == photo.pixels);
}

#[test]
fn everything_else_changes_something_and_stays_opaque_and_repeatable() {
    let photo = speckled(37, 23);
    let placement = place(&photo, FitRule::CentreSquare, 64).unwrap();
    let noise = |seed| Edit::Noise { sigma: 0.1, seed };
    let edits = [
        Edit::Turn { degrees: -7.0 },
        Edit::Shift { x: 0.1, y: 0.0 },
        Edit::Zoom { factor: 0.9 },
        Edit::Brightness { by: -0.2 },
        Edit::Contrast { factor: 1.3 },
        Edit::Blur { sigma: 0.05 },
        Edit::Jpeg { quality: 30 },
        Edit::Marker {
            x: 0.2,
            y: 0.8,
            size: 0.3,
        },
        noise(1),
        noise(2),
    ];
    let apply = |edit: &Edit| apply(&photo, std::slice::from_ref(edit), &placement).unwrap();
    let results: Vec<_> = edits.iter().map(|edit| apply(edit).pixels).collect();
    for (index, (edit, result)) in edits.iter().zip(&results).enumerate() {
        assert_eq!(result.dimensions(), (37, 23));
        assert!(result != &photo.pixels, "{edit:?}");
        assert!(result.pixels().all(|pixel| pixel[3] == 255), "{edit:?}");
        assert!(&apply(edit).pixels == result, "{edit:?} once more");
        assert!(
            !results[..index].contains(result),
            "{edit:?} is like another"
        );
    }
}

#[test]
fn order_counts() {
    let photo = speckled(37, 23);
    let placement = place(&photo, FitRule::Stretch, 64).unwrap();
    let (turn, paint) = (
        Edit::Turn { degrees: 90.0 },
        mask(2, 2, &[0], Fill::Black, false),
    );
    let first = apply(&photo, &[turn.clone(), paint.clone()], &placement).unwrap();
    let last = apply(&photo, &[paint, turn], &placement).unwrap();
    assert_eq!(first.pixels.get_pixel(0, 0).0, [0, 0, 0, 255]);
    assert!(first.pixels != last.pixels);
}

#[test]
fn values_out_of_range_are_refused() {
    let photo = speckled(20, 20);
    let placement = place(&photo, FitRule::Stretch, 64).unwrap();
    for edit in [
        Edit::Turn { degrees: 361.0 },
        Edit::Turn { degrees: f64::NAN },
        Edit::Shift { x: 0.0, y: 1.1 },
        Edit::Zoom { factor: 0.0 },
        Edit::Brightness { by: f64::INFINITY },
        Edit::Contrast { factor: -1.0 },
        Edit::Blur { sigma: 0.6 },
        Edit::Noise {
            sigma: -0.1,
            seed: 0,
        },
        Edit::Jpeg { quality: 0 },
        Edit::Jpeg { quality: 101 },
        Edit::Marker {
            x: 1.1,
            y: 0.5,
            size: 0.1,
        },
        Edit::Marker {
            x: 0.5,
            y: 0.5,
            size: 0.6,
        },
        mask(0, 7, &[], Fill::Mean, false),
        mask(7, 2000, &[], Fill::Mean, false),
        mask(7, 7, &[49], Fill::Mean, false),
    ] {
        let error = apply(&photo, std::slice::from_ref(&edit), &placement).unwrap_err();
        assert_eq!(error.fault(), Fault::Request, "{edit:?}");
    }
    let many = vec![Edit::Brightness { by: 0.0 }; 65];
    assert!(apply(&photo, &many, &placement).is_err());
    let other = place(&speckled(21, 20), FitRule::Stretch, 64).unwrap();
    assert!(apply(&photo, &[], &other).is_err());
}

#[test]
fn the_square_is_the_original_photos_whatever_the_edits_did_to_it() {
    let photo = disc();
    let before = place(&photo, FitRule::Disc, 64).unwrap();
    // Without the right half of the disc, another square would be found.
    let half = mask(1, 2, &[1], Fill::Black, false);
    let edited = apply(&photo, std::slice::from_ref(&half), &before).unwrap();
    let drawn_anew = Photo::new(edited.pixels.clone(), "test");
    assert_ne!(place(&drawn_anew, FitRule::Disc, 64).unwrap(), before);
    assert_eq!(place(&edited, FitRule::Disc, 64).unwrap(), before);
    // An edit of an edited photo, too.
    let again = apply(&edited, &[half], &before).unwrap();
    assert!(again.pixels == edited.pixels);
    assert_eq!(place(&again, FitRule::Disc, 64).unwrap(), before);
    for rule in RULES {
        let place = |photo| place(photo, rule, 64).unwrap();
        assert_eq!(place(&edited), place(&photo), "{rule:?}");
    }
}

#[test]
fn a_masked_run_equals_the_run_on_pixels_replaced_by_hand() {
    let explainer = Explainer::new(shipped_model(), &Device::flex()).unwrap();
    let photo = decode(&bytes("web/samples/chelsea.jpg"), &Limits::default()).unwrap();
    let request = Request {
        size: 64,
        fit: FitRule::CentreSquare,
        counterparts: false,
    };
    let placement = place(&photo, request.fit, request.size).unwrap();
    let masked = apply(&photo, &[mask(2, 2, &[1], Fill::Black, false)], &placement).unwrap();
    let mut by_hand = photo.pixels.clone();
    // The photo has 451 x 300 pixels: the square begins at 75.5, and its upper right quarter at 225.5.
    for y in 0..150 {
        for x in 225..375 {
            by_hand.get_pixel_mut(x, y).0 = [0, 0, 0, 255];
        }
    }
    let run = |photo: &Photo| pollster::block_on(explainer.explain(photo, request)).unwrap();
    let (got, expected) = (run(&masked), run(&Photo::new(by_hand, "test")));
    assert_eq!(got.answer, expected.answer);
    assert_eq!(got.maps, expected.maps);
    assert_ne!(got.answer.logits, run(&photo).answer.logits);
}

#[test]
fn fills_are_what_they_say() {
    let photo = disc();
    let placement = place(&photo, FitRule::CentreSquare, 30).unwrap();
    let painted = |fill| {
        let edit = mask(1, 1, &[0], fill, false);
        apply(&photo, &[edit], &placement).unwrap().pixels
    };
    // The square is 90 x 90 pixels from 15 on.
    let seen = |pixels: &image::RgbaImage| -> Vec<f64> {
        (pixels.enumerate_pixels())
            .filter(|(x, _, _)| (15..105).contains(x))
            .map(|(_, _, pixel)| f64::from(pixel[1]))
            .collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let spread = |values: &[f64]| {
        let mean = mean(values);
        let squares: Vec<f64> = values.iter().map(|v| (v - mean).powi(2)).collect();
        (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
    };
    let before = seen(&photo.pixels);
    let of_mean = seen(&painted(Fill::Mean));
    assert!((of_mean[0] - mean(&before)).abs() <= 0.5 && spread(&of_mean) == 0.0);
    assert!(
        seen(&painted(Fill::Black))
            .iter()
            .all(|&value| value == 0.0)
    );
    // Noise is cut off at 0 and 255, and a few hundred grains have their own mean.
    let noise = seen(&painted(Fill::Noise));
    assert!((mean(&noise) - mean(&before)).abs() < 10.0);
    assert!(
        (spread(&noise) / spread(&before) - 1.0).abs() < 0.25,
        "{}",
        spread(&noise)
    );
    // A grain is a pixel of the input, 3 x 3 here.
    let pixels = painted(Fill::Noise);
    assert_eq!(pixels.get_pixel(15, 0), pixels.get_pixel(17, 2));
    assert_ne!(pixels.get_pixel(15, 0), pixels.get_pixel(18, 0));
    let blurred = spread(&seen(&painted(Fill::Blur)));
    assert!(blurred < 0.6 * spread(&before), "{blurred}");
}

fn any_rule() -> impl Strategy<Value = FitRule> {
    proptest::sample::select(&RULES[..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    /// A pixel is painted over exactly where its centre lies in one of the cells, as the placement has them.
    #[test]
    fn masks_cover_exactly_their_cells(
        (width, height) in (1_u32..50, 1_u32..50),
        (rows, columns) in (1_u32..9, 1_u32..9),
        chosen in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
        fill in proptest::sample::select(&Fill::ALL[..]),
        rule in any_rule(),
        keep in any::<bool>(),
    ) {
        let photo = speckled(width, height);
        let placement: Placement = place(&photo, rule, 48).unwrap();
        let cells: Vec<u32> = (chosen.iter())
            .map(|index| index.index((rows * columns) as usize) as u32)
            .collect();
        let run = |fill| apply(&photo, &[mask(rows, columns, &cells, fill, keep)], &placement).unwrap();
        let got = run(fill);
        // Black shows where, since no pixel of the photo is black as a whole.
        let black = run(Fill::Black);
        for (x, y, pixel) in photo.pixels.enumerate_pixels() {
            let rects = || cells.iter().map(|&cell| {
                let (row, column) = (cell / columns, cell % columns);
                placement.cell(row as usize, column as usize, rows as usize, columns as usize)
            });
            if rects().any(|rect| near_edge(rect, x, y)) {
                continue;
            }
            let painted = rects().any(|rect| covers(rect, x, y)) != keep;
            if !painted {
                prop_assert_eq!(got.pixels.get_pixel(x, y), pixel);
            }
            let is_black = black.pixels.get_pixel(x, y).0 == [0, 0, 0, 255];
            prop_assert!(is_black == painted || pixel.0 == [0, 0, 0, 255]);
        }
        prop_assert!(run(fill).pixels == got.pixels, "twice the same");
    }

    /// The network's input differs at most where a mask is, widened by the reach of resampling.
    #[test]
    fn the_network_sees_no_change_elsewhere(cell in 0_u32..16, rule in any_rule()) {
        let photo = speckled(96, 80);
        let size = 64;
        let placement = place(&photo, rule, size).unwrap();
        let masked = apply(&photo, &[mask(4, 4, &[cell], Fill::Mean, false)], &placement).unwrap();
        let spec = shipped_model().card.input;
        let input = |photo| fit(photo, &spec, rule, size).unwrap();
        let (before, after) = (input(&photo), input(&masked));
        prop_assert_eq!(before.placement, after.placement);
        let (row, column) = (i64::from(cell / 4), i64::from(cell % 4));
        let beside = |at: i64, cell: i64| at < 16 * cell - 4 || at >= 16 * cell + 20;
        for (index, (a, b)) in before.values.iter().zip(&after.values).enumerate() {
            let (x, y) = ((index % size) as i64, (index / size % size) as i64);
            if beside(x, column) || beside(y, row) {
                prop_assert_eq!(a, b);
            }
        }
    }
}

/// The page's sticker is held to the same drawings (tests/unit/patches.test.mjs).
#[test]
fn the_marker_is_the_letter_that_the_page_puts_onto_photos() {
    let fixture: Value = serde_json::from_slice(&bytes("tests/fixtures/marker.json")).unwrap();
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() >= 5);
    for case in cases {
        let side = |name: &str| u32::try_from(case["photo"][name].as_u64().unwrap()).unwrap();
        let (width, height) = (side("width"), side("height"));
        let dark = photo(&vec![10; (3 * width * height) as usize], width, height);
        let region = |name: &str| case["region"][name].as_f64().unwrap();
        let placement = Placement {
            photo: dark.size(),
            input: 64,
            region: Rect {
                x: region("x"),
                y: region("y"),
                width: region("width"),
                height: region("height"),
            },
        };
        let edits = from_json(&format!("[{}]", case["marker"])).unwrap();
        let painted = apply(&dark, &edits, &placement).unwrap().pixels;
        let rows = case["letter"].as_array().unwrap();
        assert_eq!(rows.len(), height as usize);
        for (y, row) in rows.iter().enumerate() {
            for (x, sign) in row.as_str().unwrap().bytes().enumerate() {
                let colour = painted.get_pixel(x as u32, y as u32).0;
                let expected = if sign == b'#' { 255 } else { 10 };
                assert_eq!(colour[..3], [expected; 3], "{}: {x} {y}", case["name"]);
            }
        }
    }
}
