/**
 * What masks do: which cells they replace, what their absence from the mean would mean, and how that compares with what
 * the network says once their pixels are gone. Pure functions.
 *
 * @module
 */

import { withoutCells } from "../../evidence/sums.js";
import { withSettings } from "../../page/state.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../engine/protocol.js").Edit} Edit */
/** @typedef {Extract<Edit, {kind: "mask"}>} Mask */

export const FILLS = /** @type {const} */ (["blur", "mean", "noise", "black"]);
export const WAYS = /** @type {const} */ (["box", "paint", "pick"]);

/**
 * What the tool keeps.
 * @typedef {object} Settings
 * @property {typeof WAYS[number]} way To choose cells.
 * @property {Mask["fill"]} fill
 * @property {boolean} keep Whether all but what is chosen is replaced.
 */

/** @param {Record<string, any>} given @returns {Settings} */
export function settingsOf({ way, fill, keep }) {
    return { way: WAYS.includes(way) ? way : "box", fill: FILLS.includes(fill) ? fill : "blur", keep: keep === true };
}

/** The masks on the second picture. @param {State} state @returns {Mask[]} */
export function masksOf({ beside }) {
    return (beside?.edits ?? []).filter((edit) => edit.kind === "mask");
}

/**
 * One mask more, beside the picture as it is. The class is held from now on: without the pixels, another one may be the
 * most likely.
 * @param {State} state
 * @param {Mask} mask
 * @param {import("../../evidence/classes.js").Choice} choice
 * @returns {State}
 */
export function withMask(state, mask, choice) {
    const pane = { ...state.pane, choice };
    return { ...state, pane, beside: { edits: [...masksOf(state), mask] }, selection: [] };
}

/**
 * Without one of the masks; without the last of them, there is one picture again.
 * @param {State} state
 * @param {number} index
 * @returns {State}
 */
export function withoutMask(state, index) {
    const edits = masksOf(state).filter((_, other) => other !== index);
    return { ...state, beside: edits.length > 0 ? { edits } : null };
}

/**
 * @param {State} state
 * @param {Partial<Settings>} values
 */
export function withMaskSettings(state, values) {
    return withSettings(state, "mask", values);
}

/**
 * All other cells.
 * @param {readonly number[]} cells
 * @param {number} count How many there are.
 */
export function inverted(cells, count) {
    const chosen = new Set(cells);
    return Array.from({ length: count }, (_, cell) => cell).filter((cell) => !chosen.has(cell));
}

/**
 * The cells of a map whose middle is replaced by any of these masks: exactly those, where the masks have its grid.
 * @param {readonly Mask[]} masks
 * @param {number} rows
 * @param {number} columns
 * @returns {number[]}
 */
export function replacedCells(masks, rows, columns) {
    const sets = masks.map(({ cells }) => new Set(cells));
    return Array.from({ length: rows * columns }, (_, cell) => cell).filter((cell) =>
        masks.some((mask, at) => {
            const row = Math.floor(((Math.floor(cell / columns) + 0.5) / rows) * mask.rows);
            const column = Math.floor((((cell % columns) + 0.5) / columns) * mask.columns);
            return sets[at].has(row * mask.columns + column) !== (mask.keep === true);
        }),
    );
}

/**
 * What leaving cells out of the mean does: exact, and without asking the network.
 * @typedef {object} LedgerEffect
 * @property {number} count How many cells.
 * @property {number} others How many are left.
 * @property {number} sum What the cells' shares add up to.
 * @property {number} rest What the others' shares add up to.
 * @property {number | null} mean Of the others: the logit where only they count. Nothing where none is left.
 */

/**
 * @param {Float32Array} values
 * @param {readonly number[]} cells
 * @returns {LedgerEffect}
 */
export function ledgerEffect(values, cells) {
    const { sum, rest, mean } = withoutCells(values, cells);
    const count = new Set(cells).size;
    const others = values.length - count;
    return { count, others, sum, rest, mean: others > 0 ? mean : null };
}

/** Part of the larger of two changes by which they may differ, and still be called nearly the same. */
const AGREES = 0.15;

/**
 * How what the network says without the pixels compares with what the ledger says without the cells.
 * @param {number | null} ledger Change of the mean.
 * @param {number} run Change of what the network says.
 * @param {number} all How much evidence there is in either direction, together: what is small is small beside it.
 * @returns {"none" | "agree" | "smaller" | "larger" | "opposite" | "alone"} `alone`: there is nothing to compare with.
 */
export function comparison(ledger, run, all) {
    if (ledger === null) {
        return "alone";
    }
    const small = 0.02 * all;
    const [a, b] = [Math.abs(ledger), Math.abs(run)];
    if (a <= small && b <= small) {
        return "none";
    }
    if (ledger * run < 0 && a > small && b > small) {
        return "opposite";
    }
    if (Math.abs(ledger - run) <= AGREES * Math.max(a, b)) {
        return "agree";
    }
    return b < a ? "smaller" : "larger";
}
