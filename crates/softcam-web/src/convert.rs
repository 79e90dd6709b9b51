//! Between Rust's values and JavaScript's.

use serde::Serialize;
use serde::de::DeserializeOwned;
use softcam::{Error, Fault};
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct ErrorObject<'a> {
    fault: Fault,
    message: String,
    advice: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<bool>,
}

/// What a failed call throws.
pub fn thrown(error: &Error) -> JsValue {
    let object = ErrorObject {
        fault: error.fault(),
        message: error.to_string(),
        advice: error.advice(),
        cancelled: error.is_cancelled().then_some(true),
    };
    serde_wasm_bindgen::to_value(&object).unwrap_or_else(|_| JsValue::from_str(&error.to_string()))
}

/// A plain object of the declared TypeScript type.
pub fn object<T: JsCast>(value: &impl Serialize) -> Result<T, JsValue> {
    let value = serde_wasm_bindgen::to_value(value).map_err(|error| {
        let message = format!("A result could not be handed over ({error}).");
        thrown(&Error::device(message, "Reload the page."))
    })?;
    Ok(value.unchecked_into())
}

/// Reads what JavaScript passed as `name`.
pub fn argument<T: DeserializeOwned>(name: &str, value: impl Into<JsValue>) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value.into()).map_err(|error| {
        let message = format!("The argument {name} is not valid ({error}).");
        thrown(&Error::request(
            message,
            "See the type declarations of this package.",
        ))
    })
}
