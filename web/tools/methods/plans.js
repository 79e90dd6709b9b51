/**
 * How many runs of the network each method takes, before it is started: the methods' own worker plans them and says so.
 *
 * @module
 */

import { lookedAt } from "../../page/state.js";
import { attributionOf } from "./computed.js";
import { optionsFrom, runsOf } from "./list.js";

/** @typedef {import("../../page/view.js").Solved} Solved */
/** @typedef {{method: string, options: string}} Picked A method, with its options as the state has them. */
/** @typedef {{forward: number, backward: number}} Runs */

export class Plans {
    #engine;
    #onChange;
    /** Nothing where a method could not be planned. @type {Map<string, Runs | null>} */
    #known = new Map();
    /** @type {AbortController | null} */
    #asked = null;

    /**
     * @param {import("../../engine/engine.js").Engine} engine
     * @param {() => void} onChange There is news.
     */
    constructor(engine, onChange) {
        this.#engine = engine;
        this.#onChange = onChange;
    }

    /**
     * @param {Solved} solved What the evidence explains.
     * @param {Picked} picked
     * @returns {Runs | null | undefined} Undefined as long as it is not known.
     */
    of(solved, picked) {
        return this.#known.get(keyOf(solved, picked));
    }

    /**
     * Has these planned, unless they are, or others are being planned just now.
     * @param {Solved} solved What the evidence explains.
     * @param {readonly Picked[]} all
     */
    want(solved, all) {
        const unknown = all.filter((picked) => !this.#known.has(keyOf(solved, picked)));
        if (unknown.length > 0 && !this.#asked) {
            void this.#plan(solved, unknown);
        }
    }

    /** What could not be planned is tried once more. */
    forgetFailures() {
        this.#known.forEach((runs, key) => runs === null && this.#known.delete(key));
    }

    close() {
        this.#asked?.abort();
    }

    /**
     * @param {Solved} solved
     * @param {readonly Picked[]} all
     */
    async #plan(solved, all) {
        const { pane, explained } = solved;
        const input = { size: pane.size ?? 0, columns: explained.columns };
        const methods = all.map(({ method, options }) => ({ method, options: optionsFrom(method, options, input) }));
        const target = { class: pane.choice?.shown ?? 0, against: pane.choice?.against ?? null };
        const abort = new AbortController();
        this.#asked = abort;
        try {
            const of = { model: pane.model, shuffled: pane.shuffled };
            const options = { signal: abort.signal, onProgress() {} };
            const { passes } = await attributionOf(this.#engine).ask("plan", of, lookedAt(pane), { methods, target }, options);
            passes.forEach((count, index) => this.#known.set(keyOf(solved, all[index]), count === null ? null : runsOf(all[index].method, count)));
        } catch {
            // Whatever is wrong is said by the method itself once it is started.
            if (!abort.signal.aborted) {
                all.forEach((picked) => this.#known.set(keyOf(solved, picked), null));
            }
        }
        this.#asked = null;
        if (!abort.signal.aborted) {
            this.#onChange();
        }
    }
}

/**
 * Of Score-CAM and Ablation-CAM, the number also depends on the picture, but little: it is not asked for anew for each.
 * @param {Solved} solved
 * @param {Picked} picked
 */
function keyOf({ pane: { model, size, shuffled } }, { method, options }) {
    return JSON.stringify([model, size, shuffled, method, options]);
}
