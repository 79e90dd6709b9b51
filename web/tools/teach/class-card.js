/**
 * One class: its name, its pictures, and the ways to more of them.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { button, make, setText } from "../../ui/dom.js";
import { failureText } from "../../ui/status.js";
import { Thumbs } from "./thumbs.js";

/** @typedef {import("./book.js").Lesson} Lesson */

/**
 * @typedef {object} Handlers
 * @property {(name: string) => void} rename
 * @property {() => void} remove The class.
 * @property {(files: File[]) => void} add
 * @property {(id: number) => void} removePicture
 * @property {(id: number) => void} showPicture
 * @property {() => void} hold The button for frames is held from now on.
 * @property {() => void} letGo
 */

export class ClassCard {
    #handlers;
    #name = make("input", { className: "teach-name", attributes: { type: "text", maxlength: 60, autocomplete: "off", "aria-label": t("teach.name") } });
    #count = make("span", { className: "teach-count" });
    #remove;
    #hold;
    #input = make("input", {
        className: "visually-hidden",
        attributes: { type: "file", tabindex: -1, "aria-hidden": true, "aria-label": t("teach.add"), multiple: true, accept: "image/png,image/jpeg,image/webp,image/bmp,image/gif,image/tiff" },
    });
    #thumbs;
    #failures = make("ul", { className: "teach-failures" });
    /** Whether the button is held. */
    #held = false;

    /** @param {Handlers} handlers */
    constructor(handlers) {
        this.#handlers = handlers;
        this.#name.addEventListener("input", () => handlers.rename(this.#name.value));
        this.#name.addEventListener("focus", () => this.#name.select());
        this.#remove = button("\u00d7", () => handlers.remove(), { className: "sign teach-remove-class" });
        this.#hold = make("button", { className: "teach-hold", text: t("teach.hold"), attributes: { type: "button" }, on: this.#holding() });
        this.#input.addEventListener("change", () => {
            const files = Array.from(this.#input.files ?? []);
            this.#input.value = "";
            handlers.add(files);
        });
        this.#thumbs = new Thumbs({ show: handlers.showPicture, remove: handlers.removePicture });
        this.root = make("section", { className: "teach-class", on: this.#dropping() }, [
            make("div", { className: "row teach-head" }, [this.#name, this.#count, this.#remove]),
            make("div", { className: "row" }, [this.#hold, button(t("teach.add"), () => this.#input.click(), { className: "teach-add" }), this.#input]),
            this.#thumbs.root,
            this.#failures,
        ]);
    }

    /**
     * @param {{name: string, lessons: Lesson[], wrong: Map<number, string>, camera: boolean, removable: boolean}} shown `lessons`
     *     of this class, those that cannot be used included.
     */
    show({ name, lessons, wrong, camera, removable }) {
        if (this.#name.value !== name) {
            this.#name.value = name;
        }
        this.root.setAttribute("aria-label", name);
        const usable = lessons.filter(({ failure }) => failure === null);
        setText(this.#count, t("teach.count", { count: usable.length }));
        const says = t("teach.remove-class", { name });
        this.#remove.title = says;
        this.#remove.setAttribute("aria-label", says);
        this.#remove.hidden = !removable;
        this.#hold.hidden = !camera;
        if (!camera) {
            this.#release();
        }
        this.#thumbs.show(usable, wrong, t("teach.pictures", { name }));
        this.#thumbs.root.hidden = usable.length === 0;
        this.#showFailures(lessons.filter(({ failure }) => failure !== null));
    }

    /** @param {Lesson[]} failed */
    #showFailures(failed) {
        this.#failures.hidden = failed.length === 0;
        const key = failed.map(({ id }) => id).join(" ");
        if (this.#failures.dataset.of !== key) {
            this.#failures.dataset.of = key;
            this.#failures.replaceChildren(
                ...failed.map(({ id, name, failure }) => {
                    const says = t("teach.remove-picture", { name });
                    const dismiss = button("\u00d7", () => this.#handlers.removePicture(id), { className: "sign", attributes: { "aria-label": says, title: says } });
                    return make("li", {}, [make("span", { text: `${name}: ${failure ? failureText(failure) : ""}` }), dismiss]);
                }),
            );
        }
    }

    focusName() {
        this.#name.focus();
    }

    /** By pointer, by Enter or the space bar, and by whatever else presses buttons. @returns {Record<string, (event: any) => void>} */
    #holding() {
        const presses = (/** @type {KeyboardEvent} */ { key }) => key === " " || key === "Enter";
        return {
            pointerdown: (/** @type {PointerEvent} */ event) => {
                if (event.button === 0) {
                    this.#hold.setPointerCapture(event.pointerId);
                    this.#press();
                }
            },
            pointerup: () => this.#release(),
            pointercancel: () => this.#release(),
            // A long touch is no wish for a menu here.
            contextmenu: (/** @type {Event} */ event) => event.preventDefault(),
            keydown: (/** @type {KeyboardEvent} */ event) => {
                if (presses(event)) {
                    event.preventDefault();
                    this.#press();
                }
            },
            keyup: (/** @type {KeyboardEvent} */ event) => {
                if (presses(event)) {
                    event.preventDefault();
                    this.#release();
                }
            },
            blur: () => this.#release(),
            click: (/** @type {MouseEvent} */ { detail }) => {
                // A screen reader presses without a pointer and without a key.
                if (detail === 0) {
                    this.#press();
                    this.#release();
                }
            },
        };
    }

    #press() {
        if (!this.#held) {
            this.#held = true;
            this.#hold.classList.add("held");
            this.#handlers.hold();
        }
    }

    #release() {
        if (this.#held) {
            this.#held = false;
            this.#hold.classList.remove("held");
            this.#handlers.letGo();
        }
    }

    /** Files that are dropped on the class are its pictures, and not the page's. @returns {Record<string, (event: any) => void>} */
    #dropping() {
        return {
            dragover: (/** @type {DragEvent} */ event) => {
                event.preventDefault();
                event.stopPropagation();
                this.root.classList.add("over");
            },
            dragleave: () => this.root.classList.remove("over"),
            drop: (/** @type {DragEvent} */ event) => {
                event.preventDefault();
                event.stopPropagation();
                this.root.classList.remove("over");
                this.#handlers.add(Array.from(event.dataTransfer?.files ?? []));
            },
        };
    }
}
