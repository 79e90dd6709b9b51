/**
 * Whether a picture is like those that a model knows, in plain words. Pure functions.
 *
 * @module
 */

import { apart } from "./format.js";

/** @typedef {import("./protocol.js").Novelty} Novelty */

/** @param {Novelty} novelty */
export function noveltySentence({ score, threshold }) {
    const [measured, limit] = Number.isFinite(score)
        ? apart(score, threshold)
        : ["beyond all measure", apart(threshold, threshold)[0]];
    return `How unlike it is, a score says: about 1 for a picture like those, ${measured} for this one; above ${limit}, the model should not be asked.`;
}
