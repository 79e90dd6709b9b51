/**
 * A few pointers to what there is on the page, one after the other. They stand beside what they speak of and are in nobody's
 * way: nothing has to be answered, and everything behind them can be used.
 *
 * @module
 */

import { t } from "../text/index.js";
import { button, make, newLabel, setText } from "./dom.js";

/** @typedef {import("../text/index.js").Key} Key */

/**
 * What each pointer speaks of, and on which of its sides it stands where there is room for it.
 * @type {{name: string, target: string, sides: Side[]}[]}
 */
const POINTERS = [
    { name: "evidence", target: "#stages", sides: ["inside"] },
    { name: "sum", target: "#answer .sum", sides: ["left", "below", "above"] },
    { name: "classes", target: "#answer .classes", sides: ["left", "above", "below"] },
    { name: "tools", target: "#toolbar .tools", sides: ["above", "below"] },
    { name: "own", target: "#filmstrip .strip", sides: ["above", "below"] },
];

/** @typedef {"left" | "above" | "below" | "inside"} Side */

/** Pixels between a pointer and what it speaks of. */
const GAP = 12;

export class Tour {
    #at = 0;
    #onEnd;
    #title = make("h2", { attributes: { id: newLabel() } });
    #text = make("p");
    #step = make("span", { className: "tour-step" });
    #back = button(t("tour.back"), () => this.#go(this.#at - 1), { className: "tour-back" });
    #next = button("", () => (this.#at + 1 < POINTERS.length ? this.#go(this.#at + 1) : this.close()), { className: "tour-next" });
    /** @type {Element | null} */
    #target = null;
    #abort = new AbortController();

    /**
     * @param {number} at Which pointer is first.
     * @param {() => void} onEnd The visitor has seen enough.
     */
    constructor(at, onEnd) {
        this.#onEnd = onEnd;
        const close = button("\u00d7", () => this.close(), { className: "sign tour-close", attributes: { "aria-label": t("tour.close"), title: t("tour.close") } });
        this.root = make("aside", { className: "tour", attributes: { "aria-labelledby": this.#title.id } }, [
            make("header", {}, [this.#title, close]),
            make("div", { attributes: { "aria-live": "polite" } }, [this.#text]),
            make("div", { className: "row" }, [this.#step, this.#back, this.#next]),
        ]);
        this.root.addEventListener("keydown", (event) => {
            if (event.key === "Escape") {
                this.close();
            }
        });
        const { signal } = this.#abort;
        addEventListener("resize", () => this.#place(), { signal });
        addEventListener("scroll", () => this.#place(), { signal, passive: true, capture: true });
        // First in the order of the keyboard, since it speaks of all that follows.
        document.body.prepend(this.root);
        this.#show(at);
    }

    /** Which pointer is on show. */
    get at() {
        return this.#at;
    }

    focus() {
        this.#next.focus();
    }

    /** The visitor has seen enough of it. */
    close() {
        this.remove();
        this.#onEnd();
    }

    /** Takes it away, whatever the visitor thinks of it. */
    remove() {
        this.#abort.abort();
        this.#mark(null);
        this.root.remove();
    }

    /** @param {number} at */
    #go(at) {
        this.#show(at);
        this.#target?.scrollIntoView({ block: narrow() ? "center" : "nearest" });
        this.#place();
    }

    /** @param {number} at */
    #show(at) {
        this.#at = at;
        const { name, target } = POINTERS[at];
        setText(this.#title, t(/** @type {Key} */ (`tour.${name}`)));
        setText(this.#text, t(/** @type {Key} */ (`tour.${name}.text`)));
        setText(this.#step, t("tour.step", { step: at + 1, total: POINTERS.length }));
        this.#back.hidden = at === 0;
        setText(this.#next, t(at + 1 < POINTERS.length ? "tour.next" : "tour.done"));
        const found = document.querySelector(target);
        // Of a picture whose answer is withheld, there may be nothing to point at but its place.
        this.#mark(found?.checkVisibility() ? found : document.querySelector("#answer"));
        this.#place();
    }

    /** @param {Element | null} target */
    #mark(target) {
        this.#target?.classList.remove("pointed");
        this.#target = target;
        target?.classList.add("pointed");
    }

    /** Beside what it speaks of; on a phone, at the bottom, where the style sheet has it. */
    #place() {
        const { style } = this.root;
        style.left = style.top = "";
        if (!this.#target || narrow()) {
            return;
        }
        const { left, top } = placeBeside(this.#target.getBoundingClientRect(), this.root.getBoundingClientRect(), POINTERS[this.#at].sides, {
            width: innerWidth,
            height: innerHeight,
        });
        style.left = `${left}px`;
        style.top = `${top}px`;
    }
}

/** Whether the page is one column. */
function narrow() {
    return matchMedia("(max-width: 56rem)").matches;
}

/**
 * Where something stands that speaks of a target: on the first side that has room for it, else in its lower left corner;
 * always within the window.
 * @param {{left: number, top: number, width: number, height: number}} target
 * @param {{width: number, height: number}} size
 * @param {readonly Side[]} sides In the order in which they are tried.
 * @param {{width: number, height: number}} window
 */
export function placeBeside(target, { width, height }, sides, window) {
    /** @type {Record<Side, {left: number, top: number, fits: boolean}>} */
    const places = {
        left: { left: target.left - width - GAP, top: target.top, fits: target.left - width - GAP >= GAP },
        above: { left: target.left, top: target.top - height - GAP, fits: target.top - height - GAP >= GAP },
        below: { left: target.left, top: target.top + target.height + GAP, fits: target.top + target.height + height + 2 * GAP <= window.height },
        inside: { left: target.left + GAP, top: target.top + target.height - height - GAP, fits: true },
    };
    const side = sides.find((side) => places[side].fits) ?? "inside";
    const within = (/** @type {number} */ value, /** @type {number} */ end) => Math.max(GAP, Math.min(value, end - GAP));
    return { side, left: within(places[side].left, window.width - width), top: within(places[side].top, window.height - height) };
}
