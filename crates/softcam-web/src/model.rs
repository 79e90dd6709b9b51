//! A model on a device.

use crate::boundary::{argument, object, thrown};
use crate::pause::{Asked, PauseCallback};
use crate::types::{FitRuleName, ModelCardObject, SelfTestObject};
use crate::{Answer, Explanation, Photo};
use serde::Serialize;
use softcam::explain::{Request, SelfTest};
use softcam::pause::Pause;
use softcam::{Device, Explainer, Team, sanity, weights};
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

/// What is asked for, where `fit` is a rule's name.
fn request(size: usize, fit: FitRuleName, counterparts: bool) -> Result<Request, JsValue> {
    let fit = argument("fit", fit)?;
    Ok(Request {
        size,
        fit,
        counterparts,
    })
}

impl Model {
    /// With its known answer computed on the device.
    pub(crate) async fn tested(
        model: weights::Model,
        device: &Device,
        team: Team,
    ) -> Result<Self, JsValue> {
        let mut loaded = Self::untested(model, device, team)?;
        let test = loaded.explainer.self_test().await.map_err(|e| thrown(&e))?;
        loaded.test = Some(test);
        Ok(loaded)
    }

    pub(crate) fn inner_card(&self) -> &weights::ModelCard {
        self.explainer.card()
    }

    pub(crate) fn untested(
        model: weights::Model,
        device: &Device,
        team: Team,
    ) -> Result<Self, JsValue> {
        let layers = sanity::layer_names(&model);
        let explainer = Explainer::new(model, device).map_err(|e| thrown(&e))?;
        Ok(Self {
            explainer: explainer.shared_by(team),
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
    /// `counterparts` it also looks whether the photo is a negative or turned, where the card names such things. With `near`
    /// it takes less time where the photo differs in a rectangle from the one that was kept.
    pub async fn explain(
        &self,
        photo: &Photo,
        size: usize,
        fit: FitRuleName,
        counterparts: bool,
        near: bool,
        pause: Option<PauseCallback>,
    ) -> Result<Explanation, JsValue> {
        let request = request(size, fit, counterparts)?;
        let mut asked = pause.map(Asked::new);
        let pause = asked.as_mut().map(|asked| asked as &mut dyn Pause);
        let explainer = &self.explainer;
        let explanation = match (near, pause) {
            (true, pause) => explainer.explain_near(photo.inner(), request, pause).await,
            (false, None) => explainer.explain(photo.inner(), request).await,
            (false, Some(pause)) => explainer.explain_with(photo.inner(), request, pause).await,
        };
        explanation.map(Explanation::new).map_err(|e| thrown(&e))
    }

    /// The same without maps and counterparts, for what is asked in hundreds: near the kept run where there is one.
    pub async fn answer(
        &self,
        photo: &Photo,
        size: usize,
        fit: FitRuleName,
        pause: Option<PauseCallback>,
    ) -> Result<Answer, JsValue> {
        let request = request(size, fit, false)?;
        let mut asked = pause.map(Asked::new);
        let pause = asked.as_mut().map(|asked| asked as &mut dyn Pause);
        let answer = self
            .explainer
            .answer_near(photo.inner(), request, pause)
            .await;
        answer.map(Answer::new).map_err(|e| thrown(&e))
    }

    /// How many photos of this size `answers` and `explainMany` compute in one pass of the network: several on a GPU, one on the
    /// CPU, which gains nothing by more.
    #[wasm_bindgen(js_name = atOnce)]
    pub fn at_once(&self, size: usize) -> usize {
        self.explainer.at_once(size)
    }

    /// `explain` without counterparts for each of `photos`, which are used up: as many in one pass as `atOnce` says.
    #[wasm_bindgen(js_name = explainMany)]
    pub async fn explain_many(
        &self,
        photos: Vec<Photo>,
        size: usize,
        fit: FitRuleName,
        pause: Option<PauseCallback>,
    ) -> Result<Vec<Explanation>, JsValue> {
        let request = request(size, fit, false)?;
        let mut asked = pause.map(Asked::new);
        let pause = asked.as_mut().map(|asked| asked as &mut dyn Pause);
        let photos: Vec<_> = photos.iter().map(Photo::inner).collect();
        let explained = self.explainer.explain_many(&photos, request, pause).await;
        let explained = explained.map_err(|e| thrown(&e))?.into_iter();
        Ok(explained.map(Explanation::new).collect())
    }

    /// `answer` for each of `photos`, which are used up.
    pub async fn answers(
        &self,
        photos: Vec<Photo>,
        size: usize,
        fit: FitRuleName,
        pause: Option<PauseCallback>,
    ) -> Result<Vec<Answer>, JsValue> {
        let request = request(size, fit, false)?;
        let mut asked = pause.map(Asked::new);
        let pause = asked.as_mut().map(|asked| asked as &mut dyn Pause);
        let photos: Vec<_> = photos.iter().map(Photo::inner).collect();
        let answers = self.explainer.answer_many(&photos, request, pause).await;
        Ok(answers
            .map_err(|e| thrown(&e))?
            .into_iter()
            .map(Answer::new)
            .collect())
    }

    /// Runs a photo and keeps what every block of the network gives, for photos that differ from it in a rectangle: `explain`
    /// with `near`. On the CPU alone; elsewhere, and where it would take too much memory, nothing is kept.
    pub async fn keep(
        &self,
        photo: &Photo,
        size: usize,
        fit: FitRuleName,
        pause: Option<PauseCallback>,
    ) -> Result<(), JsValue> {
        let request = request(size, fit, false)?;
        let mut asked = pause.map(Asked::new);
        let pause = asked.as_mut().map(|asked| asked as &mut dyn Pause);
        let kept = self.explainer.keep(photo.inner(), request, pause).await;
        kept.map_err(|e| thrown(&e))
    }

    /// Lets go of what was kept, and of its memory.
    pub fn forget(&self) {
        self.explainer.forget();
    }
}
