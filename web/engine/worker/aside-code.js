/**
 * The wasm module of the workers beside the engine's, and how they say how far they are.
 *
 * @module
 */

import { Progress, fetchCounted, unreachable } from "./download.js";

/** @typedef {typeof import("../../../pkg/softcam_methods.js")} Methods */

/** Milliseconds between two reports of progress: what changes faster, nobody reads. */
const REPORTED = 50;

const NAME = "softcam_methods";
/** @type {import("../protocol.js").Assets | null} */
let assets = null;
/** The code, once it was asked for. @type {Promise<Methods> | null} */
let code = null;

/** The code; fetched once more where it could not be had before. @returns {Promise<Methods>} */
export function codeAtHand() {
    if (!assets) {
        throw new Error("asked before it was prepared");
    }
    if (!code) {
        code = fetchCode(assets);
        code.catch(() => (code = null));
    }
    return code;
}

/** Hears what is no question. @param {{type: string, assets?: any}} message */
export function prepareCode(message) {
    if (message.type === "prepare") {
        assets = message.assets;
        // A failure is reported when the code is waited for.
        codeAtHand().catch(() => {});
    }
}

/** @param {import("../protocol.js").Assets} assets @returns {Promise<Methods>} */
async function fetchCode({ wasm: folder }) {
    const wasm = fetchCounted(new URL(`${NAME}_bg.wasm`, folder).href, new Progress(() => {}));
    wasm.catch(() => {});
    const glue = new URL(`${NAME}.js`, folder).href;
    const methods = /** @type {Methods} */ (await import(glue).catch((error) => Promise.reject(unreachable(glue, error.message))));
    await methods.default({ module_or_path: wasm });
    return methods;
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
