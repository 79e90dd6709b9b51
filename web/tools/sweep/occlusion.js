/**
 * Occlusion as a method of explanation: every block of cells is covered in turn, and the network is run on what is left.
 *
 * All logits of every run stay for a while, so that one sweep serves every class, and one that was left off goes on where
 * it ended.
 *
 * @module
 */

import { answerKey, lookedAt } from "../../page/state.js";
import { fromOptions, lossMap, scoreOf, tilesOf } from "./tiles.js";

/** @typedef {import("../../page/state.js").Pane} Pane */

/**
 * What is known of one sweep.
 * @typedef {object} Sweep
 * @property {Float32Array[]} logits Of each tile, as far as it went.
 * @property {number} flagged Covered pictures that are unlike those that the model knows.
 */

/** Blocks that the engine is told of; it takes as many as it computes at once. */
const AHEAD = 16;

/** Sweeps that stay. */
const KEPT = 4;

/** @type {Map<string, Sweep>} */
const sweeps = new Map();

/** @type {import("../../page/answers.js").Method["run"]} */
async function run({ pane, explained, choice, engine, signal, report }) {
    const { model, shuffled } = pane;
    const { fill, block } = fromOptions(pane.options);
    const { rows, columns, placement, logits } = explained;
    const tiles = tilesOf(rows, columns, block);
    const sweep = sweepOf(pane);
    for (let index = sweep.logits.length; index < tiles.length; index = sweep.logits.length) {
        report(index, tiles.length);
        const masks = (tiles.slice(index, index + AHEAD)).map((cells) => /** @type {const} */ ({ kind: "mask", rows, columns, cells, fill }));
        const answers = await engine.answers({ model, shuffled }, lookedAt(pane), masks, signal);
        // Another run of the same sweep may have been ahead.
        for (const { logits, novelty } of answers.slice(sweep.logits.length - index)) {
            sweep.logits.push(logits);
            sweep.flagged += Number(novelty?.flagged ?? false);
        }
    }
    const covered = sweep.logits.map((logits) => scoreOf(logits, choice));
    const values = lossMap({ whole: scoreOf(logits, choice), covered, tiles, cells: rows * columns });
    return { values, rows, columns, placement, total: null };
}

/**
 * What is known of a pane's sweep.
 * @param {Pane} pane With size, fit and options.
 * @returns {Sweep}
 */
export function sweepOf(pane) {
    const key = `${answerKey(pane)} ${pane.options}`;
    const sweep = sweeps.get(key) ?? { logits: [], flagged: 0 };
    sweeps.delete(key);
    sweeps.set(key, sweep);
    for (const old of sweeps.keys()) {
        if (sweeps.size <= KEPT) {
            break;
        }
        sweeps.delete(old);
    }
    return sweep;
}

export default { run };
