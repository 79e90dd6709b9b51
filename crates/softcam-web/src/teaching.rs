//! Classes of a visitor's own.

use crate::Photo;
use crate::boundary::{argument, object, thrown};
use crate::pause::{Asked, WatchCallback};
use js_sys::{Float32Array, Uint8Array};
use softcam::conversion::seal;
use softcam::weights::file;
use softcam::{Device, Error, messages};
use softcam_teach::{Lesson, Report};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What to beware of; classes and pictures are numbers from 0. */
export type TeachingWarning =
    | { kind: "few"; class: number; count: number }
    | { kind: "one-burst"; class: number }
    | { kind: "one-sided"; most: number; fewest: number }
    | { kind: "contradiction"; first: number; second: number }
    | { kind: "alike"; pictures: number[] };

/** What a fitted layer is worth. */
export interface TeachingReport {
    /** Pictures of each class. */
    pictures: number[];
    /** Bursts and single pictures of each class. */
    independent: number[];
    penalty: number;
    /** Measured by cross-validation; nothing where a class has only one burst. `low` and `high` end its 95 % interval. */
    accuracy?: { share: number; low: number; high: number; right: number; independent: number; folds: number };
    /** What each picture was called by a layer that had not seen it; empty without accuracy. */
    calls: number[];
    /** `[class][called]`; empty likewise. */
    confusion: number[][];
    warnings: TeachingWarning[];
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`softcam_teach::Report`] as a plain object.
    #[wasm_bindgen(typescript_type = "TeachingReport")]
    pub type ReportObject;

    /// Names of classes.
    #[wasm_bindgen(typescript_type = "string[]")]
    pub type NameList;
}

/// A network that gives features, and learns classes.
#[wasm_bindgen]
pub struct Teacher(softcam_teach::Teacher);

/// A model with classes of a visitor's own.
#[wasm_bindgen]
pub struct Taught {
    bytes: Vec<u8>,
    title: String,
    report: Report,
}

#[wasm_bindgen]
impl Teacher {
    /// Reads and checks the file of a model whose backbone is used.
    pub fn load(bytes: &[u8]) -> Result<Teacher, JsValue> {
        file::read(bytes)
            .and_then(softcam_teach::Teacher::new)
            .map(Teacher)
            .map_err(|e| thrown(&e))
    }

    /// Mean features of a picture, one per channel.
    pub async fn features(&self, photo: &Photo) -> Result<Float32Array, JsValue> {
        let features = self.0.features(photo.inner()).await;
        features
            .map(|features| Float32Array::from(&features[..]))
            .map_err(|e| thrown(&e))
    }

    /// Fits a class-evidence layer: `features` has as many values per picture as there are channels, one picture after the
    /// other, `classes` and `bursts` a number per picture. `watch` is asked whether to go on; where it says no, this ends
    /// with an error that says `cancelled`.
    pub async fn teach(
        &self,
        names: NameList,
        features: Vec<f32>,
        classes: Vec<u32>,
        bursts: Vec<u32>,
        watch: WatchCallback,
    ) -> Result<Taught, JsValue> {
        let names: Vec<String> = argument("names", names)?;
        let width = features.len() / classes.len().max(1);
        if bursts.len() != classes.len() || width * classes.len() != features.len() {
            let values = [
                ("name", "features".to_owned()),
                ("reason", "its length does not fit".to_owned()),
            ];
            return Err(thrown(&Error::new(messages::ARGUMENT_INVALID, values)));
        }
        let lessons: Vec<Lesson> = (features.chunks_exact(width.max(1)))
            .zip(classes.iter().zip(&bursts))
            .map(|(features, (&class, &burst))| Lesson {
                features,
                class: class as usize,
                burst: burst as usize,
            })
            .collect();
        let mut asked = Asked::new(watch);
        let taught = self.0.teach(&names, &lessons, &mut asked).await;
        let taught = taught.map_err(|e| thrown(&e))?;
        let title = taught.model.card.title.clone();
        let bytes = seal(taught.model, &Device::flex()).await;
        Ok(Taught {
            bytes: bytes.map_err(|e| thrown(&e))?,
            title,
            report: taught.report,
        })
    }
}

#[wasm_bindgen]
impl Taught {
    /// The model's file.
    pub fn bytes(&self) -> Uint8Array {
        Uint8Array::from(&self.bytes[..])
    }

    /// The model's title.
    #[wasm_bindgen(getter)]
    pub fn title(&self) -> String {
        self.title.clone()
    }

    /// What it is worth.
    pub fn report(&self) -> Result<ReportObject, JsValue> {
        object(&self.report)
    }
}
