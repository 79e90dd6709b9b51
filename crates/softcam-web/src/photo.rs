//! A decoded photo.

use crate::convert::thrown;
use js_sys::Uint8ClampedArray;
use softcam::preprocess::{self, Limits, Size};
use wasm_bindgen::prelude::*;

/// A photo: decoded, upright, opaque.
#[wasm_bindgen]
pub struct Photo(preprocess::Photo);

/// A photo reduced for showing.
#[wasm_bindgen]
pub struct View {
    pixels: Vec<u8>,
    size: Size,
}

#[wasm_bindgen]
impl Photo {
    /// Decodes a PNG, JPEG, WebP, BMP, GIF (first frame) or TIFF.
    pub fn decode(bytes: &[u8]) -> Result<Photo, JsValue> {
        preprocess::decode(bytes, &Limits::default())
            .map(Photo)
            .map_err(|e| thrown(&e))
    }

    /// Width of the upright photo in pixels.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.0.size().width
    }

    /// Height of the upright photo in pixels.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.0.size().height
    }

    /// Name of the format that the bytes turned out to have.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.0.format.to_owned()
    }

    /// The whole photo with at most `longest` pixels on its longer side.
    pub fn view(&self, longest: u32) -> Result<View, JsValue> {
        preprocess::view(&self.0, longest)
            .map(|(pixels, size)| View { pixels, size })
            .map_err(|e| thrown(&e))
    }

    pub(crate) fn inner(&self) -> &preprocess::Photo {
        &self.0
    }
}

#[wasm_bindgen]
impl View {
    /// Width in pixels.
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> u32 {
        self.size.width
    }

    /// Height in pixels.
    #[wasm_bindgen(getter)]
    pub fn height(&self) -> u32 {
        self.size.height
    }

    /// RGBA pixels.
    pub fn pixels(&self) -> Uint8ClampedArray {
        Uint8ClampedArray::from(&self.pixels[..])
    }
}
