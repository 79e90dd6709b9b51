//! Measures of maps, by hand and in general.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{map, picture, spec};
use proptest::prelude::*;
use softcam::map::Map;
use softcam::preprocess::{Placement, Rect, Size};
use softcam_eval::localisation::localise_marks;
use softcam_eval::maps::confidence::{confidence, shown};
use softcam_eval::maps::content::{empty, outside};
use softcam_eval::maps::replacement::{
    PatchOptions, PixelOptions, Replacement, Rows, deletion, insertion, patch_deletion,
};
use softcam_eval::maps::road::{self, Order, Road};
use softcam_eval::maps::stability::{self, Stability};
use softcam_eval::maps::topk::{self, TopK, disjoint, overlapping, precision};
use softcam_eval::maps::{Curve, Fill, Marks, Picture, Score};

const SIDE: usize = 8;

/// A network that adds up its input: class 1 has a share of the whole that `weights` give it, per pixel.
fn additive(weights: &[f32]) -> impl Fn(&[f32]) -> Vec<f32> + '_ {
    move |values| {
        let pixels = weights.len();
        let sum: f32 = (0..3 * pixels)
            .map(|at| weights[at % pixels] * values[at])
            .sum();
        let share = sum / (3.0 * weights.iter().sum::<f32>());
        vec![1.0 - share, share]
    }
}

fn curve(plan: &Replacement, network: impl Fn(&[f32]) -> Vec<f32>) -> Curve {
    let answers: Vec<_> = (0..plan.pictures())
        .map(|at| network(&plan.picture(at)))
        .collect();
    plan.curve(&answers, Score::Probability(1)).unwrap()
}

fn weights() -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(0.1_f32..2.0, SIDE * SIDE)
}

proptest! {
    #[test]
    fn no_order_deletes_faster_than_the_networks_own(
        weights in weights(),
        other in prop::collection::vec(-1.0_f32..1.0, SIDE * SIDE),
    ) {
        let white = picture(vec![1.0; 3 * SIDE * SIDE], SIDE);
        let (own, other) = (map(weights.clone(), SIDE, SIDE), map(other, SIDE, SIDE));
        let network = additive(&weights);
        let falls = |map: &Map| curve(&deletion(&white, map, &PixelOptions::deletion()).unwrap(), &network);
        let (best, any) = (falls(&own), falls(&other));
        prop_assert_eq!(best.values.len(), 29);
        prop_assert!((best.values[0] - 1.0).abs() < 1e-5 && best.values[28].abs() < 1e-5);
        prop_assert!(any.values.windows(2).all(|pair| pair[1] <= pair[0] + 1e-5));
        prop_assert!(best.values.iter().zip(&any.values).all(|(best, any)| *best <= any + 1e-5));
        prop_assert!(best.area() <= any.area() + 1e-5);
        // What deletion takes away in this order, insertion puts back.
        let options = PixelOptions { fill: Fill::Mean, ..PixelOptions::insertion() };
        let rises = curve(&insertion(&white, &own, &options).unwrap(), &network);
        prop_assert!((rises.area() + best.area() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn patches_that_matter_most_go_first(weights in weights()) {
        let white = picture(vec![1.0; 3 * SIDE * SIDE], SIDE);
        // Two pixels wide: 16 patches, all of which go.
        let options = PatchOptions { side: 128.0, patches: 16, mean: true, ..PatchOptions::default() };
        let plan = patch_deletion(&white, &map(weights.clone(), SIDE, SIDE), &options).unwrap();
        let curve = curve(&plan, additive(&weights));
        let steps: Vec<f64> = curve.values.windows(2).map(|pair| pair[0] - pair[1]).collect();
        prop_assert!(steps.windows(2).all(|pair| pair[1] <= pair[0] + 1e-5), "{steps:?}");
        prop_assert!(curve.values[16].abs() < 1e-5);
        prop_assert!(plan.replaced(16).iter().all(|gone| *gone));
    }

    #[test]
    fn most_relevant_first_falls_below_least_relevant_first(weights in weights()) {
        // Where the picture is bright the network looks, and nowhere else.
        let bright: Vec<f32> = (0..3 * SIDE * SIDE).map(|at| if at % SIDE < 4 { weights[at % (SIDE * SIDE)] } else { 0.0 }).collect();
        let seen: Vec<f32> = (0..SIDE * SIDE).map(|at| if at % SIDE < 4 { weights[at] } else { 1e-6 }).collect();
        let picture = picture(bright, SIDE);
        let network = additive(&seen);
        let run = |order| {
            let plan = Road::new(&picture, &map(seen.clone(), SIDE, SIDE), order, &road::Options::default()).unwrap();
            let answers: Vec<_> = (0..plan.pictures()).map(|at| network(&plan.picture(at))).collect();
            plan.curve(&answers, Score::Probability(1)).unwrap()
        };
        let (most, least) = (run(Order::MostRelevant), run(Order::LeastRelevant));
        prop_assert_eq!(most.positions.len(), 10);
        prop_assert!((most.values[0] - least.values[0]).abs() < 1e-9);
        prop_assert!(road::combined(&most, &least).unwrap() > 0.0);
        prop_assert!((road::combined(&least, &most).unwrap() + road::combined(&most, &least).unwrap()).abs() < 1e-12);
    }

    #[test]
    fn precision_is_1_in_the_mark_and_chance_without_knowledge(
        (top, left, rows, columns) in (0_usize..40, 0_usize..40, 8_usize..24, 8_usize..24),
    ) {
        let inside = |at: usize| (top..top + rows).contains(&(at / 64)) && (left..left + columns).contains(&(at % 64));
        let mask: Vec<bool> = (0..64 * 64).map(inside).collect();
        let marks = Marks::from_mask(&mask, 64).unwrap().unwrap();
        let perfect: Vec<f32> = mask.iter().map(|&marked| if marked { 1.0 } else { 0.0 }).collect();
        let perfect = map(perfect, 64, 64);
        let found = localise_marks(&perfect.values, (64, 64), &marks, Default::default());
        prop_assert!((found.precision.unwrap() - 1.0).abs() < 1e-12);
        prop_assert!((found.sensitivity - 1.0).abs() < 1e-12 && found.pointed);
        prop_assert!(disjoint(&perfect, &marks, 30).hits.iter().all(|hit| *hit));
        let flat = localise_marks(&[1.0], (1, 1), &marks, Default::default());
        prop_assert!((flat.precision.unwrap() - found.chance.pixels).abs() < 1e-6);
        let outside = outside(&perfect, &mask, 64).unwrap();
        prop_assert!((outside.positive.unwrap() - 1.0).abs() < 1e-12);
        let chance = softcam_eval::maps::content::outside(&map(vec![-2.0], 1, 1), &mask, 64).unwrap();
        prop_assert_eq!(chance.positive, None);
        prop_assert!((chance.absolute.unwrap() - chance.chance).abs() < 1e-6);
    }

    #[test]
    fn maps_that_follow_the_picture_are_stable_under_shift(values in prop::collection::vec(0.0_f32..255.0, 3 * 64)) {
        // A map of the pixels themselves, on a picture that is flat at its edge, so that what is shifted in is what was there.
        let mut values = values;
        for (at, value) in values.iter_mut().enumerate() {
            let (row, column) = (at / SIDE % SIDE, at % SIDE);
            if !(2..6).contains(&row) || !(2..6).contains(&column) {
                *value = 9.0;
            }
        }
        let picture = picture(values, SIDE);
        let options = stability::Options { samples: 3, shifts: vec![(1, 0), (-1, 0), (0, 1), (0, -1)], ..Default::default() };
        let plan = Stability::new(&picture, &options);
        let explain = |values: &[f32]| map(values[..64].to_vec(), SIDE, SIDE);
        let maps: Vec<Map> = (0..plan.pictures()).map(|at| explain(&plan.picture(at))).collect();
        let stable = plan.compare(&maps).unwrap();
        let shift = stable.shift.unwrap();
        prop_assert!(shift.max < 1e-6 && (shift.rank - 1.0).abs() < 1e-6, "{shift:?}");
        // Noise of at most 5 grey levels, and the network's pixels stay pixels.
        let noise = stable.noise.unwrap();
        prop_assert!(noise.mean > 0.0 && noise.mean <= noise.max);
        for at in 1..=3 {
            let pairs = plan.picture(at).into_iter().zip(picture.values().to_vec());
            prop_assert!(pairs.clone().all(|(a, b)| (a - b).abs() <= 5.0 && (0.0..=255.0).contains(&a)));
            prop_assert!(pairs.clone().any(|(a, b)| a != b));
        }
        // A map that does not follow is not stable.
        let stays = vec![maps[0].clone(); maps.len()];
        let varied = maps[0].values.iter().any(|value| (value - 9.0).abs() > 30.0);
        prop_assert!(!varied || plan.compare(&stays).unwrap().shift.unwrap().max > 1e-3);
    }
}

#[test]
fn a_picture_fills_with_what_is_asked_for() {
    let picture = Picture::new(vec![1.5; 12], 2, &spec(100.0, 50.0)).unwrap();
    assert_eq!(Fill::Mean.of(&picture), [0.0; 12]);
    assert_eq!(Fill::Black.of(&picture), [-2.0; 12]);
    assert!(
        Fill::Blur
            .of(&picture)
            .iter()
            .all(|value| (value - 1.5).abs() < 1e-6)
    );
    assert!(Picture::new(vec![1.5; 11], 2, &spec(0.0, 1.0)).is_err());
    assert!(Picture::new(vec![f32::NAN; 12], 2, &spec(0.0, 1.0)).is_err());
    assert!(Picture::new(Vec::new(), 0, &spec(0.0, 1.0)).is_err());
}

#[test]
fn maps_and_answers_that_do_not_fit_are_refused() {
    let white = picture(vec![1.0; 12], 2);
    let broken = map(vec![1.0; 3], 2, 2);
    assert!(deletion(&white, &broken, &PixelOptions::deletion()).is_err());
    assert!(insertion(&white, &map(vec![], 0, 0), &PixelOptions::insertion()).is_err());
    assert!(patch_deletion(&white, &map(vec![f32::NAN], 1, 1), &PatchOptions::default()).is_err());
    assert!(shown(&white, &broken, Fill::Mean).is_err());
    let plan = deletion(&white, &map(vec![1.0], 1, 1), &PixelOptions::deletion()).unwrap();
    assert!(plan.curve(&[vec![1.0]], Score::Probability(0)).is_err());
    assert!(Road::new(&white, &broken, Order::MostRelevant, &Default::default()).is_err());
    let stability = Stability::new(&white, &Default::default());
    assert!(stability.compare(&[]).is_err());
    assert!(outside(&broken, &[true; 4], 2).is_err());
    assert!(outside(&map(vec![1.0], 1, 1), &[true; 3], 2).is_err());
}

#[test]
fn steps_replace_what_the_map_says_by_hand() {
    // Pixels 3, 1, 0, 2 in this order, in two steps.
    let values: Vec<f32> = (1..=12).map(|value| value as f32).collect();
    let picture = picture(values, 2);
    let map = map(vec![0.0, 1.0, -4.0, 2.0], 2, 2);
    let options = PixelOptions {
        steps: 2,
        ..PixelOptions::deletion()
    };
    let plan = deletion(&picture, &map, &options).unwrap();
    assert_eq!(
        (plan.pictures(), plan.whole(), plan.position(1)),
        (3, 0, 0.5)
    );
    assert_eq!(plan.picture(0), picture.values());
    let half = [1.0, 0.0, 3.0, 0.0, 5.0, 0.0, 7.0, 0.0, 9.0, 0.0, 11.0, 0.0];
    assert_eq!(plan.picture(1), half);
    assert_eq!(plan.picture(2), [0.0; 12]);
    let options = PixelOptions {
        steps: 2,
        fill: Fill::Mean,
        ..PixelOptions::insertion()
    };
    let plan = insertion(&picture, &map, &options).unwrap();
    assert_eq!((plan.whole(), plan.picture(0)), (2, vec![0.0; 12]));
    let back = [0.0, 2.0, 0.0, 4.0, 0.0, 6.0, 0.0, 8.0, 0.0, 10.0, 0.0, 12.0];
    assert_eq!(plan.picture(1), back);
    assert_eq!(plan.picture(2), picture.values());
}

#[test]
fn official_patches_are_none_where_nothing_is_bright() {
    let dark = picture(vec![80.0; 3 * 64], SIDE);
    let flat = map(vec![1.0], 1, 1);
    let plan = patch_deletion(&dark, &flat, &PatchOptions::official()).unwrap();
    assert_eq!(plan.pictures(), 30);
    assert_eq!(plan.picture(29), dark.values());
    // Each patch is a pixel or so at this size, and all are alike: from the top left on.
    let bright = picture(vec![81.0; 3 * 64], SIDE);
    let plan = patch_deletion(&bright, &flat, &PatchOptions::official()).unwrap();
    let gone: Vec<usize> = (0..64).filter(|&at| plan.replaced(3)[at]).collect();
    assert_eq!(gone, [0, 1, 2]);
    let options = PatchOptions {
        rows: Rows::All,
        patches: 99,
        ..PatchOptions::official()
    };
    let plan = patch_deletion(&dark, &flat, &options).unwrap();
    assert_eq!(
        plan.picture(64),
        plan.picture(99),
        "no more patches than there are"
    );
}

#[test]
fn what_is_shown_is_weighed_by_the_map() {
    let white = picture(vec![8.0; 12], 2);
    let half = shown(&white, &map(vec![-1.0, 1.0, 3.0, 1.0], 2, 2), Fill::Mean).unwrap();
    assert_eq!(half[..4], [0.0, 4.0, 8.0, 4.0]);
    assert_eq!(half[8..], half[..4]);
    let nothing = shown(&white, &map(vec![5.0], 1, 1), Fill::Black).unwrap();
    assert_eq!(nothing, [0.0; 12]);
    let fell = confidence(0.8, 0.2).unwrap();
    assert!((fell.drop - 0.75).abs() < 1e-12 && !fell.increase);
    let rose = confidence(0.5, 0.6).unwrap();
    assert!(rose.drop == 0.0 && rose.increase);
    assert_eq!(confidence(0.0, 0.5), None);
}

#[test]
fn the_best_patches_by_hand() {
    // The right half is marked: a map that is above 0 there alone, and rough, has hits alone, and its negative has none.
    let mask: Vec<bool> = (0..512 * 512).map(|at| at % 512 >= 256).collect();
    let marks = Marks::from_mask(&mask, 512).unwrap().unwrap();
    let rough = |at: usize| ((at * 7919) % 3600) as f32 + 1.0;
    let sign = |at: usize| match at % 60 {
        32.. => 1.0,
        ..28 => -1.0,
        _ => 0.0,
    };
    let right = map((0..3600).map(|at| sign(at) * rough(at)).collect(), 60, 60);
    let found = overlapping(&right, &marks, &topk::Options::default());
    assert!(found.hits.len() > 20 && found.hits.iter().all(|hit| *hit));
    let left = Map {
        values: right.values.iter().map(|value| -value).collect(),
        ..right
    };
    let missed = overlapping(&left, &marks, &topk::Options::default());
    assert!(missed.hits.len() > 20 && !missed.hits.contains(&true));
    // Down a slope every point lies beside one that was visited before: one patch, as the code has it.
    let slope = map((0..3600).map(|at| at as f32 + 1.0).collect(), 60, 60);
    let one = overlapping(&slope, &marks, &topk::Options::default());
    assert_eq!(one.hits, [true]);
    // One point above the threshold is one patch; 4 x 4 points around one another are one, too.
    let mut points = vec![0.0; 3600];
    points[30 * 60 + 50] = 2.0;
    points[29 * 60 + 51] = 1.5;
    let options = topk::Options {
        threshold: Some(1.0),
        ..Default::default()
    };
    let one = overlapping(&map(points.clone(), 60, 60), &marks, &options);
    assert_eq!(one.hits, [true]);
    // Two columns left of one before is none of its neighbours.
    points[30 * 60 + 48] = 1.2;
    assert_eq!(
        overlapping(&map(points, 60, 60), &marks, &options).hits,
        [true, true]
    );
    let none = topk::Options {
        threshold: None,
        ..Default::default()
    };
    let below = map((0..3600).map(|at| -rough(at)).collect(), 60, 60);
    let all = overlapping(&below, &marks, &none);
    assert_eq!(all.hits.len(), 30, "without a threshold everything counts");
    let most = overlapping(&below, &marks, &topk::Options::default());
    assert!(most.hits.is_empty());
}

#[test]
fn precision_counts_patches_of_all_pictures_together() {
    let pictures = [
        TopK {
            hits: vec![true, false, true],
        },
        TopK { hits: vec![false] },
        TopK { hits: vec![] },
    ];
    let ones = [1.0; 3];
    assert_eq!(precision(&pictures, &ones, 1), Some(0.5));
    assert_eq!(precision(&pictures, &ones, 3), Some(0.5));
    assert_eq!(precision(&pictures, &[2.0, 1.0, 9.0], 2), Some(2.0 / 5.0));
    assert_eq!(precision(&pictures, &[0.0, 0.0, 1.0], 3), None);
}

fn placement(photo: (u32, u32), input: u32, region: (f64, f64, f64, f64)) -> Placement {
    Placement {
        photo: Size {
            width: photo.0,
            height: photo.1,
        },
        input,
        region: Rect {
            x: region.0,
            y: region.1,
            width: region.2,
            height: region.3,
        },
    }
}

/// A grey picture, of pixel values.
fn grey(side: usize, value: impl Fn(usize, usize) -> f32) -> Picture {
    let channel: Vec<f32> = (0..side * side)
        .map(|at| value(at / side, at % side))
        .collect();
    picture(channel.repeat(3), side)
}

#[test]
fn a_dark_surround_is_no_content_and_a_dark_spot_within_is() {
    let within = |row: usize, column: usize| (4..28).contains(&row) && (4..28).contains(&column);
    let fundus = grey(32, |row, column| match (row, column) {
        (14..18, 14..18) => 2.0,
        _ if within(row, column) => 120.0,
        _ => 3.0 + (row % 3) as f32,
    });
    let whole = placement((32, 32), 32, (0.0, 0.0, 32.0, 32.0));
    let found = empty(&fundus, &whole).unwrap();
    for (at, &outside) in found.iter().enumerate() {
        assert_eq!(outside, !within(at / 32, at % 32), "{at}");
    }
    // Nothing but content.
    let all = empty(&grey(32, |_, column| 90.0 + column as f32), &whole).unwrap();
    assert!(all.iter().all(|outside| !outside));
}

#[test]
fn noise_is_no_surround_but_a_white_wedge_is() {
    let whole = placement((32, 32), 32, (0.0, 0.0, 32.0, 32.0));
    let noisy =
        |row: usize, column: usize| ((row * 37 + column * 91 + row * column * 13) % 60) as f32;
    let scan = grey(32, |row, column| {
        if row + column < 8 {
            255.0
        } else {
            noisy(row, column)
        }
    });
    let found = empty(&scan, &whole).unwrap();
    for (at, &outside) in found.iter().enumerate() {
        assert_eq!(outside, at / 32 + at % 32 < 8, "{at}");
    }
}

#[test]
fn what_the_photo_does_not_cover_is_no_content() {
    // A wide photo, padded above and below with the mean colour.
    let padded = placement((64, 32), 32, (0.0, -16.0, 64.0, 64.0));
    let found = empty(&grey(32, |_, _| 100.0), &padded).unwrap();
    for (at, &outside) in found.iter().enumerate() {
        assert_eq!(outside, !(8..24).contains(&(at / 32)), "{at}");
    }
    assert!(empty(&grey(16, |_, _| 1.0), &padded).is_err());
}
