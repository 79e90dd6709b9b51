//! One decision with its evidence.

use crate::answer::novelty_object;
use crate::boundary::object;
use crate::types::{NoveltyObject, PlacementObject};
use js_sys::Float32Array;
use softcam::overlay::{difference_limit, shared_limit};
use wasm_bindgen::prelude::*;

/// One decision with its evidence.
#[wasm_bindgen]
pub struct Explanation(softcam::Explanation);

impl Explanation {
    pub(crate) fn new(explanation: softcam::Explanation) -> Self {
        Self(explanation)
    }
}

#[wasm_bindgen]
impl Explanation {
    /// One logit per class.
    pub fn logits(&self) -> Float32Array {
        Float32Array::from(&self.0.answer.logits[..])
    }

    /// One probability per class.
    pub fn probabilities(&self) -> Float32Array {
        Float32Array::from(&self.0.answer.probabilities[..])
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
        object(&self.0.answer.placement)
    }

    /// How unlike the pictures that the model knows; undefined where the model has nothing to compare with. Of what is
    /// flagged, the maps and probabilities mean nothing.
    pub fn novelty(&self) -> Result<NoveltyObject, JsValue> {
        novelty_object(self.0.answer.novelty)
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
}
