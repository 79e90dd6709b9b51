//! The TypeScript side of the values that cross the boundary as plain objects.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What every call throws. */
export interface SoftcamError {
    fault: "image" | "model" | "request" | "device";
    message: string;
    advice: string;
}

export type FitRule = "centre-square" | "pad" | "stretch" | "disc";

export interface ModelCard {
    format_version: number;
    title: string;
    architecture: string;
    input: { size: number; sizes: number[]; mean: number[]; std: number[]; fit: FitRule };
    temperature: number;
    /** Whether it judges people's health: whatever shows its answers must say that they are no diagnosis. */
    medical?: boolean;
    /** Where "yes" begins, for two classes of which one, `positive`, is the finding. */
    operating_point?: { positive: number; probability: number; chosen: string };
    /** From which score on a picture is unlike those that the model knows. */
    out_of_distribution?: { threshold: number; residual_variance: number; fitted: string };
    provenance: {
        weights: string;
        licence: string;
        attribution: string;
        training_data: string;
        conversion: string;
    };
    figures: { name: string; value: number; measured_on: string }[];
    intended_use: string;
    limits: string[];
    classes: string[];
}

export interface SelfTest {
    passed: boolean;
    /** Largest deviation from the stored answer, as a share of its range. */
    deviation: number;
    tolerance: number;
}

export interface LoadedModel {
    card: ModelCard;
    /** The model's known answer, computed on this device. Unless it passed, the model before is still in use. */
    test: SelfTest;
}

/** How unlike the pictures that the model knows: about 1 for one like those. */
export interface Novelty {
    score: number;
    threshold: number;
    /** Whether the model's answer should not be relied on at all. */
    flagged: boolean;
}

export interface Rect { x: number; y: number; width: number; height: number }

/** Where the network's input lies on the photo, in pixels of the photo. */
export interface Placement {
    photo: { width: number; height: number };
    /** Side of the network's input in pixels. */
    input: number;
    region: Rect;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`softcam::weights::ModelCard`] and a [`softcam::explain::SelfTest`] as a plain object.
    #[wasm_bindgen(typescript_type = "LoadedModel")]
    pub type LoadedModelObject;

    /// A [`softcam::preprocess::Placement`] as a plain object.
    #[wasm_bindgen(typescript_type = "Placement")]
    pub type PlacementObject;

    /// A [`softcam::novelty::Novelty`] as a plain object, where there is one.
    #[wasm_bindgen(typescript_type = "Novelty | undefined")]
    pub type NoveltyObject;

    /// A [`softcam::weights::FitRule`] by name.
    #[wasm_bindgen(typescript_type = "FitRule")]
    pub type FitRuleName;
}
