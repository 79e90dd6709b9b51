/**
 * What texts of lessons may say of what is on show: numbers come from the page and never from the text. Pure functions.
 *
 * @module
 */

import { shortName } from "../../evidence/classes.js";
import { digitsToSubtract, percent, signed } from "../../text/numbers.js";
import { additionOf } from "../methods/adding.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../page/state.js").Hidden} Hidden */

const OF_ONE = /** @type {const} */ (["class", "probability", "logit", "for", "against", "cells", "half", "gap", "likeness"]);
/** Names that may stand in braces. @type {string[]} */
export const VALUES = [...OF_ONE, ...OF_ONE.map((name) => ofSecond(name))];
/** The same of a second picture. @param {string} name */
function ofSecond(name) {
    return ["second", name].join(".");
}

/** Where there is nothing to say yet. */
export const WAITS = "\u2026";

/** What would tell what a lesson hides. @type {Record<Hidden, readonly (typeof OF_ONE[number])[]>} */
const TELLS = {
    answer: ["class", "probability", "logit", "for", "against", "half", "gap", "likeness"],
    map: ["for", "against", "half", "likeness"],
    sum: ["logit", "for", "against", "gap"],
    settings: [],
};

/** @typedef {import("../../page/state.js").LessonNumbers} LessonNumbers */
/** @typedef {NonNullable<LessonNumbers["first"]>} Numbers */

/**
 * What there is to say of what is on show, as it can be kept: as numbers, since languages write them differently.
 * @param {Pick<PageView, "panes">} view
 * @returns {LessonNumbers}
 */
export function numbersOf({ panes }) {
    const [one, other] = panes.map(({ answer, busy }) => (answer && !answer.withheld && !busy ? answer : null));
    return { first: one ? of(one, one) : null, second: other ? of(other, one) : null };
}

/**
 * @param {Pick<PageView, "panes">} view
 * @param {readonly Hidden[]} [hidden] What is not to be told yet.
 * @returns {Record<string, string>}
 */
export function valuesOf(view, hidden = []) {
    return textsOf(numbersOf(view), hidden);
}

/**
 * @param {LessonNumbers} numbers
 * @param {readonly Hidden[]} [hidden] What is not to be told yet.
 * @returns {Record<string, string>}
 */
export function textsOf(numbers, hidden = []) {
    const untold = hidden.flatMap((what) => TELLS[what]);
    const [first, second] = [numbers.first, numbers.second].map((each) => (each ? written(each) : null));
    const said = (/** @type {typeof first} */ values, /** @type {typeof OF_ONE[number]} */ name) => (untold.includes(name) ? WAITS : (values?.[name] ?? WAITS));
    return Object.fromEntries(OF_ONE.flatMap((name) => [[name, said(first, name)], [ofSecond(name), said(second, name)]]));
}

/** @param {AnswerView} answer @param {AnswerView | null} first To whose map its own is likened. @returns {Numbers} */
function of(answer, first) {
    const { card, choice, explained, ledger } = answer;
    const { logits, probabilities } = explained;
    return {
        class: card.classes[choice.shown],
        probability: probabilities[choice.shown],
        logit: logits[choice.shown] - (choice.against === null ? 0 : logits[choice.against]),
        for: ledger.positive,
        against: ledger.negative,
        cells: ledger.cells,
        half: ledger.half,
        gap: additionOf(answer, null).gap,
        likeness: first && first.map.values.length === answer.map.values.length ? cosine(first.map.values, answer.map.values) : null,
    };
}

/** Of two maps with the same cells: 1 where they are the same but for their strength. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
function cosine(a, b) {
    let [both, first, second] = [0, 0, 0];
    for (let cell = 0; cell < a.length; cell++) {
        both += a[cell] * b[cell];
        first += a[cell] ** 2;
        second += b[cell] ** 2;
    }
    return first > 0 && second > 0 ? both / Math.sqrt(first * second) : 0;
}

/** @param {Numbers} numbers @returns {Record<typeof OF_ONE[number], string>} */
function written({ class: name, probability, logit, for: positive, against: negative, cells, half, gap = 0, likeness = null }) {
    // Another method's map need not add up to the logit.
    const adds = Math.abs(positive + negative - logit) < 1e-3;
    // As many digits as it takes: each is the number that stands on the page, rounded, and still they add up.
    const digits = adds ? digitsToSubtract(logit, positive) : 2;
    return {
        class: shortName(name),
        probability: percent(probability),
        logit: signed(logit, digits),
        for: signed(positive, digits),
        against: signed(negative, digits),
        cells: String(cells),
        half: String(half),
        // What is left of adding floats up is no gap.
        gap: Math.abs(gap) < 1e-3 ? signed(0, 2) : signed(gap, 2),
        likeness: likeness === null ? WAITS : signed(likeness, 2),
    };
}

/** Whether a picture may be an X-ray, of which a network for photographs of everyday things knows nothing. @param {AnswerView} answer */
export function maybeScan({ card, explained }) {
    return explained.grey && !card.medical;
}

/** @param {string} text @param {Record<string, string>} values */
export function filled(text, values) {
    return text.replace(/\{([^{}]*)\}/g, (place, name) => values[name] ?? place);
}
