/**
 * The models that this worker holds, by identifier, the one that was asked last at the end.
 *
 * @module
 */

import { download } from "./download.js";
import { FailureError } from "./failure.js";
import { UnknownError } from "./unknown.js";

/** @typedef {import("../protocol.js").ModelSource} ModelSource */
/** @typedef {import("../../../pkg/softcam_web.js").Model} Model */
/** @typedef {import("../../../pkg/softcam_web.js").Engine} Engine */

/** How many stay: two that are compared, and the one before. */
const KEPT = 3;
/** So that the same layers are shuffled in the same way each time. */
export const SEED = 1;

export class Models {
    /** @type {Map<string, {model: Model, file: Blob}>} */
    #models = new Map();
    /** The one whose weights were shuffled last. @type {{key: string, model: Model} | null} */
    #shuffled = null;

    /** @param {string} id */
    has(id) {
        return this.#models.has(id);
    }

    /** Whether it is still there. @param {Model} model */
    holds(model) {
        return this.#shuffled?.model === model || [...this.#models.values()].some((held) => held.model === model);
    }

    /** @param {string} id Of a model; where it is not there any more, whoever asked is told to bring it along. */
    find(id) {
        const found = this.#models.get(id);
        if (!found) {
            throw new UnknownError("model");
        }
        this.#models.delete(id);
        this.#models.set(id, found);
        return found;
    }

    /**
     * @param {string} id
     * @param {Model} model
     * @param {Uint8Array<ArrayBuffer>} bytes Of its file.
     */
    keep(id, model, bytes) {
        this.#models.get(id)?.model.free();
        this.#models.delete(id);
        this.#models.set(id, { model, file: new Blob([bytes]) });
        for (const [old, { model }] of this.#models) {
            if (this.#models.size <= KEPT) {
                break;
            }
            model.free();
            this.#models.delete(old);
        }
    }

    /**
     * A model whose last layers have shuffled weights.
     * @param {Engine} engine
     * @param {string} id Of a model that is there.
     * @param {number} count How many layers.
     */
    async shuffled(engine, id, count) {
        const key = `${id} ${count}`;
        if (this.#shuffled?.key !== key) {
            const bytes = await readFile(this.find(id).file);
            const model = await engine.loadShuffled(bytes, count, SEED);
            this.#shuffled?.model.free();
            this.#shuffled = { key, model };
        }
        return this.#shuffled.model;
    }
}

/**
 * @param {ModelSource} source
 * @param {string} folder Of the models that ship with the page.
 * @param {import("./download.js").Progress} progress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function bytesOf(source, folder, progress) {
    if ("blob" in source) {
        return readFile(source.blob);
    }
    return download(new URL(source.file, folder).href, source, progress);
}

/**
 * @param {Blob} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readFile(file) {
    const buffer = await file.arrayBuffer().catch((error) => {
        throw new FailureError({
            fault: "model",
            code: "file-unreadable",
            values: { reason: error.message },
            message: `The file could not be read (${error.message}).`,
            advice: "Check that it still exists and is not larger than this machine's memory.",
        });
    });
    return new Uint8Array(buffer);
}
