/**
 * The page's side of one worker: what has been asked of it, and what has been answered.
 *
 * @module
 */

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {Extract<ToWorker, {id: number}>} Request */

/**
 * @typedef {object} Listener
 * @property {(message: FromWorker) => void} hear Whatever the worker says that answers no request.
 * @property {(failure: Failure) => void} broken The worker is done for; the connection is closed already.
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

let lastId = 0;

/** Of a request. No two workers share one: an explanation that is made again elsewhere can keep its own. */
export function newId() {
    return ++lastId;
}

export class Connection {
    /** @type {Listener | null} */
    #listener = null;
    /** What was said before anybody listened. @type {((listener: Listener) => void)[]} */
    #unheard = [];
    /** How much has been asked so far. */
    asked = 0;
    #worker;
    #closed = false;
    /** @type {Map<number, {type: ToWorker["type"], resolve: (value: any) => void, reject: (error: Error) => void}>} */
    #pending = new Map();
    /** Who waits until nothing is pending. @type {(() => void)[]} */
    #waiting = [];

    /** @param {Assets} assets */
    constructor(assets) {
        this.#worker = new Worker(workerUrl(assets), { type: "module" });
        this.#worker.addEventListener("message", ({ data }) => {
            // What was under way when the worker ended may still arrive.
            if (!this.#closed) {
                this.#receive(data);
            }
        });
        this.#worker.addEventListener("error", (event) => {
            event.preventDefault();
            const message = `The engine could not run (${event.message || "it did not load"}).`;
            this.#break({ fault: "device", message, advice: "Reload the page." });
        });
    }

    /**
     * Who hears what this worker says, and has said so far where nobody heard it; another one may take its place.
     * @param {Listener} listener
     */
    set listener(listener) {
        this.#listener = listener;
        this.#unheard.splice(0).forEach((tell) => tell(listener));
    }

    /**
     * @param {ToWorker} message
     * @param {Transferable[]} [transfer]
     */
    post(message, transfer = []) {
        this.#worker.postMessage(message, { transfer });
    }

    /**
     * @param {Request} request
     * @returns {Promise<any>}
     */
    ask(request) {
        this.asked += 1;
        return new Promise((resolve, reject) => {
            this.#pending.set(request.id, { type: request.type, resolve, reject });
            this.post(request, request.type === "explain" ? [request.bytes] : []);
        });
    }

    /** Gives up every explanation and overlay that has been asked for and not answered. */
    cancelPictures() {
        for (const [id, { type }] of this.#pending) {
            if (type === "explain" || type === "overlay") {
                this.post({ type: "cancel", id });
                this.#settle(id)?.reject(new Superseded("superseded"));
            }
        }
    }

    /** Whether everything that was asked is answered. */
    get quiet() {
        return this.#pending.size === 0;
    }

    /** Waits until that is so, after whoever got the last answer had the time to ask on. */
    async untilQuiet() {
        while (!this.quiet) {
            await new Promise((/** @type {(value: void) => void} */ resolve) => this.#waiting.push(resolve));
        }
    }

    /** Ends the worker. What has been asked and not answered is rejected. */
    close() {
        this.#closed = true;
        this.#worker.terminate();
        for (const { reject } of this.#pending.values()) {
            reject(new Superseded("superseded"));
        }
        this.#pending.clear();
    }

    /** @param {FromWorker} message */
    #receive(message) {
        switch (message.type) {
            case "opened":
                return this.#settle(message.id)?.resolve(message.opened);
            case "loaded":
                return this.#settle(message.id)?.resolve(message.loaded);
            case "explained":
                return this.#settle(message.id)?.resolve(message.explained);
            case "painted":
                return this.#settle(message.id)?.resolve(message.painted);
            case "handedOver":
                return this.#settle(message.id)?.resolve(message.weights);
            case "overtaken":
                return this.#settle(message.id)?.reject(new Superseded("superseded"));
            case "failed":
                if (message.fatal) {
                    return this.#break(message.failure);
                }
                if (message.id !== null) {
                    this.#settle(message.id)?.reject(new EngineError(message.failure));
                }
                return;
            default:
                return this.#tell((listener) => listener.hear(message));
        }
    }

    /** @param {number} id */
    #settle(id) {
        const waiting = this.#pending.get(id);
        this.#pending.delete(id);
        if (this.quiet) {
            const all = this.#waiting.splice(0);
            // Answers are taken before the next task begins.
            setTimeout(() => all.forEach((resolve) => resolve()), 0);
        }
        return waiting;
    }

    /** @param {Failure} failure */
    #break(failure) {
        this.close();
        this.#tell((listener) => listener.broken(failure));
    }

    /** @param {(listener: Listener) => void} tell */
    #tell(tell) {
        if (this.#listener) {
            tell(this.#listener);
        } else {
            this.#unheard.push(tell);
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
    // All of its modules at once, instead of one generation of imports after the other.
    const modules = ["download.js", "failure.js", "gpu.js", "worker.js"];
    const source = modules.map((name) => `import ${JSON.stringify(new URL(name, worker).href)};`).join("");
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
    policy ??= trustedTypes?.createPolicy("softcam-worker", {
        createScriptURL: (/** @type {string} */ own) => own,
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** @type {any} */
let policy;
