//! A decoded photo.

use crate::boundary::{argument, invalid, object, thrown};
use crate::types::{EditList, FitRuleName, NoteList};
use js_sys::{JSON, Uint8ClampedArray};
use softcam::edit;
use softcam::overlay::Palette;
use softcam::preprocess::{self, Limits, Placement, Rect, Size};
use wasm_bindgen::prelude::*;

/// A photo: decoded, upright, opaque.
#[wasm_bindgen]
pub struct Photo(preprocess::Photo);

#[wasm_bindgen]
impl Photo {
    /// Decodes the first picture in a PNG, JPEG, WebP, BMP, GIF, PBM, PGM, PPM or PAM. TIFFs are decoded by the module for
    /// films, see `of`.
    pub fn decode(bytes: &[u8]) -> Result<Photo, JsValue> {
        preprocess::decode(bytes, &Limits::default())
            .map(Photo)
            .map_err(|e| thrown(&e))
    }

    /// A photo of RGBA that another module has decoded: upright and opaque.
    pub fn of(pixels: Vec<u8>, width: u32, height: u32) -> Result<Photo, JsValue> {
        let photo = preprocess::Photo::of_rgba(pixels, Size { width, height }, "RGBA");
        photo
            .map(Photo)
            .ok_or_else(|| invalid("pixels", "they are too few"))
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

    /// What was done to its values when it was decoded.
    pub fn notes(&self) -> Result<NoteList, JsValue> {
        object(&self.0.notes)
    }

    /// This photo after `edits`, one after the other. Cells and shares refer to where a network input of `size` pixels lies
    /// on this photo by the rule `fit`; there the network looks at the edited photo too.
    pub fn edited(&self, edits: EditList, size: usize, fit: FitRuleName) -> Result<Photo, JsValue> {
        let edits = JSON::stringify(&edits)
            .map_err(|_| "it is no JSON".to_owned())
            .and_then(|json| json.as_string().ok_or_else(|| "it is nothing".to_owned()))
            .map_err(|reason| invalid("edits", &reason))?;
        let placement = self.placement(size, fit)?;
        edit::from_json(&edits)
            .and_then(|edits| edit::apply(&self.0, &edits, &placement))
            .map(Photo)
            .map_err(|e| thrown(&e))
    }

    /// RGBA of a part of the photo, in pixels of the photo, at `outWidth` x `outHeight` pixels.
    pub fn view(
        &self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        #[wasm_bindgen(js_name = outWidth)] out_width: u32,
        #[wasm_bindgen(js_name = outHeight)] out_height: u32,
    ) -> Result<Uint8ClampedArray, JsValue> {
        let part = Rect {
            x,
            y,
            width,
            height,
        };
        let out = Size {
            width: out_width,
            height: out_height,
        };
        let pixels = preprocess::view(&self.0, part, out).map_err(|e| thrown(&e))?;
        Ok(Uint8ClampedArray::from(&pixels[..]))
    }

    /// Whether what the network sees of the photo is so dark that evidence needs lighter hues.
    pub fn dark(&self, size: usize, fit: FitRuleName) -> Result<bool, JsValue> {
        Ok(Palette::of(&self.0, &self.placement(size, fit)?) == Palette::Dark)
    }

    fn placement(&self, size: usize, fit: FitRuleName) -> Result<Placement, JsValue> {
        let fit = argument("fit", fit)?;
        preprocess::place(&self.0, fit, size).map_err(|e| thrown(&e))
    }

    pub(crate) fn inner(&self) -> &preprocess::Photo {
        &self.0
    }
}
