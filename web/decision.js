/**
 * Decisions between two classes, and where "yes" begins. Pure functions on a card and its probabilities.
 *
 * @module
 */

import { apart } from "./format.js";
import { topClasses } from "./ledger.js";

/** @typedef {import("./protocol.js").ModelCard} ModelCard */

/**
 * What is looked at: one class's map, or that map less another's.
 * @typedef {object} Choice
 * @property {number} shownClass
 * @property {number | null} against
 */

/**
 * A probability beside the point from which on it counts as a yes.
 * @typedef {object} Decision
 * @property {string} name Of the class that "yes" means.
 * @property {number} probability
 * @property {number} threshold "Yes" from here on.
 * @property {boolean} yes
 * @property {string} chosen By which rule the threshold was chosen, and on which data.
 */

/**
 * Of two classes the one that is looked for; of more there is none.
 * @param {Pick<ModelCard, "classes" | "operating_point">} card
 * @returns {number | null}
 */
export function positiveClass({ classes, operating_point }) {
    return classes.length === 2 ? (operating_point?.positive ?? 1) : null;
}

/**
 * What is shown of a new picture. Softmax over two classes sees nothing but their difference, so that is what is shown;
 * of more classes, the most likely.
 * @param {Pick<ModelCard, "classes" | "operating_point">} card
 * @param {Float32Array} logits
 * @returns {Choice}
 */
export function defaultChoice(card, logits) {
    const positive = positiveClass(card);
    return positive === null
        ? { shownClass: topClasses(logits, 1)[0], against: null }
        : { shownClass: positive, against: 1 - positive };
}

/**
 * @param {string[]} names Of the classes.
 * @param {Choice} choice
 */
export function choiceName(names, { shownClass, against }) {
    return against === null ? names[shownClass] : `${names[shownClass]}, over ${names[against]}`;
}

/**
 * @param {Pick<ModelCard, "classes" | "operating_point">} card
 * @param {Float32Array} probabilities
 * @returns {Decision | null} Nothing where the model has no such point.
 */
export function decisionOf({ classes, operating_point: point }, probabilities) {
    if (!point) {
        return null;
    }
    const probability = probabilities[point.positive];
    // The card holds float32 values as decimal text, the probabilities are float32: compared as such.
    const yes = probability >= Math.fround(point.probability);
    return { name: classes[point.positive], probability, threshold: point.probability, yes, chosen: point.chosen };
}

/** @param {Decision} decision */
export function decisionSentence({ name, probability, threshold, yes }) {
    const [value, limit] = apart(probability, threshold);
    // Rounding must not claim a certainty that is not there.
    const rounded = Number(value);
    const shown = rounded >= 1 && probability < 1 ? "above 0.99" : rounded <= 0 && probability > 0 ? "below 0.01" : value;
    return `${name[0].toUpperCase()}${name.slice(1)}: probability ${shown}; this model says yes from ${limit} on, so here it says ${yes ? "yes" : "no"}.`;
}
