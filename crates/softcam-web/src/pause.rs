//! Asking JavaScript whether to go on.

use js_sys::{Function, Promise};
use softcam::Pause;
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Asked in the middle of a run whether to go on. It is asked often, so it should answer at once most of the time.
    #[wasm_bindgen(typescript_type = "PauseCallback")]
    pub type PauseCallback;
}

/// A callback that is asked.
pub struct Asked(Function);

impl Asked {
    pub fn new(callback: PauseCallback) -> Self {
        Self(callback.unchecked_into())
    }
}

impl Pause for Asked {
    fn go_on(&mut self) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        Box::pin(async {
            // Who cannot answer, or answers anything but true, is not waiting for a result.
            match self.0.call0(&JsValue::NULL) {
                Ok(promise) => JsFuture::from(Promise::resolve(&promise))
                    .await
                    .is_ok_and(|answer| answer == JsValue::TRUE),
                Err(_) => false,
            }
        })
    }
}
