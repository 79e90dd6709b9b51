/**
 * A worker beside the engine's, with a module of its own, for what takes long: the engine goes on answering meanwhile.
 * Nothing of it is fetched before something is asked; closed, it keeps nothing.
 *
 * @module
 */

import { Connection, EngineError, Superseded, Unknown } from "./connection.js";

/** @typedef {import("./protocol.js").AllQuestions} AllQuestions */
/** @typedef {import("./protocol.js").Failure} Failure */

/** What it needs of the engine. @typedef {Pick<import("./engine.js").Engine, "assets" | "sources" | "fileOf">} Given */

/** Why a worker that broke did. @type {WeakMap<Connection, Failure>} */
const broken = new WeakMap();

export class Aside {
    #given;
    #modules;
    #stopped;
    /** @type {Connection | null} */
    #current = null;

    /**
     * @param {Given} given
     * @param {readonly string[]} modules The worker's; their own imports bring the others.
     * @param {(reason: string) => Failure} stopped What is said where it stopped unexpectedly.
     */
    constructor(given, modules, stopped) {
        this.#given = given;
        this.#modules = modules;
        this.#stopped = stopped;
    }

    /**
     * Asks with the file of `model` where the worker does not have it, and once more where the worker has let go of something.
     * @template {keyof AllQuestions} T
     * @param {T} question
     * @param {string} model
     * @param {(current: Connection, file: Blob | null) => Promise<{ask: AllQuestions[T]["ask"], transfer: Transferable[], sent?: () => void}>} prepare
     *     What is asked, with what is handed over; made anew for each attempt. `sent` is told when that is on its way.
     * @param {{signal?: AbortSignal, onProgress?: (progress: any) => void}} options
     * @returns {Promise<AllQuestions[T]["answer"]>}
     */
    async ask(question, model, prepare, { signal, onProgress }) {
        for (let attempt = 0; ; attempt++) {
            const current = (this.#current ??= this.#start());
            const { known } = current;
            const file = known.models.has(model) ? null : await this.#given.fileOf(model);
            const { ask, transfer, sent } = await prepare(current, file);
            try {
                const asked = current.ask(question, ask, { signal, onProgress, transfer });
                known.models.add(model);
                sent?.();
                return await asked;
            } catch (error) {
                const failure = broken.get(current);
                if (error instanceof Superseded && failure && !signal?.aborted) {
                    throw new EngineError(failure);
                }
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw error;
                }
                known[error.what === "photo" ? "photos" : "models"].clear();
            }
        }
    }

    /** Ends the worker, and what it is at; the next question starts another. */
    close() {
        this.#current?.close();
        this.#current = null;
    }

    #start() {
        const { assets } = this.#given;
        const next = new Connection(assets, this.#modules);
        next.listener = {
            hear() {},
            broken: (failure) => {
                // The engine itself goes on.
                broken.set(next, failure.code === "engine-stopped" ? this.#stopped(String(failure.values?.reason ?? "")) : failure);
                if (this.#current === next) {
                    this.#current = null;
                }
            },
        };
        next.post({ type: "prepare", assets, device: "cpu" });
        return next;
    }
}
