//! The TypeScript side of the values that cross the boundary as plain objects.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What every call throws. */
export interface SoftcamError {
    fault: "image" | "model" | "request" | "device";
    message: string;
    advice: string;
    /** Which error, for programs and other languages; a name that stays. */
    code: string;
    /** What stands in the places of the message and the advice of this code; see web/text/engine-codes.json. */
    values: Record<string, string>;
    /** There where the run was stopped by its own `pause`, so that nothing is wrong. */
    cancelled?: true;
}

export type FitRule = "centre-square" | "pad" | "stretch" | "disc";

export interface ModelCard {
    format_version: number;
    title: string;
    architecture: string;
    input: { size: number; sizes: number[]; mean: number[]; std: number[]; fit: FitRule };
    /** How probabilities follow from the logits; "sigmoid" where several classes may be right at once. [softmax] */
    activation?: "softmax" | "sigmoid";
    temperature: number;
    /** Whether it judges people's health: whatever shows its answers must say that they are no diagnosis. */
    medical?: boolean;
    /** Where "yes" begins, for two classes of which one, `positive`, is the finding. */
    operating_point?: { positive: number; probability: number; chosen: string };
    /** Kinds of pictures whose answers are read each in its own way; the first one is the default, whose temperature and
        operating point are the card's own. */
    populations?: { name: string; temperature: number; operating_point?: { positive: number; probability: number; chosen: string } }[];
    /** From which score on a picture is unlike those that the model knows. */
    out_of_distribution?: { threshold: number; residual_variance: number; counterparts?: Counterpart[]; fitted: string };
    provenance: {
        weights: string;
        licence: string;
        attribution: string;
        training_data: string;
        conversion: string;
    };
    /** `low` and `high` are the ends of the 95 % interval. */
    figures: { name: string; value: number; low?: number; high?: number; measured_on: string }[];
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

/** Asked in the middle of a run whether to go on: true for yes. What it awaits, the run waits for. */
export type PauseCallback = () => Promise<boolean>;

/** How unlike the pictures that the model knows: about 1 for one like those. */
export interface Novelty {
    score: number;
    threshold: number;
    /** Whether the model's answer should not be relied on at all. */
    flagged: boolean;
    /** What would have to be done to the picture so that it is known, where that was looked for and found. */
    counterpart?: Counterpart;
}

/** The picture's negative, or the picture turned: by 180 degrees, by 90 clockwise or anticlockwise. */
export type Counterpart = "negative" | "half-turn" | "right-turn" | "left-turn";

export interface Rect { x: number; y: number; width: number; height: number }

/** Where the network's input lies on the photo, in pixels of the photo. */
export interface Placement {
    photo: { width: number; height: number };
    /** Side of the network's input in pixels. */
    input: number;
    region: Rect;
}

/** What takes the place of pixels: the photo strongly blurred, or of what the network sees the mean colour or noise with
    its mean and deviation; or black. */
export type Fill = "blur" | "mean" | "noise" | "black";

/** A change of the upright photo. Shares refer to what the network sees. */
export type Edit =
    /** Cells (row-major from 0) of a grid over what the network sees are painted over; with `keep`, all else is. */
    | { kind: "mask"; rows: number; columns: number; cells: number[]; fill: Fill; keep?: boolean }
    /** Clockwise about the centre, -360 to 360. */
    | { kind: "turn"; degrees: number }
    /** To the right and down, as shares of width and height, -1 to 1. */
    | { kind: "shift"; x: number; y: number }
    /** Enlarged about the centre, 0.1 to 10. */
    | { kind: "zoom"; factor: number }
    /** Added to every channel, -1 to 1 of the full range. */
    | { kind: "brightness"; by: number }
    /** Distance from the middle of the range, times 0 to 10. */
    | { kind: "contrast"; factor: number }
    /** Gaussian; standard deviation as a share of the side, 0 to 0.5. */
    | { kind: "blur"; sigma: number }
    /** About normal; standard deviation as a share of the full range, 0 to 1. A grain is a pixel of the network's input. */
    | { kind: "noise"; sigma: number; seed?: number }
    /** What JPEG loses, quality 1 to 100. */
    | { kind: "jpeg"; quality: number }
    /** A white letter L around a place in shares of width and height, 0 to 1; its height as a share of the side, 0 to 0.5. */
    | { kind: "marker"; x: number; y: number; size: number };

/** What was done to a picture's values on the way to 8 bits of sRGB; see web/text/en.js for what each says. */
export type Note =
    | { kind: "bits"; bits: number }
    | { kind: "profile" | "profile-foreign" | "profile-table"; name: string }
    | { kind: "gamma" | "profile-damaged" | "content" | "inverted" | "padding" | "square" | "not-square" | "browser" }
    | { kind: "window"; centre: number; width: number; name: string }
    | { kind: "table"; name: string }
    | { kind: "frame"; frame: number; frames: number }
    | { kind: "page"; page: number; pages: number };

export interface OverlayStyle {
    /** The scale ends at ±limit, in the map's unit. */
    limit: number;
    /** Whether values between cell centres are interpolated; else each cell is a flat square. */
    smooth: boolean;
    /** Whether there are lines at ±1/4, ±1/2 and ±3/4 of the limit: solid for, dashed against. */
    contours: boolean;
    /** Whether opacity grows with the square of the evidence, so that the photo stays recognisable; else linearly. */
    fade: boolean;
    /** Whether hues are those for dark pictures; see `Photo.dark`. */
    dark: boolean;
}

/** What all rows of a table share: how every picture was explained, by which model. */
export interface TableSubject {
    /** Short name of the model: that of its file without the ending. */
    id: string;
    /** Of the model's file, in hex. */
    sha256: string;
    size: number;
    fit: FitRule;
    /** Whose temperature and threshold; the card's first where left out. */
    population?: string;
}

/** One picture of a table: what the network said, or why it did not. */
export interface TableRow {
    /** Its name with the folders that it was found in. */
    file: string;
    /** Of its file, in hex; empty where that could not be read. */
    sha256: string;
    error?: string;
    answered?: {
        width: number;
        height: number;
        logits: Float32Array;
        novelty?: { score: number; threshold: number; counterpart?: Counterpart };
        /** Whether somebody insisted on an answer that means nothing. */
        anyway: boolean;
        device: "cpu" | "webgpu";
        /** Whether its map is saved beside the table. */
        map: boolean;
        /** What there is to know about how the picture was opened. */
        notes: Note[];
    };
}

/** From -1 to 1 each, and 0 where it is not defined. */
export interface Similarity {
    /** Of the angle between two maps. */
    cosine: number;
    /** Spearman's correlation of the ranks. */
    rank: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A [`softcam::weights::ModelCard`] as a plain object.
    #[wasm_bindgen(typescript_type = "ModelCard")]
    pub type ModelCardObject;

    /// A [`softcam::explain::SelfTest`] as a plain object, where there was one.
    #[wasm_bindgen(typescript_type = "SelfTest | undefined")]
    pub type SelfTestObject;

    /// What all rows of a table share.
    #[wasm_bindgen(typescript_type = "TableSubject")]
    pub type TableSubjectObject;

    /// The rows of a table.
    #[wasm_bindgen(typescript_type = "TableRow[]")]
    pub type TableRowList;

    /// A list of [`softcam::preprocess::Note`]s.
    #[wasm_bindgen(typescript_type = "Note[]")]
    pub type NoteList;

    /// A list of [`softcam::edit::Edit`]s.
    #[wasm_bindgen(typescript_type = "Edit[]")]
    pub type EditList;

    /// A [`softcam::preprocess::Rect`] as a plain object.
    #[wasm_bindgen(typescript_type = "Rect")]
    pub type RectObject;

    /// How a map is drawn.
    #[wasm_bindgen(typescript_type = "OverlayStyle")]
    pub type OverlayStyleObject;

    /// A [`softcam::sanity::Similarity`] as a plain object.
    #[wasm_bindgen(typescript_type = "Similarity")]
    pub type SimilarityObject;

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
