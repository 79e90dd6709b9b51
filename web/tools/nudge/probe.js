/**
 * Answers along a slider, asked for in the background, one at a time, and kept for a while.
 *
 * @module
 */

import { Superseded } from "../../engine/connection.js";
import { answerKey } from "../../page/state.js";

/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {import("../../engine/protocol.js").Explained} Explained */

/** Answers that stay. */
const KEPT = 200;

export class Probe {
    #context;
    #onChange;
    /** Without maps. @type {Map<string, Explained>} */
    #known = new Map();
    /** What is being asked for, or was in vain. @type {{key: string, abort: AbortController, failed: boolean} | null} */
    #asking = null;

    /**
     * @param {import("../index.js").Context} context
     * @param {() => void} onChange
     */
    constructor(context, onChange) {
        this.#context = context;
        this.#onChange = onChange;
    }

    /** @param {Pane} pane @returns {Explained | null} */
    find(pane) {
        return this.#known.get(answerKey(pane)) ?? null;
    }

    /**
     * Has these panes answered, the first first; gives up whatever else was asked for.
     * @param {readonly Pane[]} panes With size and fit.
     */
    want(panes) {
        const key = JSON.stringify(panes.map(answerKey));
        if (this.#asking?.key === key) {
            return;
        }
        this.stop();
        if (panes.some((pane) => !this.find(pane))) {
            this.#asking = { key, abort: new AbortController(), failed: false };
            void this.#ask(panes, this.#asking);
        }
    }

    /** Ends what is under way. */
    stop() {
        this.#asking?.abort.abort();
        this.#asking = null;
    }

    /** Whether there is anything under way. */
    get busy() {
        return this.#asking !== null && !this.#asking.failed;
    }

    /**
     * @param {readonly Pane[]} panes
     * @param {{key: string, abort: AbortController, failed: boolean}} asking
     */
    async #ask(panes, asking) {
        const { signal } = asking.abort;
        try {
            for (const pane of panes) {
                if (!this.find(pane)) {
                    const answer = await this.#context.explain(pane, { signal, lean: true });
                    this.#keep(answerKey(pane), answer);
                    if (signal.aborted) {
                        return;
                    }
                    this.#onChange();
                }
            }
            this.#asking = null;
            this.#onChange();
        } catch (error) {
            if (this.#asking === asking && error instanceof Superseded) {
                // The engine was replaced: asked again when the panel is next shown.
                this.#asking = null;
            } else if (this.#asking === asking) {
                // The place stays empty; what failed is said, and not tried over and over.
                asking.failed = true;
                this.#context.fail(error);
            }
        }
    }

    /** @param {string} key @param {Explained} answer */
    #keep(key, answer) {
        this.#known.set(key, answer);
        const [oldest] = this.#known.keys();
        if (this.#known.size > KEPT) {
            this.#known.delete(oldest);
        }
    }
}
