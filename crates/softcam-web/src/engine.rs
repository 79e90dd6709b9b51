//! A device with a model on it.

use crate::convert::{argument, object, thrown};
use crate::types::{FitRuleName, LoadedModelObject};
use crate::{Explanation, Photo};
use serde::Serialize;
use softcam::explain::Request;
use softcam::weights::ModelCard;
use softcam::{Device, Error, Explainer};
use wasm_bindgen::prelude::*;

/// Who computes convolutions on WebGPU in engines that load a model from now on: `own`, or burn's `convolution` or
/// `matrix`. For benchmarks.
#[cfg(feature = "variants")]
#[wasm_bindgen(js_name = setVariant)]
pub fn set_variant(name: &str) -> Result<(), JsValue> {
    use softcam::network::{Variant, choose};
    choose(match name {
        "own" => Variant::Own,
        "convolution" => Variant::Convolution,
        "matrix" => Variant::Matrix,
        other => {
            let message = format!("There is no variant {other}.");
            return Err(thrown(&Error::request(
                message,
                "own, convolution or matrix.",
            )));
        }
    });
    Ok(())
}

/// A device, and the model that was last loaded onto it.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    explainer: Option<Explainer>,
}

#[derive(Serialize)]
struct LoadedModel<'a> {
    card: &'a ModelCard,
    test: SelfTestValues,
}

#[derive(Serialize)]
struct SelfTestValues {
    passed: bool,
    deviation: f32,
    tolerance: f32,
}

#[wasm_bindgen]
impl Engine {
    /// The CPU (burn-flex, SIMD128, one thread). Always works.
    #[wasm_bindgen(js_name = onCpu)]
    pub fn on_cpu() -> Engine {
        Engine {
            device: Device::flex(),
            explainer: None,
        }
    }

    /// WebGPU. Call it once, and only where the adapter has `timestamp-query`: without it, cubecl 0.11 panics when it
    /// creates its first stream.
    #[cfg(feature = "webgpu")]
    #[wasm_bindgen(js_name = onWebGpu)]
    pub async fn on_webgpu() -> Result<Engine, JsValue> {
        let device = Device::wgpu_options().init_async().await.map_err(|error| {
            let message = format!("The GPU could not be set up ({error}).");
            thrown(&Error::device(message, "The CPU will do."))
        })?;
        // Weights are on their way meanwhile.
        softcam::network::translate(&device);
        Ok(Engine {
            device,
            explainer: None,
        })
    }

    /// Reads and checks a weights file, puts it on the device and runs its known answer there. Only a model that passes
    /// takes the place of the one before.
    #[wasm_bindgen(js_name = loadModel)]
    pub async fn load_model(&mut self, bytes: Vec<u8>) -> Result<LoadedModelObject, JsValue> {
        let model = softcam::weights::file::read(&bytes).map_err(|e| thrown(&e))?;
        drop(bytes);
        let explainer = Explainer::new(model, &self.device).map_err(|e| thrown(&e))?;
        let test = explainer.self_test().await.map_err(|e| thrown(&e))?;
        let loaded = object(&LoadedModel {
            card: explainer.card(),
            test: SelfTestValues {
                passed: test.passed(),
                deviation: test.deviation,
                tolerance: test.tolerance,
            },
        })?;
        if test.passed() {
            self.explainer = Some(explainer);
        }
        Ok(loaded)
    }

    /// Explains a photo with a network input of `size` x `size` pixels.
    pub async fn explain(
        &self,
        photo: &Photo,
        size: usize,
        fit: FitRuleName,
    ) -> Result<Explanation, JsValue> {
        let request = Request {
            size,
            fit: argument("fit", fit)?,
        };
        let explanation = self
            .explainer()?
            .explain(photo.inner(), request)
            .await
            .map_err(|e| thrown(&e))?;
        Ok(Explanation::new(explanation))
    }

    fn explainer(&self) -> Result<&Explainer, JsValue> {
        self.explainer.as_ref().ok_or_else(|| {
            let message = "No model has been loaded yet.";
            thrown(&Error::request(message, "Call loadModel first."))
        })
    }
}
