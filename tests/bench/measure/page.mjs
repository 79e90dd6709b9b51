/** Measures one case in this page: each side in a worker of its own. */

import { takeTurns } from "./turns.mjs";

/** @param {import("../plan.mjs").Case} question */
export function measure(question) {
    return takeTurns(question, {
        ours: () => open("ours", question),
        peer: () => open("peer", question),
        litert: () => open("litert", question),
        alone: () => open("ours", { ...question, threads: 1 }),
    });
}

async function open(who, question) {
    // LiteRT.js loads its wasm's script with importScripts, which a module's worker does not have.
    const type = who === "litert" ? "classic" : "module";
    const worker = new Worker(new URL("worker.mjs", import.meta.url), { type });
    const ask = (message) =>
        new Promise((resolve, reject) => {
            worker.onmessage = ({ data }) => (data.error ? reject(new Error(`${who}: ${data.error}`)) : resolve(data));
            worker.onerror = (event) => reject(new Error(`${who}: ${event.message}`));
            worker.postMessage(message);
        });
    const times = await ask({ type: "open", who, question });
    return { times, run: () => ask({ type: "run" }), ...(who === "ours" && { batch: (count) => ask({ type: "batch", count }) }) };
}
