/**
 * How the evidence, a visitor's marks and the radiologists' boxes agree.
 *
 * @module
 */

import { atPixels, inBoxes, inCells, overlapOf } from "../../evidence/overlap.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../evidence/overlap.js").Overlap} Overlap */
/** @typedef {import("../../engine/protocol.js").Rect} Rect */

/**
 * @typedef {object} Agreement
 * @property {string} name Of what the evidence is for.
 * @property {number} cells Of the evidence.
 * @property {Overlap} seen The evidence in the marks.
 * @property {Overlap | null} boxed The evidence in the boxes.
 * @property {Overlap | null} yours The marks in the boxes.
 */

/** Of maps that are still there: pixels take their time. @type {WeakMap<Float32Array, {key: string, agreement: Agreement | null}>} */
const known = new WeakMap();

/**
 * @param {PageView} view
 * @param {readonly number[]} marks Cells of the grid that people mark on.
 * @param {readonly Rect[]} [boxes] Where the task asks for them.
 * @returns {Agreement | null} Nothing while there is no map of this picture.
 */
export function overlapsOf({ panes }, marks, boxes = []) {
    const { answer, busy } = panes[0];
    if (!answer || answer.withheld || busy || marks.length === 0) {
        return null;
    }
    const { map, subject: name } = answer;
    const key = JSON.stringify([marks, boxes, name]);
    const before = known.get(map.values);
    if (before?.key === key) {
        return before.agreement;
    }
    const side = map.placement.input;
    const pixels = atPixels(map, side);
    const [marked, boxed] = [inCells(marks, side), inBoxes(boxes, map.placement)];
    const agreement = marked && {
        name,
        cells: map.values.length,
        seen: overlapOf(pixels, marked),
        boxed: boxed && overlapOf(pixels, boxed),
        yours: boxed && overlapOf(Float32Array.from(marked), boxed),
    };
    known.set(map.values, { key, agreement });
    return agreement;
}
