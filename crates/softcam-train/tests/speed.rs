//! What a step of training costs on the CPU: `cargo test -p softcam-train --test speed -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{config, network, pictures};
use softcam::Device;
use softcam::backbone::Architecture;
use softcam_train::{Config, Trainer};
use std::time::Instant;

#[test]
#[ignore = "prints a table; checks nothing"]
fn seconds_per_picture() {
    const BATCH: usize = 4;
    let chosen = std::env::var("SOFTCAM_SPEED").unwrap_or_default();
    for (architecture, size) in [
        (Architecture::EfficientNetLite0, 224),
        (Architecture::ResNet18, 224),
        (Architecture::DenseNet121, 224),
        (Architecture::Vgg11, 224),
    ] {
        let name = architecture.name();
        if !name.contains(&chosen) {
            continue;
        }
        let pictures = pictures(BATCH, size, 2, 5);
        let config = Config {
            batch: BATCH,
            ..config()
        };
        for by_burn in [false, true] {
            let model = network(architecture, 2, 1);
            let mut trainer = Trainer::new(model, config.clone(), &Device::flex()).unwrap();
            let own = trainer.has_own_gradients() && !by_burn;
            if by_burn {
                trainer = trainer.by_burn_alone();
            }
            // The second step has its memory.
            let times = [0, 1].map(|_| {
                let start = Instant::now();
                trainer.epoch(&pictures, |_| {}).unwrap();
                start.elapsed().as_secs_f64() / BATCH as f64
            });
            let whose = if own {
                "our gradients"
            } else {
                "burn's gradients"
            };
            println!("{name} at {size} px, {whose}: {times:.3?} s per picture of {BATCH}");
        }
    }
}
