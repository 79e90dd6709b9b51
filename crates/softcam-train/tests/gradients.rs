//! Our own gradients on the CPU against burn's: a step by either must leave the same weights.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{config, network, pictures};
use softcam::Device;
use softcam::backbone::Architecture;
use softcam::weights::Model;
use softcam_train::objective::Penalty;
use softcam_train::{Balance, Config, Head, Loss, Trainer};

/// Seeds of weights with which no activation lies so near a bound that rounding decides on which side: one that does
/// changes the gradient of all layers before it.
fn seed(architecture: Architecture) -> u64 {
    match architecture {
        Architecture::EfficientNetLite0 => 2,
        _ => 1,
    }
}

/// One epoch by either; the models, and what it cost.
fn both(architecture: Architecture, config: &Config) -> [(Model, Loss); 2] {
    let pictures = pictures(3, 64, 3, 5);
    [false, true].map(|by_burn| {
        let model = network(architecture, 3, seed(architecture));
        let mut trainer = Trainer::new(model, config.clone(), &Device::flex()).unwrap();
        assert!(trainer.has_own_gradients());
        if by_burn {
            trainer = trainer.by_burn_alone();
        }
        let loss = trainer.epoch(&pictures, |_| {}).unwrap();
        (trainer.model().unwrap(), loss)
    })
}

fn assert_same(architecture: Architecture, config: &Config) {
    let [(ours, our_loss), (theirs, their_loss)] = both(architecture, config);
    let start = network(architecture, 3, seed(architecture));
    let close = |a: f32, b: f32| (a - b).abs() <= 1e-4 * (1.0 + b.abs());
    assert!(
        close(our_loss.cross_entropy, their_loss.cross_entropy),
        "{our_loss:?} {their_loss:?}"
    );
    assert!(
        close(our_loss.penalty, their_loss.penalty),
        "{our_loss:?} {their_loss:?}"
    );
    for (name, layer) in &theirs.layers {
        let parts = |model: &Model| {
            let layer = &model.layers[name];
            let norm = layer.norm();
            [
                layer.float_weight(),
                layer.bias().unwrap_or_default().to_vec(),
                norm.map(|norm| norm.scale.clone()).unwrap_or_default(),
                norm.map(|norm| norm.shift.clone()).unwrap_or_default(),
            ]
        };
        assert_eq!(layer.state(), ours.layers[name].state());
        for (part, ((ours, theirs), start)) in parts(&ours)
            .iter()
            .zip(&parts(&theirs))
            .zip(&parts(&start))
            .enumerate()
        {
            let moved = (theirs.iter().zip(start))
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let apart = (ours.iter().zip(theirs))
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let largest = theirs
                .iter()
                .fold(0.0_f32, |most, value| most.max(value.abs()));
            // What float sums in another order leave of a step, and the weight's own rounding.
            assert!(
                apart <= 2e-3 * moved + f32::EPSILON * largest + 1e-8,
                "{name} part {part}: {apart} apart after {moved}"
            );
        }
    }
}

#[test]
fn depthwise_and_pointwise_layers_with_strides_and_uneven_padding() {
    assert_same(
        Architecture::EfficientNetLite0,
        &Config {
            batch: 3,
            ..config()
        },
    );
}

#[test]
fn penalties_smoothing_weights_dropout_and_mixup() {
    assert_same(
        Architecture::EfficientNetLite0,
        &Config {
            batch: 3,
            freeze: 12,
            penalty: Penalty {
                lasso: 1e-2,
                ridge: 3e-2,
                difference: true,
                total_variation: 2e-2,
                ..Penalty::default()
            },
            label_smoothing: 0.1,
            balance: Balance::Loss,
            dropout: 0.3,
            mixup: Some(1.0),
            ..config()
        },
    );
}

#[test]
fn the_black_box() {
    assert_same(
        Architecture::EfficientNetLite0,
        &Config {
            batch: 3,
            freeze: 15,
            head: Head::Pooled,
            ..config()
        },
    );
}

/// All blocks of `architecture` from the first `freeze` on, the others with what they give.
fn assert_same_from(architecture: Architecture, freeze: usize) {
    assert_same(
        architecture,
        &Config {
            batch: 3,
            freeze,
            ..config()
        },
    );
}

#[test]
fn wide_strides_pools_dense_layers_and_shortcuts() {
    assert_same_from(Architecture::ResNet18, 0);
}

#[test]
fn normalisations_alone_and_channels_side_by_side() {
    assert_same_from(Architecture::DenseNet121, 0);
}

#[test]
fn wide_layers_and_pools_between() {
    assert_same_from(Architecture::Vgg11, 0);
}
