/**
 * The engine as the page sees it, whichever worker answers: the one that started, the one that replaces it when it
 * breaks, or the one on WebGPU that takes over where the choice of the device is ours.
 *
 * Models and photos have identifiers. A worker that does not have one (yet, or any more) gets it along with the question
 * that needs it, so nobody has to remember what a worker was told before it broke.
 *
 * @module
 */

import { Connection, EngineError, Superseded, Unknown } from "./connection.js";
import { ofModel } from "./refusals.js";
import { photosOf, seenWith } from "./seen.js";

/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").Asked} Asked */
/** @typedef {import("./protocol.js").ModelSource} ModelSource */
/** @typedef {import("./protocol.js").Opened} Opened */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./protocol.js").Seen} Seen */
/** @typedef {import("./protocol.js").Questions} Questions */
/** @typedef {import("./protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("./protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("./protocol.js").Explained} Explained */

/** A picture as it is asked about: its bytes are fetched from {@link Sources} where they are needed. @typedef {Omit<Seen, "bytes" | "others">} Looked */

/**
 * Where models and photos come from.
 * @typedef {object} Sources
 * @property {(model: string) => ModelSource} model
 * @property {(photo: string) => Promise<ArrayBuffer>} photo Bytes of its file; a copy, since they are handed over.
 */

/**
 * @typedef {object} Listener
 * @property {(bytes: number, total: number) => void} loading
 * @property {(what: "device" | "device-test" | "model-test") => void} preparing
 * @property {(model: string, loaded: Loaded) => void} ready A worker is there, with this model.
 * @property {(device: DeviceReport, milliseconds: Explained["milliseconds"] | null) => void} moved Another device goes on,
 *     or there is more to say about this one. `milliseconds` is what the newest explanation takes on the other one.
 * @property {(failure: Failure, restarting: boolean) => void} broken The worker broke. Another one starts on the CPU
 *     where the device was at fault; otherwise nothing happens until `start` is called.
 */

export { EngineError, Superseded };

/** Starts in a row without one success, after which a broken engine stays broken until the user acts. */
const MAX_STARTS = 3;

export class Engine {
    /** The worker that answers. @type {Connection | null} */
    #current = null;
    /** What may bring another one, while it may. @type {import("./succession.js").Succession | null} */
    #succession = null;
    /** Whether another one may come, and what it would have to know: the model in use, and what it explained last.
     * @type {{model: string | null, shown: import("./succession.js").Remembered | null} | null} */
    #heir = null;
    /** What the worker that answers runs on, once it is ready. @type {DeviceReport | null} */
    #report = null;
    /** Why that is not WebGPU, where the worker itself does not know. @type {Partial<DeviceReport>} */
    #reason = {};
    #failedStarts = 0;
    /** A thread has ended once: no more are started. */
    #alone = false;
    /** Models on their way to the worker that answers. @type {Map<string, Promise<Loaded>>} */
    #loading = new Map();
    /** @type {Assets} */
    #assets;
    /** That a worker starts with. */
    #model;
    /** @type {DevicePreference} */
    #device;
    /** @type {Sources} */
    #sources;
    /** @type {Listener} */
    #listener;
    /** What explains by other methods, made by whoever asks for it first. @type {import("./attribution.js").Attribution | null} */
    attribution = null;

    /**
     * @param {Assets} assets
     * @param {Sources} sources
     * @param {string} model To start with.
     * @param {DevicePreference} device
     * @param {Listener} listener
     */
    constructor(assets, sources, model, device, listener) {
        this.#assets = assets;
        this.#sources = sources;
        this.#model = model;
        this.#device = device;
        this.#listener = listener;
    }

    /**
     * Starts a fresh worker; whatever the old one was doing is dropped.
     * @param {DevicePreference} [device]
     */
    start(device = this.#device) {
        this.#device = device;
        const current = new Connection(this.#assets);
        this.follow(current);
        const source = this.#sources.model(this.#model);
        current.post({ type: "start", assets: this.#assets, model: this.#model, source, device, alone: this.#alone });
    }

    /** Starts a fresh worker with another model: for when the one that it was to start with cannot be had. @param {string} model */
    startWith(model) {
        this.#model = model;
        this.#failedStarts = 0;
        this.start();
    }

    /**
     * Goes on with a worker that has been told to start already, or is about to be.
     * @param {Connection} current With the model and the device of this engine.
     */
    follow(current) {
        this.stop();
        this.#reason = {};
        this.#current = current;
        this.#heir = this.#device === "auto" ? { model: null, shown: null } : null;
        // Last, since it may have something to say already.
        current.listener = this.#handlers();
    }

    /** That a worker starts with. */
    get model() {
        return this.#model;
    }

    /** What answers, once it is ready. */
    get device() {
        return this.#report?.kind ?? null;
    }

    get assets() {
        return this.#assets;
    }

    get sources() {
        return this.#sources;
    }

    /** The file of a model, for a worker of another kind. @param {string} model @returns {Promise<Blob>} */
    async fileOf(model) {
        const source = this.#sources.model(model);
        if ("blob" in source) {
            return source.blob;
        }
        for (let attempt = 0; ; attempt++) {
            await this.load(model);
            const current = this.#running();
            try {
                return await current.ask("handOver", { model });
            } catch (error) {
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw error;
                }
                // It has let go of it, since others came.
                this.#lost(current, model);
            }
        }
    }

    /** Whether there is a worker, be it still starting. */
    get running() {
        return this.#current !== null;
    }

    /**
     * Has a worker that knows this model.
     * @param {string} model
     * @returns {Promise<Loaded>}
     */
    async load(model) {
        const current = this.#running();
        let loading = this.#loading.get(model);
        if (!loading) {
            loading = current.ask("load", { model, source: this.#sources.model(model) }).catch((error) => {
                throw this.#blamed(error);
            });
            this.#loading.set(model, loading);
            loading.catch(() => this.#loading.get(model) === loading && this.#loading.delete(model));
        }
        const loaded = await loading;
        current.known.models.add(model);
        this.#uses(model);
        return { ...loaded, device: this.#reported(loaded.device) };
    }

    /**
     * Explains a picture.
     * @param {Asked} of
     * @param {Looked} looked
     * @param {{signal?: AbortSignal, lean?: boolean}} [options] `lean` leaves the maps out.
     * @returns {Promise<Explained>}
     */
    async explain(of, looked, { signal, lean = false } = {}) {
        const explained = await this.#ask("explain", { of, lean }, { of, looked, signal });
        if (!lean && of.shuffled === 0 && looked.edits.length === 0 && !looked.passing) {
            this.#uses(of.model);
            if (this.#heir) {
                this.#heir.shown = { of, looked, maps: explained.maps.slice() };
                this.#succession?.shows(this.#heir.shown);
            }
        }
        return explained;
    }

    /**
     * What is said of a picture with each of some masks on it by itself: of the first, and of as many more as the device computes
     * at once.
     * @param {Asked} of
     * @param {Looked} looked
     * @param {import("./protocol.js").Edit[]} masks
     * @param {AbortSignal} [signal]
     */
    async answers(of, looked, masks, signal) {
        return this.#ask("answers", { of, masks }, { of, looked, signal });
    }

    /**
     * Draws a part of a picture, and a map over it.
     * @param {Omit<Questions["draw"]["ask"], "seen"> & {looked: Looked | null}} request
     * @param {AbortSignal} [signal]
     * @returns {Promise<Questions["draw"]["answer"]>}
     */
    async draw({ looked, ...request }, signal) {
        return this.#ask("draw", request, { looked, signal });
    }

    /**
     * Answers of a model as a table.
     * @param {string} model
     * @param {import("./protocol.js").TableSubject} subject
     * @param {import("./protocol.js").TableRow[]} rows
     */
    async table(model, subject, rows) {
        const of = { model, shuffled: 0 };
        return this.#ask("table", { of, subject, rows }, { of, looked: null });
    }

    /**
     * Any question that needs neither a model nor a photo.
     * @template {"colourBar" | "similarity" | "npy"} T
     * @param {T} question
     * @param {Questions[T]["ask"]} payload
     * @param {import("./connection.js").Options} [options]
     * @returns {Promise<Questions[T]["answer"]>}
     */
    async ask(question, payload, options) {
        return this.#running().ask(question, payload, options);
    }

    /** Ends the worker. What has been asked and not answered is rejected. */
    stop() {
        this.#succession?.close();
        this.#succession = null;
        this.#heir = null;
        this.#current?.close();
        this.#current = null;
        this.#report = null;
        this.#loading.clear();
    }

    /**
     * Asks with what the question needs, and once more where the worker has let go of it.
     * @template {"explain" | "answers" | "draw" | "table"} T
     * @param {T} question
     * @param {object} payload Without `seen`.
     * @param {{of?: Asked, looked: Looked | null, signal?: AbortSignal}} needs
     * @returns {Promise<Questions[T]["answer"]>}
     */
    async #ask(question, payload, { of, looked, signal }) {
        for (let attempt = 0; ; attempt++) {
            const current = this.#running();
            if (of && !current.known.models.has(of.model)) {
                await this.load(of.model);
            }
            const given = looked && (await seenWith(looked, (photo) => current.known.photos.has(photo), (photo) => this.#sources.photo(photo)));
            if (current !== this.#current) {
                // The worker was replaced meanwhile; the next one is asked.
                continue;
            }
            try {
                const asked = current.ask(question, /** @type {any} */ ({ ...payload, seen: given?.seen ?? null }), {
                    signal,
                    transfer: given?.transfer ?? [],
                });
                const answer = await asked;
                if (looked) {
                    current.knows(photosOf(looked), looked.passing === true);
                }
                return answer;
            } catch (error) {
                if (!(error instanceof Unknown) || attempt > 1) {
                    throw this.#blamed(error);
                }
                if (error.what === "photo" && looked) {
                    photosOf(looked).forEach((photo) => current.known.photos.delete(photo));
                } else if (of) {
                    this.#lost(current, of.model);
                }
            }
        }
    }

    /** @param {Connection} current @param {string} model That it does not have any more. */
    #lost(current, model) {
        current.known.models.delete(model);
        this.#loading.delete(model);
    }

    /**
     * Who is at fault where a run has failed: the CPU computes what it should, or it would not have passed its test, so that it
     * is the model.
     * @param {unknown} error
     */
    #blamed(error) {
        const failure = error instanceof EngineError && this.#report?.kind === "cpu" ? ofModel(error.failure.code) : null;
        return failure ? new EngineError(failure) : error;
    }

    #running() {
        if (!this.#current) {
            const message = "The engine is not running.";
            throw new EngineError({ fault: "device", code: "not-running", message, advice: "Start it again, then retry." });
        }
        return this.#current;
    }

    /** @returns {import("./connection.js").Listener} */
    #handlers() {
        return { hear: (message) => this.#hear(message), broken: (failure) => this.#break(failure) };
    }

    /** @param {FromWorker} message */
    #hear(message) {
        switch (message.type) {
            case "loading":
                return this.#listener.loading(message.bytes, message.total);
            case "preparing":
                return this.#listener.preparing(message.what);
            case "outlook":
                return message.outlook.kind === "webgpu" ? void this.#prepareSuccession() : this.#stay(message.outlook);
            case "ready": {
                this.#failedStarts = 0;
                this.#current?.known.models.add(message.model);
                const loaded = { ...message.loaded, device: this.#reported(message.loaded.device) };
                this.#loading.set(message.model, Promise.resolve(loaded));
                this.#uses(message.model);
                return this.#listener.ready(message.model, loaded);
            }
        }
    }

    /** The worker that answers is ready, with this model in use from now on. @param {string} model */
    #uses(model) {
        this.#model = model;
        if (this.#heir && this.#heir.model !== model) {
            this.#heir.model = model;
            this.#heir.shown = null;
        }
        this.#succession?.uses(model);
    }

    /** There is an adapter that is worth a second worker: what it takes is fetched, and told what it has missed. */
    async #prepareSuccession() {
        const current = this.#current;
        try {
            const { Succession } = await import("./succession.js");
            const heir = this.#heir;
            if (!current || current !== this.#current || !heir) {
                return;
            }
            this.#succession = new Succession(this.#assets, current, this.#sources, {
                takeOver: (next, { device, milliseconds }) => this.#takeOver(next, device, milliseconds),
                giveUp: (reason) => this.#stay(reason),
            });
            this.#succession.foundAdapter();
            if (heir.model !== null) {
                this.#succession.uses(heir.model);
            }
            if (heir.shown) {
                this.#succession.shows(heir.shown);
            }
        } catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            this.#stay({ reason: `WebGPU was tried and is not used: ${reason}`, code: "webgpu-not-used", values: { reason } });
        }
    }

    /**
     * A worker's report on its device, with what else is known about it.
     * @param {DeviceReport} device
     */
    #reported(device) {
        this.#report = device.reason || device.kind !== "cpu" ? device : { ...device, ...this.#reason };
        return this.#report;
    }

    /** No other device takes over. @param {{reason: string, code?: string, values?: Record<string, string | number>}} why */
    #stay({ reason, code, values }) {
        this.#succession = null;
        this.#heir = null;
        this.#reason = { reason, code, values };
        if (this.#report) {
            this.#listener.moved(this.#reported(this.#report), null);
        }
    }

    /**
     * @param {Connection} next
     * @param {DeviceReport} device
     * @param {Explained["milliseconds"] | null} milliseconds
     */
    #takeOver(next, device, milliseconds) {
        this.#current?.close();
        this.#current = next;
        this.#loading.clear();
        next.listener = this.#handlers();
        this.#succession = null;
        this.#heir = null;
        this.#listener.moved(this.#reported(device), milliseconds);
    }

    /**
     * The worker is done for. A device that failed is not tried again; a file that is wrong or missing stays so until
     * the user acts.
     * @param {Failure} failure
     */
    #break(failure) {
        this.stop();
        this.#failedStarts += 1;
        const restarting = failure.fault === "device" && this.#failedStarts < MAX_STARTS;
        this.#listener.broken(failure, restarting);
        if (restarting) {
            // The device is not at fault where a thread is.
            const ended = failure.code === "thread-ended";
            this.#alone ||= ended;
            this.start(ended ? this.#device : "cpu");
        }
    }
}
