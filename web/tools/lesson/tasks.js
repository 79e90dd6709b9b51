/**
 * Tasks that are done on the page itself: whether they are done, and what is still missing. Pure functions.
 *
 * @module
 */

import { choiceName, defaultChoice, shortName, topClasses } from "../../evidence/classes.js";
import { decisionOf } from "../../evidence/decision.js";
import { answerKey, anywayKey } from "../../page/state.js";
import { masksOf, replacedCells } from "../mask/effect.js";
import { valuesOf } from "../nudge/changes.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("./library.js").Task} Task */

/**
 * @typedef {object} Progress
 * @property {boolean} done
 * @property {string | null} hint What is missing: the key of a message below `lesson.hint`.
 * @property {Record<string, string | number>} [values] Of the hint.
 */

const WAITING = { done: false, hint: null };
const DONE = { done: true, hint: null };

/**
 * @param {Task} task
 * @param {PageView} view
 * @param {import("../../page/state.js").State | null} began What the step put on show.
 * @param {(model: string) => boolean} [taught] Whether a model was learnt on this page.
 * @returns {Progress}
 */
export function progressOf(task, view, began, taught = () => false) {
    switch (task.kind) {
        case "mask":
            return ofMask(task, view);
        case "slider":
            return ofSlider(task, view);
        case "cell":
            return ofCell(task, view, began);
        case "set":
            return ofSetting(task, view, began);
        case "teach":
            return ofTeaching(task, view, taught);
        default:
            return WAITING;
    }
}

/** Both answers, where the second is that to what was asked last. @param {PageView} view */
function both({ state, panes }) {
    const [first, second] = panes;
    if (!first.answer || !first.solved || !second?.answer || !second.solved || second.busy || second.answer.withheld) {
        return null;
    }
    const asked = answerKey({ ...first.solved.pane, ...state.beside });
    return answerKey(second.solved.pane) === asked ? { first: first.answer, second: second.answer } : null;
}

/** @param {import("./library.js").MaskTask} task @param {PageView} view @returns {Progress} */
function ofMask({ answer, cells, least = 1, within }, view) {
    const masks = masksOf(view.state);
    const pair = masks.length > 0 ? both(view) : null;
    if (!pair) {
        return WAITING;
    }
    const { rows, columns } = pair.first.map;
    const replaced = replacedCells(masks, rows, columns);
    const changed = saysOf(pair.first) !== saysOf(pair.second);
    const asWanted = answer === undefined || changed === (answer === "changes");
    if (cells !== undefined && replaced.length > cells) {
        const values = { count: replaced.length, most: cells };
        return answer && asWanted ? { done: false, hint: "nearly", values } : { done: false, hint: "too-many", values };
    }
    // More cells in the wrong place would not help.
    const outside = within ? replaced.filter((cell) => !liesIn(cell, { rows, columns }, within)) : [];
    if (within && outside.length > 0) {
        const [one] = outside;
        return { done: false, hint: "outside", values: { count: outside.length, row: Math.floor(one / columns) + 1, column: (one % columns) + 1, ...partOf({ rows, columns }, within) } };
    }
    if (replaced.length < least) {
        return { done: false, hint: "too-few", values: { count: replaced.length, least } };
    }
    if (asWanted) {
        return DONE;
    }
    return { done: false, hint: changed ? "changes" : "stays", values: { count: replaced.length } };
}

/**
 * Whether the middle of a cell lies in a part of what the network sees.
 * @param {number} cell
 * @param {{rows: number, columns: number}} grid
 * @param {number[]} part Left, top, right, bottom, as shares of the square.
 */
function liesIn(cell, { rows, columns }, [left, top, right, bottom]) {
    const [x, y] = [((cell % columns) + 0.5) / columns, (Math.floor(cell / columns) + 0.5) / rows];
    return x >= left && x <= right && y >= top && y <= bottom;
}

/** The rows and columns of a part, counted from 1. @param {{rows: number, columns: number}} grid @param {number[]} part */
function partOf({ rows, columns }, [left, top, right, bottom]) {
    const from = (/** @type {number} */ share, /** @type {number} */ count) => Math.ceil(share * count - 0.5) + 1;
    const to = (/** @type {number} */ share, /** @type {number} */ count) => Math.floor(share * count - 0.5) + 1;
    return { top: from(top, rows), bottom: to(bottom, rows), left: from(left, columns), right: to(right, columns) };
}

/** What a network says, in a word. @param {AnswerView} answer */
function saysOf({ card, explained }) {
    const decision = decisionOf(card, explained.probabilities);
    return decision ? decision.yes : topClasses(explained.logits, 1)[0];
}

/** @param {import("./library.js").SliderTask} task @param {PageView} view @returns {Progress} */
function ofSlider({ slider, least = -Infinity, most = Infinity }, view) {
    const { state } = view;
    if (slider === "opacity") {
        return state.view.opacity >= least && state.view.opacity <= most ? DONE : WAITING;
    }
    const values = { ...valuesOf(state.beside?.edits ?? []), shuffled: state.beside?.shuffled ?? 0 };
    const value = /** @type {Record<string, number>} */ (values)[slider];
    // What it does is to be seen.
    return value >= least && value <= most && state.beside !== null && !view.panes[1]?.busy && view.panes[1]?.solved ? DONE : WAITING;
}

/**
 * @param {import("./library.js").CellTask} task
 * @param {PageView} view
 * @param {import("../../page/state.js").State | null} began
 * @returns {Progress}
 */
function ofCell({ which, among = 1 }, { state, panes }, began) {
    const { answer } = panes[0];
    const cell = state.selection.at(-1);
    const value = cell === undefined ? undefined : answer?.map.values[cell];
    if (!answer || cell === undefined || value === undefined) {
        return WAITING;
    }
    const own = began && (began.pane.choice ?? defaultChoice(answer.card, answer.explained.logits));
    if (own && JSON.stringify(own) !== JSON.stringify(answer.choice)) {
        return { done: false, hint: "other-class", values: { name: choiceName(answer.card.classes, own) } };
    }
    const sign = which === "for" ? 1 : -1;
    const stronger = answer.map.values.reduce((count, other) => count + Number(other * sign > value * sign), 0);
    if (value * sign <= 0) {
        const [name, other] = [answer.choice.shown, answer.choice.against].map((index) => (index === null ? "" : shortName(answer.card.classes[index])));
        // Of one class over another, what speaks against the one speaks for the other.
        return other
            ? { done: false, hint: "rather", values: which === "for" ? { name: other, other: name } : { name, other } }
            : { done: false, hint: `wrong-${which}`, values: { name } };
    }
    return stronger < among ? DONE : { done: false, hint: "stronger", values: { count: stronger } };
}

/**
 * @param {import("./library.js").SetTask} task
 * @param {PageView} view
 * @param {import("../../page/state.js").State | null} began
 * @returns {Progress}
 */
function ofSetting({ what, to }, { state, panes }, began) {
    const [{ answer }, second] = panes;
    if (what === "anyway") {
        return state.anyway.includes(anywayKey(state.pane)) ? DONE : WAITING;
    }
    if (what === "method" && second?.busy) {
        return WAITING;
    }
    const of = (/** @type {import("../../page/state.js").State | null} */ given) => ({
        class: given?.pane.choice ? String(given.pane.choice.shown) : "",
        model: given?.pane.model ?? "",
        picture: given?.pane.picture?.replace(/^(sample:|lesson:[^/]*\/)/, "") ?? "",
        method: given?.beside?.method ?? given?.pane.method ?? "",
    });
    const now = what === "class" && answer ? String(answer.choice.shown) : of(state)[what];
    return (to === undefined ? now !== of(began)[what] : now === to) ? DONE : WAITING;
}

/**
 * What was learnt is used at once; until then, the page has the model that the step put on show.
 * @param {import("./library.js").TeachTask} task
 * @param {PageView} view
 * @param {(model: string) => boolean} taught
 * @returns {Progress}
 */
function ofTeaching({ classes = 2 }, { state, panes }, taught) {
    const { solved, busy } = panes[0];
    if (!solved || busy || solved.pane.model !== state.pane.model || !taught(state.pane.model)) {
        return WAITING;
    }
    const count = solved.loaded.card.classes.length;
    return count >= classes ? DONE : { done: false, hint: "few-classes", values: { count, least: classes } };
}
