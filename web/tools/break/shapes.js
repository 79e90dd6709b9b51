/**
 * The stickers to choose from, drawn by the code that puts them onto the picture.
 *
 * @module
 */

import { SHAPES, paintPatches } from "../../engine/patches.js";
import { t } from "../../text/index.js";
import { make, newLabel, paint } from "../../ui/dom.js";

/** @typedef {typeof SHAPES[number]} Shape */

const SIDE = 64;

export class Shapes {
    root;
    /** @type {Map<Shape, {radio: HTMLInputElement, icon: HTMLCanvasElement}>} */
    #options = new Map();
    #drawn = "";

    /** @param {(shape: Shape) => void} choose */
    constructor(choose) {
        const name = newLabel();
        for (const shape of SHAPES) {
            const label = t(`break.shape.${shape}`);
            const radio = make("input", { attributes: { type: "radio", name, value: shape, "aria-label": label }, on: { change: () => choose(shape) } });
            this.#options.set(shape, { radio, icon: make("canvas", { attributes: { "aria-hidden": true } }) });
        }
        const labels = Array.from(this.#options, ([shape, { radio, icon }]) =>
            make("label", { attributes: { title: t(`break.shape.${shape}`) } }, [radio, make("span", {}, [icon])]),
        );
        this.root = make("div", { className: "shapes", attributes: { role: "radiogroup", "aria-label": t("break.shapes") } }, labels);
    }

    /** @param {Shape} chosen @param {string} colour */
    show(chosen, colour) {
        for (const [shape, { radio }] of this.#options) {
            radio.checked = shape === chosen;
        }
        if (colour !== this.#drawn) {
            this.#drawn = colour;
            for (const [shape, { icon }] of this.#options) {
                const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
                // Opaque where something is: what lies behind shows through elsewhere.
                const mask = new Uint8ClampedArray(4 * SIDE * SIDE);
                const patch = (/** @type {string} */ colour) => ({ kind: /** @type {const} */ ("sticker"), shape, colour, x: 0.5, y: 0.5, size: 0.94, turn: 0 });
                paintPatches(pixels, { width: SIDE, height: SIDE }, [patch(colour)], () => ({ pixels: [], width: 0, height: 0 }));
                paintPatches(mask.fill(255), { width: SIDE, height: SIDE }, [patch("#000000")], () => ({ pixels: [], width: 0, height: 0 }));
                for (let i = 0; i < pixels.length; i += 4) {
                    pixels[i + 3] = pixels[i] + pixels[i + 1] + pixels[i + 2] > 0 || mask[i] < 128 ? 255 : 0;
                }
                paint(icon, { width: SIDE, height: SIDE, pixels });
            }
        }
    }
}
