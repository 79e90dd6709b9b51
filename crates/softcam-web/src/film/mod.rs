//! Films: what there is to choose from in a file, and a picture of one of its frames.

mod types;

use crate::boundary::{argument, object, thrown};
use softcam::preprocess::Limits;
use softcam_dicom::{self as films, Tone};
use types::{AboutObject, DevelopedObject, FieldList, ToneObject};
use wasm_bindgen::prelude::*;

/// A DICOM file, or a grey picture of 16 bits.
#[wasm_bindgen]
pub struct Film(films::Film);

/// What is told of a frame beside its pixels.
#[derive(serde::Serialize)]
struct Developed<'a> {
    width: u32,
    height: u32,
    greys: Option<&'a films::Greys>,
    notes: &'a [softcam::preprocess::Note],
}

#[wasm_bindgen]
impl Film {
    /// Opens a file.
    pub fn open(bytes: Vec<u8>) -> Result<Film, JsValue> {
        films::Film::open(bytes, &Limits::default())
            .map(Film)
            .map_err(|e| thrown(&e))
    }

    /// What there is to choose from.
    pub fn about(&self) -> Result<AboutObject, JsValue> {
        object(&self.0.about())
    }

    /// What the header says; what may name somebody is there without its value, unless `people` asks for it.
    pub fn header(&self, people: bool) -> Result<FieldList, JsValue> {
        object(&self.0.header(people))
    }

    /// RGBA of `frame`, from 1, by `tone`, or else by what the file offers first, and what there is to tell of it.
    pub fn develop(&mut self, frame: u32, tone: ToneObject) -> Result<DevelopedObject, JsValue> {
        let tone: Option<Tone> = argument("tone", tone)?;
        let films::Developed { photo, greys } =
            self.0.develop(frame, tone).map_err(|e| thrown(&e))?;
        let told: DevelopedObject = object(&Developed {
            width: photo.size().width,
            height: photo.size().height,
            greys: greys.as_ref(),
            notes: &photo.notes,
        })?;
        let pixels = js_sys::Uint8ClampedArray::from(&photo.pixels.as_raw()[..]);
        js_sys::Reflect::set(told.as_ref(), &JsValue::from_str("pixels"), &pixels)?;
        Ok(told)
    }
}
