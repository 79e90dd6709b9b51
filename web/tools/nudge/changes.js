/**
 * The changes that the sliders make to a picture, and what a row of answers along one of them says. Pure functions.
 *
 * @module
 */

import { topClasses, className } from "../../evidence/classes.js";
import { decisionOf } from "../../evidence/decision.js";
import { t } from "../../text/index.js";
import { local, signed } from "../../text/numbers.js";

/** @typedef {import("../../../pkg/softcam_web.js").Edit} Edit */
/** @typedef {import("../../engine/protocol.js").ModelCard} ModelCard */
/** @typedef {import("../../engine/protocol.js").Explained} Explained */

/**
 * @typedef {object} Slider
 * @property {number} least
 * @property {number} most
 * @property {number} step
 * @property {number} none Where it changes nothing.
 * @property {(value: number) => string} text
 */

const percentage = (/** @type {number} */ value) => `${signed(100 * value, 0)} %`;
const factor = (/** @type {number} */ value) => local(`\u00d7 ${value.toFixed(2)}`);
const share = (/** @type {number} */ value) => local(`${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`);

/** In the order in which they are applied. */
export const SLIDERS = {
    turn: slider(-30, 30, 1, 0, (value) => `${signed(value, 0)}\u00b0`),
    zoom: slider(0.8, 1.5, 0.02, 1, factor),
    right: slider(-0.3, 0.3, 0.01, 0, percentage),
    down: slider(-0.3, 0.3, 0.01, 0, percentage),
    brightness: slider(-0.5, 0.5, 0.02, 0, percentage),
    contrast: slider(0.4, 2, 0.05, 1, factor),
    blur: slider(0, 0.05, 0.0025, 0, share),
    noise: slider(0, 0.3, 0.01, 0, share),
    jpeg: slider(5, 100, 5, 100, (value) => (value === 100 ? t("nudge.jpeg-off") : String(value))),
};

/** @typedef {keyof typeof SLIDERS} Name */
/** @typedef {Record<Name, number>} Values */

export const NAMES = /** @type {Name[]} */ (Object.keys(SLIDERS));

/** Which sliders make which change, by parameter. @type {{kind: Edit["kind"], parameters: Record<string, Name>}[]} */
const EDITS = [
    { kind: "turn", parameters: { degrees: "turn" } },
    { kind: "zoom", parameters: { factor: "zoom" } },
    { kind: "shift", parameters: { x: "right", y: "down" } },
    { kind: "brightness", parameters: { by: "brightness" } },
    { kind: "contrast", parameters: { factor: "contrast" } },
    { kind: "blur", parameters: { sigma: "blur" } },
    { kind: "noise", parameters: { sigma: "noise" } },
    { kind: "jpeg", parameters: { quality: "jpeg" } },
];

export const KINDS = EDITS.map(({ kind }) => String(kind));

/**
 * @param {number} least
 * @param {number} most
 * @param {number} step
 * @param {number} none
 * @param {Slider["text"]} text
 * @returns {Slider}
 */
function slider(least, most, step, none, text) {
    return { least, most, step, none, text };
}

/** All sliders where they change nothing. @returns {Values} */
export function unchanged() {
    return /** @type {Values} */ (Object.fromEntries(NAMES.map((name) => [name, SLIDERS[name].none])));
}

/**
 * What the sliders do to a picture; what does nothing is left out.
 * @param {Values} values
 * @returns {Edit[]}
 */
export function editsOf(values) {
    return EDITS.filter(({ parameters }) => Object.values(parameters).some((name) => values[name] !== SLIDERS[name].none)).map(
        ({ kind, parameters }) => {
            const given = Object.entries(parameters).map(([parameter, name]) => [parameter, values[name]]);
            return /** @type {Edit} */ ({ kind, ...Object.fromEntries(given) });
        },
    );
}

/**
 * Where the sliders stand for changes that they made; a link may hold anything.
 * @param {readonly any[]} edits
 * @returns {Values}
 */
export function valuesOf(edits) {
    const values = unchanged();
    for (const edit of edits) {
        const known = EDITS.find(({ kind }) => kind === edit?.kind);
        for (const [parameter, name] of Object.entries(known?.parameters ?? {})) {
            const value = Number(edit[parameter]);
            const { least, most } = SLIDERS[name];
            values[name] = Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : values[name];
        }
    }
    return values;
}

/**
 * Places along a slider, coarse ones first, so that a curve has its shape early.
 * @param {Name} name
 * @param {number} count Of the evenly spaced ones; where it changes nothing comes in addition.
 */
export function placesAlong(name, count) {
    const { least, most, none, step } = SLIDERS[name];
    const at = (/** @type {number} */ index) => {
        const value = least + ((most - least) * index) / (count - 1);
        // A place that the slider itself can stand at, as it writes it.
        return Number((least + Math.round((value - least) / step) * step).toFixed(6));
    };
    const order = [4, 2, 1].flatMap((stride) => Array.from({ length: Math.ceil(count / stride) }, (_, index) => index * stride));
    return Array.from(new Set([none, at(0), at(count - 1), ...order.map(at)]));
}

/**
 * What a model says, as words: yes or no where it decides, else the most likely class.
 * @param {ModelCard} card
 * @param {{logits: Float32Array, probabilities: Float32Array}} answer
 */
export function answerOf(card, { logits, probabilities }) {
    const decision = decisionOf(card, probabilities);
    return decision ? t(decision.yes ? "nudge.yes" : "nudge.no") : className(card.classes[topClasses(logits, 1)[0]]);
}

/**
 * A place along a slider with what was said there; nothing where that is not to be shown.
 * @typedef {{value: number, score: number, probability: number, said: string} | {value: number, score: null}} Sample
 */

/**
 * Where along the slider the answer changes.
 * @param {readonly Sample[]} samples From left to right.
 * @returns {{from: number, to: number, before: string, after: string}[]}
 */
export function turns(samples) {
    const seen = samples.filter((sample) => sample.score !== null);
    return seen.slice(1).flatMap((sample, index) => {
        const before = seen[index];
        return before.said === sample.said ? [] : [{ from: before.value, to: sample.value, before: before.said, after: sample.said }];
    });
}

/**
 * The smallest and the largest.
 * @param {readonly Sample[]} samples
 */
export function extremes(samples) {
    const seen = samples.filter((sample) => sample.score !== null);
    if (seen.length === 0) {
        return null;
    }
    return {
        low: seen.reduce((a, b) => (b.score < a.score ? b : a)),
        high: seen.reduce((a, b) => (b.score > a.score ? b : a)),
    };
}
