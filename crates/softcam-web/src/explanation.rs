//! One decision with its evidence.

use crate::convert::{object, thrown};
use crate::types::{NoveltyObject, PlacementObject};
use js_sys::{Float32Array, Uint8ClampedArray};
use serde::Serialize;
use softcam::Error;
use softcam::overlay::{Interpolation, Style, difference_limit, render, shared_limit};
use softcam::preprocess::Size;
use wasm_bindgen::prelude::*;

/// One decision with its evidence.
#[wasm_bindgen]
pub struct Explanation(softcam::Explanation);

#[derive(Serialize)]
struct NoveltyValues {
    score: f32,
    threshold: f32,
    flagged: bool,
}

impl Explanation {
    pub(crate) fn new(explanation: softcam::Explanation) -> Self {
        Self(explanation)
    }
}

#[wasm_bindgen]
impl Explanation {
    /// One logit per class.
    pub fn logits(&self) -> Float32Array {
        Float32Array::from(&self.0.logits[..])
    }

    /// One probability per class.
    pub fn probabilities(&self) -> Float32Array {
        Float32Array::from(&self.0.probabilities[..])
    }

    /// All evidence maps, `[classes, rows, columns]`, in logit units.
    pub fn maps(&self) -> Float32Array {
        Float32Array::from(self.0.maps.data())
    }

    /// Rows of each map.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> usize {
        self.0.maps.height()
    }

    /// Columns of each map.
    #[wasm_bindgen(getter)]
    pub fn columns(&self) -> usize {
        self.0.maps.width()
    }

    /// Where the maps lie on the photo.
    pub fn placement(&self) -> Result<PlacementObject, JsValue> {
        object(&self.0.placement)
    }

    /// How unlike the pictures that the model knows; undefined where the model has nothing to compare with. Of what is
    /// flagged, the maps and probabilities mean nothing.
    pub fn novelty(&self) -> Result<NoveltyObject, JsValue> {
        object(&self.0.novelty.map(|novelty| NoveltyValues {
            score: novelty.score,
            threshold: novelty.threshold,
            flagged: novelty.flagged(),
        }))
    }

    /// End of the symmetric colour scale that all classes of this photo share, in logit units.
    #[wasm_bindgen(getter)]
    pub fn limit(&self) -> f32 {
        shared_limit(&self.0.maps)
    }

    /// The same for one class over another.
    #[wasm_bindgen(getter, js_name = differenceLimit)]
    pub fn difference_limit(&self) -> f32 {
        difference_limit(&self.0.maps)
    }

    /// RGBA of a class's evidence for a view of `width` x `height` pixels on a scale of ±`limit`. With `against`, the
    /// map of that class is subtracted first: evidence for one class over another.
    #[allow(
        clippy::too_many_arguments,
        reason = "JavaScript has no structs to pass by value"
    )]
    pub fn overlay(
        &self,
        class: usize,
        against: Option<usize>,
        width: u32,
        height: u32,
        limit: f32,
        smooth: bool,
        contours: bool,
    ) -> Result<Uint8ClampedArray, JsValue> {
        let maps = &self.0.maps;
        for class in [Some(class), against].into_iter().flatten() {
            if class >= maps.classes() {
                let message = format!("There is no class {class}.");
                return Err(thrown(&Error::request(message, "Choose another class.")));
            }
        }
        let map = match against {
            Some(other) => maps.difference(class, other),
            None => maps.map(class).to_vec(),
        };
        let style = Style {
            limit,
            interpolation: if smooth {
                Interpolation::Smooth
            } else {
                Interpolation::Cells
            },
            contours,
        };
        let shape = (maps.height(), maps.width());
        let pixels = render(
            &map,
            shape,
            &self.0.placement,
            Size { width, height },
            style,
        );
        Ok(Uint8ClampedArray::from(&pixels[..]))
    }
}
