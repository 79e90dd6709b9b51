/**
 * Choosing a model and its variant, opening one of one's own, and keeping it or not.
 *
 * @module
 */

import { domainOf } from "../catalogue.js";
import { TEACHING_TAG } from "../notice.js";
import { byId, make } from "./dom.js";

/** @typedef {import("../catalogue.js").Domain} Domain */
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
    #variants = byId("variants", HTMLFieldSetElement);
    #own = byId("own-model", HTMLElement);
    #remember = byId("remember", HTMLInputElement);
    #domains;
    #choose;
    /** @type {Entry[]} */
    #entries = [];
    /** @type {Entry | null} */
    #chosen = null;

    /**
     * @param {Domain[]} domains
     * @param {Handlers} handlers
     */
    constructor(domains, handlers) {
        this.#domains = domains;
        this.#choose = handlers.choose;
        this.#select.addEventListener("change", () => {
            const entry = this.#behind(this.#select.value);
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
     * One line per domain, whatever its number of variants, and one per model of the visitor's own.
     * @param {Entry[]} entries
     * @param {Entry} chosen
     */
    show(entries, chosen) {
        this.#entries = entries;
        this.#chosen = chosen;
        const shipped = this.#domains
            .filter(({ id }) => this.#of(id).length > 0)
            .map(({ id, title, medical }) => ({
                value: id,
                text: medical ? `${title} (${TEACHING_TAG})` : title,
                selected: domainOf(chosen) === id,
            }));
        const own = entries
            .filter((entry) => entry.own)
            .map(({ id, model }) => ({ value: id, text: `${model.title} (yours)`, selected: id === chosen.id }));
        this.#select.replaceChildren(
            ...[...shipped, ...own].map(({ value, text, selected }) => {
                const option = make("option", { text });
                option.value = value;
                option.selected = selected;
                return option;
            }),
        );
        this.#showVariants(chosen);
        byId("model-description", HTMLElement).textContent = "description" in chosen.model ? chosen.model.description : "";
        this.#own.hidden = !chosen.own;
        this.#remember.checked = chosen.remembered;
    }

    /** @param {string[]} notes What there is to know about the model that was opened last. */
    showNotes(notes) {
        byId("model-notes", HTMLElement).replaceChildren(...notes.map((text) => make("li", { text })));
    }

    /** @param {Entry} chosen */
    #showVariants(chosen) {
        const domain = domainOf(chosen);
        const variants = domain === null ? [] : this.#of(domain);
        const hadFocus = this.#variants.contains(document.activeElement);
        this.#variants.hidden = variants.length < 2;
        this.#variants.replaceChildren(
            make("legend", { text: "Variant" }),
            ...variants.map((entry) => {
                const radio = make("input");
                radio.type = "radio";
                radio.name = "variant";
                radio.value = entry.id;
                radio.checked = entry.id === chosen.id;
                radio.addEventListener("change", () => this.#choose(entry));
                return make("label", { className: "check" }, [radio, variantOf(entry) ?? ""]);
            }),
        );
        if (hadFocus) {
            const checked = this.#variants.querySelector("input:checked");
            /** @type {HTMLInputElement | null} */ (checked)?.focus();
        }
    }

    /**
     * The model behind a line: of a domain's, the variant that is in use elsewhere, or its first.
     * @param {string} value
     */
    #behind(value) {
        const variants = this.#of(value);
        const wanted = this.#chosen && variantOf(this.#chosen);
        const same = variants.find((entry) => variantOf(entry) === wanted);
        return same ?? variants[0] ?? this.#entries.find(({ id }) => id === value);
    }

    /** @param {string} domain */
    #of(domain) {
        return this.#entries.filter((entry) => domainOf(entry) === domain);
    }
}

/** @param {Entry} entry */
function variantOf({ model }) {
    return "variant" in model ? model.variant : null;
}
