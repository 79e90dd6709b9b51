/**
 * Two maps in numbers: what is read of both, and in what they differ. Pure functions.
 *
 * @module
 */

import { topClasses } from "../../evidence/classes.js";

/** @typedef {import("../../page/state.js").State} State */
/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../evidence/grid.js").Cell} Cell */
/** @typedef {import("../../evidence/classes.js").Choice} Choice */

/** In what two pictures may differ, as the names of a pane. */
export const KINDS = /** @type {const} */ (["choice", "model", "picture", "size", "method"]);
/** @typedef {typeof KINDS[number]} Kind */

/** Below this share of the scale's end, a cell is nearly empty. */
export const EMPTY = 0.05;

/** What is compared. @param {State["beside"]} beside @returns {Kind | null} */
export function kindOf(beside) {
    // A model may bring its own size and class along: what is asked first is what it is about.
    const order = /** @type {const} */ (["model", "picture", "size", "method", "choice"]);
    return order.find((kind) => beside && kind in beside) ?? null;
}

/** Cells that say next to nothing. @param {Float32Array} values @param {number} limit */
export function nearlyEmpty(values, limit) {
    return values.reduce((count, value) => count + Number(Math.abs(value) < EMPTY * limit), 0);
}

/**
 * The value under the cursor.
 * @param {AnswerView} answer
 * @param {Cell | null} cell
 */
export function valueAt({ map }, cell) {
    return cell ? (map.values[cell.row * map.columns + cell.column] ?? null) : null;
}

/** The logit of what is shown, or the difference of two. @param {AnswerView} answer */
export function logitOf({ explained: { logits }, choice: { shown, against } }) {
    return against === null ? logits[shown] : logits[shown] - logits[against];
}

/**
 * The two answers, where both are there, shown, and those that were asked for.
 * @param {PageView} view
 * @returns {[AnswerView, AnswerView] | null}
 */
export function pairOf({ panes }) {
    const [a, b] = panes;
    const whole = b && panes.every(({ answer, busy }) => answer && !answer.withheld && !busy);
    return whole && a.answer && b.answer ? [a.answer, b.answer] : null;
}

/** Whether two maps have the same cells. @param {AnswerView} a @param {AnswerView} b */
export function sameCells({ map: a }, { map: b }) {
    return a.rows === b.rows && a.columns === b.columns;
}

/**
 * The model to set beside one: the next on the list, the last one's being that before it. Variants with cells of the same size
 * stand next to each other, so that one can be taken from the other.
 * @param {readonly string[]} models The one itself among them, unless it is of another kind.
 * @param {string} model
 * @returns {string | null}
 */
export function partnerOf(models, model) {
    const at = models.indexOf(model);
    return models[at + 1] ?? models[at - 1] ?? null;
}

/**
 * What is compared at first: two variants of a model, else a class and the one that follows.
 * @param {AnswerView} answer
 * @param {string | null} model Another of the same question.
 * @returns {Partial<Pane>}
 */
export function firstPair(answer, model) {
    return model === null ? { choice: otherChoice(answer) } : { model };
}

/**
 * A class to set beside the one on show.
 * @param {AnswerView} answer
 * @returns {Choice}
 */
export function otherChoice({ choice, positive, explained: { logits } }) {
    if (positive !== null) {
        return choice.against === null ? { shown: 1 - choice.shown, against: null } : { shown: choice.shown, against: null };
    }
    const [top, second] = topClasses(logits, 2);
    return { shown: choice.shown === top ? second : top, against: null };
}

/**
 * Choices to offer of a model, the likely ones first: one class, or one over another.
 * @param {AnswerView} answer
 * @param {number} count Of the likely ones.
 * @returns {{likely: Choice[], over: Choice[]}}
 */
export function choicesOf({ positive, explained: { logits } }, count) {
    if (positive !== null) {
        return {
            likely: [{ shown: positive, against: null }, { shown: 1 - positive, against: null }],
            over: [{ shown: positive, against: 1 - positive }],
        };
    }
    const top = topClasses(logits, count);
    const [first, ...rest] = top;
    return {
        likely: top.map((shown) => ({ shown, against: null })),
        over: rest.map((against) => ({ shown: first, against })),
    };
}

/** As a value of a list. @param {Choice} choice */
export function choiceText({ shown, against }) {
    return against === null ? String(shown) : `${shown}-${against}`;
}

/** @param {string} text @returns {Choice} */
export function choiceFromText(text) {
    const [shown, against] = text.split("-").map(Number);
    return { shown, against: against ?? null };
}
