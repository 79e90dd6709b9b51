/**
 * What a map adds up to, beside the logit that it is to explain. Pure functions.
 *
 * @module
 */

/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */

/**
 * @typedef {object} Addition
 * @property {number} count Values of the map.
 * @property {number} sum Of evidence, of what the cells add, each value divided by their number; else of the values.
 * @property {number} logit Of what is explained, or the difference of two.
 * @property {number} gap From the logit to the sum.
 * @property {number | null} claim What the sum claims to be, where the method claims something else than nothing.
 */

/**
 * @param {AnswerView} answer
 * @param {number | null} claim
 * @returns {Addition}
 */
export function additionOf({ map, method, explained: { logits }, choice: { shown, against } }, claim) {
    const logit = against === null ? logits[shown] : logits[shown] - logits[against];
    const total = map.values.reduce((sum, value) => sum + value, 0);
    const sum = method === "evidence" ? total / map.values.length : total;
    return { count: map.values.length, sum, logit, gap: sum - logit, claim };
}

/**
 * A number with as many digits as it takes to see it: four after the point, or three that count where it is small.
 * @param {(value: number, digits: number) => string} text
 * @param {number} value
 */
export function readable(text, value) {
    const size = Math.abs(value);
    const digits = size >= 1000 ? 1 : size >= 0.01 || size === 0 ? 4 : Math.min(12, 2 - Math.floor(Math.log10(size)));
    return text(value, digits);
}
