/**
 * How many threads the engine may have.
 *
 * @module
 */

/** More threads than this wait for each other more than they compute: many layers are small. */
const MOST = 4;

/** With the engine's own. Memory may be shared with workers where the page is isolated from others. */
export function threadCount({ crossOriginIsolated, navigator } = globalThis) {
    return crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST) : 1;
}
