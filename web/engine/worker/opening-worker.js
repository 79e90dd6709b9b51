/**
 * The worker for model files of the visitor's own: it reads one, or converts a float checkpoint.
 *
 * @module
 */

import { codeOf } from "./aside-code.js";
import { readFile } from "./models.js";
import { listen } from "./turns.js";

/** @typedef {import("../protocol.js").OpeningQuestions} OpeningQuestions */

const { codeAtHand, prepareCode } = /** @type {ReturnType<typeof codeOf<typeof import("../../../pkg/softcam_methods.js")>>} */ (codeOf("softcam_methods"));

/**
 * @type {{[T in keyof OpeningQuestions]:
 *     (payload: OpeningQuestions[T]["ask"], turn: import("./turns.js").Turn) => Promise<[OpeningQuestions[T]["answer"], Transferable[]?]>}}
 */
const ANSWERS = {
    async open({ file, descriptions }, { report }) {
        const bytes = await readFile(file);
        const { openModel } = await codeAtHand();
        const converted = await openModel(bytes, descriptions, (layer, done, total) => report({ layer, done, total }));
        const { title, notes, asksActivation } = converted;
        const buffer = /** @type {ArrayBuffer} */ (converted.bytes().buffer);
        converted.free();
        return [{ title, notes, asksActivation, bytes: buffer }, [buffer]];
    },
};

listen(ANSWERS, prepareCode);
