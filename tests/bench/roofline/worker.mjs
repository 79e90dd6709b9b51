/** A thread that measures with others at the same time: in a page's worker or in Node's, which differ in how they are spoken to. */

import { loops } from "./loops.mjs";

const inNode = typeof WorkerGlobalScope === "undefined";
const port = inNode ? (await import("node:worker_threads")).parentPort : globalThis;

/**
 * All begin a round when the last of them is there: nobody may have the memory to himself. They wait for that without
 * sleeping, since a core that sleeps takes its time to wake up.
 * @param {Int32Array} gate Shared: how many have come so far.
 * @param {number} threads
 * @param {number} round
 */
function meet(gate, threads, round) {
    Atomics.add(gate, 0, 1);
    while (Atomics.load(gate, 0) < threads * (round + 1));
}

/** Milliseconds before anything is measured: engines replace their first, quick code when they find the time. */
const WARM_UP = 1500;

async function work({ wasm, products, tasks, threads, rounds, milliseconds, gate }) {
    const { calibrate, rate } = await loops(wasm, products);
    tasks.forEach((task) => rate(task, calibrate(task), WARM_UP / tasks.length));
    let meetings = 0;
    return tasks.map((task) => {
        const times = calibrate(task);
        return Array.from({ length: rounds }, () => {
            meet(gate, threads, meetings++);
            return rate(task, times, milliseconds);
        });
    });
}

const answer = (question) =>
    work(question).then(
        (rates) => port.postMessage({ rates }),
        (error) => port.postMessage({ error: String(error?.message ?? error) }),
    );
inNode ? port.on("message", answer) : port.addEventListener("message", ({ data }) => answer(data));
