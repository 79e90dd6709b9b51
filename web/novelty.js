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
    return `How unlike they are is measured by a score, about 1 for a picture like those; this one has ${measured}, and above ${limit} the model should not be asked.`;
}
