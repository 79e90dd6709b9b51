//! Runs that are stopped, and networks that have forgotten.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{bytes, shipped_model};
use softcam::evidence::ranking;
use softcam::explain::Request;
use softcam::preprocess::{Limits, Photo, decode};
use softcam::sanity::{layer_names, shuffle, similarity};
use softcam::weights::{FitRule, LayerWeights, Model};
use softcam::{Device, Explainer, Explanation, Fault};

const REQUEST: Request = Request {
    size: 64,
    fit: FitRule::CentreSquare,
    counterparts: true,
};

fn cat() -> Photo {
    decode(&bytes("web/samples/chelsea.jpg"), &Limits::default()).unwrap()
}

fn explain(model: &Model) -> Explanation {
    let explainer = Explainer::new(model.clone(), &Device::flex()).unwrap();
    // Large enough for a map with an order of cells to speak of.
    let request = Request {
        size: 224,
        ..REQUEST
    };
    pollster::block_on(explainer.explain(&cat(), request)).unwrap()
}

#[test]
fn a_stopped_run_ends_at_once_and_the_next_one_is_as_ever() {
    let model = shipped_model();
    let blocks = model.backbone().blocks.len();
    let explainer = Explainer::new(model, &Device::flex()).unwrap();
    let expected = pollster::block_on(explainer.explain(&cat(), REQUEST)).unwrap();
    let run = |most: usize| {
        let mut asked = 0;
        let mut pause = async || {
            asked += 1;
            asked <= most
        };
        let photo = cat();
        let explanation = explainer.explain_with(&photo, REQUEST, &mut pause);
        let explanation = pollster::block_on(explanation);
        (explanation, asked)
    };
    for most in [0, 1, 9, blocks] {
        let (explanation, asked) = run(most);
        let error = explanation.unwrap_err();
        assert!(
            error.is_cancelled() && error.fault() == Fault::Request,
            "{error:?}"
        );
        assert_eq!(asked, most + 1, "nobody is asked after a no");
    }
    let (explanation, asked) = run(usize::MAX);
    assert_eq!(asked, blocks + 1, "before each block and behind the last");
    let explanation = explanation.unwrap();
    assert_eq!(explanation.answer, expected.answer);
    assert_eq!(explanation.maps, expected.maps);
    let wrong = Request { size: 1, ..REQUEST };
    let error = pollster::block_on(explainer.explain(&cat(), wrong)).unwrap_err();
    assert!(!error.is_cancelled());
}

#[test]
fn a_map_claims_its_logit() {
    let explanation = explain(&shipped_model());
    let logits = &explanation.answer.logits;
    let map = explanation.map_of(3, None).unwrap();
    assert_eq!(map.total, Some(logits[3]));
    assert_eq!(map.values, explanation.maps.map(3));
    let over = explanation.map_of(3, Some(8)).unwrap();
    assert_eq!(over.total, Some(logits[3] - logits[8]));
    let mean = over.values.iter().sum::<f32>() / over.values.len() as f32;
    assert!((mean - (logits[3] - logits[8])).abs() < 1e-4);
    assert!(explanation.map_of(1000, None).is_err());
}

fn sorted(weights: &LayerWeights) -> (Vec<f32>, Vec<f32>) {
    let sorted = |mut values: Vec<f32>| {
        values.sort_by(f32::total_cmp);
        values
    };
    let bias = weights.bias().unwrap_or_default().to_vec();
    (sorted(weights.float_weight()), sorted(bias))
}

#[test]
fn the_last_layers_are_shuffled_and_no_others() {
    let model = shipped_model();
    let names = layer_names(&model);
    assert_eq!(names.len(), model.layers.len());
    assert_eq!((names[0].as_str(), names[1].as_str()), ("evidence", "head"));
    assert_eq!(names.last().unwrap(), "stem");

    let shuffled = shuffle(model.clone(), 3, 5).unwrap();
    for (index, name) in names.iter().enumerate() {
        let (before, after) = (&model.layers[name], &shuffled.layers[name]);
        if index < 3 {
            assert_ne!(before.float_weight(), after.float_weight(), "{name}");
            assert_eq!(sorted(before), sorted(after), "{name}");
        } else {
            assert_eq!(before, after, "{name}");
        }
    }
    assert!(shuffled.known_answer.is_none());
    assert!(
        shuffle(model.clone(), 3, 5).unwrap() == shuffled,
        "the same seed"
    );
    let other = shuffle(model.clone(), 3, 6).unwrap();
    assert_ne!(other.layers["head"], shuffled.layers["head"]);
    // More layers leave the order of those before as it is.
    let more = shuffle(model.clone(), 4, 5).unwrap();
    assert_eq!(more.layers["head"], shuffled.layers["head"]);
    assert!(shuffle(model.clone(), 0, 5).unwrap() == model);
    let error = shuffle(model, names.len() + 1, 5).unwrap_err();
    assert_eq!(error.fault(), Fault::Request);
}

#[test]
fn maps_change_with_the_weights() {
    let model = shipped_model();
    let before = explain(&model);
    let top = ranking(&before.answer.logits)[0];
    let all = layer_names(&model).len();
    for count in [1, 3, all] {
        let after = explain(&shuffle(model.clone(), count, 1).unwrap());
        let likeness = similarity(before.maps.map(top), after.maps.map(top)).unwrap();
        assert!(likeness.rank < 0.8, "{count}: {likeness:?}");
    }
}
