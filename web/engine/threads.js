/**
 * Workers that compute with the engine's own, in its memory. The page starts them, since the engine waits for them without
 * hearing anything: one that ends is noticed here alone.
 *
 * @module
 */

import { workerUrl } from "./worker-url.js";

/** What each of them runs. */
const MODULES = ["thread-worker.js"];

export class Threads {
    /** @type {Worker[]} */
    #workers = [];
    #waitedFor;
    #listener;

    /**
     * @param {import("./protocol.js").Assets} assets
     * @param {number} count
     * @param {import("./protocol.js").Thread} thread What each is to run.
     * @param {{started: (running: boolean) => void, ended: (reason: string) => void, requested: (of: import("./protocol.js").Requests) => void}} listener
     *     All run, or none will; or one of those that ran has ended; and what each has asked the network for.
     */
    constructor(assets, count, thread, listener) {
        this.#waitedFor = count;
        this.#listener = listener;
        for (let index = 0; index < count; index++) {
            const worker = new Worker(workerUrl(assets, MODULES), { type: "module" });
            worker.addEventListener("message", ({ data }) => (data === "runs" ? this.#runs() : this.#listener.requested(data)));
            worker.addEventListener("error", (event) => {
                event.preventDefault();
                this.#ends(event.message || "it did not load");
            });
            worker.postMessage(thread);
            this.#workers.push(worker);
        }
    }

    close() {
        this.#workers.splice(0).forEach((worker) => worker.terminate());
    }

    #runs() {
        this.#waitedFor -= 1;
        if (this.#waitedFor === 0 && this.#workers.length > 0) {
            this.#listener.started(true);
        }
    }

    /** @param {string} reason */
    #ends(reason) {
        if (this.#workers.length === 0) {
            return;
        }
        this.close();
        if (this.#waitedFor > 0) {
            this.#listener.started(false);
        } else {
            this.#listener.ended(reason);
        }
    }
}
