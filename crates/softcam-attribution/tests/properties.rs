//! What must hold of every method whatever the network, and of some by their definition.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::torch::CLASSES;
use common::{apart, classifier, explained, largest, subject};
use proptest::prelude::*;
use softcam::Map;
use softcam_attribution::{
    Baseline, Classifier, Method, Options, Plan, Setting, Subject, Sum, Target, attribute,
};
use std::cell::Cell;
use std::sync::OnceLock;

/// Side of the input.
const SIZE: usize = 64;

/// Networks that end in pooling and one linear layer, so that the evidence map is a class activation map.
fn networks() -> &'static [Classifier; 2] {
    static NETWORKS: OnceLock<[Classifier; 2]> = OnceLock::new();
    NETWORKS.get_or_init(|| ["resnet18", "timm-tf_efficientnet_lite0"].map(classifier))
}

/// Few enough passes for a test.
fn few() -> Options {
    Options {
        layer: Some(1),
        steps: 3,
        samples: 3,
        masks: 5,
        patch: Some(40),
        stride: Some(24),
        ..Options::default()
    }
}

/// A picture that no other case has.
fn picture(seed: u64) -> Vec<f32> {
    let values =
        (0..3 * SIZE * SIZE).map(|i| softcam::random::normal(softcam::random::at(seed, i as u64)));
    values.collect()
}

fn target() -> impl Strategy<Value = Target> {
    (0..CLASSES, 0..CLASSES).prop_map(|(class, other)| match class == other {
        true => Target::class(class),
        false => Target::over(class, other),
    })
}

fn reversed(target: Target) -> Option<Target> {
    Some(Target::over(target.against?, target.class))
}

fn mean(map: &Map) -> f64 {
    map.values
        .iter()
        .map(|&value| f64::from(value))
        .sum::<f64>()
        / map.values.len() as f64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signed_grad_cam_behind_the_last_layer_is_the_evidence_without_the_bias(
        seed: u64, target in target(), network in 0_usize..2,
    ) {
        let subject = Subject::new(&networks()[network], picture(seed), SIZE).unwrap();
        let of = |method| explained(&subject, method, target, &Options::default()).map;
        let evidence = of(Method::SoftCam);
        let cells = evidence.values.len() as f32;
        // Whatever the bias is, it is the same in every cell: what the maps differ by is flat.
        let bias: Vec<f32> = (evidence.values.iter().zip(of(Method::GradCam).values))
            .map(|(evidence, grad_cam)| evidence - cells * grad_cam)
            .collect();
        let range = largest(&evidence.values).max(1.0);
        prop_assert!(bias.iter().all(|value| (value - bias[0]).abs() < 1e-4 * range), "{bias:?}");
        // Both follow back the same linear layer, so they are one.
        let hires = of(Method::HiResCam);
        prop_assert!(apart(&hires.values, &of(Method::GradCam).values) < 1e-5 * range);
        let clipped: Vec<f32> = of(Method::GradCam).values.iter().map(|value| value.max(0.0)).collect();
        prop_assert_eq!(clipped, of(Method::GradCamClipped).values);
    }

    #[test]
    fn softcam_adds_up_to_the_score(seed: u64, target in target(), network in 0_usize..2) {
        let subject = Subject::new(&networks()[network], picture(seed), SIZE).unwrap();
        let attribution = explained(&subject, Method::SoftCam, target, &Options::default());
        let score = target.score(&networks()[network].logits(subject.image(), SIZE).unwrap());
        let claim = attribution.claim.unwrap();
        prop_assert_eq!(claim.of, Sum::Mean);
        prop_assert_eq!(claim.value, score);
        let range = f64::from(largest(&attribution.map.values)).max(1.0);
        prop_assert!((mean(&attribution.map) - f64::from(score)).abs() < 1e-5 * range);
        prop_assert!((attribution.sum().unwrap() - mean(&attribution.map)).abs() < 1e-9);
    }

    #[test]
    fn integrated_gradients_come_close_to_what_they_claim(seed: u64, target in target()) {
        let subject = Subject::new(&networks()[0], picture(seed), SIZE).unwrap();
        for baseline in [Baseline::Mean, Baseline::Black, Baseline::Blur] {
            let gap = |steps| {
                let options = Options { steps, baseline, ..Options::default() };
                let attribution = explained(&subject, Method::IntegratedGradients, target, &options);
                let claim = attribution.claim.unwrap();
                assert_eq!(claim.of, Sum::Total);
                let size: f32 = attribution.map.values.iter().map(|value| value.abs()).sum();
                (attribution.sum().unwrap() - f64::from(claim.value)).abs() / f64::from(size)
            };
            // A network of ReLUs has kinks on the way, so the gap closes slowly; a wrong sign or scale leaves it open.
            prop_assert!(gap(30) < 0.02, "{baseline:?} {}", gap(30));
        }
    }

    #[test]
    fn linear_methods_turn_their_sign_with_the_target(seed: u64, target in target(), layer in 1_usize..10) {
        let subject = Subject::new(&networks()[0], picture(seed), SIZE).unwrap();
        let linear = [
            Method::SoftCam, Method::GradCam, Method::HiResCam, Method::IntegratedGradients, Method::SmoothGrad,
            Method::Occlusion, Method::Rise,
        ];
        let options = Options { layer: Some(layer), ..few() };
        if let Some(back) = reversed(target) {
            for method in linear {
                let there = explained(&subject, method, target, &options).map;
                let back = explained(&subject, method, back, &options).map;
                let turned: Vec<f32> = back.values.iter().map(|value| -value).collect();
                let range = largest(&there.values);
                prop_assert!(apart(&there.values, &turned) < 1e-4 * range, "{method}");
                // And the difference of two is that of each alone.
                if method != Method::Rise {
                    let alone = |class| explained(&subject, method, Target::class(class), &options).map.values;
                    let (first, second) = (alone(target.class), alone(target.against.unwrap()));
                    let difference: Vec<f32> = first.iter().zip(&second).map(|(a, b)| a - b).collect();
                    let range = range.max(largest(&first)).max(largest(&second));
                    prop_assert!(apart(&there.values, &difference) < 1e-4 * range, "{method}");
                }
            }
        }
    }

    #[test]
    fn maps_are_as_signed_as_their_method_says(seed: u64, class in 0..CLASSES) {
        let subject = Subject::new(&networks()[0], picture(seed), SIZE).unwrap();
        for method in Method::ALL {
            let map = explained(&subject, method, Target::class(class), &few()).map;
            prop_assert_eq!(map.values.len(), map.rows * map.columns);
            let negative = map.values.iter().any(|value| *value < 0.0);
            prop_assert!(method.signed() || !negative, "{method}");
        }
    }
}

#[test]
fn the_order_of_passes_and_the_number_of_threads_change_no_bit() {
    let subject = subject(&networks()[0], SIZE);
    for method in Method::ALL {
        let target = Target::over(3, 1);
        let expected = explained(&subject, method, target, &few());
        let mut plan = Plan::new(&subject, method, target, &few()).unwrap();
        let passes = plan.passes();
        let run: Vec<_> = std::thread::scope(|scope| {
            let plan = &plan;
            let threads: Vec<_> = (0..2)
                .map(|first| {
                    scope.spawn(move || {
                        let indices = (first..passes).step_by(2).rev();
                        indices
                            .map(|index| (index, plan.pass(index).unwrap()))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        for (index, pass) in run {
            plan.absorb(index, pass);
        }
        assert_eq!(plan.finish().unwrap(), expected, "{method}");
    }
}

#[test]
fn a_setting_changes_the_maps_of_those_that_read_it_and_no_others() {
    let subject = subject(&networks()[0], SIZE);
    for method in Method::ALL {
        let of = |options| explained(&subject, method, Target::class(2), &options);
        let usual = of(few());
        assert_eq!(usual, of(few()), "{method}");
        for setting in Setting::ALL {
            let mut options = few();
            match setting {
                Setting::Layer => options.layer = Some(2),
                Setting::Steps => options.steps = 4,
                Setting::Baseline => options.baseline = Baseline::Black,
                Setting::Samples => options.samples = 2,
                Setting::Noise => options.noise = 0.1,
                Setting::Masks => options.masks = 4,
                Setting::Cells => options.cells = 5,
                Setting::Share => options.share = 0.25,
                Setting::Patch => options.patch = Some(36),
                Setting::Stride => options.stride = Some(20),
                Setting::Seed => options.seed = 1,
            }
            let reads = method.reads(setting);
            assert_eq!(of(options) != usual, reads, "{method} {setting:?}");
        }
    }
}

#[test]
fn controls_know_no_class() {
    let subject = subject(&networks()[0], SIZE);
    for method in Method::ALL {
        let of = |class| explained(&subject, method, Target::class(class), &few()).map;
        assert_eq!(of(0) == of(1), method.is_control(), "{method}");
    }
}

#[test]
fn what_a_method_costs_is_what_it_runs() {
    let subject = subject(&networks()[0], SIZE);
    let cost = |method| {
        let attribution = explained(&subject, method, Target::class(0), &few());
        (attribution.cost.forward, attribution.cost.backward)
    };
    assert_eq!(cost(Method::SoftCam), (1, 0));
    assert_eq!(cost(Method::GradCam), (1, 1));
    assert_eq!(cost(Method::IntegratedGradients), (5, 3));
    assert_eq!(cost(Method::SmoothGrad), (3, 3));
    // Two squares along each axis, and the picture itself.
    assert_eq!(cost(Method::Occlusion), (5, 0));
    assert_eq!(cost(Method::Rise), (5, 0));
    assert_eq!(cost(Method::Random), (0, 0));
    assert_eq!(cost(Method::Edges), (0, 0));
    // At most one pass for each of the stem's 64 channels.
    for method in [Method::ScoreCam, Method::AblationCam] {
        let (forward, backward) = cost(method);
        assert!(
            (2..=65).contains(&forward) && backward == 0,
            "{method}: {forward}"
        );
    }
}

#[test]
fn who_watches_is_told_of_every_pass_and_can_stop_before_any() {
    let subject = subject(&networks()[0], SIZE);
    for method in Method::ALL {
        let run = |stop: usize| {
            let told = Cell::new(Vec::new());
            let mut watch = async |done: usize, total: usize| {
                let mut list = told.take();
                list.push((done, total));
                told.set(list);
                done < stop
            };
            let result = pollster::block_on(attribute(
                &subject,
                method,
                Target::class(0),
                &few(),
                &mut watch,
            ));
            (result, told.into_inner())
        };
        let (whole, told) = run(usize::MAX);
        let passes = told.len() - 1;
        assert_eq!(
            told,
            (0..=passes).map(|done| (done, passes)).collect::<Vec<_>>()
        );
        assert_eq!(
            whole.unwrap(),
            explained(&subject, method, Target::class(0), &few()),
            "{method}"
        );
        for stop in [0, passes / 2, passes] {
            let (stopped, told) = run(stop);
            assert!(stopped.unwrap_err().is_cancelled(), "{method} at {stop}");
            assert_eq!(told.len(), stop + 1, "{method}");
        }
    }
}

#[test]
fn what_cannot_be_done_is_refused_by_name() {
    let network = &networks()[0];
    let subject = subject(network, SIZE);
    let code = |method, target, options: Options| {
        Plan::new(&subject, method, target, &options)
            .err()
            .map(|error| error.code())
    };
    let class = Target::class(0);
    let default = Options::default();
    for method in Method::ALL {
        assert_eq!(
            code(method, Target::class(CLASSES), default),
            Some("class-out-of-range")
        );
        assert_eq!(
            code(method, Target::over(1, 1), default),
            Some("method-against-itself")
        );
        for layer in [0, network.blocks() + 1] {
            let refused = method.reads(Setting::Layer).then_some("method-layer");
            let options = Options {
                layer: Some(layer),
                ..default
            };
            assert_eq!(code(method, class, options), refused, "{method}");
        }
    }
    let wrong = [
        (
            Method::IntegratedGradients,
            Options {
                steps: 0,
                ..default
            },
        ),
        (
            Method::SmoothGrad,
            Options {
                samples: 0,
                ..default
            },
        ),
        (
            Method::SmoothGrad,
            Options {
                noise: f32::NAN,
                ..default
            },
        ),
        (
            Method::Occlusion,
            Options {
                patch: Some(SIZE + 1),
                ..default
            },
        ),
        (
            Method::Occlusion,
            Options {
                patch: Some(4),
                stride: Some(5),
                ..default
            },
        ),
        (
            Method::Rise,
            Options {
                masks: 0,
                ..default
            },
        ),
        (
            Method::Rise,
            Options {
                cells: 65,
                ..default
            },
        ),
        (
            Method::Rise,
            Options {
                share: 0.0,
                ..default
            },
        ),
    ];
    for (method, options) in wrong {
        assert_eq!(
            code(method, class, options),
            Some("method-option"),
            "{method} {options:?}"
        );
    }
    let refused = |values: Vec<f32>, size| Subject::new(network, values, size).unwrap_err().code();
    assert_eq!(
        refused(vec![0.0; 3 * SIZE * SIZE - 1], SIZE),
        "method-image"
    );
    assert_eq!(refused(Vec::new(), 0), "input-size");
    assert_eq!(
        refused(vec![f32::NAN; 3 * SIZE * SIZE], SIZE),
        "run-not-finite"
    );
    let plan = Plan::new(&subject, Method::Rise, class, &few()).unwrap();
    assert_eq!(plan.finish().unwrap_err().code(), "method-passes");
}
