//! Evidence that neighbouring cells share: the same maps, smoothed, and the same answers, by every way to compute them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::{image, modules, pattern, reading, state_dict};
use common::{assert_same, largest_difference};
use softcam::Device;
use softcam::conversion::quantize::reduce;
use softcam::conversion::{Card, Precision, Settings, convert, redescribed, seal};
use softcam::network::gradients::Differentiable;
use softcam::network::{Network, Output};
use softcam::smoothing::smooth;
use softcam::weights::{Model, file};

const SIZE: usize = 96;

/// A network whose maps have 6 x 6 cells, without and with the option.
fn models() -> [Model; 2] {
    let tensors = state_dict(&modules()["timm-tf_efficientnet_lite0"]);
    let whole = convert(
        tensors,
        Card::Made(Box::default()),
        Precision::Float32,
        |_| {},
    );
    let plain = reading(&whole.unwrap().float, 7, true);
    let smoothed = Settings {
        smooth_evidence: Some(true),
        ..Settings::default()
    };
    let (smoothed, _) = redescribed(plain.clone(), smoothed).unwrap();
    assert!(smoothed.layers == plain.layers);
    [plain, smoothed]
}

fn run(model: &Model, image: &[f32]) -> Output {
    let network = Network::new(model, &Device::flex()).unwrap();
    pollster::block_on(network.run(image.to_vec(), SIZE)).unwrap()
}

#[test]
fn maps_are_smoothed_and_answers_stay() {
    let [plain, smoothed] = models();
    let (before, after) = (run(&plain, &image(SIZE)), run(&smoothed, &image(SIZE)));
    let mut expected = before.maps.data().to_vec();
    smooth(&mut expected, [before.maps.height(), before.maps.width()]);
    assert_eq!(after.maps.data(), expected);
    assert!(
        largest_difference(before.maps.data(), &expected) > 0.05 * before.maps.max_abs(),
        "it makes a difference"
    );
    assert_eq!(before.logits, after.logits);
    for (class, &logit) in after.logits.iter().enumerate() {
        let difference = after.maps.mean(class) - f64::from(logit);
        assert!(difference.abs() < 1e-5 * f64::from(after.maps.max_abs()));
    }
}

#[test]
fn every_way_to_compute_them_gives_the_same_maps() {
    let [_, smoothed] = models();
    let network = Network::new(&smoothed, &Device::flex()).unwrap();
    let whole = image(SIZE);
    let mut near = whole.clone();
    for row in 40..52 {
        near[row * SIZE + 30..][..20].copy_from_slice(&pattern("other", 20));
    }
    pollster::block_on(network.keep(&whole, SIZE, None)).unwrap();
    let by_rest = pollster::block_on(network.run_near(near.clone(), SIZE, None)).unwrap();
    let many = pollster::block_on(network.run_many(&[&whole, &near], SIZE, None)).unwrap();
    for (image, others) in [(&whole, vec![&many[0]]), (&near, vec![&many[1], &by_rest])] {
        let alone = run(&smoothed, image);
        for other in others {
            assert_same(alone.maps.data(), other.maps.data(), "maps");
        }
        let followed = Differentiable::new(&smoothed).unwrap();
        let record = followed.record(image, SIZE, 0).unwrap();
        assert_same(
            alone.maps.data(),
            record.maps().data(),
            "maps with gradients",
        );
    }
}

#[test]
fn the_file_keeps_it() {
    let [_, smoothed] = models();
    let (folded, _) = reduce(smoothed.clone(), Precision::Float32, |_| {}).unwrap();
    let bytes = pollster::block_on(seal(folded, &Device::flex())).unwrap();
    let read = file::read(&bytes).unwrap();
    assert!(read.card.options.smooth_evidence);
    let maps = run(&read, &image(SIZE)).maps;
    assert_same(
        maps.data(),
        run(&smoothed, &image(SIZE)).maps.data(),
        "maps of the file",
    );
    // What this program does not know is refused, not left out: the maps would be others.
    let text = serde_json::to_string(&smoothed.card).unwrap();
    let other = text.replace("smooth_evidence", "smoother_evidence");
    assert!(serde_json::from_str::<softcam::weights::ModelCard>(&other).is_err());
}
