//! Model files on their way to an engine.

use crate::boundary::thrown;
use js_sys::Uint8Array;
use softcam::Device;
use softcam::conversion::open;
use wasm_bindgen::prelude::*;

/// A model file, converted where it was a float checkpoint.
#[wasm_bindgen]
pub struct OpenedModel(open::Opened);

#[wasm_bindgen]
impl OpenedModel {
    /// The model's title.
    #[wasm_bindgen(getter)]
    pub fn title(&self) -> String {
        self.0.title.clone()
    }

    /// What a person should know about a conversion, as sentences; empty where there was none.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.0.notes.clone()
    }

    /// Whether nobody said if its classes exclude each other, where that matters.
    #[wasm_bindgen(getter, js_name = asksActivation)]
    pub fn asks_activation(&self) -> bool {
        self.0.asks_activation
    }

    /// Bytes that `Engine.load` takes.
    pub fn bytes(&self) -> Uint8Array {
        Uint8Array::from(&self.0.bytes[..])
    }
}

#[wasm_bindgen]
extern "C" {
    /// Told of each step: the layer, steps done, steps in all.
    #[wasm_bindgen(typescript_type = "(layer: string, done: number, total: number) => void")]
    pub type ProgressCallback;
}

/// Opens a model file of this project, or converts a float safetensors checkpoint to int8. `descriptions` are texts that say
/// more about it: a model card, settings such as `{"classes": ["healthy", "ill"]}`, a list of class names in any form, or a
/// configuration of timm or transformers.
#[wasm_bindgen(js_name = openModel)]
pub async fn open_model(
    bytes: Vec<u8>,
    descriptions: Vec<String>,
    progress: ProgressCallback,
) -> Result<OpenedModel, JsValue> {
    let callback: js_sys::Function = progress.unchecked_into();
    let descriptions: Vec<&str> = descriptions.iter().map(String::as_str).collect();
    open::open(bytes, &descriptions, &Device::flex(), |step| {
        let [done, total] = [step.done, step.total].map(|count| JsValue::from_f64(count as f64));
        // A callback that throws is the caller's affair; the conversion goes on.
        let _ = callback.call3(
            &JsValue::NULL,
            &JsValue::from_str(step.layer),
            &done,
            &total,
        );
    })
    .await
    .map(OpenedModel)
    .map_err(|e| thrown(&e))
}
