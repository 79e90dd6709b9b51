/**
 * Explanations by other methods, as the page sees them: a worker of its own, with a module of its own, so that the engine
 * goes on answering meanwhile. Nothing of it is fetched before something is asked; closed, it keeps nothing.
 *
 * @module
 */

import { Connection, EngineError, Superseded, Unknown } from "./connection.js";
import { photosOf, seenWith } from "./seen.js";

/** @typedef {import("./protocol.js").Asked} Asked */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").MethodQuestions} MethodQuestions */
/** @typedef {import("./engine.js").Looked} Looked */

/** What it needs of the engine. @typedef {Pick<import("./engine.js").Engine, "assets" | "sources" | "fileOf">} Given */

/** The worker's own imports bring the others. */
const MODULES = ["methods-worker.js"];

export class Attribution {
    #given;
    /** @type {Connection | null} */
    #current = null;

    /** @param {Given} given */
    constructor(given) {
        this.#given = given;
    }

    /**
     * @template {keyof MethodQuestions} T
     * @param {T} question
     * @param {Asked} of
     * @param {Looked} looked
     * @param {Omit<MethodQuestions[T]["ask"], "of" | "file" | "seen">} payload
     * @param {{signal: AbortSignal, onProgress: (progress: any) => void}} options
     * @returns {Promise<MethodQuestions[T]["answer"]>}
     */
    async ask(question, of, looked, payload, { signal, onProgress }) {
        for (let attempt = 0; ; attempt++) {
            const current = (this.#current ??= this.#start());
            const { known } = current;
            const file = known.models.has(of.model) ? null : await this.#given.fileOf(of.model);
            const { seen, transfer } = await seenWith(looked, (photo) => known.photos.has(photo), (photo) => this.#given.sources.photo(photo));
            try {
                const ask = /** @type {any} */ ({ ...payload, of, file, seen });
                const asked = current.ask(question, ask, { signal, onProgress, transfer });
                known.models.add(of.model);
                current.knows(photosOf(looked), looked.passing === true);
                return await asked;
            } catch (error) {
                const failure = broken.get(current);
                if (error instanceof Superseded && failure && !signal.aborted) {
                    throw new EngineError(failure);
                }
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw error;
                }
                known[error.what === "photo" ? "photos" : "models"].clear();
            }
        }
    }

    /**
     * A method's map, of the network that has answered with these logits: what comes of another one is not shown.
     * @param {Asked} of
     * @param {Looked} looked
     * @param {Omit<MethodQuestions["attribute"]["ask"], "of" | "file" | "seen">} payload
     * @param {{expected: Float32Array, signal: AbortSignal, onProgress: (progress: any) => void}} options
     */
    async attribute(of, looked, payload, { expected, ...options }) {
        const attributed = await this.ask("attribute", of, looked, payload, options);
        if (!sameLogits(expected, attributed.logits)) {
            throw new EngineError({
                fault: "device",
                code: "method-differs",
                message: "What computes this method gave another answer than the network on show.",
                advice: "Nothing of it is shown. Choose the CPU under View, or reload the page.",
            });
        }
        return attributed;
    }

    /** Ends the worker, and what it is at; the next question starts another. */
    close() {
        this.#current?.close();
        this.#current = null;
    }

    #start() {
        const { assets } = this.#given;
        const next = new Connection(assets, MODULES);
        next.listener = {
            hear() {},
            broken: (failure) => {
                broken.set(next, failure.code === "engine-stopped" ? stopped(failure) : failure);
                if (this.#current === next) {
                    this.#current = null;
                }
            },
        };
        next.post({ type: "prepare", assets, device: "cpu" });
        return next;
    }
}

/** Why a worker that broke did. @type {WeakMap<Connection, Failure>} */
const broken = new WeakMap();

/** The engine itself goes on. @param {Failure} failure @returns {Failure} */
function stopped({ values }) {
    const reason = values?.reason ?? "";
    return {
        fault: "device",
        code: "method-stopped",
        values: { reason },
        message: `What computes this method stopped unexpectedly (${reason}).`,
        advice: "Try once more; everything else goes on.",
    };
}

/**
 * Whether two answers are the same network's, but for the order in which a device adds.
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
export function sameLogits(a, b) {
    const range = Math.max(...a) - Math.min(...a);
    return a.length === b.length && a.every((value, index) => Math.abs(value - b[index]) <= 1e-3 * range);
}
