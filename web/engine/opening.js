/**
 * Model files of the visitor's own, as the page opens them: in a worker of its own, with a module of its own, which ends
 * afterwards, and the memory that a large file took with it.
 *
 * @module
 */

import { Aside } from "./aside.js";

/** @typedef {import("./protocol.js").OpeningQuestions} OpeningQuestions */

/** The engine itself goes on; the file is at fault. @type {import("./protocol.js").Failure} */
const STOPPED = {
    fault: "model",
    code: "opening-stopped",
    message: "What reads model files stopped unexpectedly at this one ({reason}).",
    advice: "Convert it with the command line, “softcam convert”, and open what that makes.",
};

/**
 * Reads a model file, or converts a float checkpoint.
 * @param {import("./protocol.js").Assets} assets
 * @param {OpeningQuestions["open"]["ask"]} asked
 * @param {{onProgress?: (step: import("./protocol.js").ConversionStep) => void}} [options]
 * @returns {Promise<import("./protocol.js").Opened>}
 */
export async function openModel(assets, asked, options) {
    const aside = new Aside(assets, ["opening-worker.js"], STOPPED);
    try {
        return await aside.ask("open", async () => ({ ask: asked, transfer: [], sent() {} }), options);
    } finally {
        aside.close();
    }
}
