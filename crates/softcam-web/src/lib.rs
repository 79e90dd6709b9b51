//! SoftCAM for JavaScript.
//!
//! A thin boundary: opaque handles ([`Engine`], [`Photo`], [`Explanation`]) over the `softcam` crate, typed arrays out,
//! errors as plain objects `{ fault, message, advice }`. Nothing is decided here.
//!
//! Built twice: with feature `webgpu` for both devices, without it for the CPU alone. A page loads the one that it needs.

mod convert;
mod engine;
mod explanation;
mod model_file;
mod photo;
mod types;

pub use engine::Engine;
pub use explanation::Explanation;
pub use model_file::{OpenedModel, open_model};
pub use photo::Photo;

use wasm_bindgen::prelude::*;

/// Runs once when the module is instantiated: a panic's message and place go to the console before the trap, which
/// alone says nothing. After a panic the instance is lost; the page starts a new worker.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&format!("softcam: {info}")));
    }));
}

/// RGBA of a colour bar from −limit (left) to +limit (right).
#[wasm_bindgen(js_name = colourBar)]
pub fn colour_bar(width: usize, height: usize) -> js_sys::Uint8ClampedArray {
    js_sys::Uint8ClampedArray::from(&softcam::overlay::colour_bar(width, height)[..])
}
