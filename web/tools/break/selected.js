/**
 * One of the things that lie on the picture: which one, and sliders that move, enlarge and turn it.
 *
 * @module
 */

import { moved, outlineOf, rounded } from "../../engine/patches.js";
import { t } from "../../text/index.js";
import { button, make, newLabel, setText } from "../../ui/dom.js";
import { SLIDERS } from "./board.js";

/** @typedef {import("../../engine/protocol.js").Patch} Patch */
/** @typedef {import("./board.js").Slider} Slider */
/** @typedef {import("./board.js").Board} Board */

/**
 * @typedef {object} Handlers
 * @property {(selected: number) => void} select
 * @property {() => void} remove The one that is selected.
 * @property {() => void} clear
 * @property {() => Board} board What lies there now.
 * @property {(photo: string) => string} nameOf A picture that a piece was cut out of.
 */

export class Selected {
    #handlers;
    #dragged;
    #which = make("select", { className: "break-which" });
    /** @type {Map<Slider, {input: HTMLInputElement, output: HTMLOutputElement, root: HTMLElement}>} */
    #sliders = new Map();
    #listed = "";

    /**
     * @param {import("../../ui/dragged.js").Dragged<Board>} dragged
     * @param {Handlers} handlers
     */
    constructor(dragged, handlers) {
        this.#dragged = dragged;
        this.#handlers = handlers;
        this.#which.id = newLabel();
        this.#which.addEventListener("change", () => handlers.select(Number(this.#which.value)));
        this.root = make("div", { className: "break-one" }, [
            make("div", { className: "break-row" }, [make("label", { text: t("break.which"), attributes: { for: this.#which.id } }), this.#which]),
            .../** @type {Slider[]} */ (Object.keys(SLIDERS)).map((name) => this.#slider(name)),
            make("div", { className: "row" }, [
                button(t("break.remove"), () => handlers.remove(), { className: "break-remove" }),
                button(t("break.clear"), () => handlers.clear(), { className: "break-clear" }),
            ]),
        ]);
    }

    /** @param {Slider} name */
    #slider(name) {
        const { least, most, step } = SLIDERS[name];
        const input = make("input", { attributes: { id: newLabel(), type: "range", min: least, max: most, step, "data-slider": name } });
        const output = make("output", { attributes: { for: input.id } });
        this.#dragged.follow(input, (value) => {
            const { patches, selected } = this.#handlers.board();
            return { patches: patches.map((patch, at) => (at === selected ? withValue(patch, name, value) : patch)), selected };
        });
        const root = make("div", { className: "break-row" }, [make("label", { text: t(`break.${name}`), attributes: { for: input.id } }), input, output]);
        this.#sliders.set(name, { input, output, root });
        return root;
    }

    /** @param {Board} board */
    show({ patches, selected }) {
        this.root.hidden = patches.length === 0;
        const patch = patches[selected];
        if (!patch) {
            return;
        }
        const names = patches.map((each, at) => `${at + 1}: ${this.#nameOf(each)}`);
        const listed = JSON.stringify(names);
        if (listed !== this.#listed) {
            this.#listed = listed;
            this.#which.replaceChildren(...names.map((text, at) => make("option", { text, attributes: { value: at } })));
        }
        this.#which.value = String(selected);
        for (const [name, { input, output, root }] of this.#sliders) {
            const value = valueOf(patch, name);
            root.hidden = value === null;
            if (value !== null) {
                const text = name === "turn" ? t("break.degrees", { value }) : t("break.percent", { value: Math.round(100 * value) });
                if (document.activeElement !== input || !this.#dragged.dragging) {
                    input.value = String(value);
                }
                setText(output, text);
                input.setAttribute("aria-valuetext", text);
            }
        }
    }

    /** @param {Patch} patch */
    #nameOf(patch) {
        if (patch.kind === "sticker") {
            return t(`break.shape.${patch.shape}`);
        }
        return patch.kind === "stroke" ? t("break.stroke") : t("break.piece-of", { name: this.#handlers.nameOf(patch.photo) });
    }
}

/**
 * Where a slider stands; nothing where a patch has none such.
 * @param {Patch} patch
 * @param {Slider} name
 */
function valueOf(patch, name) {
    if (patch.kind !== "stroke") {
        return patch[name];
    }
    if (name !== "x" && name !== "y") {
        return null;
    }
    const { x, y } = outlineOf(patch, { width: 1, height: 1 });
    return rounded(name === "x" ? x : y);
}

/**
 * @template {Patch} P
 * @param {P} patch
 * @param {Slider} name
 * @param {number} value
 * @returns {P}
 */
function withValue(patch, name, value) {
    if (name === "x" || name === "y") {
        const by = value - (valueOf(patch, name) ?? value);
        return moved(patch, name === "x" ? by : 0, name === "y" ? by : 0);
    }
    return { ...patch, [name]: value };
}
