/**
 * The engine on several threads, where workers may share memory: the page must be isolated from others for that.
 *
 * @module
 */

import { fetchModule } from "./download.js";
import { moduleForCpu } from "./fused.js";
import { send } from "./turns.js";

/** @typedef {typeof import("../../../pkg/softcam_threads.js")} Softcam */

/** @type {(running: boolean) => void} */
let started = () => {};

/** The page has started the threads, or could not. @param {boolean} running */
export function threadsStarted(running) {
    started(running);
}

/**
 * Fetches the module and starts the threads. It throws where a browser does not give what they need.
 * @param {string} folder Of the wasm.
 * @param {number} count With this one.
 * @param {import("./download.js").Progress} progress
 */
export async function onThreads(folder, count, progress) {
    const { code, glue } = await fetchModule(moduleForCpu(true), folder, progress);
    const softcam = /** @type {Softcam} */ (code);
    const engine = softcam.Engine.onThreads(count - 1);
    const [module, memory] = softcam.threadParts();
    const running = new Promise((/** @type {(running: boolean) => void} */ resolve) => (started = resolve));
    send({ type: "threads", count: count - 1, thread: { glue, module, memory } });
    if (!(await running)) {
        throw new Error("the threads did not start");
    }
    return { softcam, engine };
}
