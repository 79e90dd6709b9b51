/**
 * What a link or the history names, held against what this visit has. Pure functions.
 *
 * @module
 */

import { initialState, withLesson } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Pane} Pane */

/**
 * @typedef {object} Known
 * @property {(model: string) => boolean} model Whether there is such a model.
 * @property {(picture: string) => boolean} picture
 * @property {(tool: string) => boolean} tool
 * @property {(method: string) => boolean} method
 */

const EVIDENCE = "evidence";

/**
 * Without what there is not: a tool, a method of explanation, a second pane of an unknown model or picture.
 * @param {State} state Whose base model and picture are there.
 * @param {Known} known
 * @returns {State}
 */
export function withKnown(state, known) {
    const { pane, beside, tool } = state;
    const explains = (/** @type {string | undefined} */ method) => method === undefined || method === EVIDENCE || known.method(method);
    const stands =
        beside !== null &&
        explains(beside.method) &&
        (beside.model === undefined || known.model(beside.model)) &&
        (beside.picture === undefined || (beside.picture !== null && known.picture(beside.picture)));
    return {
        ...state,
        pane: explains(pane.method) ? pane : { ...pane, method: EVIDENCE, options: "" },
        beside: stands ? beside : null,
        tool: tool !== null && known.tool(tool) ? tool : null,
    };
}

/**
 * What the history kept, where it can be shown again: another version of this page may have kept something else, and a
 * model or picture of the visitor's own may be gone by now.
 * @param {any} kept
 * @param {Known} known
 * @returns {State | null}
 */
export function restored(kept, known) {
    const like = initialState("", null);
    if (!hasShape(kept, like) || !hasShape(kept.pane, like.pane) || !hasShape(kept.view, like.view) || !hasShape(kept.zoom, like.zoom)) {
        return null;
    }
    const state = /** @type {State} */ (kept);
    const { model, picture } = state.pane;
    const there = known.model(model) && (picture === null || known.picture(picture));
    const lists = [state.pane.edits, state.selection, state.anyway, state.hidden].every(Array.isArray);
    const place = state.lesson === null || hasShape(state.lesson, withLesson(like, "").lesson ?? {});
    return there && lists && place ? withKnown(state, known) : null;
}

/**
 * Where lessons were left, of what the history kept: also where the rest of it cannot be shown again, since a lesson from a file is
 * gone with the page that it was dropped on.
 * @param {any} kept
 * @param {Known} known
 * @returns {State["left"]}
 */
export function placesIn(kept, known) {
    const like = initialState("", null);
    const lesson = hasShape(kept?.lesson, withLesson(like, "").lesson ?? {}) ? kept.lesson : null;
    const { left } = withLesson({ ...like, lesson, left: kept?.left ?? {} }, null);
    const whole = Object.entries(left).filter(([, place]) => hasShape(place, { step: 0, of: 0, answers: {}, numbers: {} }));
    return Object.fromEntries(whole.map(([id, place]) => [id, { ...place, answers: withoutGone(place.answers, known) }]));
}

/**
 * A state that a link made, with what was answered of its lesson before: what else the history kept may be gone, such as a picture of
 * the visitor's own that was on show.
 * @param {State} state
 * @param {State["left"]} left Where lessons were left.
 * @returns {State}
 */
export function withAnswers(state, left) {
    const { answers, numbers } = left[state.lesson?.id ?? ""] ?? {};
    return state.lesson && answers && numbers ? { ...state, lesson: { ...state.lesson, answers, numbers } } : state;
}

/** Answers, without what was on show then where that is gone. @param {State["left"][string]["answers"]} answers @param {Known} known */
function withoutGone(answers, known) {
    const stands = (/** @type {Partial<Pane> | null} */ pane) =>
        (pane?.model === undefined || known.model(pane.model)) &&
        // The pictures of a lesson come back with it.
        (!pane?.picture || pane.picture.startsWith("lesson:") || known.picture(pane.picture));
    const entries = Object.entries(answers).map(([step, { shown, ...answer }]) => [step, shown && stands(shown.pane) && stands(shown.beside) ? { ...answer, shown } : answer]);
    return Object.fromEntries(entries);
}

/**
 * Whether what the history kept is a lesson from a file: no address has that.
 * @param {any} kept
 */
export function hadOwnLesson(kept) {
    return String(kept?.lesson?.id).startsWith("own-");
}

/**
 * Whether a value has all the fields of an example, each of the same kind where the example has one.
 * @param {any} value
 * @param {object} example
 */
function hasShape(value, example) {
    const same = (/** @type {[string, unknown]} */ [name, like]) =>
        Object.hasOwn(value, name) && (like === null || (typeof value[name] === typeof like && value[name] !== null));
    return typeof value === "object" && value !== null && Object.entries(example).every(same);
}
