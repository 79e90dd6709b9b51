/**
 * What texts of lessons may say of what is on show: numbers come from the page and never from the text. Pure functions.
 *
 * @module
 */

import { className } from "../../evidence/classes.js";
import { percent, signed } from "../../text/numbers.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../page/state.js").Hidden} Hidden */

const OF_ONE = /** @type {const} */ (["class", "probability", "logit", "for", "against", "cells", "half"]);
/** Names that may stand in braces. @type {string[]} */
export const VALUES = [...OF_ONE, ...OF_ONE.map((name) => ofSecond(name))];
/** The same of a second picture. @param {string} name */
function ofSecond(name) {
    return ["second", name].join(".");
}

/** Where there is nothing to say yet. */
const WAITS = "\u2026";

/** What would tell what a lesson hides. @type {Record<Hidden, readonly (typeof OF_ONE[number])[]>} */
const TELLS = {
    answer: ["class", "probability", "logit", "for", "against", "half"],
    map: ["for", "against", "half"],
    sum: ["logit", "for", "against"],
    settings: [],
};

/**
 * @param {Pick<PageView, "panes">} view
 * @param {readonly Hidden[]} [hidden] What is not to be told yet.
 * @returns {Record<string, string>}
 */
export function valuesOf({ panes }, hidden = []) {
    const untold = hidden.flatMap((what) => TELLS[what]);
    const [first, second] = panes.map(({ answer, busy }) => (answer && !answer.withheld && !busy ? of(answer) : null));
    const said = (/** @type {typeof first} */ values, /** @type {typeof OF_ONE[number]} */ name) => (untold.includes(name) ? WAITS : (values?.[name] ?? WAITS));
    return Object.fromEntries(OF_ONE.flatMap((name) => [[name, said(first, name)], [ofSecond(name), said(second, name)]]));
}

/** @param {AnswerView} answer @returns {Record<typeof OF_ONE[number], string>} */
function of({ card, choice, explained, ledger }) {
    const { logits, probabilities } = explained;
    return {
        class: className(card.classes[choice.shown]).split(",")[0],
        probability: percent(probabilities[choice.shown]),
        logit: signed(logits[choice.shown] - (choice.against === null ? 0 : logits[choice.against]), 2),
        for: signed(ledger.positive, 2),
        against: signed(ledger.negative, 2),
        cells: String(ledger.cells),
        half: String(ledger.half),
    };
}

/** @param {string} text @param {Record<string, string>} values */
export function filled(text, values) {
    return text.replace(/\{([^{}]*)\}/g, (place, name) => values[name] ?? place);
}
