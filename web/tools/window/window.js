/**
 * A film and how it is shown: the window on its greys, by drag on the picture, sliders, numbers and what the file offers; its
 * frames; its header. The network sees what is shown.
 *
 * @module
 */

import { developed, developmentOf, fileOf } from "../../engine/development.js";
import { withDevelopment } from "../../page/state.js";
import { t } from "../../text/index.js";
import { button, make, newLabel, replaceKeeping, setText } from "../../ui/dom.js";
import { Dragged } from "../../ui/dragged.js";
import { number } from "../../ui/notes.js";
import { Header } from "./header.js";
import { dragged, rangesOf, sameTone, toneOf, windowOf } from "./tone.js";

/** @typedef {import("../../page/view.js").PageView} PageView */
/** @typedef {import("../../engine/development.js").Development} Development */
/** @typedef {import("../../text/index.js").Key} Key */
/** @typedef {import("./tone.js").GreyWindow} GreyWindow */
/** @typedef {import("./tone.js").FilmGreys} FilmGreys */
/** @typedef {import("./tone.js").Tone} Tone */
/** @typedef {"centre" | "width" | "frame"} Part */

/** @type {readonly Part[]} */
const PARTS = ["centre", "width", "frame"];

class WindowPanel {
    #context;
    #none = make("p", { text: t("window.none") });
    #body = make("div", { className: "window-body" });
    #presets = make("div", { className: "row window-presets", attributes: { role: "group", "aria-label": t("window.presets") } });
    #hint = make("p", { className: "hint", text: t("window.drag") });
    /** @type {Record<Part, {row: HTMLElement, slider: HTMLInputElement, field: HTMLInputElement, unit: HTMLElement}>} */
    #parts;
    #header;
    /** What is dragged, while the network is at what was there before. @type {Dragged<Development>} */
    #dragged = new Dragged(
        (development, kind) => this.#context.change((state) => withDevelopment(state, developed(state.pane.picture ?? "", development)), kind),
        () => this.#context.refresh(),
    );
    /** Where a drag on the picture began, and from which window. @type {{x: number, y: number, window: GreyWindow} | null} */
    #from = null;
    /** @type {PageView | null} */
    #view = null;
    /** The picture that is asked about because nothing is known of it yet. */
    #asked = "";

    /**
     * @param {HTMLElement} root
     * @param {import("../index.js").Context} context
     */
    constructor(root, context) {
        this.#context = context;
        this.#parts = /** @type {any} */ (Object.fromEntries(PARTS.map((part) => [part, this.#part(part)])));
        this.#header = new Header(
            (people) => context.pictures.header(this.#picture ?? "", people),
            (error) => context.fail(error),
        );
        this.#body.append(this.#hint, this.#presets, ...PARTS.map((part) => this.#parts[part].row), this.#header.root);
        root.replaceChildren(this.#none, this.#body);
    }

    /** The picture on show, or the one that it is being replaced by. */
    get #picture() {
        return this.#view?.state.pane.picture ?? null;
    }

    /** What is known of it: of the one on show, until the other is there. */
    get #told() {
        const { pictures } = this.#context;
        const solved = this.#view?.panes[0].solved?.pane.picture ?? null;
        const told = pictures.told(this.#picture);
        return told ?? (fileOf(solved) === fileOf(this.#picture) ? pictures.told(solved) : null);
    }

    get gesture() {
        return this.#told?.greys ? /** @type {const} */ ("put") : null;
    }

    /** A slider and a field for the same number. @param {Part} part */
    #part(part) {
        const label = newLabel();
        const slider = make("input", { attributes: { id: label, type: "range", step: part === "frame" ? 1 : "any" } });
        const field = make("input", { attributes: { type: "number", step: part === "frame" ? 1 : "any", "aria-label": t(`window.${part}`) } });
        const unit = make("span", { className: "unit" });
        this.#dragged.follow(slider, (value) => {
            const next = this.#with(part, part === "frame" ? value : Number(value.toFixed(this.#digits)));
            field.value = String(part === "frame" ? next.frame : next.tone?.kind === "window" ? next.tone[part] : "");
            return next;
        });
        field.addEventListener("change", () => {
            if (field.checkValidity() && field.value !== "") {
                this.#dragged.begin();
                this.#dragged.put(this.#with(part, Number(field.value)));
                this.#dragged.finish();
            }
        });
        const row = make("div", { className: "nudge-row wide" }, [make("label", { text: t(`window.${part}`), attributes: { for: label } }), slider, make("span", { className: "window-number" }, [field, unit])]);
        return { row, slider, field, unit };
    }

    /** Digits behind the point of what a slider says: none where there are many greys. */
    get #digits() {
        return (this.#told?.greys?.content.width ?? 0) >= 64 ? 0 : 2;
    }

    /** What is shown, or will be. @returns {Development} */
    get #development() {
        return this.#dragged.pending ?? developmentOf(this.#picture ?? "");
    }

    /** The window that is in use, or will be. @param {FilmGreys} greys */
    #window(greys) {
        const { tone } = this.#development;
        return tone?.kind === "window" ? tone : windowOf(greys);
    }

    /**
     * @param {Part} part
     * @param {number} value
     * @returns {Development}
     */
    #with(part, value) {
        const development = this.#development;
        if (part === "frame") {
            return { ...development, frame: value };
        }
        const greys = this.#told?.greys;
        return greys ? { ...development, tone: toneOf({ ...this.#window(greys), [part]: value }) } : development;
    }

    /**
     * A drag on the picture.
     * @param {import("../../ui/stage.js").Phase} phase
     * @param {{x: number, y: number}} point In pixels of the photo.
     */
    put(phase, { x, y }) {
        const greys = this.#told?.greys;
        const photo = this.#view?.panes[0].solved?.explained.placement.photo;
        if (!greys || !photo) {
            return;
        }
        if (phase === "down") {
            this.#from = { x, y, window: this.#window(greys) };
            this.#dragged.begin();
            return;
        }
        const from = this.#from;
        if (from && (x !== from.x || y !== from.y)) {
            const range = Math.max(greys.content.width, 2);
            const window = dragged(from.window, range, (x - from.x) / photo.width, (y - from.y) / photo.height);
            this.#dragged.put({ ...this.#development, tone: toneOf(window) });
            this.#context.refresh();
        }
        if (phase === "up") {
            this.#from = null;
            this.#dragged.finish();
        }
    }

    /** @param {Tone | null} tone Nothing: what the file offers first. */
    #choose(tone) {
        this.#dragged.begin();
        this.#dragged.put({ ...this.#development, tone });
        this.#dragged.finish();
    }

    /** @param {PageView} view */
    show(view) {
        this.#view = view;
        const picture = this.#picture;
        const told = this.#told;
        this.#dragged.busy = view.panes[0].busy !== null;
        this.#dragged.goOn();
        this.#none.hidden = told !== null;
        this.#body.hidden = told === null;
        if (!told) {
            const { kind } = view.panes[0].solved?.explained.notes.find(({ kind }) => kind === "bits") ?? {};
            if (picture && (kind || this.#context.pictures.kind(picture) === "grey16") && this.#asked !== picture) {
                // The engine has opened it by itself.
                this.#asked = picture;
                this.#context.pictures.learn(picture).then(
                    () => this.#context.refresh(),
                    (error) => this.#context.fail(error),
                );
            }
            return;
        }
        const { greys, about } = told;
        this.#hint.hidden = this.#presets.hidden = greys === null;
        for (const part of /** @type {const} */ (["centre", "width"])) {
            this.#parts[part].row.hidden = greys === null;
        }
        if (greys) {
            this.#showGreys(greys);
        }
        this.#parts.frame.row.hidden = about.frames < 2;
        this.#showPart("frame", this.#development.frame, { min: 1, max: about.frames }, ` / ${about.frames}`);
        this.#header.show(fileOf(picture) ?? "", about.header);
    }

    /** @param {FilmGreys} greys */
    #showGreys(greys) {
        const window = this.#window(greys);
        const ranges = rangesOf({ ...greys, tone: toneOf(window) });
        this.#showPart("centre", window.centre, ranges.centre, greys.unit);
        this.#showPart("width", window.width, ranges.width, greys.unit);
        const now = this.#development.tone ?? greys.tone;
        const offered = greys.presets.map(({ name, tone }, at) => ({ key: `file-${at}`, text: nameOf(name, tone), tone }));
        const always = [
            { key: "content", text: t("window.content"), tone: toneOf(greys.content) },
            { key: "whole", text: t("window.whole"), tone: toneOf(greys.whole) },
        ];
        replaceKeeping(
            this.#presets,
            [...offered, ...always].map(({ key, text, tone }) =>
                button(text, () => this.#choose(tone), { attributes: { "aria-pressed": String(sameTone(now, tone)), "data-key": key } }),
            ),
        );
    }

    /**
     * @param {Part} part
     * @param {number} value
     * @param {{min: number, max: number}} range
     * @param {string} unit
     */
    #showPart(part, value, { min, max }, unit) {
        const { slider, field, unit: label } = this.#parts[part];
        for (const input of [slider, field]) {
            // A number may be put in that no slider reaches; a window has some width.
            if (input === slider || part === "frame") {
                input.min = String(min);
                input.max = String(max);
            } else if (part === "width") {
                input.min = "1";
            }
        }
        if (document.activeElement !== slider || !this.#dragged.dragging) {
            slider.value = String(value);
        }
        if (document.activeElement !== field) {
            field.value = String(Number(value.toPrecision(6)));
        }
        slider.setAttribute("aria-valuetext", `${number(value)} ${unit}`.trim());
        setText(label, unit);
    }

    close() {
        this.#dragged.drop();
    }
}

/** @param {string} name @param {Tone} tone */
function nameOf(name, tone) {
    if (tone.kind === "table") {
        return name || t("window.table", { number: tone.table + 1 });
    }
    const values = { centre: number(tone.centre), width: number(tone.width) };
    return name ? t("window.preset-named", { ...values, name }) : t("window.preset", values);
}

/** @type {import("../index.js").Tool} */
export default { open: (root, context) => new WindowPanel(root, context) };
