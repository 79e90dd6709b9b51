/**
 * Cutting a piece out of another picture: which picture, and which part of it. At first the part that says most for what the
 * network takes that picture for.
 *
 * @module
 */

import { topClasses } from "../../evidence/classes.js";
import { cellOnPhoto } from "../../evidence/grid.js";
import { mapOf } from "../../evidence/sums.js";
import { Superseded } from "../../engine/connection.js";
import { rounded } from "../../engine/patches.js";
import { t, tOr } from "../../text/index.js";
import { make, newLabel, paint } from "../../ui/dom.js";
import { strongestSquare } from "./score.js";

/** @typedef {import("../../page/state.js").Pane} Pane */
/** @typedef {{width: number, height: number}} Size */

/** Longest side of the small picture, in pixels. */
const SIDE = 360;
/** Sides of the part that is chosen at first, in cells of the map. */
const CELLS = 3;
const LEAST = 0.1;

export class Piece {
    #context;
    #onChange;
    #select = make("select", { className: "piece-source" });
    #canvas = make("canvas", { attributes: { "aria-hidden": true } });
    #frame = make("div", { className: "piece-frame" });
    #preview;
    #sliders;
    #listed = "";
    /** The picture that a piece is cut out of; its size is known once it was explained. @type {{id: string, photo: Size | null} | null} */
    #source = null;
    /** Middle and side of the part, as shares of the source's width, height and shorter side. */
    #part = { x: 0.5, y: 0.5, side: 0.5 };
    /** What is being asked about a picture. @type {AbortController | null} */
    #asking = null;
    /** The pane on show. @type {Pane | null} */
    #pane = null;

    /**
     * @param {import("../index.js").Context} context
     * @param {() => void} onChange
     */
    constructor(context, onChange) {
        this.#context = context;
        this.#onChange = onChange;
        this.#select.id = newLabel();
        this.#select.addEventListener("change", () => void this.#look());
        this.#preview = make("div", { className: "piece-preview" }, [this.#canvas, this.#frame]);
        const follow = (/** @type {PointerEvent} */ event) => {
            const { left, top, width, height } = this.#preview.getBoundingClientRect();
            this.#set({ x: (event.clientX - left) / width, y: (event.clientY - top) / height });
        };
        this.#preview.addEventListener("pointerdown", (event) => {
            this.#preview.setPointerCapture(event.pointerId);
            follow(event);
        });
        this.#preview.addEventListener("pointermove", (event) => event.buttons > 0 && follow(event));
        this.#sliders = /** @type {const} */ (["x", "y", "side"]).map((name) => {
            const input = make("input", { attributes: { id: newLabel(), type: "range", min: name === "side" ? LEAST : 0, max: 1, step: 0.01 } });
            input.addEventListener("input", () => this.#set({ [name]: Number(input.value) }));
            return { name, input, root: make("div", { className: "break-row" }, [make("label", { text: t(`break.piece.${name}`), attributes: { for: input.id } }), input]) };
        });
        this.root = make("div", { className: "piece" }, [
            make("label", { attributes: { for: this.#select.id } }, [t("break.piece.from"), this.#select]),
            make("div", { className: "piece-cut" }, [this.#preview, make("div", {}, this.#sliders.map(({ root }) => root))]),
        ]);
        this.#preview.hidden = true;
    }

    /** What is cut out. @returns {{photo: string, part: import("../../engine/protocol.js").Rect} | null} */
    get cut() {
        return this.#source?.photo ? { photo: this.#source.id, part: this.#partOf(this.#source.photo) } : null;
    }

    /** @param {Pane} pane With size and fit. */
    show(pane) {
        const first = this.#pane?.model !== pane.model;
        this.#pane = pane;
        const { samples, own } = this.#context.choices();
        const listed = JSON.stringify([samples, own]);
        if (listed !== this.#listed) {
            this.#listed = listed;
            const before = this.#select.value;
            const { pictures } = this.#context;
            const title = (/** @type {string} */ id) => (pictures.sample(id) ? tOr(`sample:${pictures.name(id)}`, pictures.name(id)) : pictures.name(id));
            this.#select.replaceChildren(...[...own, ...samples].map((id) => make("option", { text: title(id), attributes: { value: id } })));
            this.#select.value = [...own, ...samples].includes(before) ? before : (samples.find((id) => id !== pane.picture) ?? own[0] ?? "");
        }
        if (first || this.#source?.id !== this.#select.value) {
            void this.#look();
        }
    }

    close() {
        this.#asking?.abort();
    }

    /** Has the picture explained: its size is known then, and where it says most. */
    async #look() {
        const [pane, id] = [this.#pane, this.#select.value];
        if (!pane || !id) {
            return;
        }
        this.#asking?.abort();
        const abort = new AbortController();
        this.#asking = abort;
        // What could not be had is not asked for again and again.
        this.#source = { id, photo: null };
        try {
            const explained = await this.#context.explain({ ...pane, picture: id, edits: [], shuffled: 0 }, { signal: abort.signal });
            const { photo } = explained.placement;
            this.#source = { id, photo };
            this.#part = bestPart(explained);
            const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
            const [width, height] = [Math.max(1, Math.round(photo.width * scale)), Math.max(1, Math.round(photo.height * scale))];
            const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
            const looked = { photo: id, size: pane.size ?? 0, fit: pane.fit ?? /** @type {const} */ ("centre-square"), edits: [] };
            const part = { x: 0, y: 0, ...photo };
            const drawn = await this.#context.engine.draw({ looked, map: null, style, part, width, height }, abort.signal);
            if (drawn.photo) {
                paint(this.#canvas, drawn.photo);
                this.#preview.hidden = false;
            }
            this.#place();
            this.#onChange();
        } catch (error) {
            if (!(error instanceof Superseded)) {
                this.#context.fail(error);
            }
        }
    }

    /** @param {Partial<{x: number, y: number, side: number}>} values */
    #set(values) {
        this.#part = { ...this.#part, ...values };
        this.#place();
        this.#onChange();
    }

    /** @param {Size} photo @returns {import("../../engine/protocol.js").Rect} In shares; all of it on the photo. */
    #partOf(photo) {
        const side = this.#part.side * Math.min(photo.width, photo.height);
        const [width, height] = [side / photo.width, side / photo.height];
        const inside = (/** @type {number} */ middle, /** @type {number} */ length) => Math.max(0, Math.min(1 - length, middle - length / 2));
        return { x: rounded(inside(this.#part.x, width)), y: rounded(inside(this.#part.y, height)), width: rounded(width), height: rounded(height) };
    }

    #place() {
        if (!this.#source?.photo) {
            return;
        }
        const { x, y, width, height } = this.#partOf(this.#source.photo);
        Object.assign(this.#frame.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * width}%`, height: `${100 * height}%` });
        for (const { name, input } of this.#sliders) {
            input.value = String(this.#part[name]);
        }
    }
}

/**
 * The part of a picture that says most for its most likely class.
 * @param {import("../../engine/protocol.js").Explained} explained
 */
function bestPart(explained) {
    const { rows, columns, placement, novelty } = explained;
    const middle = { x: 0.5, y: 0.5, side: 0.5 };
    if (novelty?.flagged || Math.min(rows, columns) < CELLS) {
        return middle;
    }
    const [top] = topClasses(explained.logits, 1);
    const { row, column } = strongestSquare({ values: mapOf(explained, top, null), rows, columns }, CELLS);
    const { photo } = placement;
    const from = cellOnPhoto({ rows, columns, placement }, { row, column });
    const to = cellOnPhoto({ rows, columns, placement }, { row: row + CELLS - 1, column: column + CELLS - 1 });
    const [right, bottom] = [to.x + to.width, to.y + to.height];
    const side = Math.max(right - from.x, bottom - from.y) / Math.min(photo.width, photo.height);
    return {
        x: (from.x + right) / 2 / photo.width,
        y: (from.y + bottom) / 2 / photo.height,
        side: Math.max(LEAST, Math.min(1, Math.round(100 * side) / 100)),
    };
}
