//! Values of a description as people write them.

use super::labels;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// Class names: a list, `{"0": "cat"}` or `{"cat": 0}`.
pub(super) fn names<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    let value = Value::deserialize(from)?;
    if value.is_null() {
        return Ok(None);
    }
    let names = labels::from_value(&value);
    names.map(Some).ok_or_else(|| {
        D::Error::custom("classes are a list of names, or an object of names and numbers")
    })
}

/// R, G and B: three numbers, or one for all of them.
pub(super) fn channels<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[f32; 3]>, D::Error> {
    let value = Value::deserialize(from)?;
    if value.is_null() {
        return Ok(None);
    }
    rgb(&value)
        .map(Some)
        .ok_or_else(|| D::Error::custom("mean and std are three numbers, or one"))
}

/// Three numbers, or one thrice.
pub(super) fn rgb(value: &Value) -> Option<[f32; 3]> {
    let number = |value: &Value| Some(value.as_f64()? as f32);
    match value {
        Value::Array(list) => match list.as_slice() {
            [one] => Some([number(one)?; 3]),
            [r, g, b] => Some([number(r)?, number(g)?, number(b)?]),
            _ => None,
        },
        one => Some([number(one)?; 3]),
    }
}
