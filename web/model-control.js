/**
 * Which model explains: changing it, opening one of the visitor's own, remembering it or not.
 *
 * @module
 */

import { EngineError, Superseded } from "./engine.js";
import { ModelPicker } from "./ui/models.js";
import * as status from "./ui/status.js";

/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("./shelf.js").Shelf} Shelf */

export class ModelControl {
    #shelf;
    #engine;
    #onLoaded;
    /** @type {Entry} */
    #chosen;
    #picker = new ModelPicker({
        choose: (entry) => void this.#change(entry),
        open: (files) => void this.open(files),
        remember: (entry, keep) => void this.#remember(entry, keep),
        remove: (entry) => void this.#remove(entry),
    });

    /**
     * @param {Shelf} shelf
     * @param {Engine} engine Starts with the shelf's first model.
     * @param {(loaded: Loaded) => void} onLoaded Another model is in use.
     */
    constructor(shelf, engine, onLoaded) {
        this.#shelf = shelf;
        this.#engine = engine;
        this.#onLoaded = onLoaded;
        [this.#chosen] = shelf.entries;
        this.#show();
        void shelf.recall().then(() => this.#show());
    }

    /**
     * Opens a model of the visitor's own, converting it where that is needed, and changes to it.
     * @param {File[]} files One model, and its description in JSON if there is one.
     */
    async open(files) {
        const isDescription = (/** @type {File} */ { name }) => name.toLowerCase().endsWith(".json");
        const [file, ...others] = files.filter((candidate) => !isDescription(candidate));
        const description = files.find(isDescription);
        status.clearFailure();
        if (!file || others.length > 0) {
            const advice = "Choose one .safetensors file, with its description (.json) if there is one.";
            status.showFailure({ fault: "request", message: "That is not one model.", advice });
            return;
        }
        status.showPreparing(`Opening ${file.name}`);
        try {
            const opened = await this.#engine.open(file, description ? await description.text() : null);
            const entry = this.#shelf.add({ title: opened.title, blob: new Blob([opened.bytes]) });
            if (await this.#change(entry)) {
                this.#picker.showNotes(opened.notes);
            } else {
                await this.#shelf.remove(entry);
                this.#show();
            }
        } catch (error) {
            report(error);
        } finally {
            status.hideProgress();
        }
    }

    /**
     * Changes to a model; on failure, the one before it stays.
     * @param {Entry} entry
     * @returns {Promise<boolean>}
     */
    async #change(entry) {
        status.clearFailure();
        this.#picker.showNotes([]);
        try {
            this.#engine.cancelPictures();
            const loaded = await this.#engine.load(entry.model);
            this.#chosen = entry;
            this.#onLoaded(loaded);
            return true;
        } catch (error) {
            report(error);
            return false;
        } finally {
            status.hideProgress();
            this.#show();
        }
    }

    /**
     * @param {Entry} entry
     * @param {boolean} keep
     */
    async #remember(entry, keep) {
        try {
            await (keep ? this.#shelf.remember(entry) : this.#shelf.forget(entry));
        } catch (error) {
            const message = `This browser would not ${keep ? "keep" : "forget"} the model (${error}).`;
            status.showFailure({ fault: "request", message, advice: "It stays for this visit." });
        }
        this.#show();
    }

    /** @param {Entry} entry */
    async #remove(entry) {
        const [first] = this.#shelf.entries;
        if (await this.#change(first)) {
            await this.#shelf.remove(entry);
            this.#show();
        }
    }

    #show() {
        this.#picker.show(this.#shelf.entries, this.#chosen);
    }
}

/** @param {unknown} error */
function report(error) {
    if (error instanceof Superseded) {
        return;
    }
    if (!(error instanceof EngineError)) {
        throw error;
    }
    status.showFailure(error.failure);
}
