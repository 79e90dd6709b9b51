/**
 * The photo with the evidence over it, and the cursor that walks through the cells by mouse, touch or keyboard.
 *
 * @module
 */

import { cellAt, cellOnPhoto } from "../ledger.js";
import { byId, paint } from "./dom.js";

/** @typedef {import("../protocol.js").Explained} Explained */
/** @typedef {{row: number, column: number}} Cell */

/** @type {Record<string, [number, number]>} Arrow keys as steps of row and column. */
const STEPS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

export class Stage {
    #stage = byId("stage", HTMLElement);
    #canvases = byId("canvases", HTMLElement);
    #photo = byId("photo", HTMLCanvasElement);
    #overlay = byId("overlay", HTMLCanvasElement);
    #outline = byId("cell", HTMLElement);
    /** @type {Explained | null} */
    #explained = null;
    /** @type {Cell | null} */
    #cell = null;
    /** @type {(cell: Cell | null, unseen: boolean) => void} */
    #onCell;

    /**
     * @param {(cell: Cell | null, unseen: boolean) => void} onCell The cursor moved to a cell, to a part of the photo
     *     that the network did not see, or left.
     */
    constructor(onCell) {
        this.#onCell = onCell;
        this.#canvases.addEventListener("pointermove", (event) => this.#point(event));
        this.#canvases.addEventListener("pointerdown", (event) => this.#point(event));
        this.#canvases.addEventListener("pointerleave", (event) => {
            // A finger that lifts leaves its reading on show.
            if (event.pointerType === "mouse") {
                this.#select(null);
            }
        });
        this.#stage.addEventListener("keydown", (event) => this.#key(event));
    }

    /** The photo and its evidence as one picture. */
    get layers() {
        return { photo: this.#photo, overlay: this.#overlay };
    }

    /**
     * Shows the photo and its evidence together, so that neither is ever seen with the other's.
     * @param {Explained} explained
     * @param {import("../protocol.js").Painted} overlay
     */
    show(explained, overlay) {
        if (explained !== this.#explained) {
            this.#explained = explained;
            paint(this.#photo, explained.view);
            const { width, height } = explained.view;
            this.#canvases.style.setProperty("--ratio", String(width / height));
            this.#select(null);
        }
        paint(this.#overlay, overlay);
        this.#canvases.hidden = false;
        this.#stage.classList.add("filled");
        byId("invitation", HTMLElement).hidden = true;
    }

    /**
     * Shows the photo alone: there is no evidence that means anything. None of an earlier photo stays either.
     * @param {Explained} explained
     */
    withhold(explained) {
        this.#select(null);
        this.#explained = null;
        paint(this.#photo, explained.view);
        const { width, height } = explained.view;
        this.#canvases.style.setProperty("--ratio", String(width / height));
        this.#overlay.width = this.#overlay.height = 0;
        this.#canvases.hidden = false;
        this.#stage.classList.add("filled");
        byId("invitation", HTMLElement).hidden = true;
        this.describe("Picture without evidence: the model does not know pictures like it");
    }

    /** No picture at all. */
    clear() {
        this.#select(null);
        this.#explained = null;
        this.#overlay.width = this.#overlay.height = 0;
        this.#canvases.hidden = true;
        this.#stage.classList.remove("filled");
        byId("invitation", HTMLElement).hidden = false;
        this.describe("No picture yet");
    }

    /** @param {string | null} text What stands over the picture, and covers none of it, for as long as it is on show. */
    warn(text) {
        // As with the notice: on a narrow page the answer is a screen below the picture.
        for (const id of ["warning", "warning-answer"]) {
            const warning = byId(id, HTMLElement);
            warning.hidden = text === null;
            warning.textContent = text ?? "";
        }
    }

    /** @param {string} text */
    describe(text) {
        this.#stage.setAttribute("aria-label", text);
    }

    /** Reads the cell under the cursor once more: it may hold another map's evidence now. */
    reread() {
        if (this.#cell) {
            this.#onCell(this.#cell, false);
        }
    }

    /** @param {{opacity: number, grey: boolean}} look Opacity of the evidence, 0 to 1; the photo without its colours. */
    setLook({ opacity, grey }) {
        this.#overlay.style.opacity = String(opacity);
        this.#canvases.classList.toggle("grey", grey);
    }

    /** @param {PointerEvent} event */
    #point(event) {
        if (!this.#explained) {
            return;
        }
        const box = this.#canvases.getBoundingClientRect();
        const { width, height } = this.#explained.placement.photo;
        const x = ((event.clientX - box.left) / box.width) * width;
        const y = ((event.clientY - box.top) / box.height) * height;
        this.#select(cellAt(this.#explained, x, y), true);
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (!this.#explained || event.target !== this.#stage) {
            return;
        }
        const step = STEPS[event.key];
        if (event.key === "Escape") {
            this.#select(null);
        } else if (step) {
            event.preventDefault();
            const { rows, columns } = this.#explained;
            const from = this.#cell ?? { row: (rows - 1) >> 1, column: (columns - 1) >> 1 };
            const [down, right] = this.#cell ? step : [0, 0];
            this.#select({
                row: Math.min(rows - 1, Math.max(0, from.row + down)),
                column: Math.min(columns - 1, Math.max(0, from.column + right)),
            });
        }
    }

    /**
     * @param {Cell | null} cell
     * @param {boolean} [onPhoto] Whether the cursor is on the photo.
     */
    #select(cell, onPhoto = false) {
        const same = cell?.row === this.#cell?.row && cell?.column === this.#cell?.column;
        if (same && cell) {
            return;
        }
        this.#cell = cell;
        this.#outline.hidden = cell === null;
        if (cell && this.#explained) {
            const { left, top, width, height } = cellOnPhoto(this.#explained, cell);
            const { style } = this.#outline;
            style.left = `${100 * left}%`;
            style.top = `${100 * top}%`;
            style.width = `${100 * width}%`;
            style.height = `${100 * height}%`;
        }
        this.#onCell(cell, onPhoto && cell === null);
    }
}
