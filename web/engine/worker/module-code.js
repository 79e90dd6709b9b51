/**
 * The wasm modules beside the engine's, each fetched and started once.
 *
 * @module
 */

import { Progress, fetchCounted, unreachable } from "./download.js";

/** What each module exports, once it was asked for. @type {Map<string, Promise<any>>} */
const modules = new Map();

/**
 * A module; fetched once more where it could not be had before.
 * @param {string} name
 * @param {import("../protocol.js").Assets} assets
 * @returns {Promise<any>} What it exports.
 */
export function moduleCode(name, assets) {
    const known = modules.get(name);
    if (known) {
        return known;
    }
    const code = fetchCode(name, assets);
    modules.set(name, code);
    code.catch(() => modules.delete(name));
    return code;
}

/** @param {string} name @param {import("../protocol.js").Assets} assets */
async function fetchCode(name, { wasm: folder }) {
    const wasm = fetchCounted(new URL(`${name}_bg.wasm`, folder).href, new Progress(() => {}));
    wasm.catch(() => {});
    const glue = new URL(`${name}.js`, folder).href;
    const code = await import(glue).catch((error) => Promise.reject(unreachable(glue, error.message)));
    await code.default({ module_or_path: wasm });
    return code;
}
