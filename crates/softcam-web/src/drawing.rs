//! Maps as pixels, and maps beside each other. Everything here is a function of its arguments.

use crate::boundary::{flag, member, number, object, thrown};
use crate::types::{OverlayStyleObject, PlacementObject, RectObject, SimilarityObject};
use js_sys::Uint8ClampedArray;
use softcam::overlay::{Interpolation, Palette, Style, Tint};
use softcam::preprocess::{Placement, Rect, Size};
use softcam::{overlay, sanity};
use wasm_bindgen::prelude::*;

fn rect(object: &JsValue) -> Result<Rect, JsValue> {
    Ok(Rect {
        x: number(object, "x")?,
        y: number(object, "y")?,
        width: number(object, "width")?,
        height: number(object, "height")?,
    })
}

fn placement(object: &JsValue) -> Result<Placement, JsValue> {
    let photo = member(object, "photo");
    // Numbers beyond a whole number's range end at its ends.
    let whole = |object, name| number(object, name).map(|value| value as u32);
    Ok(Placement {
        photo: Size {
            width: whole(&photo, "width")?,
            height: whole(&photo, "height")?,
        },
        input: whole(object, "input")?,
        region: rect(&member(object, "region"))?,
    })
}

fn style(object: &JsValue) -> Result<Style, JsValue> {
    let interpolation = if flag(object, "smooth")? {
        Interpolation::Smooth
    } else {
        Interpolation::Cells
    };
    Ok(Style {
        limit: number(object, "limit")? as f32,
        interpolation,
        contours: flag(object, "contours")?,
        tint: tint(flag(object, "fade")?, flag(object, "dark")?),
    })
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
    let pixels = overlay::render(
        map,
        (rows, columns),
        &self::placement(&placement)?,
        rect(&part)?,
        Size { width, height },
        self::style(&style)?,
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
