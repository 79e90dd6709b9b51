//! SoftCAM for JavaScript.
//!
//! A thin boundary: opaque handles over the `softcam` crate, typed arrays out, errors as plain objects
//! `{ fault, message, advice }`. Nothing is decided here.
//!
//! Built five times, and a page loads what it needs: with feature `explain` for evidence on the CPU (`Engine`, `Model`,
//! `Explanation`, `Answer`), with `threads` for the same on several threads, with `webgpu` for it on both devices, and with `methods` alone for what runs in workers of its own:
//! other methods of explanation (`Network`, `Subject`, `Attribution`, `Curve`), classes of a visitor's own (`Teacher`,
//! `Taught`) and model files of a visitor's own (`OpenedModel`). These have `Photo`, so that every network sees the same
//! picture; the fifth, with `dicom` alone, makes a picture of a film (`Film`), and of what the others do not read.

#[cfg(feature = "explain")]
mod answer;
mod boundary;
#[cfg(feature = "explain")]
mod drawing;
#[cfg(feature = "explain")]
mod engine;
#[cfg(feature = "explain")]
mod explanation;
#[cfg(feature = "dicom")]
mod film;
#[cfg(feature = "methods")]
mod methods;
#[cfg(feature = "explain")]
mod model;
#[cfg(feature = "methods")]
mod model_file;
#[cfg(any(feature = "explain", feature = "methods"))]
mod pause;
#[cfg(any(feature = "explain", feature = "methods"))]
mod photo;
#[cfg(feature = "dicom")]
mod picture;
#[cfg(feature = "explain")]
mod results;
#[cfg(feature = "methods")]
mod teaching;
#[cfg(feature = "threads")]
mod threads;
mod types;

#[cfg(feature = "dicom")]
pub use film::Film;
#[cfg(feature = "methods")]
pub use methods::{Attribution, Curve, Network, Subject};
#[cfg(feature = "methods")]
pub use model_file::{OpenedModel, open_model};
#[cfg(any(feature = "explain", feature = "methods"))]
pub use photo::Photo;
#[cfg(feature = "dicom")]
pub use picture::decode_picture;
#[cfg(feature = "methods")]
pub use teaching::{Taught, Teacher};
#[cfg(feature = "explain")]
pub use {
    answer::Answer,
    drawing::{colour_bar, render, scale_limit, similarity},
    engine::Engine,
    explanation::Explanation,
    model::Model,
    results::{ResultTable, npy, result_table},
};

use wasm_bindgen::prelude::*;

/// Runs once when the module is instantiated: a panic's message and place go to the console before the trap, which
/// alone says nothing. After a panic the instance is lost; the page starts a new worker.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&JsValue::from_str(&format!("softcam: {info}")));
    }));
}
