/**
 * How long wasm takes to compile and instantiate, for either side alike: both end in `WebAssembly.instantiate` with bytes
 * that are there already.
 */

const { instantiate } = WebAssembly;
let taken = 0;

WebAssembly.instantiate = /** @type {typeof instantiate} */ (
    async (/** @type {any} */ ...all) => {
        const begin = performance.now();
        const result = await /** @type {any} */ (instantiate)(...all);
        taken += performance.now() - begin;
        return result;
    }
);

/** Milliseconds since the last call. */
export function takeInstantiation() {
    const before = taken;
    taken = 0;
    return before;
}
