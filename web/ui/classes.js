/**
 * The list of classes: the most likely ones, and any other that was searched for. A group of radio buttons, so that
 * arrow keys move through it.
 *
 * @module
 */

import { percent, signed } from "../format.js";
import { searchClasses, topClasses } from "../ledger.js";
import { byId, make } from "./dom.js";

const LISTED = 5;
const MATCHES = 6;

export class ClassList {
    #fieldset = byId("classes", HTMLFieldSetElement);
    #search = byId("search", HTMLInputElement);
    #matches = byId("matches", HTMLUListElement);
    /** @type {string[]} */
    #names = [];
    /** Whether the class about to be shown came from the search, whose list goes away under the focus. */
    #focusChosen = false;
    /** @type {(chosen: number) => void} */
    #onChosen;

    /** @param {(chosen: number) => void} onChosen */
    constructor(onChosen) {
        this.#onChosen = onChosen;
        this.#search.addEventListener("input", () => this.#showMatches());
        this.#search.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                this.#matches.querySelector("button")?.click();
            } else if (event.key === "ArrowDown") {
                event.preventDefault();
                this.#matches.querySelector("button")?.focus();
            }
        });
        this.#matches.addEventListener("keydown", (event) => this.#walk(event));
    }

    /** @param {string[]} names */
    setNames(names) {
        this.#names = names;
        this.clearSearch();
    }

    clearSearch() {
        this.#search.value = "";
        this.#matches.replaceChildren();
    }

    /** Up and down through the matches, and back into the field. @param {KeyboardEvent} event */
    #walk(event) {
        const buttons = Array.from(this.#matches.querySelectorAll("button"));
        const from = buttons.findIndex((button) => button === document.activeElement);
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const to = from + (event.key === "ArrowDown" ? 1 : -1);
            (to < 0 ? this.#search : buttons[Math.min(to, buttons.length - 1)]).focus();
        }
    }

    /**
     * @param {import("../protocol.js").Explained} explained
     * @param {number} chosen
     */
    show({ logits, probabilities }, chosen) {
        const listed = topClasses(logits, LISTED);
        if (!listed.includes(chosen)) {
            listed.push(chosen);
        }
        const hadFocus = this.#fieldset.contains(document.activeElement) || this.#focusChosen;
        this.#focusChosen = false;
        const rows = listed.map((index) => this.#row(index, logits[index], probabilities[index], index === chosen));
        this.#fieldset.replaceChildren(make("legend", { text: "Most likely classes" }), ...rows);
        this.#search.disabled = false;
        if (hadFocus) {
            const checked = this.#fieldset.querySelector("input:checked");
            /** @type {HTMLInputElement | null} */ (checked)?.focus();
        }
    }

    /**
     * @param {number} index
     * @param {number} logit
     * @param {number} probability
     * @param {boolean} checked
     */
    #row(index, logit, probability, checked) {
        const radio = make("input");
        radio.type = "radio";
        radio.name = "class";
        radio.value = String(index);
        radio.checked = checked;
        radio.addEventListener("change", () => this.#onChosen(index));
        const fill = make("i");
        fill.style.transform = `scaleX(${probability})`;
        return make("label", {}, [
            radio,
            make("span", { className: "name", text: this.#names[index] }),
            make("span", { className: "probability", text: percent(probability) }),
            make("span", { className: "logit", text: `logit ${signed(logit, 2)}` }),
            make("span", { className: "meter" }, [fill]),
        ]);
    }

    #showMatches() {
        const query = this.#search.value;
        const all = searchClasses(this.#names, query, Infinity);
        const found = all.slice(0, MATCHES);
        const buttons = found.map((index) => {
            const button = make("button", { text: this.#names[index] });
            button.type = "button";
            button.addEventListener("click", () => {
                this.#focusChosen = true;
                this.clearSearch();
                this.#onChosen(index);
            });
            return make("li", {}, [button]);
        });
        const none = query.trim() && found.length === 0;
        const lines = none ? [make("li", { text: "The model has no such class." })] : buttons;
        if (all.length > found.length) {
            lines.push(make("li", { text: `${found.length} of ${all.length}: type more to narrow them down.` }));
        }
        this.#matches.replaceChildren(...lines);
    }
}
