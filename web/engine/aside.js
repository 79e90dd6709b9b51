/**
 * A worker beside the engine's, with a module of its own, for what takes long: the engine goes on answering meanwhile.
 * Nothing of it is fetched before something is asked; closed, it keeps nothing.
 *
 * @module
 */

import { Connection, EngineError, Superseded, Unknown } from "./connection.js";

/** @typedef {import("./protocol.js").AllQuestions} AllQuestions */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").Failure} Failure */

/** What a worker that explains or learns needs of the engine. @typedef {Pick<import("./engine.js").Engine, "assets" | "sources" | "fileOf">} Given */

/**
 * What is asked, with what is handed over; `sent` is told when that is on its way.
 * @template {keyof AllQuestions} T
 * @typedef {{ask: AllQuestions[T]["ask"], transfer: Transferable[], sent: () => void}} Prepared
 */

/** Why a worker that broke did. @type {WeakMap<Connection, Failure>} */
const broken = new WeakMap();

export class Aside {
    #assets;
    #modules;
    #stopped;
    /** @type {Connection | null} */
    #current = null;

    /**
     * @param {Assets} assets
     * @param {readonly string[]} modules The worker's; their own imports bring the others.
     * @param {Failure} stopped What is said where it stopped unexpectedly; `{reason}` in its message stands for why.
     */
    constructor(assets, modules, stopped) {
        this.#assets = assets;
        this.#modules = modules;
        this.#stopped = stopped;
    }

    /**
     * Asks, and once more where the worker has let go of something.
     * @template {keyof AllQuestions} T
     * @param {T} question
     * @param {(current: Connection) => Promise<Prepared<T>>} prepare With what the worker does not have; made anew for each attempt.
     * @param {{signal?: AbortSignal, onProgress?: (progress: any) => void}} [options]
     * @returns {Promise<AllQuestions[T]["answer"]>}
     */
    async ask(question, prepare, { signal, onProgress } = {}) {
        for (let attempt = 0; ; attempt++) {
            const current = (this.#current ??= this.#start());
            const { ask, transfer, sent } = await prepare(current);
            try {
                const asked = current.ask(question, ask, { signal, onProgress, transfer });
                sent();
                return await asked;
            } catch (error) {
                const failure = broken.get(current);
                if (error instanceof Superseded && failure && !signal?.aborted) {
                    throw new EngineError(failure);
                }
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw error;
                }
                current.known[error.what === "photo" ? "photos" : "models"].clear();
            }
        }
    }

    /** Ends the worker, and what it is at; the next question starts another. */
    close() {
        this.#current?.close();
        this.#current = null;
    }

    #start() {
        const next = new Connection(this.#assets, this.#modules);
        next.listener = {
            hear() {},
            broken: (failure) => {
                // The engine itself goes on.
                broken.set(next, failure.code === "engine-stopped" ? because(this.#stopped, String(failure.values?.reason ?? "")) : failure);
                if (this.#current === next) {
                    this.#current = null;
                }
            },
        };
        next.post({ type: "prepare", assets: this.#assets, device: "cpu" });
        return next;
    }
}

/**
 * The file of a model, where the worker does not have it.
 * @param {Given} given
 * @param {Connection} current
 * @param {string} model
 */
export async function modelFor(given, { known }, model) {
    return known.models.has(model) ? null : given.fileOf(model);
}

/** @param {Failure} stopped @param {string} reason @returns {Failure} */
function because({ message, ...stopped }, reason) {
    return { ...stopped, values: { reason }, message: message.replace("{reason}", () => reason) };
}
