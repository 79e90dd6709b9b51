/**
 * The page's side of the worker: starts it, asks it, and replaces it when it breaks.
 *
 * @module
 */

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").ModelEntry} ModelEntry */
/** @typedef {import("./protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("./protocol.js").Explained} Explained */
/** @typedef {import("./protocol.js").Painted} Painted */
/** @typedef {Extract<FromWorker, {type: "ready"}>} Ready */

/**
 * @typedef {object} Listener
 * @property {(bytes: number, total: number) => void} loading
 * @property {(what: string) => void} preparing
 * @property {(ready: Ready) => void} ready
 * @property {(failure: Failure) => void} broken The worker broke; another one is starting if `restarting` follows.
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
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    #pending = new Map();
    /** @type {ModelEntry} */
    #model;
    /** @type {DevicePreference} */
    #device;
    /** @type {Listener} */
    #listener;

    /**
     * @param {ModelEntry} model
     * @param {DevicePreference} device
     * @param {Listener} listener
     */
    constructor(model, device, listener) {
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
        this.#stop();
        const worker = new Worker(workerUrl(), { type: "module" });
        this.#worker = worker;
        worker.addEventListener("message", ({ data }) => this.#receive(data));
        worker.addEventListener("error", (event) => {
            event.preventDefault();
            const message = `The engine could not run (${event.message || "it did not load"}).`;
            this.#break({ fault: "device", message, advice: "Reload the page." });
        });
        this.#post({ type: "start", base: document.baseURI, model: this.#model, device });
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

    /** Gives up everything that has been asked and not answered. */
    cancelAll() {
        for (const id of this.#pending.keys()) {
            this.#post({ type: "cancel", id });
        }
        this.#rejectAll();
    }

    /**
     * @param {(id: number) => ToWorker} message
     * @returns {Promise<any>}
     */
    #ask(message) {
        const id = this.#nextId++;
        return new Promise((resolve, reject) => {
            this.#pending.set(id, { resolve, reject });
            const request = message(id);
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
        this.#stop();
        this.#listener.broken(failure);
        this.#failedStarts += 1;
        if (failure.fault === "device" && this.#failedStarts < MAX_STARTS) {
            this.start("cpu");
        }
    }

    #stop() {
        this.#worker?.terminate();
        this.#worker = null;
        this.#rejectAll();
    }

    #rejectAll() {
        for (const { reject } of this.#pending.values()) {
            reject(new Superseded("superseded"));
        }
        this.#pending.clear();
    }
}

/**
 * A worker loaded from a network address has the policy that comes with *its* response, and a static host sends none. A
 * worker made from a blob inherits the page's policy instead: so it, too, can talk to this origin alone.
 * @returns {string}
 */
function workerUrl() {
    const source = `import ${JSON.stringify(new URL("web/worker/worker.js", document.baseURI).href)};`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
    policy ??= trustedTypes?.createPolicy("softcam-worker", {
        createScriptURL: (/** @type {string} */ own) => own,
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** @type {any} */
let policy;
