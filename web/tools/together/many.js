/**
 * Answers to many pictures together: their mean evidence, and the cells over all of them that say most. Pure functions.
 *
 * @module
 */

import { cellOnPhoto } from "../../evidence/grid.js";
import { mapOf, meanMap } from "../../evidence/sums.js";

/** @typedef {import("../../engine/protocol.js").Explained} Explained */
/** @typedef {import("../../evidence/classes.js").Choice} Choice */
/** @typedef {import("../../evidence/grid.js").Cell} Cell */

/** @typedef {{id: string, explained: Explained}} Answered A picture with its answer. */
/** @typedef {{id: string, explained: Explained, cell: Cell, value: number}} Found A cell of a picture. */

/**
 * Which pictures are taken together: the samples, the visitor's own, or all.
 * @param {{samples: readonly string[], own: readonly string[]}} there
 * @param {string} of
 */
export function picturesOf({ samples, own }, of) {
    return [...(of === "samples" ? [] : own), ...(of === "own" ? [] : samples)];
}

/**
 * The mean of the maps of one choice, cell by cell of what the network sees.
 * @param {readonly Answered[]} answered At least one, all with the same cells.
 * @param {Choice} choice
 */
export function meanOf(answered, { shown, against }) {
    return meanMap(answered.map(({ explained }) => mapOf(explained, shown, against)));
}

/**
 * The cells over all pictures that speak most for a choice, or most against it, strongest first. What lies beside a
 * photo, in its padding, is none.
 * @param {readonly Answered[]} answered
 * @param {Choice} choice
 * @param {1 | -1} sign 1: for it.
 * @param {number} count
 * @param {boolean} spread At most one cell of each picture.
 * @returns {Found[]}
 */
export function strongestCells(answered, { shown, against }, sign, count, spread) {
    /** @type {Set<string>} */
    const taken = new Set();
    /** @type {Found[]} */
    const found = [];
    for (const { id, explained } of answered) {
        const values = mapOf(explained, shown, against);
        values.forEach((value, index) => {
            if (value * sign > 0) {
                const cell = { row: Math.floor(index / explained.columns), column: index % explained.columns };
                found.push({ id, explained, cell, value });
            }
        });
    }
    return found
        .sort((a, b) => sign * (b.value - a.value))
        .filter(({ id, explained, cell }) => {
            const { width, height } = cellOnPhoto(explained, cell);
            if (width < 1 || height < 1 || (spread && taken.has(id))) {
                return false;
            }
            taken.add(id);
            return true;
        })
        .slice(0, count);
}

/**
 * What a cell says over all pictures.
 * @param {readonly Answered[]} answered
 * @param {Choice} choice
 * @param {Cell} cell
 * @returns {{mean: number, least: number, most: number} | null}
 */
export function cellOver(answered, { shown, against }, { row, column }) {
    const values = answered.map(({ explained }) => mapOf(explained, shown, against)[row * explained.columns + column]);
    if (values.length === 0 || values.some((value) => value === undefined)) {
        return null;
    }
    return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, least: Math.min(...values), most: Math.max(...values) };
}

/** The logit of a choice, or the difference of two. @param {Explained} explained @param {Choice} choice */
export function logitOf({ logits }, { shown, against }) {
    return against === null ? logits[shown] : logits[shown] - logits[against];
}
