//! The TypeScript side of what the methods take.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What is to be explained: the logit of a class, or what it is above another's. */
export interface Target { class: number; against: number | null }

/** What is left out is as the method's paper has it. */
export interface MethodOptions {
    /** Behind how many blocks of the network class activation maps look, from 1; the last where none is given. */
    layer?: number;
    /** Integrated Gradients: points on the way. */
    steps?: number;
    /** Integrated Gradients and occlusion: what stands for nothing. */
    baseline?: "black" | "mean" | "blur";
    /** SmoothGrad: noisy copies. */
    samples?: number;
    /** SmoothGrad: standard deviation of the noise, as a share of the picture's range. */
    noise?: number;
    /** RISE: random masks. */
    masks?: number;
    seed?: number;
}

/** Asked between the passes of a method whether to go on: true for yes. What it awaits, the method waits for. */
export type WatchCallback = (done: number, total: number) => Promise<boolean>;
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`softcam_attribution::Target`] as a plain object.
    #[wasm_bindgen(typescript_type = "Target")]
    pub type TargetObject;

    /// [`softcam_attribution::Options`] as a plain object.
    #[wasm_bindgen(typescript_type = "MethodOptions")]
    pub type MethodOptionsObject;
}
