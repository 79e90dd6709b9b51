/**
 * "Why not something else?": searching all classes, and what the evidence says against the one that was meant.
 *
 * @module
 */

import { classLanguage, className, searchClasses, searchedName } from "../evidence/classes.js";
import { t } from "../text/index.js";
import { button, make, newLabel } from "./dom.js";

const MATCHES = 6;

export class Search {
    #root;
    #onChosen;
    #input = make("input", { className: "search-input", attributes: { type: "search", autocomplete: "off", spellcheck: "false" } });
    #matches = make("ul", { className: "matches" });
    /** @type {string[]} */
    #names = [];

    /**
     * @param {HTMLElement} root
     * @param {(index: number) => void} onChosen
     * @param {string} [label]
     */
    constructor(root, onChosen, label = t("search.label")) {
        this.#root = root;
        this.#onChosen = onChosen;
        root.classList.add("search");
        this.#input.id = newLabel();
        this.#input.placeholder = t("search.example");
        this.#matches.setAttribute("aria-label", t("search.matches"));
        root.replaceChildren(make("label", { text: label, attributes: { for: this.#input.id } }), this.#input, this.#matches);
        this.#input.addEventListener("input", () => this.#showMatches());
        this.#input.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                this.#matches.querySelector("button")?.click();
            } else if (event.key === "ArrowDown") {
                event.preventDefault();
                this.#matches.querySelector("button")?.focus();
            }
        });
        this.#matches.addEventListener("keydown", (event) => this.#walk(event));
    }

    /** @param {string[]} names Of the classes; nothing where all of them are listed anyway. */
    show(names) {
        this.#root.hidden = names.length === 0;
        if (names !== this.#names) {
            this.#names = names;
            this.#clear();
        }
    }

    #clear() {
        this.#input.value = "";
        this.#matches.replaceChildren();
    }

    /** Up and down through the matches, and back into the field. @param {KeyboardEvent} event */
    #walk(event) {
        const buttons = Array.from(this.#matches.querySelectorAll("button"));
        const from = buttons.findIndex((button) => button === document.activeElement);
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const to = from + (event.key === "ArrowDown" ? 1 : -1);
            (to < 0 ? this.#input : buttons[Math.min(to, buttons.length - 1)]).focus();
        }
    }

    #showMatches() {
        const query = this.#input.value;
        const all = searchClasses(this.#names.map(searchedName), query, Infinity);
        const found = all.slice(0, MATCHES);
        const lines = found.map((index) =>
            make("li", {}, [
                button(
                    className(this.#names[index]),
                    () => {
                        this.#clear();
                        this.#input.focus();
                        this.#onChosen(index);
                    },
                    { attributes: { lang: classLanguage(this.#names[index]) } },
                ),
            ]),
        );
        if (query.trim() && found.length === 0) {
            lines.push(make("li", { text: t("search.none") }));
        }
        if (all.length > found.length) {
            lines.push(make("li", { text: t("search.more", { found: found.length, all: all.length }) }));
        }
        this.#matches.replaceChildren(...lines);
    }
}
