/**
 * The page's side of the worker: starts it, asks it, and replaces it when it breaks.
 *
 * @module
 */

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").ModelSource} ModelSource */
/** @typedef {import("./protocol.js").Opened} Opened */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").Painted} Painted */
/** @typedef {Extract<FromWorker, {type: "ready"}>} Ready */

/**
 * @typedef {object} Listener
 * @property {(bytes: number, total: number) => void} loading
 * @property {(what: string) => void} preparing
 * @property {(layer: string, done: number, total: number) => void} converting
 * @property {(ready: Ready) => void} ready
 * @property {(failure: Failure, restarting: boolean) => void} broken The worker broke. Another one starts on the CPU
 *     where the device was at fault; otherwise nothing happens until `start` is called.
 */

/** A request that was overtaken by a newer one, or whose worker is gone. */
export class Superseded extends Error {}

/** A request that failed. */
export class EngineError extends Error {
    /** @param {Failure} failure */
    constructor(failure) {
        super(failure.message);
        this.failure = failure;
    }
}

/** Starts in a row without one success, after which a broken engine stays broken until the user acts. */
const MAX_STARTS = 3;

export class Engine {
    /** @type {Worker | null} */
    #worker = null;
    #nextId = 1;
    #failedStarts = 0;
    /** @type {Map<number, {type: ToWorker["type"], resolve: (value: any) => void, reject: (error: Error) => void}>} */
    #pending = new Map();
    /** @type {Assets} */
    #assets;
    /** @type {ModelSource} */
    #model;
    /** @type {DevicePreference} */
    #device;
    /** @type {Listener} */
    #listener;

    /**
     * @param {Assets} assets
     * @param {ModelSource} model
     * @param {DevicePreference} device
     * @param {Listener} listener
     */
    constructor(assets, model, device, listener) {
        this.#assets = assets;
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
        this.stop();
        const worker = new Worker(workerUrl(this.#assets), { type: "module" });
        this.#worker = worker;
        worker.addEventListener("message", ({ data }) => this.#receive(data));
        worker.addEventListener("error", (event) => {
            event.preventDefault();
            const message = `The engine could not run (${event.message || "it did not load"}).`;
            this.#break({ fault: "device", message, advice: "Reload the page." });
        });
        this.#post({ type: "start", assets: this.#assets, model: this.#model, device });
    }

    /**
     * Reads a model file, or converts a float checkpoint into one. The model in use stays.
     * @param {Blob} file
     * @param {string | null} description JSON: a model card, or the settings of a conversion.
     * @returns {Promise<Opened>}
     */
    open(file, description) {
        return this.#ask((id) => ({ type: "open", id, file, description }));
    }

    /** Whether there is a worker, be it still starting. */
    get running() {
        return this.#worker !== null;
    }

    /**
     * Starts a fresh worker with another model: for when the one that it was to start with cannot be had.
     * @param {ModelSource} model
     */
    startWith(model) {
        this.#model = model;
        this.#failedStarts = 0;
        this.start();
    }

    /**
     * Changes the model. On failure, the one before it stays.
     * @param {ModelSource} model
     * @returns {Promise<Loaded>}
     */
    async load(model) {
        /** @type {Loaded} */
        const loaded = await this.#ask((id) => ({ type: "load", id, model }));
        this.#model = model;
        return loaded;
    }

    /**
     * Explains a photo. A newer call supersedes this one.
     * @param {ArrayBuffer} bytes Of the photo's file.
     * @param {{size: number, fit: import("./protocol.js").FitRule}} options
     * @returns {Promise<Explained>}
     */
    explain(bytes, options) {
        // A copy goes to the worker, so that the page can ask again at another size or on another device.
        return this.#ask((id) => ({ type: "explain", id, bytes: bytes.slice(0), ...options }));
    }

    /**
     * Draws a map of the last explanation.
     * @param {import("./protocol.js").OverlayRequest} request
     * @returns {Promise<Painted>}
     */
    overlay(request) {
        return this.#ask((id) => ({ type: "overlay", id, request }));
    }

    /** Gives up every explanation and overlay that has been asked for and not answered. */
    cancelPictures() {
        for (const [id, { type, reject }] of this.#pending) {
            if (type === "explain" || type === "overlay") {
                this.#post({ type: "cancel", id });
                this.#pending.delete(id);
                reject(new Superseded("superseded"));
            }
        }
    }

    /** Ends the worker. What has been asked and not answered is rejected. */
    stop() {
        this.#worker?.terminate();
        this.#worker = null;
        for (const { reject } of this.#pending.values()) {
            reject(new Superseded("superseded"));
        }
        this.#pending.clear();
    }

    /**
     * @param {(id: number) => ToWorker} message
     * @returns {Promise<any>}
     */
    #ask(message) {
        if (!this.#worker) {
            const message = "The engine is not running.";
            return Promise.reject(new EngineError({ fault: "device", message, advice: "Start it again, then retry." }));
        }
        const id = this.#nextId++;
        return new Promise((resolve, reject) => {
            const request = message(id);
            this.#pending.set(id, { type: request.type, resolve, reject });
            this.#post(request, request.type === "explain" ? [request.bytes] : []);
        });
    }

    /**
     * @param {ToWorker} message
     * @param {Transferable[]} [transfer]
     */
    #post(message, transfer = []) {
        this.#worker?.postMessage(message, { transfer });
    }

    /** @param {FromWorker} message */
    #receive(message) {
        switch (message.type) {
            case "loading":
                return this.#listener.loading(message.bytes, message.total);
            case "preparing":
                return this.#listener.preparing(message.what);
            case "converting":
                return this.#listener.converting(message.layer, message.done, message.total);
            case "opened":
                return this.#settle(message.id)?.resolve(message.opened);
            case "loaded":
                return this.#settle(message.id)?.resolve(message.loaded);
            case "ready":
                this.#failedStarts = 0;
                return this.#listener.ready(message);
            case "explained":
                return this.#settle(message.id)?.resolve(message.explained);
            case "painted":
                return this.#settle(message.id)?.resolve(message.painted);
            case "overtaken":
                return this.#settle(message.id)?.reject(new Superseded("superseded"));
            case "failed":
                if (message.fatal) {
                    return this.#break(message.failure);
                }
                if (message.id !== null) {
                    this.#settle(message.id)?.reject(new EngineError(message.failure));
                }
        }
    }

    /** @param {number} id */
    #settle(id) {
        const waiting = this.#pending.get(id);
        this.#pending.delete(id);
        return waiting;
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
            this.start("cpu");
        }
    }
}

/**
 * A worker loaded from a network address has the policy that comes with *its* response, and a static host sends none. A
 * worker made from a blob inherits the page's policy instead: so it, too, can talk to this origin alone.
 * @param {Assets} assets
 * @returns {string}
 */
function workerUrl({ worker }) {
    const source = `import ${JSON.stringify(new URL("worker.js", worker).href)};`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
    policy ??= trustedTypes?.createPolicy("softcam-worker", {
        createScriptURL: (/** @type {string} */ own) => own,
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** @type {any} */
let policy;
