/**
 * Teaching, as the page sees it: a worker of its own, which looks at pictures and fits the last layer to them.
 *
 * @module
 */

import { Aside, modelFor } from "./aside.js";

/** @typedef {import("./protocol.js").TeachingQuestions} TeachingQuestions */

/** @type {import("./protocol.js").Failure} */
const STOPPED = {
    fault: "device",
    code: "teaching-stopped",
    message: "What learns your classes stopped unexpectedly ({reason}).",
    advice: "Your pictures are still there: try once more.",
};

export class Teaching {
    #given;
    #model;
    #aside;

    /**
     * @param {import("./aside.js").Given} given
     * @param {string} model Whose backbone is used.
     */
    constructor(given, model) {
        this.#given = given;
        this.#model = model;
        this.#aside = new Aside(given.assets, ["teach-worker.js"], STOPPED);
    }

    /**
     * What the network sees in a picture: one number per channel.
     * @param {Blob} picture
     * @param {AbortSignal} [signal]
     */
    async features(picture, signal) {
        return this.#ask("features", { picture }, { signal });
    }

    /**
     * Fits the last layer.
     * @param {Omit<TeachingQuestions["teach"]["ask"], "model" | "file">} lessons
     * @param {{signal: AbortSignal, onProgress: (progress: {done: number, total: number}) => void}} options
     */
    async teach(lessons, options) {
        return this.#ask("teach", lessons, options);
    }

    /** Ends the worker; the next question starts another. */
    close() {
        this.#aside.close();
    }

    /**
     * @template {keyof TeachingQuestions} T
     * @param {T} question
     * @param {Omit<TeachingQuestions[T]["ask"], "model" | "file">} payload
     * @param {{signal?: AbortSignal, onProgress?: (progress: any) => void}} options
     * @returns {Promise<TeachingQuestions[T]["answer"]>}
     */
    async #ask(question, payload, options) {
        const model = this.#model;
        const prepare = async (/** @type {import("./connection.js").Connection} */ current) => {
            const file = await modelFor(this.#given, current, model);
            return { ask: /** @type {any} */ ({ ...payload, model, file }), transfer: [], sent: () => current.known.models.add(model) };
        };
        return this.#aside.ask(question, prepare, options);
    }
}
