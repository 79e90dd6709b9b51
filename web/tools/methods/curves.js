/**
 * Curves of deletion and insertion: those that are on show are asked for one after the other, kept for a while, and given up
 * when they are not on show any more.
 *
 * @module
 */

import { Superseded } from "../../engine/connection.js";
import { answerKey, lookedAt } from "../../page/state.js";
import { attributionOf } from "./computed.js";

/** @typedef {import("../../engine/protocol.js").CurvePoint} CurvePoint */
/** @typedef {import("../../page/state.js").Pane} Pane */

/** What is taken away, or put in. */
export const KINDS = /** @type {const} */ (["deletion", "insertion"]);
/** @typedef {typeof KINDS[number]} Kind */

/**
 * What is to be drawn.
 * @typedef {object} Wish
 * @property {Pane} pane With size, fit and choice.
 * @property {import("../../engine/protocol.js").EvidenceMap} map Of that pane.
 * @property {Kind} kind
 */

/**
 * @typedef {object} Drawn
 * @property {"waiting" | "done" | "failed"} status
 * @property {CurvePoint[]} points As far as they have come.
 * @property {number} total How many there will be; 0 where that is not known yet.
 * @property {number | null} area Below all of it, 0 to 1.
 */

/** Curves that stay. */
const KEPT = 24;

export class Curves {
    #engine;
    #onChange;
    #fail;
    /** @type {Map<string, Drawn>} */
    #drawn = new Map();
    /** The one that is being drawn. @type {{key: string, abort: AbortController} | null} */
    #asked = null;

    /**
     * @param {import("../../engine/engine.js").Engine} engine
     * @param {{change: () => void, fail: (error: unknown) => void}} handlers
     */
    constructor(engine, { change, fail }) {
        this.#engine = engine;
        this.#onChange = change;
        this.#fail = fail;
    }

    /** @param {Wish} wish @returns {Drawn | null} */
    of(wish) {
        return this.#drawn.get(keyOf(wish)) ?? null;
    }

    /** Has these drawn, and gives up every other that is not finished. @param {readonly Wish[]} wishes */
    want(wishes) {
        const keys = wishes.map(keyOf);
        if (this.#asked && !keys.includes(this.#asked.key)) {
            this.#drawn.delete(this.#asked.key);
            this.#asked.abort.abort();
            this.#asked = null;
        }
        const next = wishes.find((wish) => !this.#drawn.has(keyOf(wish)));
        if (next && !this.#asked) {
            void this.#draw(next);
        }
    }

    /** @param {Wish} wish */
    async #draw(wish) {
        const key = keyOf(wish);
        const { pane, map, kind } = wish;
        const { values, rows, columns } = map;
        const abort = new AbortController();
        this.#asked = { key, abort };
        this.#drawn.set(key, { status: "waiting", points: [], total: 0, area: null });
        try {
            const { points, area } = await attributionOf(this.#engine).ask(
                "curve",
                { model: pane.model, shuffled: pane.shuffled },
                lookedAt(pane),
                { kind, map: { values, rows, columns }, class: pane.choice?.shown ?? 0 },
                {
                    signal: abort.signal,
                    onProgress: ({ points, total }) => {
                        if (this.#asked?.key === key) {
                            this.#drawn.set(key, { status: "waiting", points, total, area: null });
                            this.#onChange();
                        }
                    },
                },
            );
            this.#drawn.set(key, { status: "done", points, total: points.length, area });
        } catch (error) {
            if (this.#asked?.abort !== abort) {
                // Given up; whoever wants it now has asked anew.
                return;
            }
            if (error instanceof Superseded) {
                this.#drawn.delete(key);
            } else {
                this.#drawn.set(key, { status: "failed", points: [], total: 0, area: null });
                this.#fail(error);
            }
        }
        this.#asked = null;
        for (const old of this.#drawn.keys()) {
            if (this.#drawn.size <= KEPT) {
                break;
            }
            this.#drawn.delete(old);
        }
        this.#onChange();
    }
}

/** @param {Wish} wish */
function keyOf({ pane, kind }) {
    return JSON.stringify([answerKey(pane), pane.choice, pane.method, pane.options, kind]);
}
