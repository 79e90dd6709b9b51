//! Teaching on the network of the page, with pictures of the page.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use softcam::conversion::seal;
use softcam::explain::Explainer;
use softcam::preprocess::{Limits, Photo, decode, place};
use softcam::weights::{Model, file};
use softcam::{Device, edit};
use softcam_teach::{Lesson, Teacher};
use std::path::Path;

fn repository(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    std::fs::read(path).unwrap()
}

fn model(name: &str) -> Model {
    file::read(&repository(&format!("web/models/{name}.safetensors"))).unwrap()
}

/// A sample, each time turned and enlarged in another way.
fn versions(sample: &str) -> Vec<Photo> {
    let photo = decode(
        &repository(&format!("web/samples/{sample}")),
        &Limits::default(),
    )
    .unwrap();
    let placement = place(&photo, softcam::weights::FitRule::CentreSquare, 224).unwrap();
    (0..4)
        .map(|index| {
            let (degrees, factor) = (20 * index - 30, 1.0 + 0.3 * f64::from(index));
            let edits = format!(
                r#"[{{"kind":"turn","degrees":{degrees}}},{{"kind":"zoom","factor":{factor}}}]"#
            );
            edit::apply(&photo, &edit::from_json(&edits).unwrap(), &placement).unwrap()
        })
        .collect()
}

#[test]
fn a_taught_model_is_an_ordinary_one_whose_maps_add_up() {
    let base = model("efficientnet-lite0");
    let backbone = base.backbone();
    let teacher = Teacher::new(base).unwrap();
    let photos: Vec<(usize, Photo)> = ["coffee.jpg", "chelsea.jpg"]
        .iter()
        .enumerate()
        .flat_map(|(class, sample)| {
            versions(sample)
                .into_iter()
                .map(move |photo| (class, photo))
        })
        .collect();
    let features: Vec<Vec<f32>> = (photos.iter())
        .map(|(_, photo)| pollster::block_on(teacher.features(photo)).unwrap())
        .collect();
    assert!(features.iter().all(|row| row.len() == backbone.features));
    let lessons: Vec<Lesson> = (photos.iter().zip(&features).enumerate())
        .map(|(burst, ((class, _), features))| Lesson {
            features,
            class: *class,
            burst,
        })
        .collect();
    let names = ["cup", "cat"].map(str::to_owned);
    let mut told = Vec::new();
    let mut watch = async |done, total| {
        told.push((done, total));
        true
    };
    let taught = pollster::block_on(teacher.teach(&names, &lessons, &mut watch)).unwrap();
    assert!(
        told.is_sorted() && told.iter().all(|(done, total)| done <= total),
        "{told:?}"
    );

    let report = &taught.report;
    assert_eq!((&report.pictures[..], report.calls.len()), (&[4, 4][..], 8));
    let accuracy = report.accuracy.unwrap();
    assert!(
        accuracy.share > 0.8 && accuracy.low < accuracy.share,
        "{accuracy:?}"
    );

    let bytes = pollster::block_on(seal(taught.model, &Device::flex())).unwrap();
    let read = file::read(&bytes).unwrap();
    let card = &read.card;
    assert_eq!(card.title, "Own classes: cup, cat");
    assert_eq!(card.classes, names);
    assert_eq!(card.figures[0].value, accuracy.share);
    assert!(
        card.limits
            .iter()
            .any(|limit| limit.contains("no diagnosis"))
    );
    assert!(card.provenance.training_data.contains("cup 4, cat 4"));
    assert!(card.novelty.is_none() && !card.medical);

    let explainer = Explainer::new(read, &Device::flex()).unwrap();
    assert!(pollster::block_on(explainer.self_test()).unwrap().passed());
    for (class, photo) in &photos {
        let request = explainer.default_request();
        let explanation = pollster::block_on(explainer.explain(photo, request)).unwrap();
        let logits = &explanation.answer.logits;
        assert!(logits[*class] > logits[1 - class], "{logits:?}");
        for (at, logit) in logits.iter().enumerate() {
            assert!((explanation.maps.mean(at) - f64::from(*logit)).abs() < 1e-4);
        }
        // Of two classes, one filter is the other's negative.
        assert!((logits[0] + logits[1]).abs() < 1e-3, "{logits:?}");
    }
}

#[test]
fn medical_models_are_not_taught() {
    let error = Teacher::new(model("chest-dense")).unwrap_err();
    assert_eq!(error.code(), "teach-medical");
}
