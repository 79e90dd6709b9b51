//! Asking JavaScript whether to go on.

use js_sys::{Function, Promise};
use std::pin::Pin;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Asked in the middle of a run whether to go on. It is asked often, so it should answer at once most of the time.
    #[wasm_bindgen(typescript_type = "PauseCallback")]
    #[cfg(feature = "explain")]
    pub type PauseCallback;

    /// The same, told how many parts of how many are done.
    #[wasm_bindgen(typescript_type = "WatchCallback")]
    #[cfg(feature = "methods")]
    pub type WatchCallback;
}

/// A callback that is asked.
pub struct Asked(Function);

impl Asked {
    pub fn new(callback: impl JsCast) -> Self {
        Self(callback.unchecked_into())
    }
}

#[cfg(feature = "explain")]
impl softcam::Pause for Asked {
    fn go_on(&mut self) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        Box::pin(yes(self.0.call0(&JsValue::NULL)))
    }
}

#[cfg(feature = "methods")]
impl softcam::Watch for Asked {
    fn go_on(&mut self, done: usize, total: usize) -> Pin<Box<dyn Future<Output = bool> + '_>> {
        let [done, total] = [done, total].map(|count| JsValue::from_f64(count as f64));
        Box::pin(yes(self.0.call2(&JsValue::NULL, &done, &total)))
    }
}

/// What a callback returned, awaited. Who cannot answer, or answers anything but true, is not waiting for a result.
async fn yes(returned: Result<JsValue, JsValue>) -> bool {
    match returned {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise))
            .await
            .is_ok_and(|answer| answer == JsValue::TRUE),
        Err(_) => false,
    }
}
