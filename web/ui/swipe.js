/**
 * The line between two pictures that lie on each other: dragged, or moved by keyboard.
 *
 * @module
 */

import { t } from "../text/index.js";
import { make } from "./dom.js";

/** By key, in percent; the ends beside them. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
const WITH_SHIFT = 10;

export class Swipe {
    #move;
    #share = 0.5;
    #root = make("div", {
        className: "swipe",
        attributes: {
            role: "slider",
            tabindex: 0,
            "aria-label": t("swipe.label"),
            "aria-orientation": "horizontal",
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            title: t("swipe.label"),
        },
    });

    /** @param {(share: number) => void} move To a share of the width of both, 0 to 1. */
    constructor(move) {
        this.#move = move;
        this.#root.append(make("i", { attributes: { "aria-hidden": true } }));
        this.#root.addEventListener("pointerdown", (event) => {
            if (event.button === 0) {
                this.#root.setPointerCapture(event.pointerId);
                this.#root.focus();
                event.preventDefault();
            }
        });
        this.#root.addEventListener("pointermove", (event) => {
            const frame = this.#root.parentElement?.getBoundingClientRect();
            if (this.#root.hasPointerCapture(event.pointerId) && frame && frame.width > 0) {
                this.#to((event.clientX - frame.left) / frame.width);
            }
        });
        this.#root.addEventListener("keydown", (event) => this.#key(event));
    }

    get root() {
        return this.#root;
    }

    /** @param {number | null} share Nothing: there is nothing to move. */
    show(share) {
        this.#root.hidden = share === null;
        if (share !== null) {
            this.#share = share;
            const percent = Math.round(100 * share);
            this.#root.style.left = `${100 * share}%`;
            this.#root.setAttribute("aria-valuenow", String(percent));
            this.#root.setAttribute("aria-valuetext", t("swipe.value", { percent }));
        }
    }

    /** @param {number} share */
    #to(share) {
        this.#move(Math.min(1, Math.max(0, share)));
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const step = STEPS[event.key];
        if (step) {
            this.#to((Math.round(100 * this.#share) + step * (event.shiftKey && Math.abs(step) === 1 ? WITH_SHIFT : 1)) / 100);
        } else if (event.key === "Home" || event.key === "End") {
            this.#to(event.key === "Home" ? 0 : 1);
        } else {
            return;
        }
        event.preventDefault();
    }
}
