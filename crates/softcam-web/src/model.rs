//! A model on a device.

use crate::boundary::{argument, object, thrown};
use crate::pause::{Asked, PauseCallback};
use crate::types::{FitRuleName, ModelCardObject, SelfTestObject};
use crate::{Explanation, Photo};
use serde::Serialize;
use softcam::explain::{Request, SelfTest};
use softcam::{Device, Explainer, sanity, weights};
use wasm_bindgen::prelude::*;

/// A model on a device, ready to explain photos.
#[wasm_bindgen]
pub struct Model {
    explainer: Explainer,
    test: Option<SelfTest>,
    layers: Vec<String>,
}

#[derive(Serialize)]
struct SelfTestValues {
    passed: bool,
    deviation: f32,
    tolerance: f32,
}

impl Model {
    /// With its known answer computed on the device.
    pub(crate) async fn tested(model: weights::Model, device: &Device) -> Result<Self, JsValue> {
        let mut loaded = Self::untested(model, device)?;
        let test = loaded.explainer.self_test().await.map_err(|e| thrown(&e))?;
        loaded.test = Some(test);
        Ok(loaded)
    }

    pub(crate) fn inner_card(&self) -> &weights::ModelCard {
        self.explainer.card()
    }

    pub(crate) fn untested(model: weights::Model, device: &Device) -> Result<Self, JsValue> {
        let layers = sanity::layer_names(&model);
        let explainer = Explainer::new(model, device).map_err(|e| thrown(&e))?;
        Ok(Self {
            explainer,
            test: None,
            layers,
        })
    }
}

#[wasm_bindgen]
impl Model {
    /// What the model is.
    pub fn card(&self) -> Result<ModelCardObject, JsValue> {
        object(self.explainer.card())
    }

    /// How its known answer came out on this device; undefined where its weights were shuffled.
    pub fn test(&self) -> Result<SelfTestObject, JsValue> {
        object(&self.test.map(|test| SelfTestValues {
            passed: test.passed(),
            deviation: test.deviation,
            tolerance: test.tolerance,
        }))
    }

    /// Names of the layers, from the class-evidence layer back to the first.
    pub fn layers(&self) -> Vec<String> {
        self.layers.clone()
    }

    /// Explains a photo with a network input of `size` x `size` pixels. `pause` is asked before each block of the network
    /// and behind the last whether to go on; where it says no, the run ends with an error that says `cancelled`. With
    /// `counterparts` it also looks whether the photo is a negative or turned, where the card names such things.
    pub async fn explain(
        &self,
        photo: &Photo,
        size: usize,
        fit: FitRuleName,
        counterparts: bool,
        pause: Option<PauseCallback>,
    ) -> Result<Explanation, JsValue> {
        let fit = argument("fit", fit)?;
        let request = Request {
            size,
            fit,
            counterparts,
        };
        let explanation = match pause {
            None => self.explainer.explain(photo.inner(), request).await,
            Some(callback) => {
                let mut asked = Asked::new(callback);
                (self.explainer)
                    .explain_with(photo.inner(), request, &mut asked)
                    .await
            }
        };
        explanation.map(Explanation::new).map_err(|e| thrown(&e))
    }
}
