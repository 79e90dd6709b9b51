/**
 * The settings beside the picture: how it is looked at, and how it is run.
 *
 * @module
 */

import { byId, make } from "./dom.js";

/** @typedef {import("../protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("../protocol.js").FitRule} FitRule */

/**
 * @typedef {object} Handlers
 * @property {() => void} look Opacity or greyness changed: nothing needs to be computed.
 * @property {() => void} draw The map has to be drawn again.
 * @property {() => void} run The picture has to be explained again.
 * @property {() => void} device
 */

export class Controls {
    #opacity = byId("opacity", HTMLInputElement);
    #grey = byId("grey", HTMLInputElement);
    #smooth = byId("smooth", HTMLInputElement);
    #contours = byId("contours", HTMLInputElement);
    #lock = byId("lock", HTMLInputElement);
    #against = byId("against", HTMLInputElement);
    #size = byId("size", HTMLSelectElement);
    #fit = byId("fit", HTMLSelectElement);
    #device = byId("device", HTMLSelectElement);

    /** @param {Handlers} handlers */
    constructor({ look, draw, run, device }) {
        this.#opacity.addEventListener("input", look);
        this.#grey.addEventListener("change", look);
        for (const control of [this.#smooth, this.#contours, this.#lock, this.#against]) {
            control.addEventListener("change", draw);
        }
        for (const control of [this.#size, this.#fit]) {
            control.addEventListener("change", run);
        }
        this.#device.addEventListener("change", device);
    }

    /** Opacity of the evidence, 0 to 1, and whether the photo is shown without its colours. */
    get look() {
        byId("opacity-value", HTMLOutputElement).value = `${this.#opacity.value} %`;
        return { opacity: Number(this.#opacity.value) / 100, grey: this.#grey.checked };
    }

    /** How a map is drawn. */
    get style() {
        return { smooth: this.#smooth.checked, contours: this.#contours.checked };
    }

    /** Whether the colour scale is kept from picture to picture. */
    get scaleLocked() {
        return this.#lock.checked;
    }

    /** Whether a rival's evidence is subtracted. */
    get against() {
        return this.#against.checked;
    }

    set against(checked) {
        this.#against.checked = checked;
    }

    /** @param {string | null} rival Name of the class that can be subtracted, if there is one. */
    offerAgainst(rival) {
        byId("against-label", HTMLElement).hidden = rival === null;
        byId("against-text", HTMLElement).textContent = rival === null ? "" : `Subtract the evidence for ${rival}`;
    }

    /** Side of the network's input and how the picture becomes a square. */
    get run() {
        return { size: Number(this.#size.value), fit: /** @type {FitRule} */ (this.#fit.value) };
    }

    /**
     * Offers what a model can take.
     * @param {import("../protocol.js").ModelCard["input"]} input
     * @param {number} wanted Side to choose if it is on offer.
     */
    offer({ sizes, size, fit }, wanted) {
        this.#size.replaceChildren(
            ...sizes.map((side) => {
                const option = make("option", { text: `${side} px${side === size ? " (as trained)" : ""}` });
                option.value = String(side);
                option.selected = side === (sizes.includes(wanted) ? wanted : size);
                return option;
            }),
        );
        // A fundus photograph's disc is nothing that a photo of a cat has.
        const disc = byId("fit-disc", HTMLOptionElement);
        disc.hidden = disc.disabled = fit !== "disc";
        this.#fit.value = fit;
        this.#size.disabled = this.#fit.disabled = false;
    }

    get device() {
        return /** @type {DevicePreference} */ (this.#device.value);
    }

    set device(device) {
        this.#device.value = device;
    }

    /** For people: how the picture becomes a square. */
    get fitName() {
        return this.#fit.selectedOptions[0]?.textContent ?? "";
    }
}
