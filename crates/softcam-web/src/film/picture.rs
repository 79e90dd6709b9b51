//! A picture of a kind that the engine's modules leave to this one.

use crate::boundary::{object, thrown};
use crate::types::NoteList;
use js_sys::Uint8ClampedArray;
use softcam::preprocess::{self, Limits};
use wasm_bindgen::prelude::*;

/// A decoded picture: upright, opaque.
#[wasm_bindgen]
pub struct Picture(preprocess::Photo);

#[wasm_bindgen]
impl Picture {
    /// As an engine's `Photo.decode`, of TIFF files, too.
    pub fn decode(bytes: &[u8]) -> Result<Picture, JsValue> {
        preprocess::decode(bytes, &Limits::default())
            .map(Picture)
            .map_err(|e| thrown(&e))
    }

    /// Width in pixels.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.0.size().width
    }

    /// Height in pixels.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.0.size().height
    }

    /// Name of the file's format.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.0.format.to_owned()
    }

    /// What was done to its values.
    pub fn notes(&self) -> Result<NoteList, JsValue> {
        object(&self.0.notes)
    }

    /// RGBA.
    pub fn pixels(&self) -> Uint8ClampedArray {
        Uint8ClampedArray::from(&self.0.pixels.as_raw()[..])
    }
}
