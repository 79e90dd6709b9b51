//! Between Rust's values and JavaScript's.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use softcam::error::Values;
use softcam::{Error, Fault, messages};
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct ErrorObject<'a> {
    fault: Fault,
    code: &'static str,
    values: &'a Values,
    message: String,
    advice: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<bool>,
}

/// What a failed call throws.
pub fn thrown(error: &Error) -> JsValue {
    let object = ErrorObject {
        fault: error.fault(),
        code: error.code(),
        values: error.values(),
        message: error.to_string(),
        advice: error.advice(),
        cancelled: error.is_cancelled().then_some(true),
    };
    // Values as an object, not as a Map.
    let plain = Serializer::json_compatible();
    object
        .serialize(&plain)
        .unwrap_or_else(|_| JsValue::from_str(&error.to_string()))
}

/// A plain object of the declared TypeScript type.
pub fn object<T: JsCast>(value: &impl Serialize) -> Result<T, JsValue> {
    let value = serde_wasm_bindgen::to_value(value).map_err(|error| {
        let values = [("reason", error.to_string())];
        thrown(&Error::new(messages::RESULT_NOT_HANDED_OVER, values))
    })?;
    Ok(value.unchecked_into())
}

/// Reads what JavaScript passed as `name`.
pub fn argument<T: DeserializeOwned>(name: &str, value: impl Into<JsValue>) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value.into()).map_err(|error| invalid(name, &error.to_string()))
}

/// An object's member; undefined where it has none or is no object.
#[cfg(feature = "explain")]
pub fn member(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// An object's member that is a number.
#[cfg(feature = "explain")]
pub fn number(object: &JsValue, name: &str) -> Result<f64, JsValue> {
    let value = member(object, name).as_f64();
    value.ok_or_else(|| invalid(name, "it is no number"))
}

/// An object's member that is true or false.
#[cfg(feature = "explain")]
pub fn flag(object: &JsValue, name: &str) -> Result<bool, JsValue> {
    let value = member(object, name).as_bool();
    value.ok_or_else(|| invalid(name, "it is neither true nor false"))
}

/// What is said of an argument that is not what it should be.
pub fn invalid(name: &str, why: &str) -> JsValue {
    let values = [("name", name.to_owned()), ("reason", why.to_owned())];
    thrown(&Error::new(messages::ARGUMENT_INVALID, values))
}
