/**
 * Windows on a film's greys, as they are dragged and put in. Pure functions.
 *
 * @module
 */

/** @typedef {import("../../../pkg/softcam_dicom.js").GreyWindow} GreyWindow */
/** @typedef {import("../../../pkg/softcam_dicom.js").FilmGreys} FilmGreys */
/** @typedef {import("../../../pkg/softcam_dicom.js").Tone} Tone */

/** The window of what is shown; of a table, that of its content, from which a drag can go on. @param {FilmGreys} greys @returns {GreyWindow} */
export function windowOf({ tone, content }) {
    const { centre, width, curve } = tone.kind === "window" ? tone : content;
    return { centre, width, curve };
}

/** @param {GreyWindow} window @returns {Tone} */
export function toneOf({ centre, width, curve }) {
    return { kind: "window", centre, width, curve };
}

/**
 * How far sliders go: over all that is there, and what is shown now.
 * @param {FilmGreys} greys
 */
export function rangesOf(greys) {
    const now = windowOf(greys);
    const { content, whole } = greys;
    const ends = [content, now].flatMap(({ centre, width }) => [centre - width / 2, centre + width / 2]);
    const widest = Math.max(content.width, now.width, Math.min(whole.width, 4 * content.width));
    return { centre: { min: Math.floor(Math.min(...ends)), max: Math.ceil(Math.max(...ends)) }, width: { min: 1, max: Math.ceil(widest) } };
}

/**
 * A window after a drag: to the right it grows wider, upwards its centre rises and the picture darkens.
 * @param {GreyWindow} from
 * @param {number} range Of the greys, which a drag across the whole picture goes through.
 * @param {number} x Share of the picture's width.
 * @param {number} y Share of its height, downwards.
 * @returns {GreyWindow}
 */
export function dragged({ centre, width, curve }, range, x, y) {
    return { centre: rounded(centre - y * range, range), width: Math.max(1, rounded(width + x * range, range)), curve };
}

/** To whole numbers where there are many greys, so that the same can be typed elsewhere. @param {number} value @param {number} range */
function rounded(value, range) {
    return range >= 64 ? Math.round(value) : Number(value.toFixed(2));
}

/** Whether two tones are the same. @param {Tone} a @param {Tone} b */
export function sameTone(a, b) {
    if (a.kind === "table" || b.kind === "table") {
        return a.kind === "table" && b.kind === "table" && a.table === b.table;
    }
    return a.centre === b.centre && a.width === b.width && a.curve === b.curve;
}
