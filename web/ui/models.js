/**
 * Choosing a model, opening one of one's own, and keeping it or not.
 *
 * @module
 */

import { byId, make } from "./dom.js";

/** @typedef {import("../shelf.js").Entry} Entry */

/**
 * @typedef {object} Handlers
 * @property {(entry: Entry) => void} choose
 * @property {(files: File[]) => void} open
 * @property {(entry: Entry, keep: boolean) => void} remember
 * @property {(entry: Entry) => void} remove
 */

export class ModelPicker {
    #select = byId("model", HTMLSelectElement);
    #own = byId("own-model", HTMLElement);
    #remember = byId("remember", HTMLInputElement);
    /** @type {Entry[]} */
    #entries = [];
    /** @type {Entry | null} */
    #chosen = null;

    /** @param {Handlers} handlers */
    constructor(handlers) {
        this.#select.addEventListener("change", () => {
            const entry = this.#entries.find(({ id }) => id === this.#select.value);
            if (entry) {
                handlers.choose(entry);
            }
        });
        const input = byId("model-file", HTMLInputElement);
        byId("open-model", HTMLButtonElement).addEventListener("click", () => input.click());
        input.addEventListener("change", () => {
            const files = Array.from(input.files ?? []);
            input.value = "";
            if (files.length > 0) {
                handlers.open(files);
            }
        });
        this.#remember.addEventListener("change", () => {
            if (this.#chosen) {
                handlers.remember(this.#chosen, this.#remember.checked);
            }
        });
        byId("remove-model", HTMLButtonElement).addEventListener("click", () => {
            if (this.#chosen) {
                handlers.remove(this.#chosen);
            }
        });
    }

    /**
     * @param {Entry[]} entries
     * @param {Entry} chosen
     */
    show(entries, chosen) {
        this.#entries = entries;
        this.#chosen = chosen;
        this.#select.replaceChildren(
            ...entries.map(({ id, model, own }) => {
                const option = make("option", { text: own ? `${model.title} (yours)` : model.title });
                option.value = id;
                option.selected = id === chosen.id;
                return option;
            }),
        );
        this.#own.hidden = !chosen.own;
        this.#remember.checked = chosen.remembered;
    }

    /** @param {string[]} notes What there is to know about the model that was opened last. */
    showNotes(notes) {
        byId("model-notes", HTMLElement).replaceChildren(...notes.map((text) => make("li", { text })));
    }
}
