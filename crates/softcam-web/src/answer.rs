//! What the network says, without its evidence.

use crate::boundary::object;
use crate::types::{NoveltyObject, PlacementObject};
use js_sys::Float32Array;
use serde::Serialize;
use softcam::novelty::{Counterpart, Novelty};
use wasm_bindgen::prelude::*;

/// One decision without its evidence.
#[wasm_bindgen]
pub struct Answer(softcam::Answer);

#[derive(Serialize)]
struct NoveltyValues {
    score: f32,
    threshold: f32,
    flagged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterpart: Option<Counterpart>,
}

impl Answer {
    pub(crate) fn new(answer: softcam::Answer) -> Self {
        Self(answer)
    }
}

/// As a plain object.
pub(crate) fn novelty_object(novelty: Option<Novelty>) -> Result<NoveltyObject, JsValue> {
    object(&novelty.map(|novelty| NoveltyValues {
        score: novelty.score,
        threshold: novelty.threshold,
        flagged: novelty.flagged(),
        counterpart: novelty.counterpart,
    }))
}

#[wasm_bindgen]
impl Answer {
    /// One logit per class.
    pub fn logits(&self) -> Float32Array {
        Float32Array::from(&self.0.logits[..])
    }

    /// One probability per class.
    pub fn probabilities(&self) -> Float32Array {
        Float32Array::from(&self.0.probabilities[..])
    }

    /// What the network saw of the photo.
    pub fn placement(&self) -> Result<PlacementObject, JsValue> {
        object(&self.0.placement)
    }

    /// How unlike the pictures that the model knows; undefined where the model has nothing to compare with.
    pub fn novelty(&self) -> Result<NoveltyObject, JsValue> {
        novelty_object(self.0.novelty)
    }
}
