/**
 * The page's side of one worker: what has been asked of it, and what has been answered.
 *
 * @module
 */

import { Threads } from "./threads.js";
import MODULES from "./worker-modules.js";
import { workerUrl } from "./worker-url.js";

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */
/** @typedef {import("./protocol.js").Failure} Failure */
/** @typedef {import("./protocol.js").Assets} Assets */
/** @typedef {import("./protocol.js").AllQuestions} AllQuestions */

/**
 * @typedef {object} Listener
 * @property {(message: FromWorker) => void} hear Whatever the worker says that answers no question.
 * @property {(failure: Failure) => void} broken The worker is done for; the connection is closed already.
 */

/**
 * @typedef {object} Options
 * @property {AbortSignal} [signal] Ends the question, also while the worker is at it.
 * @property {Transferable[]} [transfer]
 * @property {(progress: any) => void} [onProgress]
 */

/** A question that was given up, or whose worker is gone. */
export class Superseded extends Error {
    constructor() {
        super("superseded");
    }
}

/** The worker does not have (any more) what the question needs. */
export class Unknown extends Error {
    /** @param {"model" | "photo"} what */
    constructor(what) {
        super(`unknown ${what}`);
        this.what = what;
    }
}

/** A question that failed. */
export class EngineError extends Error {
    /** @param {Failure} failure */
    constructor(failure) {
        super(failure.message);
        this.failure = failure;
    }
}

/** What workers have asked the network for, by their own clocks: their lists end with them.
 * @type {import("./protocol.js").Requests[]} */
export const workerRequests = [];
/** Who wants to know when that has grown. @type {Set<() => void>} */
export const requestListeners = new Set();

/** @param {import("./protocol.js").Requests} requests */
function requested(requests) {
    workerRequests.push(requests);
    requestListeners.forEach((tell) => tell());
}

let lastId = 0;

/** What of a policy has stopped something on this page, the newest last. @type {string[]} */
const violations = [];
globalThis.document?.addEventListener?.("securitypolicyviolation", ({ effectiveDirective }) => void violations.push(effectiveDirective));

/** The part of a policy that keeps workers from starting. It is told a little after the worker has failed. */
async function forbiddenBy() {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return violations.findLast((directive) => /^(worker|script|child|default)-src/.test(directive)) ?? null;
}

/** @param {string} directive @returns {Failure} */
function forbidden(directive) {
    const message = `The policy that this site sends with the page (Content-Security-Policy, ${directive}) does not let the engine run.`;
    const advice = "Whoever publishes the page has to allow what its own policy, in index.html, allows: “worker-src blob:” among it.";
    return { fault: "network", code: "engine-forbidden", values: { directive }, message, advice };
}

/** @param {string} reason @returns {Failure} */
function didNotRun(reason) {
    return { fault: "device", code: "engine-did-not-run", values: { reason }, message: `The engine could not run (${reason}).`, advice: "Reload the page." };
}

export class Connection {
    /** Identifiers of the models and photos that this worker has been given. */
    known = { models: new Set(/** @type {string[]} */ ([])), photos: new Set(/** @type {string[]} */ ([])) };
    /** The newest of many frames that it was given. @type {string | null} */
    #frame = null;
    /** How much has been asked so far. */
    asked = 0;
    /** The worker has said something: what it needs is on its way. @type {Promise<void>} */
    spoken;
    #speak = () => {};
    /** @type {Listener | null} */
    #listener = null;
    /** What was said before anybody listened. @type {((listener: Listener) => void)[]} */
    #unheard = [];
    #worker;
    /** That compute with the worker. @type {Threads | null} */
    #threads = null;
    #assets;
    #closed = false;
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void, onProgress?: (progress: any) => void}>} */
    #pending = new Map();
    /** Who waits until nothing is pending. @type {(() => void)[]} */
    #waiting = [];

    /**
     * @param {Assets} assets
     * @param {readonly string[]} [modules] Of the worker, in its folder.
     */
    constructor(assets, modules = MODULES) {
        this.#assets = assets;
        this.spoken = new Promise((resolve) => (this.#speak = resolve));
        this.#worker = new Worker(workerUrl(assets, modules), { type: "module" });
        this.#worker.addEventListener("message", ({ data }) => {
            this.#speak();
            // What was under way when the worker ended may still arrive.
            if (!this.#closed) {
                this.#receive(data);
            }
        });
        this.#worker.addEventListener("error", async (event) => {
            event.preventDefault();
            this.#speak();
            const directive = event.message ? null : await forbiddenBy();
            const reason = event.message || "it did not load";
            this.#break(directive ? forbidden(directive) : didNotRun(reason));
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
     * @template {keyof AllQuestions} T
     * @param {T} question
     * @param {AllQuestions[T]["ask"]} payload
     * @param {Options} [options]
     * @returns {Promise<AllQuestions[T]["answer"]>}
     */
    ask(question, payload, { signal, transfer, onProgress } = {}) {
        if (this.#closed || signal?.aborted) {
            return Promise.reject(new Superseded());
        }
        this.asked += 1;
        const id = ++lastId;
        return new Promise((resolve, reject) => {
            this.#pending.set(id, { resolve, reject, onProgress });
            signal?.addEventListener("abort", () => {
                if (this.#pending.has(id)) {
                    this.post({ type: "cancel", id });
                    this.#settle(id)?.reject(new Superseded());
                }
            });
            this.post({ type: "ask", id, question, payload }, transfer);
        });
    }

    /**
     * It has the photos of this picture from now on. Of frames that pass, it is not remembered which there were.
     * @param {readonly string[]} photos
     * @param {boolean} passing Whether the first is such a frame.
     */
    knows(photos, passing) {
        if (passing && this.#frame !== photos[0]) {
            this.known.photos.delete(this.#frame ?? "");
            this.#frame = photos[0];
        }
        photos.forEach((photo) => this.known.photos.add(photo));
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
        this.#threads?.close();
        for (const { reject } of this.#pending.values()) {
            reject(new Superseded());
        }
        this.#pending.clear();
    }

    /** @param {FromWorker} message */
    #receive(message) {
        switch (message.type) {
            case "answer":
                return this.#settle(message.id)?.resolve(message.answer);
            case "progress":
                return this.#pending.get(message.id)?.onProgress?.(message.progress);
            case "unknown":
                return this.#settle(message.id)?.reject(new Unknown(message.what));
            case "cancelled":
                return this.#settle(message.id)?.reject(new Superseded());
            case "failed":
                if (message.fatal) {
                    return this.#break(message.failure);
                }
                if (message.id !== null) {
                    this.#settle(message.id)?.reject(new EngineError(message.failure));
                }
                return;
            case "requested":
                return requested(message.of);
            case "threads":
                return this.#startThreads(message);
            default:
                return this.#tell((listener) => listener.hear(message));
        }
    }

    /**
     * Starts what the worker wants beside it. One that ends later would keep the worker waiting for ever, so that both go.
     * @param {Extract<FromWorker, {type: "threads"}>} message
     */
    #startThreads({ count, thread }) {
        this.#threads = new Threads(this.#assets, count, thread, {
            requested,
            started: (running) => this.post({ type: "threads-started", running }),
            ended: (reason) => {
                const message = `A thread of the engine has ended (${reason}).`;
                const advice = "The engine is starting again on one thread.";
                this.#break({ fault: "device", code: "thread-ended", values: { reason }, message, advice });
            },
        });
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
