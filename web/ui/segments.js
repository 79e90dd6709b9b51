/**
 * A choice of one out of a few, as a row of radio buttons.
 *
 * @module
 */

import { make, newLabel } from "./dom.js";

export class Segments {
    root;
    /** @type {Map<string, {radio: HTMLInputElement, text: HTMLElement, label: HTMLElement}>} */
    #options = new Map();

    /**
     * @param {string} label What is chosen.
     * @param {readonly {value: string, text: string}[]} options
     * @param {(value: string) => void} choose
     */
    constructor(label, options, choose) {
        const name = newLabel();
        for (const { value, text } of options) {
            const radio = make("input", { attributes: { type: "radio", name, value }, on: { change: () => choose(value) } });
            const shown = make("span", { text });
            this.#options.set(value, { radio, text: shown, label: make("label", {}, [radio, shown]) });
        }
        const labels = Array.from(this.#options.values(), (option) => option.label);
        this.root = make("div", { className: "segments", attributes: { role: "radiogroup", "aria-label": label } }, labels);
    }

    /**
     * @param {string} chosen
     * @param {readonly string[]} [possible] Those on offer; all of them where nothing is said.
     */
    show(chosen, possible) {
        for (const [value, { radio, label }] of this.#options) {
            radio.checked = value === chosen;
            label.hidden = possible !== undefined && !possible.includes(value);
        }
    }
}
