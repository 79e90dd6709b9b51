/**
 * One of the threads that compute with the engine: it has the engine's module and memory, and waits in there for work as long
 * as it lives.
 *
 * @module
 */

addEventListener("message", async (/** @type {MessageEvent<import("../protocol.js").Thread>} */ { data }) => {
    const { glue, module, memory } = data;
    try {
        const softcam = /** @type {typeof import("../../../pkg/softcam_threads.js")} */ (await import(glue));
        await softcam.default({ module_or_path: module, memory });
        // Once it runs, it asks for nothing more, and could not tell of it.
        const entries = performance.getEntriesByType("resource").map((entry) => entry.toJSON());
        postMessage({ origin: performance.timeOrigin, entries });
        postMessage("runs");
        softcam.runThread();
    } catch (error) {
        // What is thrown within a promise is no error of the worker, which is what the page hears.
        reportError(error);
    }
});
