/**
 * How many threads the engine may have.
 *
 * @module
 */

/** More threads than this wait for each other more than they compute: many layers are small. */
const MOST = 4;

/**
 * With the engine's own. Memory may be shared with workers where the page is isolated from others; who saves data is not to
 * fetch a second module beside the one that is kept.
 */
export function threadCount({ crossOriginIsolated, navigator } = globalThis) {
    const saves = /** @type {any} */ (navigator).connection?.saveData === true;
    return crossOriginIsolated && !saves ? Math.min(navigator.hardwareConcurrency || 1, MOST) : 1;
}
