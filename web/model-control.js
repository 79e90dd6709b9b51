/**
 * Which model explains: changing it, opening one of the visitor's own, remembering it or not.
 *
 * @module
 */

import { domainOf, keepsPicture } from "./catalogue.js";
import { EngineError, Superseded } from "./engine.js";
import { ModelPicker } from "./ui/models.js";
import * as status from "./ui/status.js";

/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./protocol.js").Loaded} Loaded */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("./shelf.js").Shelf} Shelf */

/**
 * @typedef {object} Handlers
 * @property {() => void} changing The model begins to change.
 * @property {(loaded: Loaded, keeps: boolean) => void} loaded Another model is in use; `keeps` says whether it may
 *     explain what the one before was shown.
 * @property {() => void} failed The model before is still in use.
 * @property {() => void} lost The engine is gone; whichever model starts next is in use.
 * @property {(entry: Entry, keeps: boolean) => void} startWith No engine runs: one is to start with this model.
 * @property {(entry: Entry) => void} chosen What the picker shows has changed; the model may not be there yet.
 */

export class ModelControl {
    #shelf;
    #domains;
    #engine;
    #handlers;
    /** @type {Entry} */
    #chosen;
    #picker;
    /** One change at a time: a second one finds the first one's model in use. @type {Promise<unknown>} */
    #turn = Promise.resolve();

    /**
     * @param {Shelf} shelf
     * @param {import("./catalogue.js").Domain[]} domains
     * @param {Engine} engine Starts with the model of `first`.
     * @param {Entry} first
     * @param {Handlers} handlers
     */
    constructor(shelf, domains, engine, first, handlers) {
        this.#shelf = shelf;
        this.#domains = domains;
        this.#engine = engine;
        this.#chosen = first;
        this.#handlers = handlers;
        this.#picker = new ModelPicker(domains, {
            choose: (entry) => void this.#change(entry),
            open: (files) => void this.open(files),
            remember: (entry, keep) => void this.#remember(entry, keep),
            remove: (entry) => void this.#remove(entry),
        });
        this.#show();
        void shelf.recall().then(() => this.#show());
    }

    /** Models that ship with the page and look at other things, one per domain; each explains what is on show. */
    others() {
        const here = domainOf(this.#chosen);
        return this.#domains
            .filter(({ id }) => id !== here)
            .flatMap(({ id, title }) => {
                const entry = this.#shelf.entries.find((candidate) => domainOf(candidate) === id);
                return entry ? [{ title, explain: () => void this.#change(entry, true) }] : [];
            });
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
     * @param {boolean} [asked] Whether the visitor wants it to explain what is on show.
     * @returns {Promise<boolean>}
     */
    #change(entry, asked = false) {
        const change = this.#turn.then(() => this.#changeNow(entry, asked));
        this.#turn = change.catch(() => {});
        return change;
    }

    /**
     * @param {Entry} entry
     * @param {boolean} asked
     * @returns {Promise<boolean>}
     */
    async #changeNow(entry, asked) {
        status.clearFailure();
        this.#picker.showNotes([]);
        const before = this.#chosen;
        this.#handlers.changing();
        try {
            const loaded = await this.#load(entry);
            if (!loaded) {
                this.#chosen = entry;
                this.#handlers.startWith(entry, keepsPicture(before, entry, false));
                return true;
            }
            this.#chosen = entry;
            this.#handlers.loaded(loaded, asked || keepsPicture(before, entry, loaded.card.medical ?? false));
            return true;
        } catch (error) {
            if (error instanceof EngineError) {
                this.#handlers.failed();
            } else {
                this.#handlers.lost();
            }
            report(error);
            return false;
        } finally {
            status.hideProgress();
            this.#show();
        }
    }

    /**
     * Loads a model into the engine; null where none runs: the model before could not even be started with.
     * @param {Entry} entry
     * @returns {Promise<Loaded | null>}
     */
    async #load({ model }) {
        try {
            return this.#engine.running ? await this.#engine.load(model) : null;
        } catch (error) {
            if (!(error instanceof Superseded)) {
                throw error;
            }
            // Its worker broke, or gave way to another one, for reasons of its own: the choice holds.
            status.clearFailure();
            return this.#engine.running ? this.#engine.load(model) : null;
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
        this.#handlers.chosen(this.#chosen);
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
