//! A picture in front of a network.

use super::types::{MethodOptionsObject, TargetObject};
use super::{Attribution, Curve};
use crate::boundary::{argument, object, thrown};
use crate::pause::{Asked, WatchCallback};
use crate::types::PlacementObject;
use js_sys::Float32Array;
use softcam::preprocess::{NetworkInput, Placement};
use softcam_attribution::{Classifier, Method, attribute};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A photo as a network sees it.
#[wasm_bindgen]
pub struct Subject {
    classifier: Rc<Classifier>,
    image: Vec<f32>,
    placement: Placement,
    size: usize,
}

impl Subject {
    pub(super) fn new(classifier: Rc<Classifier>, input: NetworkInput, size: usize) -> Self {
        Self {
            classifier,
            image: input.values,
            placement: input.placement,
            size,
        }
    }
}

#[wasm_bindgen]
impl Subject {
    /// One logit per class; the network runs.
    pub fn logits(&self) -> Result<Float32Array, JsValue> {
        let logits = self.classifier.logits(&self.image, self.size);
        let logits = logits.map_err(|e| thrown(&e))?;
        Ok(Float32Array::from(&logits[..]))
    }

    /// Blocks of the network, behind each of which class activation maps can look.
    #[wasm_bindgen(getter)]
    pub fn blocks(&self) -> usize {
        self.classifier.blocks()
    }

    /// Where the network's input lies on the photo.
    pub fn placement(&self) -> Result<PlacementObject, JsValue> {
        object(&self.placement)
    }

    /// Explains `target` by the method of that name. `watch` is asked between passes whether to go on; where it says no, the
    /// run ends with an error that says `cancelled`.
    pub async fn attribute(
        &self,
        method: &str,
        target: TargetObject,
        options: MethodOptionsObject,
        watch: WatchCallback,
    ) -> Result<Attribution, JsValue> {
        let method: Method = method.parse().map_err(|e| thrown(&e))?;
        let target = argument("target", target)?;
        let options = argument("options", options)?;
        let image = self.image.clone();
        let subject = softcam_attribution::Subject::new(&self.classifier, image, self.size)
            .map_err(|e| thrown(&e))?;
        attribute(&subject, method, target, &options, &mut Asked::new(watch))
            .await
            .map(Attribution::new)
            .map_err(|e| thrown(&e))
    }

    /// How the probability of `class` answers when pixels are taken away (`deletion`) or put into the blurred picture
    /// (`insertion`) in the order of a map of `rows` x `columns` values, row-major.
    pub fn curve(
        &self,
        kind: &str,
        values: Vec<f32>,
        rows: usize,
        columns: usize,
        class: usize,
    ) -> Result<Curve, JsValue> {
        let map = softcam::Map {
            values,
            rows,
            columns,
            total: None,
        };
        Curve::new(
            Rc::clone(&self.classifier),
            (self.image.clone(), self.size),
            kind,
            &map,
            class,
        )
    }
}
