//! Networks and pictures that every test here can train.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![allow(dead_code, reason = "each test uses some of it")]

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use softcam::backbone::Architecture;
use softcam::conversion::{Card, Settings, convert};
use softcam::conversion::{FloatTensor, Precision, StateDict};
use softcam::weights::Model;
use softcam_train::augment::Augment;
use softcam_train::objective::Penalty;
use softcam_train::schedule::Schedule;
use softcam_train::{Balance, Config, Head, Optimizer, Picture, Pictures};

/// A network with random weights of sensible size, under the names of its published checkpoint.
pub fn network(architecture: Architecture, classes: usize, seed: u64) -> Model {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let backbone = architecture.backbone(Default::default());
    let evidence = backbone.evidence_layer(classes);
    let mut tensors = StateDict::new();
    let mut insert = |name: String, shape: Vec<usize>, data: Vec<f32>| {
        tensors.insert(name, FloatTensor { shape, data });
    };
    for spec in backbone.units().chain([&evidence]) {
        let source = &spec.sources[0];
        let out = spec.out_channels;
        let mut uniform = |count: usize, centre: f32, range: f32| -> Vec<f32> {
            (0..count)
                .map(|_| centre + range * rng.random_range(-1.0..1.0_f32))
                .collect()
        };
        if let Some(name) = &source.convolution {
            let shape = spec.weight_shape();
            let fan_in: usize = shape[1..].iter().product();
            let weight = uniform(spec.weight_len(), 0.0, (6.0 / fan_in as f32).sqrt());
            let shape = if spec.name == evidence.name {
                shape[..2].to_vec()
            } else {
                shape.to_vec()
            };
            insert(format!("{name}.weight"), shape, weight);
            if spec.source_bias {
                insert(format!("{name}.bias"), vec![out], uniform(out, 0.0, 0.1));
            }
        }
        if let Some(name) = &source.norm {
            insert(format!("{name}.weight"), vec![out], uniform(out, 1.0, 0.2));
            insert(format!("{name}.bias"), vec![out], uniform(out, 0.0, 0.2));
            insert(
                format!("{name}.running_mean"),
                vec![out],
                uniform(out, 0.0, 0.2),
            );
            insert(
                format!("{name}.running_var"),
                vec![out],
                uniform(out, 1.0, 0.2),
            );
        }
    }
    let settings = Settings {
        architecture: Some(architecture),
        size: Some(64),
        ..Settings::default()
    };
    convert(
        tensors,
        Card::Made(Box::new(settings)),
        Precision::Float32,
        |_| {},
    )
    .unwrap()
    .float
}

/// Noise with a bright square at a place that depends on the class.
pub fn pictures(count: usize, size: usize, classes: usize, seed: u64) -> Pictures {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let items = (0..count)
        .map(|number| {
            let class = number % classes;
            let mut pixels: Vec<u8> = (0..3 * size * size)
                .map(|_| rng.random_range(40..120))
                .collect();
            let side = size / 3;
            let (top, left) = (
                class * side / classes.max(1) * 2,
                class * (size - side) / classes.max(2),
            );
            for y in top..top + side {
                for x in left..left + side {
                    pixels[3 * (y * size + x) + class % 3] = 250;
                }
            }
            Picture {
                pixels: pixels.into(),
                class,
                source: 0,
            }
        })
        .collect();
    Pictures {
        size,
        items,
        classes: (0..classes).map(|class| format!("class {class}")).collect(),
    }
}

/// Settings of a run that a test can wait for.
pub fn config() -> Config {
    Config {
        seed: 3,
        epochs: 2,
        batch: 4,
        epoch_pictures: None,
        optimizer: Optimizer::Sgd { momentum: 0.9 },
        backbone_rate: 1e-3,
        head_rate: 1e-2,
        schedule: Schedule::Cosine {
            floor: 0.1,
            warm_up: 0.0,
        },
        weight_decay: 5e-4,
        freeze: 0,
        head: Head::Evidence,
        dropout: 0.0,
        penalty: Penalty::default(),
        label_smoothing: 0.0,
        balance: Balance::None,
        augment: Augment::default(),
        sizes: Vec::new(),
        ema: None,
        cache: None,
        mixup: None,
        renormalise: None,
    }
}
