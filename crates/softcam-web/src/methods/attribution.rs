//! A method's map with its price.

use js_sys::Float32Array;
use softcam_attribution::{Cost, Sum};
use wasm_bindgen::prelude::*;

/// A map with what it cost, and what it claims to add up to.
#[wasm_bindgen]
pub struct Attribution(softcam_attribution::Attribution);

impl Attribution {
    pub(super) fn new(attribution: softcam_attribution::Attribution) -> Self {
        Self(attribution)
    }

    fn cost(&self) -> Cost {
        self.0.cost
    }
}

#[wasm_bindgen]
impl Attribution {
    /// The map, `[rows, columns]`: positive speaks for the target, where the method is signed negative against it.
    pub fn values(&self) -> Float32Array {
        Float32Array::from(&self.0.map.values[..])
    }

    /// Rows of the map.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> usize {
        self.0.map.rows
    }

    /// Columns of the map.
    #[wasm_bindgen(getter)]
    pub fn columns(&self) -> usize {
        self.0.map.columns
    }

    /// Runs of the network, whole or in part.
    #[wasm_bindgen(getter)]
    pub fn forward(&self) -> usize {
        self.cost().forward
    }

    /// Runs from a score back.
    #[wasm_bindgen(getter)]
    pub fn backward(&self) -> usize {
        self.cost().backward
    }

    /// What the sum of the values claims to be, in logits; undefined where the method claims nothing.
    #[wasm_bindgen(getter)]
    pub fn claim(&self) -> Option<f32> {
        let claim = self.0.claim?;
        Some(match claim.of {
            Sum::Mean => claim.value * self.0.map.values.len() as f32,
            Sum::Total => claim.value,
        })
    }
}
