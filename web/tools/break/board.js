/**
 * What lies on the picture, and what the next thing will be: all of it in the state. Pure functions.
 *
 * @module
 */

import { MOST, SHAPES, SIZES, isPatch, rounded } from "../../engine/patches.js";
import { withSettings } from "../../page/state.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../engine/protocol.js").Patch} Patch */
/** @typedef {import("../../evidence/classes.js").Choice} Choice */

export const NAME = "break";
export const MODES = /** @type {const} */ (["sticker", "draw", "piece"]);

/**
 * What the tool keeps.
 * @typedef {object} Settings
 * @property {typeof MODES[number]} mode What is put where nothing lies yet.
 * @property {typeof SHAPES[number]} shape
 * @property {string} colour
 * @property {number} width Of a stroke.
 * @property {number} selected Index of the patch that sliders move.
 * @property {number | null} goal The class that the network is to be brought to.
 */

/** What lies on the picture, the lowest first, and which of it the sliders move. @typedef {{patches: readonly Patch[], selected: number}} Board */

/** @param {State} state @returns {Settings} */
export function settingsOf({ tools }) {
    const { mode, shape, colour, width, selected, goal } = tools[NAME] ?? {};
    return {
        mode: MODES.includes(mode) ? mode : "sticker",
        shape: SHAPES.includes(shape) ? shape : "star",
        colour: /^#[0-9a-f]{6}$/.test(colour) ? colour : "#e8442e",
        width: typeof width === "number" && width >= 0.005 && width <= 0.2 ? width : 0.04,
        selected: Number.isInteger(selected) && selected >= 0 ? selected : 0,
        goal: Number.isInteger(goal) && goal >= 0 ? goal : null,
    };
}

/** @param {State} state @param {Partial<Settings>} values */
export function withBoard(state, values) {
    return withSettings(state, NAME, values);
}

/** What lies on the picture, the lowest first. @param {State} state @returns {Patch[]} */
export function patchesOf({ beside }) {
    return (beside?.edits ?? []).filter(isPatch).slice(0, MOST);
}

/**
 * The picture with these patches beside the picture as it is. The class is held from now on: with them, another one may be
 * the most likely.
 * @param {State} state
 * @param {readonly Patch[]} patches
 * @param {number} selected
 * @param {Choice} choice
 * @returns {State}
 */
export function withPatches(state, patches, selected, choice) {
    const pane = { ...state.pane, choice: state.pane.choice ?? choice };
    return withBoard({ ...state, pane, beside: { edits: [...patches] }, selection: [] }, { selected });
}

/**
 * The picture with nothing on it over the picture as it is, from the beginning on: what is dragged must not jump because a
 * second picture comes. The line between them waits at the left edge.
 * @param {State} state
 * @returns {State}
 */
export function withEmptyBoard(state) {
    return { ...state, beside: { edits: [] }, arrangement: "swipe", swipe: 0, selection: [] };
}

/**
 * Another goal: what speaks for it rather than for what the network says now is on show.
 * @param {State} state
 * @param {number | null} goal
 * @param {number} top What the network says of the picture as it is.
 * @returns {State}
 */
export function withGoal(state, goal, top) {
    const choice = goal === null || goal === top ? { shown: top, against: null } : { shown: goal, against: top };
    return withBoard({ ...state, pane: { ...state.pane, choice } }, { goal });
}

/**
 * A sticker or a piece at a place.
 * @param {Settings} settings
 * @param {{photo: string, part: import("../../engine/protocol.js").Rect} | null} piece That is cut out, where there is one.
 * @param {{x: number, y: number}} at Shares of the photo.
 * @returns {Patch | null} Nothing where nothing is cut out yet.
 */
export function patchFrom({ mode, shape, colour }, piece, { x, y }) {
    const place = { x: rounded(x), y: rounded(y), size: 0.3, turn: 0 };
    if (mode === "piece") {
        return piece && { kind: "piece", photo: piece.photo, part: piece.part, aspect: 1, ...place };
    }
    return { kind: "sticker", shape, colour, ...place };
}

/** What sliders can change about something that lies there, each with its range. */
export const SLIDERS = /** @type {const} */ ({
    x: { least: 0, most: 1, step: 0.01 },
    y: { least: 0, most: 1, step: 0.01 },
    size: { least: SIZES.least, most: SIZES.most, step: 0.01 },
    turn: { least: -180, most: 180, step: 5 },
});
/** @typedef {keyof typeof SLIDERS} Slider */
