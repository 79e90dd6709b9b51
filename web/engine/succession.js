/**
 * From the CPU to WebGPU without anybody waiting for it: while one worker answers on the CPU, a second one gets the larger
 * module, the same model, and what is on show. It takes over once it can answer the same questions with the same answers.
 *
 * @module
 */

import { Connection, EngineError } from "./connection.js";

/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").OwnModel} OwnModel */
/** @typedef {import("./protocol.js").Asked} Asked */
/** @typedef {import("./engine.js").Looked} Looked */
/** @typedef {import("./engine.js").Sources} Sources */

/**
 * An explanation, and what it takes to have it made again. Nothing here is shared with anybody who could change it.
 * @typedef {object} Remembered
 * @property {Asked} of
 * @property {Looked} looked
 * @property {Float32Array} maps
 */

/**
 * @typedef {object} Outcome
 * @property {DeviceReport} device
 * @property {Explained["milliseconds"] | null} milliseconds Of what is on show, on the new device.
 */

/**
 * @typedef {object} Handlers
 * @property {(next: Connection, outcome: Outcome) => void} takeOver The second worker goes on from here. Nothing is
 *     pending on the first one.
 * @property {(why: {reason: string, code?: string, values?: Record<string, string | number>}) => void} giveUp There will be no second worker.
 */

/** Milliseconds after which nobody seems to want a picture explained at once. */
const PATIENCE = 2000;
/** Milliseconds without a request after which nobody waits for the first worker. */
const REST = 250;

export class Succession {
    #assets;
    #current;
    #handlers;
    #sources;
    /** @type {Connection | null} */
    #next = null;
    #closed = false;
    /** What it takes to begin: that the first worker is ready, and an adapter. */
    #given = { ready: false, adapter: false };
    #begun = false;
    /** In use, or about to be. */
    #model = "";
    /** The newest explanation by that model. @type {Remembered | null} */
    #shown = null;
    #first = firstExplanation();

    /**
     * @param {Assets} assets
     * @param {Connection} current
     * @param {Sources} sources
     * @param {Handlers} handlers
     */
    constructor(assets, current, sources, handlers) {
        this.#assets = assets;
        this.#current = current;
        this.#sources = sources;
        this.#handlers = handlers;
    }

    /** There is an adapter that is worth it. */
    foundAdapter() {
        this.#given.adapter = true;
        this.#begin();
    }

    /** The first worker is ready, and this model is the one in use from now on. @param {string} model */
    uses(model) {
        if (this.#model !== model) {
            this.#model = model;
            this.#shown = null;
        }
        this.#given.ready = true;
        this.#begin();
    }

    /** @param {Remembered} explanation */
    shows(explanation) {
        this.#shown = explanation;
        this.#first.resolve();
    }

    /** Gives the second worker up, wherever it is. */
    close() {
        this.#closed = true;
        this.#next?.close();
    }

    #begin() {
        if (this.#given.adapter && this.#given.ready && !this.#begun) {
            this.#begun = true;
            this.#run().catch((error) => this.#fail(error));
        }
    }

    async #run() {
        await this.#still(this.#idle());
        let model = this.#model;
        let { next, device } = await this.#still(this.#start(model));
        /** @type {Remembered | null} */
        let shown = null;
        /** @type {Outcome["milliseconds"]} */
        let milliseconds = null;
        // Models and pictures go on changing meanwhile; the second worker follows until it has caught up.
        for (;;) {
            await this.#still(this.#current.untilQuiet());
            if (model !== this.#model) {
                [model, shown, milliseconds] = [this.#model, null, null];
                const source = await this.#still(this.#source(model));
                const loaded = await this.#still(next.ask("load", { model, source }));
                next.known.models.add(model);
                device = loaded.device;
            } else if (this.#shown && shown !== this.#shown) {
                shown = this.#shown;
                milliseconds = await this.#still(this.#repeat(next, shown, device));
            } else {
                break;
            }
        }
        this.#handlers.takeOver(next, { device, milliseconds });
    }

    /**
     * Waits for a first explanation, unless none is asked for, and then until nobody waits for the first worker: the second
     * one is in nobody's way.
     */
    async #idle() {
        await Promise.race([this.#first.explained, pause(PATIENCE)]);
        let asked;
        do {
            await this.#current.untilQuiet();
            asked = this.#current.asked;
            await pause(REST);
        } while (asked !== this.#current.asked);
    }

    /**
     * @param {string} model
     * @returns {Promise<{next: Connection, device: DeviceReport}>}
     */
    async #start(model) {
        const source = await this.#still(this.#source(model));
        return new Promise((resolve, reject) => {
            const next = new Connection(this.#assets);
            next.listener = {
                hear(message) {
                    // Its progress is nobody's business; nor is it another CPU that is wanted.
                    if (message.type === "ready") {
                        const { device } = message.loaded;
                        if (device.kind === "webgpu") {
                            next.known.models.add(model);
                            resolve({ next, device });
                        } else {
                            reject(failed(device));
                        }
                    }
                },
                broken: (failure) => this.#fail(new EngineError(failure)),
            };
            this.#next = next;
            next.post({ type: "start", assets: this.#assets, model, source, device: "webgpu" });
        });
    }

    /**
     * The model that the first worker uses, from memory.
     * @param {string} model
     * @returns {Promise<OwnModel>}
     */
    async #source(model) {
        const source = this.#sources.model(model);
        return "blob" in source ? source : { title: source.title, blob: await this.#current.ask("handOver", { model }) };
    }

    /**
     * Has an explanation made again, and accepts nothing but the same one.
     * @param {Connection} next
     * @param {Remembered} shown
     * @param {DeviceReport} device
     * @returns {Promise<Explained["milliseconds"]>}
     */
    async #repeat(next, { of, looked, maps }, { name, tolerance }) {
        const bytes = await this.#sources.photo(looked.photo);
        const explained = await next.ask("explain", { of, seen: { ...looked, bytes }, lean: false });
        next.known.photos.add(looked.photo);
        if (!sameMaps(maps, explained.maps, tolerance)) {
            const reason = `The graphics adapter (${name}) gave another answer than the CPU.`;
            throw failed({ reason, code: "adapter-differs", values: { name } });
        }
        return explained.milliseconds;
    }

    /**
     * What a promise says, unless the second worker was given up meanwhile: then nothing of it is of interest any more.
     * @template T
     * @param {Promise<T>} promise
     * @returns {Promise<T>}
     */
    async #still(promise) {
        const value = await promise;
        if (this.#closed) {
            throw new Error("given up");
        }
        return value;
    }

    /** @param {unknown} error */
    #fail(error) {
        if (!this.#closed) {
            this.close();
            const reason = error instanceof Error ? error.message : String(error);
            this.#handlers.giveUp({ reason: `WebGPU was tried and is not used: ${reason}`, code: "webgpu-not-used", values: { reason } });
        }
    }
}

/**
 * @param {Float32Array} expected
 * @param {Float32Array} actual
 * @param {number} tolerance As a share of the range of what was expected.
 */
export function sameMaps(expected, actual, tolerance) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of expected) {
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    const bound = tolerance * (high - low);
    // What is no number is not within any bound.
    return expected.length === actual.length && expected.every((value, i) => Math.abs(value - actual[i]) <= bound);
}

function firstExplanation() {
    let resolve = () => {};
    const explained = new Promise((/** @type {(value: void) => void} */ settle) => (resolve = settle));
    return { explained, resolve };
}

/** @param {{reason: string, code?: string, values?: Record<string, string | number>}} why */
function failed({ reason, code, values }) {
    return new EngineError({ fault: "device", message: reason, advice: "", code, values });
}

/** @param {number} milliseconds */
function pause(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
