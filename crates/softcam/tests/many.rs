//! Many pictures asked about at once: what is said of each is what is said of it alone.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::assert_same;
use common::torch::{image, modules, pattern, state_dict};
use softcam::conversion::{Card, Precision, convert};
use softcam::network::Network;
use softcam::preprocess::{Limits, decode};
use softcam::weights::file;
use softcam::{Device, Explainer};

/// Odd, so that strides and paddings do not divide it.
const SIZE: usize = 101;

#[test]
fn a_network_says_of_each_of_many_images_what_it_says_of_it_alone() {
    for name in ["resnet18", "timm-tf_efficientnet_lite0"] {
        let card = Card::Made(Box::default());
        let made = convert(
            state_dict(&modules()[name]),
            card,
            Precision::Float32,
            |_| {},
        );
        let network = Network::watching(Some(2), &made.unwrap().float, &Device::flex()).unwrap();
        let other = pattern("another", image(SIZE).len());
        let images = [&image(SIZE)[..], &other, &image(SIZE)];
        let outputs = pollster::block_on(network.run_many(&images, SIZE, None)).unwrap();
        let sums = pollster::block_on(network.answer_many(&images, SIZE, None)).unwrap();
        assert_eq!((outputs.len(), sums.len()), (images.len(), images.len()));
        for (index, image) in images.iter().enumerate() {
            let what = format!("{name}, image {index}");
            let alone = pollster::block_on(network.run(image.to_vec(), SIZE)).unwrap();
            for class in 0..alone.logits.len() {
                assert_eq!(
                    alone.maps.map(class),
                    outputs[index].maps.map(class),
                    "{what}"
                );
            }
            assert_same(&alone.logits, &sums[index].logits, &what);
            assert_same(&alone.features, &sums[index].features, &what);
        }
        assert_ne!(
            sums[0].logits, sums[1].logits,
            "{name}: other images, other answers"
        );
        assert!(
            pollster::block_on(network.run_many(&[], SIZE, None))
                .unwrap()
                .is_empty()
        );
    }
}

#[test]
fn photos_are_explained_together_as_each_alone_counterparts_included() {
    let model = file::read(&common::bytes("web/models/chest-dense.safetensors")).unwrap();
    let explainer = Explainer::new(model, &Device::flex()).unwrap();
    let request = explainer.default_request();
    let photos = ["chelsea.jpg", "chest/nih-00002275_018.jpg"].map(|name| {
        let bytes = common::bytes(&format!("web/samples/{name}"));
        decode(&bytes, &Limits::default()).unwrap()
    });
    let each = photos.each_ref();
    let explained = pollster::block_on(explainer.explain_many(&each, request, None)).unwrap();
    let answered = pollster::block_on(explainer.answer_many(&each, request, None)).unwrap();
    for (index, photo) in each.iter().enumerate() {
        let alone = pollster::block_on(explainer.explain(photo, request)).unwrap();
        let (explained, answered) = (&explained[index], &answered[index]);
        assert_eq!(alone.maps.map(1), explained.maps.map(1));
        assert_eq!(alone.answer.logits, explained.answer.logits);
        assert_same(&alone.answer.logits, &answered.logits, "logits");
        assert_eq!(alone.answer.placement, answered.placement);
        let strange = |answer: &softcam::Answer| {
            answer
                .novelty
                .as_ref()
                .map(|n| (n.flagged(), n.counterpart))
        };
        assert_eq!(strange(&alone.answer), strange(&explained.answer));
        assert_eq!(strange(&alone.answer), strange(answered));
    }
}

#[test]
fn who_gives_up_gets_no_answers() {
    let model = file::read(&common::bytes("web/models/marker-none.safetensors")).unwrap();
    let explainer = Explainer::new(model, &Device::flex()).unwrap();
    let bytes = common::bytes("web/samples/chelsea.jpg");
    let photo = decode(&bytes, &Limits::default()).unwrap();
    let mut left = 20;
    let mut pause = async || {
        left -= 1;
        left > 0
    };
    let request = explainer.default_request();
    let photos = [&photo; 9];
    let answers = explainer.answer_many(&photos, request, Some(&mut pause));
    assert!(pollster::block_on(answers).unwrap_err().is_cancelled());
}
