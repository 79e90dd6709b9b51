//! Runs near one that was kept: the numbers of full runs, whatever part of the picture has changed.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::assert_same;
use common::torch::{image, modules, pattern, reading, state_dict};
use softcam::conversion::{Card, Precision, convert};
use softcam::edit::{Edit, Fill, Mask, apply};
use softcam::explain::Request;
use softcam::network::gradients::Differentiable;
use softcam::network::{Network, Output};
use softcam::preprocess::{Limits, Photo, Placement, decode};
use softcam::weights::Model;
use softcam::{Device, Explainer, Team};
use std::sync::Arc;

/// Odd, so that strides and paddings do not divide it.
const SIZE: usize = 101;

/// Left, top, right, bottom.
type Rectangle = [usize; 4];

/// In corners, at borders, in the middle, one pixel, most of the picture, all of it.
const RECTANGLES: [Rectangle; 9] = [
    [0, 0, 12, 9],
    [89, 90, SIZE, SIZE],
    [0, 40, 8, 70],
    [44, 0, 60, 7],
    [47, 41, 59, 56],
    [73, 30, 74, 31],
    [20, 60, 21, SIZE],
    [5, 5, 96, 90],
    [0, 0, SIZE, SIZE],
];

fn changed(image: &[f32], [left, top, right, bottom]: Rectangle) -> Vec<f32> {
    let mut values = image.to_vec();
    let other = pattern("something else", values.len());
    for channel in 0..3 {
        for row in top..bottom {
            let start = (channel * SIZE + row) * SIZE;
            values[start + left..start + right]
                .copy_from_slice(&other[start + left..start + right]);
        }
    }
    values
}

fn assert_same_output(full: &Output, near: &Output, what: &str) {
    for class in 0..full.logits.len() {
        assert_same(full.maps.map(class), near.maps.map(class), what);
    }
    assert_same(&full.logits, &near.logits, what);
    assert_same(&full.features, &near.features, what);
}

/// One of every kind of backbone, with a stride taken out of one, and with evidence from an earlier block of another.
fn models() -> Vec<(String, Model)> {
    const NAMES: [&str; 7] = [
        "resnet18",
        "resnet50",
        "resnet50-stride8",
        "softcam-vgg11_bn",
        "densenet121",
        "mobilenet_v2",
        "timm-tf_efficientnet_lite0",
    ];
    let modules = modules();
    let whole = |name: &str| {
        let tensors = state_dict(&modules[name]);
        let made = convert(
            tensors,
            Card::Made(Box::default()),
            Precision::Float32,
            |_| {},
        );
        made.unwrap().float
    };
    let mut models: Vec<(String, Model)> = (NAMES.into_iter())
        .map(|name| (name.to_owned(), whole(name)))
        .collect();
    models.push(("early".to_owned(), reading(&whole(NAMES[6]), 9, true)));
    models
}

#[test]
fn every_network_says_the_same_with_several_threads_as_with_one() {
    let (base, changed) = (image(SIZE), changed(&image(SIZE), RECTANGLES[4]));
    let run = |network: &Network| {
        let ran = pollster::block_on(network.run(base.clone(), SIZE)).unwrap();
        pollster::block_on(network.keep(&base, SIZE, None)).unwrap();
        let near = pollster::block_on(network.run_near(changed.clone(), SIZE, None)).unwrap();
        [ran, near].map(|output| (output.maps, output.logits, output.features))
    };
    for (name, model) in models() {
        let pool = rayon_core::ThreadPoolBuilder::new().num_threads(2).build();
        let team = Team::with(Arc::new(pool.unwrap()));
        let network = || Network::watching(Some(1), &model, &Device::flex()).unwrap();
        let together = network().shared_by(team);
        let alone = run(&network());
        assert!(alone == run(&together), "{name}");
        assert!(alone == run(&together), "{name}, in memory that was used");
    }
}

#[test]
fn every_network_says_the_same_near_a_kept_run_as_alone() {
    let base = image(SIZE);
    for (name, model) in models() {
        let watched = model.backbone().blocks.len() / 2;
        let network = Network::watching(Some(watched), &model, &Device::flex()).unwrap();
        let run = |values: Vec<f32>| pollster::block_on(network.run(values, SIZE)).unwrap();
        let near =
            |values: Vec<f32>| pollster::block_on(network.run_near(values, SIZE, None)).unwrap();
        let differentiable = Differentiable::new(&model).unwrap();
        let kept = differentiable.keep(&base, SIZE).unwrap();
        pollster::block_on(network.keep(&base, SIZE, None)).unwrap();
        let answer =
            |values: Vec<f32>| pollster::block_on(network.answer_near(values, SIZE, None)).unwrap();
        let before = run(base.clone());
        assert_same_output(&before, &near(base.clone()), &format!("{name}, nothing"));
        for rectangle in RECTANGLES {
            let what = format!("{name}, {rectangle:?}");
            let values = changed(&base, rectangle);
            let full = run(values.clone());
            assert_same_output(&full, &near(values.clone()), &what);
            let sums = answer(values.clone());
            assert_same(&full.logits, &sums.logits, &what);
            assert_same(&full.features, &sums.features, &what);
            let logits = differentiable.logits_near(&kept, &values).unwrap();
            assert_same(&full.logits, &logits, &what);
            let moved = before.logits.iter().zip(&full.logits).any(|(a, b)| a != b);
            assert!(moved, "{what}: the change must be seen");
        }
        // Another size has no run to be near to.
        let small = pattern("small", 3 * 64 * 64);
        let alone = pollster::block_on(network.run(small.clone(), 64)).unwrap();
        let near = pollster::block_on(network.run_near(small, 64, None)).unwrap();
        assert_eq!(alone.logits, near.logits, "{name}");
        let sums = pollster::block_on(network.answer_near(pattern("small", 3 * 64 * 64), 64, None))
            .unwrap();
        assert_same(&alone.logits, &sums.logits, &name);
        assert_same(&alone.features, &sums.features, &name);
    }
}

#[test]
fn what_was_forgotten_is_run_as_a_whole() {
    let (_, model) = models().swap_remove(0);
    let network = Network::new(&model, &Device::flex()).unwrap();
    let base = image(SIZE);
    let values = changed(&base, RECTANGLES[4]);
    let full = pollster::block_on(network.run(values.clone(), SIZE)).unwrap();
    pollster::block_on(network.keep(&base, SIZE, None)).unwrap();
    network.forget();
    let near = pollster::block_on(network.run_near(values, SIZE, None)).unwrap();
    assert_eq!(full.logits, near.logits);
    assert_eq!(full.maps.map(0), near.maps.map(0));
}

#[test]
fn a_photo_with_a_covered_place_is_explained_as_ever() {
    let shipped = common::bytes("web/models/efficientnet-lite0.safetensors");
    let model = softcam::weights::file::read(&shipped).unwrap();
    let explainer = Explainer::new(model, &Device::flex()).unwrap();
    let request = explainer.default_request();
    let bytes = common::bytes("web/samples/coffee.jpg");
    let photo = decode(&bytes, &Limits::default()).unwrap();
    let placement = explainer_placement(&explainer, &photo, request);
    pollster::block_on(explainer.keep(&photo, request, None)).unwrap();
    for cells in [vec![0], vec![24], vec![16, 17, 23, 24], (0..49).collect()] {
        let mask = Edit::Mask(Mask {
            rows: 7,
            columns: 7,
            cells,
            fill: Fill::Mean,
            keep: false,
        });
        let covered = apply(&photo, &[mask], &placement).unwrap();
        let full = pollster::block_on(explainer.explain(&covered, request)).unwrap();
        let near = pollster::block_on(explainer.explain_near(&covered, request, None)).unwrap();
        assert_same(&full.answer.logits, &near.answer.logits, "logits");
        let answer = pollster::block_on(explainer.answer_near(&covered, request, None)).unwrap();
        assert_same(&full.answer.logits, &answer.logits, "logits without maps");
        assert_same(
            &full.answer.probabilities,
            &answer.probabilities,
            "probabilities without maps",
        );
        assert_same(full.maps.map(505), near.maps.map(505), "map");
    }
}

fn explainer_placement(explainer: &Explainer, photo: &Photo, request: Request) -> Placement {
    pollster::block_on(explainer.explain(photo, request))
        .unwrap()
        .answer
        .placement
}
