/**
 * The pictures of a class, small: one stop for the keyboard, arrows go along, Enter shows one, Delete takes it out.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { make, paint } from "../../ui/dom.js";

/** @typedef {import("./book.js").Lesson} Lesson */

export class Thumbs {
    #handlers;
    /** @type {Map<number, {item: HTMLElement, show: HTMLButtonElement, canvas: HTMLCanvasElement, painted: boolean}>} */
    #items = new Map();
    root = make("ul", { className: "teach-thumbs", on: { keydown: (event) => this.#key(event) } });

    /** @param {{show: (id: number) => void, remove: (id: number) => void}} handlers */
    constructor(handlers) {
        this.#handlers = handlers;
    }

    /**
     * @param {Lesson[]} lessons
     * @param {Map<number, string>} wrong What pictures were called that were called wrong.
     * @param {string} label
     */
    show(lessons, wrong, label) {
        this.root.setAttribute("aria-label", label);
        const wanted = new Set(lessons.map(({ id }) => id));
        for (const [id, { item }] of this.#items) {
            if (!wanted.has(id)) {
                const next = item.nextElementSibling ?? item.previousElementSibling;
                const focused = item.contains(document.activeElement);
                item.remove();
                this.#items.delete(id);
                if (focused && next instanceof HTMLElement) {
                    this.#focus(next);
                }
            }
        }
        for (const lesson of lessons) {
            const { id, name, thumbnail } = lesson;
            let made = this.#items.get(id);
            if (!made) {
                made = this.#make(lesson);
                this.#items.set(id, made);
                this.root.append(made.item);
            }
            if (thumbnail && !made.painted) {
                made.painted = true;
                paint(made.canvas, thumbnail);
            }
            const called = wrong.get(id);
            made.item.classList.toggle("wrong", called !== undefined);
            const says = called === undefined ? t("teach.picture", { name }) : t("teach.picture-wrong", { name, called });
            if (made.show.title !== says) {
                made.show.title = says;
                made.show.setAttribute("aria-label", says);
            }
        }
        const buttons = this.#buttons();
        if (!buttons.some(({ tabIndex }) => tabIndex === 0) && buttons[0]) {
            buttons[0].tabIndex = 0;
        }
    }

    /** @param {Lesson} lesson */
    #make({ id, name }) {
        const canvas = make("canvas", { attributes: { width: 48, height: 48, "aria-hidden": true } });
        const show = make("button", { className: "teach-thumb", attributes: { type: "button", tabindex: -1 }, on: { click: () => this.#handlers.show(id) } }, [canvas]);
        const says = t("teach.remove-picture", { name });
        const remove = make(
            "button",
            { className: "teach-remove", text: "\u00d7", attributes: { type: "button", tabindex: -1, title: says, "aria-label": says }, on: { click: () => this.#handlers.remove(id) } },
        );
        const item = make("li", { attributes: { "data-id": id } }, [show, remove]);
        return { item, show, canvas, painted: false };
    }

    #buttons() {
        return /** @type {HTMLButtonElement[]} */ (Array.from(this.root.querySelectorAll(".teach-thumb")));
    }

    /** @param {HTMLElement} item */
    #focus(item) {
        this.#buttons().forEach((each) => (each.tabIndex = -1));
        const show = item.querySelector("button");
        if (show) {
            show.tabIndex = 0;
            show.focus();
        }
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const item = event.target instanceof Element ? event.target.closest("li") : null;
        if (!item) {
            return;
        }
        const steps = /** @type {Record<string, Element | null>} */ ({
            ArrowRight: item.nextElementSibling,
            ArrowLeft: item.previousElementSibling,
            Home: this.root.firstElementChild,
            End: this.root.lastElementChild,
        });
        const next = steps[event.key];
        if (next instanceof HTMLElement) {
            this.#focus(next);
        } else if (event.key === "Delete" || event.key === "Backspace") {
            this.#handlers.remove(Number(item.dataset.id));
        } else {
            return;
        }
        event.preventDefault();
    }
}
