/**
 * A question before something is done that loses what a visitor has written or answered, or shows what was to stay hidden. It stands on the page, where it was
 * asked for: nothing waits for it, and "no" has the focus.
 *
 * @module
 */

import { t } from "../text/index.js";
import { button, make } from "./dom.js";

export class Sure {
    root = make("div", { className: "row sure", attributes: { role: "group" } });

    constructor() {
        this.root.addEventListener("keydown", (event) => {
            if (event.key === "Escape") {
                event.preventDefault();
                event.stopPropagation();
                this.#no();
            }
        });
    }

    /** Where the focus was. @type {Element | null} */
    #before = null;

    /**
     * @param {string} question
     * @param {() => void} act What is done after a "yes".
     * @param {{yes: string, no: string}} [words] On the buttons.
     */
    ask(question, act, words = { yes: t("sure.yes"), no: t("sure.no") }) {
        this.#before = document.activeElement;
        const no = button(words.no, () => this.#no(), { className: "sure-no" });
        const yes = button(words.yes, () => {
            this.#no();
            act();
        }, { className: "sure-yes" });
        this.root.replaceChildren(make("p", { text: question, attributes: { role: "status" } }), yes, no);
        no.focus({ preventScroll: true });
        this.root.scrollIntoView({ block: "nearest" });
    }

    /** Nothing is asked any more. */
    clear() {
        this.root.replaceChildren();
    }

    #no() {
        this.clear();
        if (this.#before instanceof HTMLElement) {
            this.#before.focus({ preventScroll: true });
        }
    }
}
