/**
 * The wasm module of the workers beside the engine's, and how they say how far they are.
 *
 * @module
 */

import { codeLiesIn } from "./decoding.js";
import { moduleCode } from "./module-code.js";

/** Milliseconds between two reports of progress: what changes faster, nobody reads. */
const REPORTED = 50;

/**
 * The code that a worker works by: none before the page has said where it lies.
 * @template {{default: (options: {module_or_path: Promise<Response>}) => Promise<unknown>}} Code
 * @param {string} name Of the module.
 */
export function codeOf(name) {
    /** @type {import("../protocol.js").Assets | null} */
    let assets = null;

    /** The code; fetched once more where it could not be had before. @returns {Promise<Code>} */
    function codeAtHand() {
        if (!assets) {
            throw new Error("asked before it was prepared");
        }
        return moduleCode(name, assets);
    }

    /** Hears what is no question. @param {{type: string, assets?: any}} message */
    function prepareCode(message) {
        if (message.type === "prepare") {
            assets = message.assets;
            codeLiesIn(message.assets);
            // A failure is reported when the code is waited for.
            codeAtHand().catch(() => {});
        }
    }

    return { codeAtHand, prepareCode };
}

/** Says how far it is, not too often, and whether to go on. @param {import("./turns.js").Turn} turn */
export function watch({ report, goOn }) {
    let last = -Infinity;
    return (/** @type {number} */ done, /** @type {number} */ total, /** @type {object} */ more = {}) => {
        const now = performance.now();
        if (now - last >= REPORTED || done === total) {
            last = now;
            report({ done, total, ...more });
        }
        return goOn();
    };
}
