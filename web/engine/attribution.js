/**
 * Explanations by other methods, as the page sees them: a worker of its own, with a module of its own.
 *
 * @module
 */

import { Aside, modelFor } from "./aside.js";
import { EngineError } from "./connection.js";
import { photosOf, seenWith } from "./seen.js";

/** @typedef {import("./protocol.js").Asked} Asked */
/** @typedef {import("./protocol.js").MethodQuestions} MethodQuestions */
/** @typedef {import("./engine.js").Looked} Looked */

/** @type {import("./protocol.js").Failure} */
const STOPPED = {
    fault: "device",
    code: "method-stopped",
    message: "What computes this method stopped unexpectedly ({reason}).",
    advice: "Try once more; everything else goes on.",
};

export class Attribution {
    #given;
    #aside;

    /** @param {import("./aside.js").Given} given */
    constructor(given) {
        this.#given = given;
        this.#aside = new Aside(given.assets, ["methods-worker.js"], STOPPED);
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
    async ask(question, of, looked, payload, options) {
        const prepare = async (/** @type {import("./connection.js").Connection} */ current) => {
            const file = await modelFor(this.#given, current, of.model);
            const { seen, transfer } = await seenWith(looked, (photo) => current.known.photos.has(photo), (photo) => this.#given.sources.photo(photo));
            const ask = /** @type {any} */ ({ ...payload, of, file, seen });
            const sent = () => {
                current.known.models.add(of.model);
                current.knows(photosOf(looked), looked.passing === true);
            };
            return { ask, transfer, sent };
        };
        return this.#aside.ask(question, prepare, options);
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
        this.#aside.close();
    }
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
