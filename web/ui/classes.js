/**
 * The list of what can be shown: of two classes, the one over the other and each alone; of more, the most likely ones and
 * any other that was searched for. A group of radio buttons, so that arrow keys move through it.
 *
 * @module
 */

import { choiceName } from "../decision.js";
import { percent, signed } from "../format.js";
import { searchClasses, topClasses } from "../ledger.js";
import { byId, make } from "./dom.js";

const LISTED = 5;
const MATCHES = 6;

/** @typedef {import("../decision.js").Choice} Choice */

/**
 * One line of the list.
 * @typedef {object} Line
 * @property {string} value Index of the class, or "over".
 * @property {string} name
 * @property {number | null} probability
 * @property {string} logit
 * @property {boolean} checked
 * @property {() => void} choose
 */

export class ClassList {
    #fieldset = byId("classes", HTMLFieldSetElement);
    #search = byId("search", HTMLInputElement);
    #matches = byId("matches", HTMLUListElement);
    /** @type {string[]} */
    #names = [];
    #title = "";
    /** Whether the class about to be shown came from the search, whose list goes away under the focus. */
    #focusChosen = false;
    /** @type {(shownClass: number, over?: boolean) => void} */
    #onChosen;

    /**
     * @param {(shownClass: number, over?: boolean) => void} onChosen `over` says whether its rival's evidence is
     *     subtracted; where it says nothing, that stays as it is.
     */
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
        this.#title = names.length === 2 ? "What the map shows" : "Most likely classes";
        // Where all of them are listed, there is nothing to search for.
        byId("search-box", HTMLElement).hidden = names.length <= LISTED;
        this.clear();
    }

    /** There is no answer. */
    clear() {
        this.clearSearch();
        this.#search.disabled = true;
        const empty = make("p", { className: "empty", text: "Nothing yet: choose a picture." });
        this.#fieldset.replaceChildren(make("legend", { text: this.#title }), empty);
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
     * @param {Choice} choice What is on show.
     * @param {number | null} positive Of two classes the one that is looked for.
     */
    show({ logits, probabilities }, choice, positive) {
        const { shownClass, against } = choice;
        /** @type {(index: number, over?: boolean) => Line} */
        const single = (index, over) => ({
            value: String(index),
            name: this.#names[index],
            probability: probabilities[index],
            logit: `logit ${signed(logits[index], 2)}`,
            checked: index === shownClass && (over === undefined || against === null),
            choose: () => this.#onChosen(index, over),
        });
        /** @type {Line[]} */
        let lines;
        if (positive === null) {
            const listed = topClasses(logits, LISTED);
            lines = (listed.includes(shownClass) ? listed : [...listed, shownClass]).map((index) => single(index));
        } else {
            const other = 1 - positive;
            const over = {
                value: "over",
                name: choiceName(this.#names, { shownClass: positive, against: other }),
                probability: null,
                logit: `difference of the logits ${signed(logits[positive] - logits[other], 2)}`,
                checked: against !== null,
                choose: () => this.#onChosen(positive, true),
            };
            lines = [over, single(positive, false), single(other, false)];
        }
        const hadFocus = this.#fieldset.contains(document.activeElement) || this.#focusChosen;
        this.#focusChosen = false;
        const rows = lines.map(row);
        this.#fieldset.replaceChildren(make("legend", { text: this.#title }), ...rows);
        this.#search.disabled = false;
        if (hadFocus) {
            const checked = this.#fieldset.querySelector("input:checked");
            /** @type {HTMLInputElement | null} */ (checked)?.focus();
        }
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

/** @param {Line} line */
function row({ value, name, probability, logit, checked, choose }) {
    const radio = make("input");
    radio.type = "radio";
    radio.name = "class";
    radio.value = value;
    radio.checked = checked;
    radio.addEventListener("change", choose);
    const parts = [radio, make("span", { className: "name", text: name })];
    if (probability === null) {
        return make("label", {}, [...parts, make("span", { className: "logit over", text: logit })]);
    }
    const fill = make("i");
    fill.style.transform = `scaleX(${probability})`;
    return make("label", {}, [
        ...parts,
        make("span", { className: "probability", text: percent(probability) }),
        make("span", { className: "logit", text: logit }),
        make("span", { className: "meter" }, [fill]),
    ]);
}
