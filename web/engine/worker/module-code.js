/**
 * A wasm module beside the engine's, fetched and started.
 *
 * @module
 */

import { Progress, fetchCounted, unreachable } from "./download.js";

/**
 * @param {string} name
 * @param {import("../protocol.js").Assets} assets
 * @returns {Promise<any>} What the module exports.
 */
export async function fetchCode(name, { wasm: folder }) {
    const wasm = fetchCounted(new URL(`${name}_bg.wasm`, folder).href, new Progress(() => {}));
    wasm.catch(() => {});
    const glue = new URL(`${name}.js`, folder).href;
    const code = await import(glue).catch((error) => Promise.reject(unreachable(glue, error.message)));
    await code.default({ module_or_path: wasm });
    return code;
}
