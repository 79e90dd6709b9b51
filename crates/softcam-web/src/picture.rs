//! A decoded picture for another module, which does not read the format itself.

use crate::boundary::{object, thrown};
use js_sys::{Reflect, Uint8Array};
use softcam::preprocess::{self, Limits, Note};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A picture, decoded as every `Photo` is. */
export interface DecodedPicture {
    width: number;
    height: number;
    /** Name of the format that the bytes turned out to have. */
    format: string;
    notes: Note[];
    /** RGBA: upright, opaque. */
    pixels: Uint8Array<ArrayBuffer>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`Decoded`] with its pixels, as a plain object.
    #[wasm_bindgen(typescript_type = "DecodedPicture")]
    pub type DecodedObject;
}

#[derive(serde::Serialize)]
struct Decoded<'a> {
    width: u32,
    height: u32,
    format: &'a str,
    notes: &'a [Note],
}

/// Decodes the first picture in a file of any format that is read, TIFF among them.
#[wasm_bindgen(js_name = decodePicture)]
pub fn decode_picture(bytes: &[u8]) -> Result<DecodedObject, JsValue> {
    let photo = preprocess::decode(bytes, &Limits::default()).map_err(|e| thrown(&e))?;
    let decoded: DecodedObject = object(&Decoded {
        width: photo.size().width,
        height: photo.size().height,
        format: photo.format,
        notes: &photo.notes,
    })?;
    let pixels = Uint8Array::from(&photo.pixels.as_raw()[..]);
    Reflect::set(decoded.as_ref(), &JsValue::from_str("pixels"), &pixels)?;
    Ok(decoded)
}
