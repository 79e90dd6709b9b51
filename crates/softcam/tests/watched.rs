//! The features that unlike pictures are told by come from wherever in the network they are asked for.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::shipped_model;
use softcam::Device;
use softcam::network::{Network, Output, Prefix, means};

const SIZE: usize = 96;

fn image() -> Vec<f32> {
    (0..3 * SIZE * SIZE)
        .map(|at| (0.01 * at as f32).sin())
        .collect()
}

fn run(network: &Network) -> Output {
    pollster::block_on(network.run(image(), SIZE)).unwrap()
}

#[test]
fn watched_features_are_the_means_behind_those_blocks_and_change_nothing_else() {
    let model = shipped_model();
    let plain = run(&Network::new(&model, &Device::flex()).unwrap());
    let backbone = model.backbone();
    for blocks in [1, 12, backbone.blocks.len()] {
        let prefix = Prefix::new(&model, blocks, &Device::flex()).unwrap();
        let expected = means(prefix.forward(image(), [1, 3, SIZE, SIZE])).into_data();
        let expected: Vec<f32> = expected.try_into_vec().unwrap();
        let network = Network::watching(Some(blocks), &model, &Device::flex()).unwrap();
        let got = run(&network);
        assert_eq!(got.features.len(), backbone.channels_after(blocks));
        for (got, expected) in got.features.iter().zip(&expected) {
            assert!((got - expected).abs() < 1e-5, "{blocks}: {got} {expected}");
        }
        assert_eq!(got.logits, plain.logits, "{blocks}");
    }
    let beyond = Network::watching(Some(99), &model, &Device::flex()).unwrap();
    assert_eq!(run(&beyond).features, plain.features);
}
