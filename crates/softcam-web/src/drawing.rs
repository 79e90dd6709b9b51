//! Maps as pixels, and maps beside each other. Everything here is a function of its arguments.

use crate::convert::{argument, object, thrown};
use crate::types::{OverlayStyleObject, PlacementObject, RectObject, SimilarityObject};
use js_sys::Uint8ClampedArray;
use serde::Deserialize;
use softcam::overlay::{Interpolation, Palette, Style, Tint};
use softcam::preprocess::Size;
use softcam::{overlay, sanity};
use wasm_bindgen::prelude::*;

#[derive(Deserialize)]
struct OverlayStyle {
    limit: f32,
    smooth: bool,
    contours: bool,
    fade: bool,
    dark: bool,
}

fn tint(fade: bool, dark: bool) -> Tint {
    let palette = if dark { Palette::Dark } else { Palette::Light };
    Tint { fade, palette }
}

/// RGBA of a map of `rows` x `columns` cells over the part `part` of the photo, at `width` x `height` pixels.
#[wasm_bindgen]
#[allow(
    clippy::too_many_arguments,
    reason = "JavaScript has no structs to pass by value"
)]
pub fn render(
    map: &[f32],
    rows: usize,
    columns: usize,
    placement: PlacementObject,
    part: RectObject,
    width: u32,
    height: u32,
    style: OverlayStyleObject,
) -> Result<Uint8ClampedArray, JsValue> {
    let style: OverlayStyle = argument("style", style)?;
    let interpolation = if style.smooth {
        Interpolation::Smooth
    } else {
        Interpolation::Cells
    };
    let pixels = overlay::render(
        map,
        (rows, columns),
        &argument("placement", placement)?,
        argument("part", part)?,
        Size { width, height },
        Style {
            limit: style.limit,
            interpolation,
            contours: style.contours,
            tint: tint(style.fade, style.dark),
        },
    )
    .map_err(|e| thrown(&e))?;
    Ok(Uint8ClampedArray::from(&pixels[..]))
}

/// RGBA of a colour bar from −limit (left) to +limit (right), as `render` would draw it.
#[wasm_bindgen(js_name = colourBar)]
pub fn colour_bar(width: usize, height: usize, fade: bool, dark: bool) -> Uint8ClampedArray {
    let pixels = overlay::colour_bar(width, height, tint(fade, dark));
    Uint8ClampedArray::from(&pixels[..])
}

/// End of a symmetric colour scale that holds all of `values`, rounded up.
#[wasm_bindgen(js_name = scaleLimit)]
pub fn scale_limit(values: &[f32]) -> f32 {
    overlay::scale_limit(values)
}

/// How alike two maps of the same cells are.
#[wasm_bindgen]
pub fn similarity(a: &[f32], b: &[f32]) -> Result<SimilarityObject, JsValue> {
    object(&sanity::similarity(a, b).map_err(|e| thrown(&e))?)
}
