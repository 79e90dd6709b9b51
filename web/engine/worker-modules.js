/**
 * The modules of the worker, which it fetches all at once instead of one generation of imports after the other. Written by
 * `node tests/modules.mjs`.
 *
 * @module
 */

export default [
    "decoding.js",
    "download.js",
    "failure.js",
    "fused.js",
    "gpu.js",
    "grey.js",
    "models.js",
    "photos.js",
    "thread-count.js",
    "threads.js",
    "turns.js",
    "unknown.js",
    "worker.js",
];
