/**
 * A magnifying glass over the photo, without the evidence: for lesions that are smaller than a cell. What it shows is
 * drawn from the photo at its full resolution, the newest place only.
 *
 * @module
 */

import { glassAt } from "../evidence/lens.js";
import { make } from "./dom.js";

/** @typedef {import("../engine/protocol.js").Painted} Painted */
/** @typedef {import("../engine/protocol.js").Rect} Rect */

/**
 * @typedef {object} Shown
 * @property {{x: number, y: number, touch: boolean}} at A point of the frame.
 * @property {import("../evidence/zoom.js").Geometry} geometry
 * @property {{width: number, height: number}} photo
 * @property {string} picture Key of what the photo looks like.
 * @property {{width: number, height: number}} frame
 */

export class Lens {
    #draw;
    #canvas = make("canvas");
    #root = make("div", { className: "lens", attributes: { "aria-hidden": true } }, [this.#canvas]);
    /** @type {Shown | null} */
    #shown = null;
    /** What the canvas holds. */
    #drawn = "";
    #drawing = false;

    /** @param {(part: Rect, width: number, height: number) => Promise<Painted | null>} draw */
    constructor(draw) {
        this.#draw = draw;
        this.#root.hidden = true;
    }

    get root() {
        return this.#root;
    }

    /** @param {Shown | null} shown Nothing: it is put away. */
    show(shown) {
        this.#shown = shown;
        if (!shown) {
            this.#root.hidden = true;
            this.#drawn = "";
            return;
        }
        void this.#paint();
    }

    async #paint() {
        if (this.#drawing) {
            return;
        }
        this.#drawing = true;
        try {
            for (;;) {
                const shown = this.#shown;
                const key = JSON.stringify(shown);
                if (!shown || key === this.#drawn) {
                    break;
                }
                const glass = glassAt(shown.at, shown.geometry, shown.photo, shown.frame);
                const density = devicePixelRatio || 1;
                const pixels = (/** @type {number} */ length) => Math.max(1, Math.round(length * density));
                const { part, inside, rect } = glass;
                const painted = part && (await this.#draw(part, pixels(inside.width), pixels(inside.height)));
                if (!this.#shown || this.#shown.picture !== shown.picture) {
                    // Put away meanwhile, or over another picture by now.
                    continue;
                }
                this.#drawn = key;
                this.#canvas.width = this.#canvas.height = pixels(rect.width);
                if (painted) {
                    const image = new ImageData(painted.pixels, painted.width, painted.height);
                    this.#canvas.getContext("2d")?.putImageData(image, Math.round(inside.x * density), Math.round(inside.y * density));
                }
                // Moved and painted together: what is in the glass is always what lies under it.
                Object.assign(this.#root.style, {
                    left: `${rect.x}px`,
                    top: `${rect.y}px`,
                    width: `${rect.width}px`,
                    height: `${rect.height}px`,
                });
                this.#root.dataset.part = part ? [part.x, part.y, part.width, part.height].map((value) => value.toFixed(2)).join(" ") : "";
                this.#root.hidden = painted === null;
            }
        } finally {
            this.#drawing = false;
        }
    }
}
