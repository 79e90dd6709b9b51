/** One thread's share of a measurement: how much it does in a second. Runs in a page's worker as well as in Node's. */

/** Long enough for the clock, short enough to be left alone. */
const LEAST_CALL = 1;

/**
 * @typedef {object} Task
 * @property {"multiply_add" | "read" | "copy"} loop
 * @property {number} bytes Over which it goes: a copy's source and target together. None for multiply_add.
 */

/**
 * @param {BufferSource} wasm Of module.mjs.
 * @param {number} products Of a turn of `multiply_add`.
 * @param {() => number} now In milliseconds.
 */
export async function loops(wasm, products, now = () => performance.now()) {
    const { instance } = await WebAssembly.instantiate(wasm);
    const { memory, multiply_add, read, copy } = /** @type {any} */ (instance.exports);
    // Memory that nobody has written to is one page of zeros, over and over, and always in the cache.
    new Uint8Array(memory.buffer).fill(1);
    const once = /** @type {Record<Task["loop"], (bytes: number, times: number) => unknown>} */ ({
        multiply_add: (_, times) => multiply_add(times),
        read: (bytes, times) => read(0, bytes, times),
        copy: (bytes, times) => copy(0, bytes / 2, bytes / 2, times),
    });

    /** Times that fill a call. */
    const calibrate = ({ loop, bytes }) => {
        for (let times = 1; ; times *= 2) {
            const begin = now();
            once[loop](bytes, times);
            if (now() - begin >= LEAST_CALL) {
                return times;
            }
        }
    };

    return {
        calibrate,

        /**
         * Products, or bytes read and written, per second.
         * @param {Task} task
         * @param {number} times Of a call.
         * @param {number} milliseconds
         */
        rate({ loop, bytes }, times, milliseconds) {
            const begin = now();
            let [calls, elapsed] = [0, 0];
            do {
                once[loop](bytes, times);
                calls += 1;
                elapsed = now() - begin;
            } while (elapsed < milliseconds);
            return ((loop === "multiply_add" ? products : bytes) * times * calls * 1000) / elapsed;
        },
    };
}
