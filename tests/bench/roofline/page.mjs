/** The machine as a page has it. */

import { measureTogether } from "./threads.mjs";

/** @param {import("./threads.mjs").Question} question */
export function measure(question) {
    return measureTogether(question, () => {
        const worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
        const ask = (message) =>
            new Promise((resolve, reject) => {
                worker.onmessage = ({ data }) => resolve(data);
                worker.onerror = (event) => reject(new Error(event.message));
                worker.postMessage(message);
            });
        return { ask, end: () => worker.terminate() };
    });
}
