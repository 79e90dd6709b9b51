//! Whole short runs: the loss falls, what is frozen stays, and a run that is taken up again ends like one that never
//! stopped.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{config, network, pictures};
use serde_json::json;
use softcam::Device;
use softcam::backbone::Architecture;
use softcam::weights::fold::fold;
use softcam_train::augment::Augment;
use softcam_train::objective::Penalty;
use softcam_train::predict::predict;
use softcam_train::schedule::Schedule;
use softcam_train::{Balance, Config, Error, Optimizer, Trainer};

fn trainer(config: &Config) -> Trainer {
    let model = network(Architecture::EfficientNetLite0, 3, 1);
    Trainer::new(model, config.clone(), &Device::flex()).unwrap()
}

fn short() -> Config {
    Config {
        epochs: 3,
        freeze: 14,
        augment: Augment::photo(),
        penalty: Penalty {
            lasso: 1e-4,
            ridge: 1e-4,
            total_variation: 1e-4,
            warm_up: 1.5,
            ..Penalty::default()
        },
        dropout: 0.1,
        mixup: Some(0.3),
        sizes: vec![48, 64],
        ..config()
    }
}

#[test]
fn the_loss_falls() {
    let config = Config {
        epochs: 20,
        freeze: 14,
        optimizer: Optimizer::AdamW,
        backbone_rate: 1e-3,
        schedule: Schedule::Constant,
        ..config()
    };
    let pictures = pictures(12, 64, 3, 5);
    let mut trainer = trainer(&config);
    let losses: Vec<f32> = (0..config.epochs)
        .map(|_| trainer.epoch(&pictures, |_| {}).unwrap().cross_entropy)
        .collect();
    assert!(losses[19] < 0.2 * losses[0], "{losses:?}");
    let model = fold(trainer.model().unwrap()).unwrap();
    let outputs = predict(&model, &pictures, &Device::flex(), None, || {}).unwrap();
    let right = outputs
        .iter()
        .zip(&pictures.items)
        .filter(|(output, item)| softcam::evidence::ranking(&output.logits)[0] == item.class);
    assert!(right.count() >= 11, "it has learnt what it was shown");
}

#[test]
fn a_sparse_run_leaves_less_evidence() {
    let pictures = pictures(12, 64, 3, 5);
    let evidence = |lasso: f32| {
        let config = Config {
            epochs: 10,
            freeze: 16,
            optimizer: Optimizer::AdamW,
            schedule: Schedule::Constant,
            penalty: Penalty {
                lasso,
                ..Penalty::default()
            },
            ..config()
        };
        let mut trainer = trainer(&config);
        for _ in 0..config.epochs {
            trainer.epoch(&pictures, |_| {}).unwrap();
        }
        let model = fold(trainer.model().unwrap()).unwrap();
        let outputs = predict(&model, &pictures, &Device::flex(), None, || {}).unwrap();
        let sum: f32 = outputs
            .iter()
            .flat_map(|o| o.maps.data())
            .map(|v| v.abs())
            .sum();
        sum
    };
    let (dense, sparse) = (evidence(0.0), evidence(0.1));
    assert!(sparse < 0.7 * dense, "{sparse} {dense}");
}

#[test]
fn frozen_blocks_stay_as_they_are() {
    let config = Config {
        epochs: 1,
        freeze: 15,
        ..config()
    };
    let mut trainer = trainer(&config);
    trainer.epoch(&pictures(4, 64, 3, 5), |_| {}).unwrap();
    let (start, end) = (
        network(Architecture::EfficientNetLite0, 3, 1),
        trainer.model().unwrap(),
    );
    let backbone = start.backbone();
    for (number, block) in backbone.blocks.iter().enumerate() {
        for unit in block.steps.iter().filter_map(|step| step.unit()) {
            let same = start.layers[&unit.name] == end.layers[&unit.name];
            assert_eq!(same, number < config.freeze, "{}", unit.name);
        }
    }
    assert_ne!(start.layers["evidence"], end.layers["evidence"]);
}

#[test]
fn a_run_that_is_taken_up_again_ends_like_one_that_never_stopped() {
    let pictures = pictures(10, 64, 3, 5);
    for (optimizer, cache) in [
        (Optimizer::Sgd { momentum: 0.9 }, None),
        (Optimizer::AdamW, Some(2)),
    ] {
        let config = Config {
            optimizer,
            cache,
            ema: Some(0.9),
            ..short()
        };
        let mut unbroken = trainer(&config);
        for _ in 0..config.epochs {
            unbroken.epoch(&pictures, |_| {}).unwrap();
        }

        let mut first = trainer(&config);
        first.epoch(&pictures, |_| {}).unwrap();
        let notes = json!({"epochs": [1.5]});
        let bytes = first.checkpoint(&notes).unwrap();
        drop(first);
        let mut second = trainer(&config);
        assert_eq!(second.resume(&bytes).unwrap(), notes);
        assert_eq!(second.epochs_done(), 1);
        while second.epochs_done() < config.epochs {
            second.epoch(&pictures, |_| {}).unwrap();
        }
        for of in [Trainer::model, Trainer::last_model] {
            assert_eq!(
                of(&second).unwrap(),
                of(&unbroken).unwrap(),
                "{optimizer:?}"
            );
        }
    }
}

#[test]
fn the_average_is_that_of_the_weights_after_every_step() {
    let config = Config {
        epochs: 4,
        batch: 3,
        freeze: 15,
        ema: Some(0.3),
        ..config()
    };
    let pictures = pictures(3, 64, 3, 5);
    let mut trainer = trainer(&config);
    let values = |model: &softcam::weights::Model| -> Vec<f32> {
        (model.layers.values())
            .flat_map(|layer| {
                let scale = layer.norm().map(|norm| norm.scale.clone());
                [layer.float_weight(), scale.unwrap_or_default()].concat()
            })
            .collect()
    };
    let mut average = values(&trainer.model().unwrap());
    // One step per epoch. The ramp is 1/10, 2/11, 3/12, and 4/13 is above the decay.
    for kept in [0.1, 2.0 / 11.0, 0.25, 0.3] {
        trainer.epoch(&pictures, |_| {}).unwrap();
        let now = values(&trainer.last_model().unwrap());
        for (average, now) in average.iter_mut().zip(&now) {
            *average = kept * *average + (1.0 - kept) * now;
        }
        let told = values(&trainer.model().unwrap());
        assert_ne!(told, now);
        for (told, computed) in told.iter().zip(&average) {
            assert!((told - computed).abs() <= 1e-6 * computed.abs().max(0.1));
        }
    }
}

#[test]
fn kept_activations_teach_what_computed_ones_do_and_are_computed_once() {
    let pictures = pictures(6, 64, 3, 5);
    let run = |cache| {
        let config = Config {
            epochs: 3,
            freeze: 14,
            cache,
            ..config()
        };
        let mut trainer = trainer(&config);
        let epochs: Vec<(f32, bool)> = (0..3)
            .map(|_| {
                let mut computed = false;
                let loss = trainer.epoch(&pictures, |step| computed |= step.caching);
                (loss.unwrap().cross_entropy, computed)
            })
            .collect();
        epochs
    };
    let (plain, kept) = (run(None), run(Some(2)));
    assert_eq!(
        kept.iter().map(|epoch| epoch.1).collect::<Vec<_>>(),
        [true, true, false]
    );
    for ((plain, _), (kept, _)) in plain.iter().zip(&kept) {
        // What rounding to 16 bits leaves; nothing else is changed by chance here.
        assert!((plain - kept).abs() < 5e-3 * plain, "{plain} {kept}");
    }
}

#[test]
fn every_epoch_shows_the_variant_that_is_its_turn() {
    // Nothing learns, so the loss tells the pictures.
    let config = Config {
        epochs: 4,
        freeze: 17,
        backbone_rate: 1e-30,
        head_rate: 1e-30,
        augment: Augment::photo(),
        sizes: vec![48, 64],
        cache: Some(2),
        ..config()
    };
    let pictures = pictures(6, 64, 3, 5);
    let mut trainer = trainer(&config);
    let mut loss = || trainer.epoch(&pictures, |_| {}).unwrap().cross_entropy;
    let losses = [loss(), loss(), loss(), loss()];
    assert!((losses[0] - losses[2]).abs() < 1e-5 && (losses[1] - losses[3]).abs() < 1e-5);
    assert!((losses[0] - losses[1]).abs() > 1e-4, "{losses:?}");
}

#[test]
fn mixed_pictures_cost_something_else() {
    let pictures = pictures(6, 64, 3, 5);
    // Nothing learns, so the loss tells the pictures.
    let loss = |mixup, cache| {
        let config = Config {
            freeze: 17,
            backbone_rate: 1e-30,
            head_rate: 1e-30,
            mixup,
            cache,
            ..config()
        };
        let mut trainer = trainer(&config);
        trainer.epoch(&pictures, |_| {}).unwrap().cross_entropy
    };
    let [plain, mixed, kept] = [
        loss(None, None),
        loss(Some(1.0), None),
        loss(Some(1.0), Some(1)),
    ];
    assert!((plain - mixed).abs() > 1e-3, "{plain} {mixed}");
    assert!((plain - kept).abs() > 1e-3, "{plain} {kept}");
}

#[test]
fn a_cache_beyond_its_limit_is_refused() {
    let config = Config {
        freeze: 15,
        cache: Some(3),
        ..config()
    };
    let mut trainer = trainer(&config).with_cache_limit(1_000);
    let error = trainer.epoch(&pictures(4, 64, 3, 5), |_| {}).unwrap_err();
    // 192 channels of 2 x 2 cells, 3 variants of 4 pictures, 2 bytes.
    let needed = 192 * 4 * 12 * 2;
    assert!(
        matches!(error, Error::CacheMemory { needed: n, limit: 1_000 } if n == needed),
        "{error:?}"
    );
}

#[test]
fn checkpoints_that_do_not_fit_are_refused() {
    let config = short();
    let bytes = trainer(&config).checkpoint(&json!(null)).unwrap();
    let refused = |config: &Config, bytes: &[u8]| match trainer(config).resume(bytes) {
        Err(Error::Checkpoint(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let other = Config {
        seed: 9,
        ..config.clone()
    };
    assert!(refused(&other, &bytes).contains("other settings"));
    for length in [0, 7, 100, bytes.len() / 2, bytes.len() - 1] {
        refused(&config, &bytes[..length]);
    }
    let longer = Config {
        epochs: 9,
        ..config
    };
    trainer(&longer).resume(&bytes).unwrap();
}

#[test]
fn a_loss_that_runs_away_stops_the_run() {
    let config = Config {
        backbone_rate: 1e12,
        head_rate: 1e12,
        freeze: 15,
        ..config()
    };
    let mut trainer = trainer(&config);
    let pictures = pictures(8, 64, 3, 5);
    let error = (0..3).find_map(|_| trainer.epoch(&pictures, |_| {}).err());
    assert!(matches!(error, Some(Error::NotFinite { .. })), "{error:?}");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let bad = [
        Config {
            epochs: 0,
            ..config()
        },
        Config {
            backbone_rate: -1.0,
            ..config()
        },
        Config {
            freeze: 99,
            ..config()
        },
        Config {
            label_smoothing: 1.0,
            ..config()
        },
        Config {
            penalty: Penalty {
                warm_up: f64::NAN,
                ..Penalty::default()
            },
            ..config()
        },
        Config {
            renormalise: Some(0),
            ..config()
        },
        Config {
            mixup: Some(0.0),
            ..config()
        },
        Config {
            cache: Some(0),
            freeze: 15,
            ..config()
        },
        Config {
            cache: Some(2),
            ..config()
        },
        Config {
            ema: Some(1.0),
            ..config()
        },
        Config {
            head: softcam_train::Head::Pooled,
            penalty: Penalty {
                lasso: 0.1,
                ..Penalty::default()
            },
            ..config()
        },
    ];
    for config in bad {
        let model = network(Architecture::EfficientNetLite0, 3, 1);
        let result = Trainer::new(model, config, &Device::flex());
        assert!(matches!(result, Err(Error::Settings(_))));
    }
    let mut trainer = trainer(&Config {
        freeze: 17,
        balance: Balance::Draw,
        ..config()
    });
    let mut pictures = pictures(4, 64, 3, 5);
    pictures.items.retain(|item| item.class != 1);
    let error = trainer.epoch(&pictures, |_| {}).unwrap_err();
    assert!(error.to_string().contains("class 1"), "{error}");
}
