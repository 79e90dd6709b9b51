/** The machine as Node has it. */

import { Worker } from "node:worker_threads";
import { measureTogether } from "./threads.mjs";

/** @param {import("./threads.mjs").Question} question */
export function measure(question) {
    return measureTogether(question, () => {
        const worker = new Worker(new URL("worker.mjs", import.meta.url));
        const ask = (message) =>
            new Promise((resolve, reject) => {
                worker.once("message", resolve);
                worker.once("error", reject);
                worker.postMessage(message);
            });
        return { ask, end: () => worker.terminate() };
    });
}
