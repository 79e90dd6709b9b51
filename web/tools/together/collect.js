/**
 * Asks for the answers to many pictures, one after the other, and remembers them for the visit. What was cancelled goes on
 * where it ended.
 *
 * @module
 */

import { EngineError, Superseded } from "../../engine/connection.js";

/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../engine/protocol.js").Explained} Explained */
/** @typedef {{explained: Explained} | {message: string}} Result An answer, or why there is none. */

/** Values of all maps that are remembered: about 64 MB. */
const VALUES = 16e6;

export class Collection {
    /** @type {Map<string, Result>} */
    #results = new Map();
    #explain;

    /** @param {import("../index.js").Context["explain"]} explain */
    constructor(explain) {
        this.#explain = explain;
    }

    /** @param {Pane} pane With size and fit. @returns {Result | null} */
    find(pane) {
        return this.#results.get(keyOf(pane)) ?? null;
    }

    /**
     * @param {readonly Pane[]} panes With size and fit.
     * @param {AbortSignal} signal
     * @param {(done: number, next: Pane) => void} report
     * @returns {Promise<boolean>} Whether all are there; else it was given up.
     */
    async collect(panes, signal, report) {
        for (const [index, pane] of panes.entries()) {
            if (this.find(pane)) {
                continue;
            }
            report(index, pane);
            try {
                this.#results.set(keyOf(pane), { explained: await this.#explain(pane, { signal }) });
            } catch (error) {
                if (error instanceof Superseded || signal.aborted) {
                    return false;
                }
                // A picture that cannot be opened is left out; anything else ends it.
                if (!(error instanceof EngineError) || error.failure.fault !== "image") {
                    throw error;
                }
                this.#results.set(keyOf(pane), { message: error.failure.message });
            }
            if (signal.aborted) {
                return false;
            }
        }
        this.#trim(new Set(panes.map(keyOf)));
        return true;
    }

    /** Lets go of the oldest that are not on show. @param {Set<string>} shown */
    #trim(shown) {
        const sizeOf = (/** @type {Result} */ result) => ("explained" in result ? result.explained.maps.length : 0);
        let total = Array.from(this.#results.values(), sizeOf).reduce((sum, size) => sum + size, 0);
        for (const [key, result] of this.#results) {
            if (total <= VALUES) {
                break;
            }
            if (!shown.has(key)) {
                this.#results.delete(key);
                total -= sizeOf(result);
            }
        }
    }
}

/** @param {Pane} pane */
function keyOf({ model, picture, size, fit }) {
    return JSON.stringify([model, picture, size, fit]);
}
