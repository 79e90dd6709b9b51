//! The TypeScript side of what a film says.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** How the greys of a window are spread between black and white. */
export type Curve = "linear" | "linear-exact" | "sigmoid";

/** A window on a film's greys: the value in the middle, and how many lie between black and white. */
export interface GreyWindow { centre: number; width: number; curve: Curve }

/** How a film's greys become what is shown: through a window, or by one of the tables that the file has, from 0. */
export type Tone = { kind: "window" } & GreyWindow | { kind: "table"; table: number };

export interface FilmAbout {
    /** Name of the file's format. */
    format: string;
    frames: number;
    /** Whether it is grey, so that a window can be chosen. */
    grey: boolean;
    /** Whether it has a header to show. */
    header: boolean;
}

/** A line of a header; no value where it may name somebody and was not asked for. */
export interface FilmField { tag: string; name: string; value: string | null }

export interface FilmGreys {
    /** How they are shown. */
    tone: Tone;
    /** What the file offers; names are empty where it gives none. */
    presets: { name: string; tone: Tone }[];
    /** From its darkest to its brightest value. */
    content: GreyWindow;
    /** Everything that can be stored. */
    whole: GreyWindow;
    /** What its values are measured in; empty where the file does not say. */
    unit: string;
}

export interface FilmDeveloped {
    width: number;
    height: number;
    /** Nothing of a picture in colour. */
    greys: FilmGreys | null;
    notes: Note[];
    /** RGBA. */
    pixels: Uint8ClampedArray;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`softcam_dicom::About`] as a plain object.
    #[wasm_bindgen(typescript_type = "FilmAbout")]
    pub type AboutObject;

    /// A list of [`softcam_dicom::Field`]s.
    #[wasm_bindgen(typescript_type = "FilmField[]")]
    pub type FieldList;

    /// A [`softcam_dicom::Tone`], where one was chosen.
    #[wasm_bindgen(typescript_type = "Tone | undefined")]
    pub type ToneObject;

    /// A [`softcam_dicom::Developed`] as a plain object.
    #[wasm_bindgen(typescript_type = "FilmDeveloped")]
    pub type DevelopedObject;
}
