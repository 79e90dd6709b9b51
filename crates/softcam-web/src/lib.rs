//! SoftCAM for JavaScript.
//!
//! A thin boundary: opaque handles ([`Engine`], [`Model`], [`Photo`], [`Explanation`]) over the `softcam` crate, typed
//! arrays out, errors as plain objects `{ fault, message, advice }`. Nothing is decided here.
//!
//! Built twice: with feature `webgpu` for both devices, without it for the CPU alone. A page loads the one that it needs.

mod boundary;
mod drawing;
mod engine;
mod explanation;
mod model;
mod model_file;
mod pause;
mod photo;
mod types;

pub use drawing::{colour_bar, render, scale_limit, similarity};
pub use engine::Engine;
pub use explanation::Explanation;
pub use model::Model;
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
