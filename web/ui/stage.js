/**
 * One picture with the evidence over it: drawn at the screen's own resolution, whichever part of it is on show, and
 * explored by mouse, touch or keyboard. Photo and evidence are always drawn together, so that neither is ever seen with
 * another's.
 *
 * @module
 */

import { between, box, cellAt, cellOnPhoto, step } from "../evidence/grid.js";
import { geometryOf, onScreen, zoomAt } from "../evidence/zoom.js";
import { make, paint, setText } from "./dom.js";

/** @typedef {import("../engine/protocol.js").Painted} Painted */
/** @typedef {import("../engine/protocol.js").Rect} Rect */
/** @typedef {import("../evidence/grid.js").Cell} Cell */
/** @typedef {import("../evidence/grid.js").Grid} Grid */
/** @typedef {import("../evidence/zoom.js").Zoom} Zoom */
/** @typedef {import("../evidence/zoom.js").Geometry} Geometry */

/**
 * What a drag on the picture does: move it, choose cells in one of three ways, or put something onto it.
 * @typedef {"move" | "box" | "paint" | "pick" | "put"} Gesture
 */
/** A rectangle on the photo, in its pixels: its middle, its size before it was turned, and by how many degrees it was.
 * @typedef {{x: number, y: number, width: number, height: number, turn: number}} Outline */
/** @typedef {"down" | "move" | "up"} Phase */

/**
 * What the stage shows.
 * @typedef {object} Shown
 * @property {string} picture Key of what the photo looks like: the same key, the same pixels.
 * @property {string | null} evidence Key of what is drawn over it; nothing where there is nothing to draw.
 * @property {{width: number, height: number}} photo Its size.
 * @property {Grid | null} grid Of the map, where there is one.
 * @property {Zoom} zoom
 * @property {Cell | null} cursor
 * @property {readonly number[] | null} selection Nothing where none can be chosen.
 * @property {{grid: Grid, cells: readonly number[]} | null} [marked] What was marked before the evidence came, on a grid of its own.
 * @property {readonly Rect[]} [boxes] In pixels of the photo.
 * @property {boolean} [lens] Whether a magnifying glass follows the pointer.
 * @property {Outline | null} [outline] Around what was put onto it.
 * @property {boolean} lines Whether the cells are shown.
 * @property {Gesture} gesture
 * @property {number} opacity
 * @property {boolean} grey
 * @property {string} label Text for those who do not see it.
 * @property {string | null} caption What stands on it, where there are two.
 * @property {string | null} busy
 * @property {{from: number, to: number} | null} clip Which part of its width is on show, 0 to 1.
 */

/**
 * @typedef {object} Handlers
 * @property {(part: Rect, width: number, height: number, photo: boolean, coarse: boolean) => Promise<{photo: Painted | null, evidence: Painted | null} | null>} draw
 *     `photo` says whether the photo is needed, too; `coarse` that a finer drawing follows at once, which can do what takes
 *     time. Nothing where it was given up.
 * @property {(cell: Cell | null, unseen: boolean, held: boolean) => void} cursor `held`: it stays where
 *     it is when the pointer leaves.
 * @property {(part: Rect, width: number, height: number) => Promise<Painted | null>} [magnify] The photo alone.
 * @property {(zoom: Zoom) => void} zoom
 * @property {(on: boolean) => void} [lens]
 * @property {(cells: number[], done: boolean) => void} select
 * @property {(phase: Phase, point: {x: number, y: number}) => void} [put] In pixels of the photo.
 */

/** Largest side of what is drawn, in pixels: beyond that, a screen shows no more. */
const LARGEST = 2560;
/** Of the very first picture. */
const COARSE = 450;
const KEY_ZOOM = 1.5;

export class Stage {
    #root;
    #handlers;
    #frame = make("div", { className: "frame" });
    #photo = make("canvas", { className: "photo" });
    #overlay = make("canvas", { className: "overlay" });
    #marks = make("canvas", { className: "marks" });
    #outline = make("div", { className: "cell" });
    #around = make("div", { className: "around" });
    #caption = make("p", { className: "caption" });
    #busy = make("p", { className: "busy", attributes: { role: "status" } });
    /** @type {Shown | null} */
    #shown = null;
    /** What the canvases hold. @type {{key: string, photo: string, picture: string, evidence: string | null, part: Rect} | null} */
    #drawn = null;
    #drawing = false;
    #size = { width: 0, height: 0 };
    /** Fingers and buttons that are down. @type {Map<number, {x: number, y: number}>} */
    #pointers = new Map();
    /** Where the pointer is; nothing where a key moved last. @type {{x: number, y: number, touch: boolean} | null} */
    #pointer = null;
    /** @type {import("./lens.js").Lens | null} */
    #lens = null;
    /** What the drag that is under way does. @type {{kind: Gesture, from: Cell | null, last: Cell | null, before: readonly number[], zoom: Zoom, x: number, y: number, spread: number, moved: boolean} | null} */
    #drag = null;
    /** Where a selection by keyboard began. @type {Cell | null} */
    #anchor = null;
    #observer;

    /**
     * @param {HTMLElement} root
     * @param {Handlers} handlers
     */
    constructor(root, handlers) {
        this.#root = root;
        this.#handlers = handlers;
        root.classList.add("stage");
        root.tabIndex = 0;
        root.setAttribute("role", "group");
        for (const canvas of [this.#photo, this.#overlay, this.#marks]) {
            canvas.setAttribute("aria-hidden", "true");
        }
        this.#outline.hidden = this.#around.hidden = this.#busy.hidden = this.#caption.hidden = true;
        this.#frame.append(this.#photo, this.#overlay, this.#marks, this.#outline, this.#around);
        root.replaceChildren(this.#frame, this.#caption, this.#busy);
        this.#observer = new ResizeObserver(([entry]) => {
            const { width, height } = entry.contentRect;
            this.#size = { width, height };
            this.#place();
            void this.#draw();
        });
        this.#observer.observe(this.#frame);
        const listen = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) =>
            this.#frame.addEventListener(type, listener, { passive: false });
        listen("pointerdown", (event) => this.#down(event));
        listen("pointermove", (event) => this.#move(event));
        listen("pointerup", (event) => this.#up(event));
        listen("pointercancel", (event) => this.#up(event));
        listen("pointerleave", (event) => {
            if (!this.#drag) {
                this.#pointer = null;
                this.#magnify();
            }
            // A finger that lifts leaves its reading on show.
            if (event.pointerType === "mouse" && !this.#drag) {
                this.#handlers.cursor(null, false, false);
            }
        });
        listen("wheel", (event) => this.#wheel(event));
        listen("dblclick", (event) => this.#zoomBy(this.#point(event), event.shiftKey ? 0.5 : 2));
        root.addEventListener("keydown", (event) => this.#key(event));
        root.addEventListener("blur", () => this.#magnify());
    }

    get root() {
        return this.#root;
    }

    /** The photo and its evidence as they are drawn now, for a saved picture. */
    get layers() {
        return { photo: this.#photo, overlay: this.#overlay };
    }

    /** Whether what is on show is drawn. */
    get settled() {
        return !this.#drawing && this.#drawn !== null && this.#drawn.key === this.#wanted()?.key;
    }

    /**
     * @param {Shown | null} shown Nothing: the stage is empty.
     * @param {string | null} [waiting] What is being waited for, where it is empty.
     */
    show(shown, waiting = null) {
        this.#shown = shown;
        this.#root.classList.toggle("filled", shown !== null);
        this.#frame.hidden = shown === null;
        this.#root.setAttribute("aria-label", shown?.label ?? "");
        const busy = shown ? shown.busy : waiting;
        this.#busy.hidden = !busy;
        setText(this.#busy, busy ?? "");
        this.#caption.hidden = !shown?.caption;
        setText(this.#caption, shown?.caption ?? "");
        if (!shown) {
            this.#clear();
            return;
        }
        this.#frame.dataset.gesture = shown.gesture;
        this.#frame.classList.toggle("zoomed", shown.zoom.scale > 1);
        this.#frame.classList.toggle("magnified", shown.lens === true);
        this.#overlay.style.opacity = String(shown.opacity);
        this.#frame.classList.toggle("grey", shown.grey);
        this.#frame.style.clipPath = shown.clip
            ? `inset(0 ${100 * (1 - shown.clip.to)}% 0 ${100 * shown.clip.from}%)`
            : "";
        if (this.#size.width === 0) {
            // The observer tells it a frame later; the first picture need not wait for that.
            const { width, height } = this.#frame.getBoundingClientRect();
            this.#size = { width, height };
        }
        if (shown.evidence === null && this.#overlay.width > 0) {
            // At once, and not when the photo is drawn: a map must not outlast its answer.
            this.#hideEvidence();
            this.#drawn &&= { ...this.#drawn, key: "" };
        }
        this.#place();
        void this.#draw();
        this.#magnify();
    }

    /** Ends it, where the page is made anew. */
    close() {
        this.#observer.disconnect();
        this.#shown = null;
    }

    focus() {
        this.#root.focus();
    }

    /** @returns {Geometry | null} */
    #geometry() {
        const { width, height } = this.#size;
        return this.#shown && width > 0 && height > 0 ? geometryOf(this.#shown.photo, this.#shown.zoom, this.#size) : null;
    }

    /** What the canvases should hold. */
    #wanted() {
        const geometry = this.#geometry();
        if (!this.#shown || !geometry) {
            return null;
        }
        const { part, rect } = geometry;
        // The very first picture is there sooner if it is coarse; the fine one follows at once.
        const coarse = this.#drawn === null;
        const largest = coarse ? COARSE : LARGEST;
        const density = Math.min(devicePixelRatio || 1, largest / Math.max(rect.width, rect.height));
        const width = Math.max(1, Math.round(rect.width * density));
        const height = Math.max(1, Math.round(rect.height * density));
        const { picture, evidence } = this.#shown;
        const photo = JSON.stringify([picture, part, width, height]);
        return { key: JSON.stringify([photo, evidence, coarse]), coarse, photo, picture, evidence, part, width, height };
    }

    /** Draws what is on show, the newest only. */
    async #draw() {
        if (this.#drawing) {
            return;
        }
        this.#drawing = true;
        try {
            for (;;) {
                const wanted = this.#wanted();
                if (!wanted || wanted.key === this.#drawn?.key) {
                    break;
                }
                const painted = await this.#handlers.draw(
                    wanted.part,
                    wanted.width,
                    wanted.height,
                    wanted.photo !== this.#drawn?.photo,
                    wanted.coarse,
                );
                if (!painted) {
                    const { picture, evidence } = wanted;
                    if (this.#drawn && (this.#drawn.picture !== picture || this.#drawn.evidence !== evidence)) {
                        // Nothing rather than the pixels of another answer.
                        this.#clear();
                    }
                    if (this.#wanted()?.key !== wanted.key) {
                        // Something else is wanted by now, which nobody has been asked for.
                        continue;
                    }
                    break;
                }
                if (this.#wanted()?.picture !== wanted.picture) {
                    // Another picture is on show by now, and this one's pixels are not to be seen again.
                    continue;
                }
                if (painted.photo) {
                    paint(this.#photo, painted.photo);
                }
                // What was drawn may have been taken from show meanwhile.
                if (painted.evidence && this.#shown?.evidence != null) {
                    paint(this.#overlay, painted.evidence);
                } else {
                    this.#hideEvidence();
                }
                const { key, photo, picture, evidence, part } = wanted;
                this.#drawn = { key, photo, picture, evidence, part };
                this.#place();
            }
        } finally {
            this.#drawing = false;
            this.#root.toggleAttribute("data-drawn", this.settled);
        }
    }

    #hideEvidence() {
        this.#overlay.width = this.#overlay.height = 0;
    }

    #clear() {
        this.#drawn = null;
        this.#photo.width = this.#photo.height = 0;
        this.#hideEvidence();
    }

    /** The magnifying glass at the pointer, or at the cell that the keyboard has led to. */
    #magnify() {
        const shown = this.#shown;
        const geometry = this.#geometry();
        const { magnify } = this.#handlers;
        if (!shown?.lens || !geometry || !magnify) {
            this.#lens?.show(null);
            return;
        }
        if (!this.#lens) {
            import("./lens.js").then(({ Lens }) => {
                if (!this.#lens) {
                    this.#lens = new Lens(magnify);
                    this.#root.append(this.#lens.root);
                    this.#magnify();
                }
            }, () => this.#handlers.lens?.(false));
            return;
        }
        const { grid, cursor } = shown;
        const byKey = !this.#pointer && grid && cursor && document.activeElement === this.#root;
        const cell = byKey ? onScreen(geometry, cellOnPhoto(grid, cursor)) : null;
        const at = this.#pointer ?? (cell && { x: cell.x + cell.width / 2, y: cell.y + cell.height / 2, touch: false });
        this.#lens.show(at && { at, geometry, photo: shown.photo, picture: shown.picture, frame: this.#size });
    }

    /** Puts canvases and marks where they belong under the zoom of now. */
    #place() {
        this.#root.toggleAttribute("data-drawn", this.settled);
        const geometry = this.#geometry();
        if (!this.#shown || !geometry) {
            return;
        }
        // Another picture's canvases stay where they are until its own are drawn.
        if (this.#drawn && this.#drawn.picture === this.#shown.picture) {
            const { x, y, width, height } = onScreen(geometry, this.#drawn.part);
            for (const { style } of [this.#photo, this.#overlay]) {
                Object.assign(style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
            }
        }
        this.#mark(geometry);
    }

    /** Cursor, selection and cells. @param {Geometry} geometry */
    #mark(geometry) {
        const { grid, cursor, lines, gesture, selection: chosen, outline: around, marked: kept = null, boxes = [] } = /** @type {Shown} */ (this.#shown);
        this.#around.hidden = !around;
        if (around) {
            const { x, y, width, height } = onScreen(geometry, { ...around, x: around.x - around.width / 2, y: around.y - around.height / 2 });
            Object.assign(this.#around.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px`, rotate: `${around.turn}deg` });
        }
        const selection = chosen ?? [];
        this.#outline.hidden = !grid || !cursor;
        if (grid && cursor) {
            const { x, y, width, height } = onScreen(geometry, cellOnPhoto(grid, cursor));
            Object.assign(this.#outline.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
        }
        const canvas = this.#marks;
        const density = devicePixelRatio || 1;
        const context = canvas.getContext("2d");
        const marked = grid !== null && (lines || selection.length > 0);
        canvas.hidden = !marked && !kept && boxes.length === 0;
        if (!context || canvas.hidden) {
            return;
        }
        canvas.width = Math.round(this.#size.width * density);
        canvas.height = Math.round(this.#size.height * density);
        context.scale(density, density);
        if (grid && lines) {
            context.strokeStyle = `rgb(255 255 255 / ${gesture === "move" ? 0.55 : 0.35})`;
            context.lineWidth = 1;
            for (let index = 0; index < grid.rows * grid.columns; index++) {
                const { x, y, width, height } = cellRect(geometry, grid, index);
                context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width), Math.round(height));
            }
        }
        if (grid) {
            context.fillStyle = "rgb(255 255 255 / 0.16)";
            for (const index of new Set(selection)) {
                const { x, y, width, height } = cellRect(geometry, grid, index);
                context.fillRect(x, y, width, height);
            }
            surround(context, geometry, grid, selection, "#fff");
        }
        if (kept) {
            surround(context, geometry, kept.grid, kept.cells, "#ffd83d");
        }
        for (const box of boxes) {
            const { x, y, width, height } = onScreen(geometry, box);
            for (const [colour, line, dashes] of /** @type {const} */ ([["#000", 4, []], ["#fff", 2, [8, 5]]])) {
                context.strokeStyle = colour;
                context.lineWidth = line;
                context.setLineDash(dashes);
                context.strokeRect(x, y, width, height);
            }
        }
    }

    /** @param {PointerEvent} event @param {{x: number, y: number}} point */
    #follow(event, point) {
        this.#pointer = { ...point, touch: event.pointerType === "touch" };
        if (this.#shown?.lens) {
            this.#magnify();
        }
    }

    /** @param {{clientX: number, clientY: number}} event */
    #point({ clientX, clientY }) {
        const { left, top } = this.#frame.getBoundingClientRect();
        return { x: clientX - left, y: clientY - top };
    }

    /**
     * A point of the frame in pixels of the photo.
     * @param {Geometry} geometry
     * @param {{x: number, y: number}} point
     */
    #onPhoto({ part, rect }, { x, y }) {
        return { x: part.x + ((x - rect.x) / rect.width) * part.width, y: part.y + ((y - rect.y) / rect.height) * part.height };
    }

    /**
     * Puts something where the pointer is.
     * @param {Phase} phase
     * @param {{x: number, y: number}} point Of the frame.
     */
    #put(phase, point) {
        const geometry = this.#geometry();
        if (geometry) {
            this.#handlers.put?.(phase, this.#onPhoto(geometry, point));
        }
    }

    /**
     * The cell under a point of the frame.
     * @param {{x: number, y: number}} point
     * @returns {{cell: Cell | null, unseen: boolean}}
     */
    #at({ x, y }) {
        const geometry = this.#geometry();
        if (!this.#shown?.grid || !geometry) {
            return { cell: null, unseen: false };
        }
        const { x: photoX, y: photoY } = this.#onPhoto(geometry, { x, y });
        const inside = photoX >= 0 && photoY >= 0 && photoX < this.#shown.photo.width && photoY < this.#shown.photo.height;
        const cell = inside ? cellAt(this.#shown.grid, photoX, photoY) : null;
        return { cell, unseen: inside && cell === null };
    }

    /** @param {PointerEvent} event */
    #down(event) {
        if (!this.#shown || event.button > 0) {
            return;
        }
        const point = this.#point(event);
        this.#pointers.set(event.pointerId, point);
        this.#follow(event, point);
        const { gesture, zoom, selection } = this.#shown;
        // Two fingers zoom, whatever one does.
        const alone = this.#pointers.size < 2;
        const chooses = selection !== null && alone;
        const kind = gesture === "put" && alone ? "put" : !chooses ? "move" : event.shiftKey && gesture === "move" ? "box" : gesture;
        const spread = this.#spread();
        const { cell, unseen } = this.#at(point);
        const from = this.#pointers.size === 2 ? this.#middle() : point;
        if (this.#drag?.kind === "put") {
            // A second finger zooms instead.
            this.#put("up", this.#drag);
        }
        this.#drag = { kind, from: cell, last: cell, before: event.shiftKey ? (selection ?? []) : [], zoom, ...from, spread, moved: false };
        if (selection && (kind === "paint" || kind === "pick")) {
            this.#drag.before = selection;
        }
        if (kind === "put") {
            this.#frame.setPointerCapture(event.pointerId);
            // What is put there is what counts, not the cell below it.
            this.#handlers.cursor(null, false, false);
            this.#put("down", point);
            return;
        }
        this.#handlers.cursor(cell, unseen, event.pointerType !== "mouse");
        if (kind === "pick" && cell && selection) {
            const index = this.#index(cell);
            const without = selection.filter((other) => other !== index);
            this.#handlers.select(without.length < selection.length ? without : [...selection, index], true);
        }
        if (kind !== "move" || zoom.scale > 1 || this.#pointers.size > 1) {
            this.#frame.setPointerCapture(event.pointerId);
            this.#chooseTo(cell, false);
        }
    }

    /** @param {PointerEvent} event */
    #move(event) {
        const point = this.#point(event);
        this.#follow(event, point);
        const down = this.#pointers.has(event.pointerId);
        if (down) {
            this.#pointers.set(event.pointerId, point);
        }
        const drag = this.#drag;
        const { cell, unseen } = this.#at(point);
        if (!down || !drag || !this.#shown) {
            this.#handlers.cursor(cell, unseen, event.pointerType !== "mouse");
            return;
        }
        const geometry = this.#geometry();
        if (this.#pointers.size === 2 && geometry) {
            const spread = this.#spread();
            if (drag.spread > 0) {
                // What lay between the fingers stays between them, also where both move.
                const { photo } = this.#shown;
                const zoom = zoomAt(photo, drag.zoom, this.#size, drag, spread / drag.spread);
                const middle = this.#middle();
                const { scale } = geometryOf(photo, zoom, this.#size);
                const x = zoom.x - (middle.x - drag.x) / scale / photo.width;
                const y = zoom.y - (middle.y - drag.y) / scale / photo.height;
                this.#handlers.zoom({ ...zoom, x, y });
            } else {
                this.#drag = { ...drag, ...this.#middle(), spread, zoom: this.#shown.zoom };
            }
            return;
        }
        if (drag.kind === "put") {
            Object.assign(drag, point);
            this.#put("move", point);
            return;
        }
        if (drag.kind === "move") {
            if (drag.zoom.scale > 1 && geometry) {
                const { scale } = geometry;
                const { width, height } = this.#shown.photo;
                const x = drag.zoom.x - (point.x - drag.x) / scale / width;
                const y = drag.zoom.y - (point.y - drag.y) / scale / height;
                this.#handlers.zoom({ ...drag.zoom, x, y });
                return;
            }
            this.#handlers.cursor(cell, unseen, event.pointerType !== "mouse");
            return;
        }
        this.#handlers.cursor(cell, unseen, event.pointerType !== "mouse");
        drag.moved = true;
        this.#chooseTo(cell, false);
    }

    /** @param {PointerEvent} event */
    #up(event) {
        this.#pointers.delete(event.pointerId);
        if (this.#drag && this.#pointers.size === 0) {
            const { cell } = this.#at(this.#point(event));
            if (this.#drag.kind === "put") {
                this.#put("up", this.#point(event));
            }
            this.#chooseTo(cell, true);
            this.#drag = null;
        } else if (this.#drag && this.#shown && this.#pointers.size === 1) {
            // The finger that is left goes on from where it is.
            const [point] = this.#pointers.values();
            this.#drag = { ...this.#drag, kind: this.#drag.kind === "put" ? "move" : this.#drag.kind, ...point, zoom: this.#shown.zoom, spread: 0 };
        }
        if (event.pointerType !== "mouse" && this.#pointers.size === 0) {
            this.#pointer = null;
            this.#magnify();
        }
    }

    /**
     * Cells chosen by the drag that is under way.
     * @param {Cell | null} cell
     * @param {boolean} done
     */
    #chooseTo(cell, done) {
        const drag = this.#drag;
        const grid = this.#shown?.grid;
        if (!drag || !grid || !this.#shown?.selection) {
            return;
        }
        if (drag.kind === "box" && drag.from && cell) {
            this.#handlers.select([...new Set([...drag.before, ...box(grid, drag.from, cell)])], done);
        } else if (drag.kind === "box" && drag.from && done) {
            this.#handlers.select([...this.#shown.selection], done);
        } else if (drag.kind === "paint") {
            const passed = cell ? between(grid, drag.last ?? cell, cell) : [];
            drag.last = cell;
            drag.before = [...new Set([...drag.before, ...passed])];
            this.#handlers.select([...drag.before], done);
        }
    }

    /** @param {Cell} cell */
    #index({ row, column }) {
        return row * (this.#shown?.grid?.columns ?? 0) + column;
    }

    /** How far two fingers are apart. */
    #spread() {
        const [a, b] = this.#pointers.values();
        return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
    }

    #middle() {
        const [a, b] = this.#pointers.values();
        return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    }

    /** @param {WheelEvent} event */
    #wheel(event) {
        event.preventDefault();
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
        // A wheel's event has whole pixels, a pointer's has not: at many times the size, that is a cell.
        const point = this.#point(event);
        const exact = this.#pointer && Math.hypot(this.#pointer.x - point.x, this.#pointer.y - point.y) < 2;
        this.#zoomBy(exact && this.#pointer ? this.#pointer : point, Math.exp((-event.deltaY * lines) / 400));
    }

    /**
     * @param {{x: number, y: number}} at Of the frame.
     * @param {number} factor
     */
    #zoomBy(at, factor) {
        if (this.#shown && this.#geometry()) {
            this.#handlers.zoom(zoomAt(this.#shown.photo, this.#shown.zoom, this.#size, at, factor));
        }
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const shown = this.#shown;
        if (!shown || event.target !== this.#root || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const { grid, cursor, selection, zoom } = shown;
        const to = grid && step(grid, cursor, event.key);
        if (grid && to) {
            event.preventDefault();
            this.#pointer = null;
            this.#handlers.cursor(to, false, true);
            if (event.shiftKey && selection) {
                this.#anchor ??= cursor ?? to;
                this.#handlers.select(box(grid, this.#anchor, to), true);
            } else {
                this.#anchor = null;
            }
        } else if (event.key === " " && grid && cursor && selection) {
            event.preventDefault();
            const index = this.#index(cursor);
            const without = selection.filter((other) => other !== index);
            this.#handlers.select(without.length < selection.length ? without : [...selection, index], true);
        } else if (event.key === "Escape") {
            this.#anchor = null;
            if (shown.lens && this.#handlers.lens) {
                this.#handlers.lens(false);
            } else if (selection && selection.length > 0) {
                this.#handlers.select([], true);
            } else {
                this.#handlers.cursor(null, false, false);
            }
        } else if (event.key === "+" || event.key === "=") {
            this.#handlers.zoom(this.#keyZoom(zoom, KEY_ZOOM));
        } else if (event.key === "-") {
            this.#handlers.zoom(this.#keyZoom(zoom, 1 / KEY_ZOOM));
        } else if (event.key === "m" || event.key === "M") {
            this.#handlers.lens?.(!shown.lens);
        } else if (event.key === "0") {
            this.#handlers.zoom({ x: 0.5, y: 0.5, scale: 1 });
        }
    }

    /**
     * Towards the cell that is read, or else the middle.
     * @param {Zoom} zoom
     * @param {number} factor
     */
    #keyZoom(zoom, factor) {
        const shown = /** @type {Shown} */ (this.#shown);
        if (!shown.grid || !shown.cursor) {
            return { ...zoom, scale: zoom.scale * factor };
        }
        const { x, y, width, height } = cellOnPhoto(shown.grid, shown.cursor);
        const { photo } = shown;
        return { x: (x + width / 2) / photo.width, y: (y + height / 2) / photo.height, scale: zoom.scale * factor };
    }
}

/**
 * A cell on the screen.
 * @param {Geometry} geometry
 * @param {Grid} grid
 * @param {number} index
 */
function cellRect(geometry, grid, index) {
    return onScreen(geometry, cellOnPhoto(grid, { row: Math.floor(index / grid.columns), column: index % grid.columns }));
}

/**
 * The outline of cells together, light on dark so that it shows on any picture.
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {Grid} grid
 * @param {readonly number[]} cells
 * @param {string} light
 */
function surround(context, geometry, grid, cells, light) {
    const chosen = new Set(cells);
    for (const [colour, line] of /** @type {const} */ ([["#000", 4], [light, 2]])) {
        context.strokeStyle = colour;
        context.lineWidth = line;
        context.beginPath();
        for (const index of chosen) {
            outline(context, cellRect(geometry, grid, index), [
                index % grid.columns > 0 && chosen.has(index - 1),
                (index + 1) % grid.columns > 0 && chosen.has(index + 1),
                chosen.has(index - grid.columns),
                chosen.has(index + grid.columns),
            ]);
        }
        context.stroke();
    }
}

/**
 * The sides of a rectangle that no neighbour shares.
 * @param {CanvasRenderingContext2D} context
 * @param {Rect} rect
 * @param {boolean[]} shared Left, right, top, bottom.
 */
function outline(context, { x, y, width, height }, [left, right, top, bottom]) {
    const line = (/** @type {number[]} */ [fromX, fromY, toX, toY]) => {
        context.moveTo(fromX, fromY);
        context.lineTo(toX, toY);
    };
    if (!left) {
        line([x, y, x, y + height]);
    }
    if (!right) {
        line([x + width, y, x + width, y + height]);
    }
    if (!top) {
        line([x, y, x + width, y]);
    }
    if (!bottom) {
        line([x, y + height, x + width, y + height]);
    }
}
