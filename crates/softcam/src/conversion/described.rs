//! What a file beside a checkpoint says about it, whoever wrote that file: a model card or settings of this project, class
//! names in any form, or a configuration of timm or transformers.

use super::description::{Card, Settings};
use super::given::rgb;
use super::labels;
use crate::error::{Error, Result, error};
use crate::weights::{HeadActivation, ModelCard};
use serde_json::{Map, Value};

/// What all of these texts together say; of two that say the same thing, the later one counts.
pub fn card_from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Card> {
    let mut together = Card::Made(Box::default());
    for text in texts {
        together = match (together, card_from_text(text)?) {
            (Card::Made(before), Card::Made(more)) => Card::Made(Box::new(before.and(*more))),
            (Card::Made(before), card) if *before == Settings::default() => card,
            _ => {
                return Err(refused(
                    &"a model card says everything, so nothing else can be said beside it",
                ));
            }
        };
    }
    Ok(together)
}

/// What one text says.
pub fn card_from_text(text: &str) -> Result<Card> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if !text.starts_with(['{', '[']) {
        let classes = labels::from_text(text).map_err(|reason| refused(&reason))?;
        return Ok(made(Settings {
            classes: Some(classes),
            ..Settings::default()
        }));
    }
    let value: Value = serde_json::from_str(text).map_err(|e| refused(&e))?;
    let named = || {
        labels::from_value(&value).map(|classes| {
            made(Settings {
                classes: Some(classes),
                ..Settings::default()
            })
        })
    };
    let Value::Object(object) = &value else {
        return named().ok_or_else(|| refused(&"it is a list, and not one of names"));
    };
    if object.contains_key("weight_map") {
        return Err(error!(FILE_INDEX));
    }
    // From the text once more: reading a value that is in memory would bring a second reader into the page.
    if object.contains_key("format_version") {
        let card: ModelCard = serde_json::from_str(text).map_err(|e| refused(&e))?;
        return Ok(Card::Given(Box::new(card)));
    }
    if FOREIGN.iter().any(|key| object.contains_key(*key)) {
        return Ok(made(foreign(object)));
    }
    match serde_json::from_str::<Settings>(text) {
        Ok(settings) => Ok(made(settings)),
        Err(error) => named().ok_or_else(|| refused(&error)),
    }
}

fn made(settings: Settings) -> Card {
    Card::Made(Box::new(settings))
}

fn refused(why: &dyn std::fmt::Display) -> Error {
    error!(DESCRIPTION_UNREADABLE, reason = why)
}

/// Keys that only the configurations of other libraries have.
const FOREIGN: [&str; 10] = [
    "id2label",
    "label2id",
    "model_type",
    "architectures",
    "pretrained_cfg",
    "label_names",
    "num_classes",
    "image_mean",
    "image_processor_type",
    "input_size",
];

/// A `config.json` or `preprocessor_config.json` of transformers, or timm's `config.json`. What else they say is about
/// things that the tensors tell.
fn foreign(object: &Map<String, Value>) -> Settings {
    let inner = object.get("pretrained_cfg").and_then(Value::as_object);
    let find = |key: &str| {
        (object.get(key))
            .or_else(|| inner?.get(key))
            .filter(|value| !value.is_null())
    };
    let classes = (["id2label", "label2id", "label_names", "classes"].into_iter())
        .filter_map(|key| labels::from_value(find(key)?))
        .find(|names| !names.is_empty() && !are_placeholders(names));
    // Those of other libraries are always in 0 to 1.
    let pixels = |key: &str| Some(rgb(find(key)?)?.map(|value| (f64::from(value) * 255.0) as f32));
    Settings {
        classes,
        activation: match find("problem_type").and_then(Value::as_str) {
            Some("multi_label_classification") => Some(HeadActivation::Sigmoid),
            Some("single_label_classification") => Some(HeadActivation::Softmax),
            _ => None,
        },
        mean: pixels("image_mean").or_else(|| pixels("mean")),
        std: pixels("image_std").or_else(|| pixels("std")),
        size: (["crop_size", "size", "input_size", "image_size"].into_iter())
            .find_map(|key| side(find(key)?)),
        ..Settings::default()
    }
}

/// transformers' names of classes that nobody has named.
fn are_placeholders(names: &[String]) -> bool {
    let unnamed = |(index, name): (usize, &String)| *name == format!("LABEL_{index}");
    names.iter().enumerate().all(unnamed)
}

/// The side of a square: a number, the last two of `[3, 224, 224]`, or an object.
fn side(value: &Value) -> Option<usize> {
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    match value {
        Value::Array(list) => number(list.last()?),
        Value::Object(object) => {
            (["height", "shortest_edge"].into_iter()).find_map(|key| number(object.get(key)?))
        }
        other => number(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::Architecture;

    fn settings(text: &str) -> Settings {
        match card_from_text(text).unwrap() {
            Card::Made(settings) => *settings,
            Card::Given(card) => panic!("{card:?}"),
        }
    }

    #[test]
    fn settings_are_read_from_json() {
        let read = settings(
            r#"{"architecture":"resnet50","classes":["healthy","ill"],"output_stride":16,"activation":"sigmoid","mean":0.5}"#,
        );
        assert_eq!(read.architecture, Some(Architecture::ResNet50));
        assert_eq!(read.activation, Some(HeadActivation::Sigmoid));
        assert_eq!(read.mean, Some([0.5; 3]));
        assert_eq!(read.classes.unwrap(), ["healthy", "ill"]);
        let by_number = settings(r#"{"classes": {"0": "healthy", "1": "ill"}, "size": 512}"#);
        assert_eq!(by_number.classes.unwrap(), ["healthy", "ill"]);
    }

    #[test]
    fn what_is_no_description_is_refused() {
        for wrong in [
            "",
            "[]",
            "[1]",
            "{",
            r#"{"klasses": []}"#,
            r#"{"format_version": 1}"#,
            r#"{"classes": 3}"#,
            r#"{"mean": [1, 2]}"#,
        ] {
            let error = card_from_text(wrong).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Request, "{wrong}");
        }
        assert_eq!(
            settings(r#"{"temperature": 1}"#).temperature,
            Some(1.0),
            "no class of that name"
        );
        let index = card_from_text(r#"{"metadata": {}, "weight_map": {"a": "b"}}"#).unwrap_err();
        assert_eq!(index.code(), "file-index");
    }

    #[test]
    fn configurations_of_other_libraries_are_read() {
        let transformers = settings(
            r#"{"architectures": ["ResNetForImageClassification"], "model_type": "resnet", "depths": [2, 2, 2, 2],
                "id2label": {"1": "ill", "0": "healthy"}, "label2id": {"healthy": 0, "ill": 1},
                "problem_type": "multi_label_classification"}"#,
        );
        assert_eq!(transformers.classes.unwrap(), ["healthy", "ill"]);
        assert_eq!(transformers.activation, Some(HeadActivation::Sigmoid));
        let unnamed =
            settings(r#"{"model_type": "resnet", "id2label": {"0": "LABEL_0", "1": "LABEL_1"}}"#);
        assert_eq!(unnamed, Settings::default());
        let processor = settings(
            r#"{"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"shortest_edge": 224},
                "image_processor_type": "ConvNextImageProcessor", "do_resize": true}"#,
        );
        assert_eq!(processor.size, Some(224));
        assert!((processor.mean.unwrap()[0] - 123.675).abs() < 1e-4);
        let timm = settings(
            r#"{"architecture": "resnet18", "num_classes": 2, "pretrained_cfg": {"mean": [0.5, 0.5, 0.5],
                "std": [0.5, 0.5, 0.5], "input_size": [3, 288, 288], "label_names": ["no", "yes"]}}"#,
        );
        assert_eq!(timm.classes.unwrap(), ["no", "yes"]);
        assert_eq!((timm.size, timm.std), (Some(288), Some([127.5; 3])));
    }

    #[test]
    fn several_files_are_one_description() {
        let card = card_from_texts(["healthy\nill", r#"{"size": 512, "activation": "sigmoid"}"#]);
        let Card::Made(both) = card.unwrap() else {
            panic!("no settings");
        };
        assert_eq!(both.classes.unwrap(), ["healthy", "ill"]);
        assert_eq!(both.size, Some(512));
        assert_eq!(card_from_texts([]).unwrap(), Card::Made(Box::default()));
    }
}
