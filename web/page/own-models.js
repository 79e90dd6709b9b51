/**
 * Models of the visitor's own: opening, remembering, removing. Fetched when the first one comes.
 *
 * @module
 */

import { EngineError, Superseded } from "../engine/connection.js";
import { openModel } from "../engine/opening.js";
import { t } from "../text/index.js";

/** @typedef {import("./page.js").Page} Page */

/** Files that say something about a model: its card, settings, the names of its classes. @param {File} file */
function isDescription({ name }) {
    return /\.(json|txt|csv|tsv)$/i.test(name);
}

export class OwnModels {
    #page;

    /** @param {Page} page */
    constructor(page) {
        this.#page = page;
    }

    /**
     * Opens a model, converting it where that is needed, and changes to it. Without a model among the files, they describe the
     * visitor's own model that is in use, as a list of its classes does.
     * @param {File[]} files One model, and what describes it.
     * @returns {Promise<boolean>} Whether it is in use now.
     */
    async open(files) {
        const page = this.#page;
        const { status } = page;
        const descriptions = files.filter(isDescription);
        const [file, ...others] = files.filter((candidate) => !isDescription(candidate));
        status.clear();
        const texts = Promise.all(descriptions.map((description) => description.text()));
        if (!file && descriptions.length > 0 && page.entry.own) {
            return this.#describe(page.entry, await texts, descriptions[0].name);
        }
        if (!file || others.length > 0) {
            status.fail({ fault: "request", message: t("own.not-one"), advice: t("own.choose-one") });
            return false;
        }
        return (await this.#take(file, texts, file.name)) !== null;
    }

    /** @param {boolean} several Whether several classes of the model in use may be right at once. */
    async several(several) {
        const { entry, notes } = this.#page;
        if (notes.model === entry.id && !several) {
            // That is what was assumed.
            this.#page.notes = { ...notes, asksActivation: false };
            this.#page.refresh();
        }
        const loaded = await this.#page.engine.load(entry.id).catch(() => null);
        const activation = several ? "sigmoid" : "softmax";
        if (entry.own && loaded && (loaded.card.activation ?? "softmax") !== activation) {
            await this.#describe(entry, [JSON.stringify({ activation })], loaded.card.title);
        }
    }

    /**
     * Says more about a model of the visitor's; it takes the place of the one before.
     * @param {import("./shelf.js").Entry} entry
     * @param {string[]} texts
     * @param {string} name What the visitor knows it by.
     * @returns {Promise<boolean>} Whether that is in use now.
     */
    async #describe(entry, texts, name) {
        if (!("blob" in entry.model)) {
            return false;
        }
        const { shelf } = this.#page;
        const described = await this.#take(entry.model.blob, Promise.resolve(texts), name, entry.model.name);
        if (described) {
            if (entry.remembered) {
                await shelf.remember(described).catch((error) => this.notStored(true, error));
            }
            await shelf.remove(entry);
            this.#page.refresh();
        }
        return described !== null;
    }

    /**
     * Opens a model and changes to it.
     * @param {Blob} file
     * @param {Promise<string[]>} texts
     * @param {string} name
     * @param {string} [fileName] Of the model, where that is another.
     * @returns {Promise<import("./shelf.js").Entry | null>} Nothing where it failed.
     */
    async #take(file, texts, name, fileName = name) {
        const page = this.#page;
        const { status } = page;
        status.preparing(t("own.opening", { name }));
        try {
            const onProgress = (/** @type {import("../engine/protocol.js").ConversionStep} */ { layer, done, total }) =>
                status.converting(layer, done, total);
            const opened = await openModel(page.engine.assets, { file, descriptions: await texts }, { onProgress });
            const entry = page.shelf.add({ title: opened.title, name: fileName, blob: new Blob([opened.bytes]) });
            try {
                // A file that opens may still not load; then the model before stays.
                await page.engine.load(entry.id);
            } catch (error) {
                await page.shelf.remove(entry);
                throw error;
            }
            page.notes = { model: entry.id, notes: opened.notes, asksActivation: opened.asksActivation };
            await page.chooseModel(entry);
            return entry;
        } catch (error) {
            if (error instanceof EngineError) {
                status.fail(error.failure, { what: `${name}:` });
            } else if (!(error instanceof Superseded)) {
                throw error;
            }
            return null;
        } finally {
            status.done();
            page.refresh();
        }
    }

    /**
     * Puts a model that was made on this page onto the shelf, and uses it for the picture on show. An earlier one that it takes
     * the place of goes, unless this device remembers it.
     * @param {import("../engine/protocol.js").OwnModel} model
     * @param {string | null} before Identifier of that one.
     * @returns {Promise<string | null>} Its identifier; nothing where it could not be loaded, which is said.
     */
    async adopt(model, before) {
        const { shelf, engine } = this.#page;
        const entry = shelf.add(model, true);
        try {
            await engine.load(entry.id);
        } catch (error) {
            await shelf.remove(entry);
            this.#page.fail(error);
            return null;
        }
        await this.#page.chooseModel(entry, true);
        const old = shelf.find(before ?? "");
        if (old && !old.remembered) {
            await shelf.remove(old);
        }
        this.#page.refresh();
        return entry.id;
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
