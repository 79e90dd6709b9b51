/**
 * The wasm modules beside the engine's, each fetched and started once.
 *
 * @module
 */

import { Progress, fetchModule } from "./download.js";

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
    const fetched = fetchModule(name, assets.wasm, new Progress(() => {})).then(({ code }) => code);
    modules.set(name, fetched);
    fetched.catch(() => modules.delete(name));
    return fetched;
}
