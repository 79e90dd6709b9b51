/**
 * Models of the visitor's own: opening, remembering, removing. Fetched when the first one comes.
 *
 * @module
 */

import { EngineError, Superseded } from "../engine/connection.js";
import { t } from "../text/index.js";

/** @typedef {import("./page.js").Page} Page */

export class OwnModels {
    #page;

    /** @param {Page} page */
    constructor(page) {
        this.#page = page;
    }

    /**
     * Opens a model, converting it where that is needed, and changes to it.
     * @param {File[]} files One model, and its description in JSON if there is one.
     * @returns {Promise<boolean>} Whether it is in use now.
     */
    async open(files) {
        const page = this.#page;
        const { status } = page;
        const isDescription = (/** @type {File} */ { name }) => name.toLowerCase().endsWith(".json");
        const [file, ...others] = files.filter((candidate) => !isDescription(candidate));
        const description = files.find(isDescription);
        status.clear();
        if (!file || others.length > 0) {
            status.fail({ fault: "request", message: t("own.not-one"), advice: t("own.choose-one") });
            return false;
        }
        status.preparing(t("own.opening", { name: file.name }));
        try {
            const text = description ? await description.text() : null;
            const onProgress = (/** @type {import("../engine/protocol.js").ConversionStep} */ { layer, done, total }) =>
                status.converting(layer, done, total);
            const opened = await page.engine.ask("open", { file, description: text }, { onProgress });
            const entry = page.shelf.add({ title: opened.title, name: file.name, blob: new Blob([opened.bytes]) });
            try {
                // A file that opens may still not load; then the model before stays.
                await page.engine.load(entry.id);
            } catch (error) {
                await page.shelf.remove(entry);
                throw error;
            }
            page.notes = { model: entry.id, notes: opened.notes };
            await page.chooseModel(entry);
            return true;
        } catch (error) {
            if (error instanceof EngineError) {
                status.fail(error.failure, { what: `${file.name}:` });
            } else if (!(error instanceof Superseded)) {
                throw error;
            }
            return false;
        } finally {
            status.done();
            page.refresh();
        }
    }

    /**
     * Says that this device would not remember the model in use, or not forget it.
     * @param {boolean} keep
     * @param {unknown} error
     */
    notStored(keep, error) {
        const message = t(keep ? "own.not-kept" : "own.not-forgotten", { reason: String(error) });
        this.#page.status.fail({ fault: "request", message, advice: t("own.for-this-visit") });
    }

    /** Removes the model in use. */
    async remove() {
        const { entry, shelf } = this.#page;
        this.#page.forgetModel(entry.id);
        await shelf.remove(entry);
        this.#page.refresh();
    }
}
