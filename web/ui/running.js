/**
 * How far a run of many steps is, and about how long the rest takes.
 *
 * @module
 */

import { t } from "../text/index.js";
import { duration, stepUnderWay } from "../text/numbers.js";
import { make, setText } from "./dom.js";

/** @typedef {import("../text/index.js").Key} Key */

/** Steps before the time that is left can be told. */
const FEW = 3;

export class Running {
    #bar;
    #doing = make("span", { className: "doing" });
    #texts;
    /** Since when the run that is under way goes. @type {{done: number, at: number} | null} */
    #since = null;

    /**
     * @param {Key} label Of the bar.
     * @param {{done: Key, left: Key}} texts At which `step` of the `total` it is, without and with the time that is `left`.
     * @param {HTMLElement} cancel What ends it.
     */
    constructor(label, texts, cancel) {
        this.#texts = texts;
        this.#bar = make("progress", { attributes: { "aria-label": t(label) } });
        this.root = make("div", { className: "row running" }, [this.#bar, this.#doing, cancel]);
    }

    /**
     * @param {boolean} waits Whether something is under way.
     * @param {{done: number, total: number} | null} progress Nothing where it has just begun.
     */
    show(waits, progress) {
        this.root.hidden = !waits;
        if (!waits || !progress) {
            this.#since = null;
            this.#bar.removeAttribute("value");
            setText(this.#doing, t("sweep.begins"));
            return;
        }
        const { done, total } = progress;
        const step = stepUnderWay(progress);
        const now = { done, at: performance.now() };
        if (!this.#since || this.#since.done > done) {
            this.#since = now;
        }
        const left = timeLeft(this.#since, now, total);
        this.#bar.max = total;
        this.#bar.value = done;
        setText(this.#doing, left === null ? t(this.#texts.done, { step, total }) : t(this.#texts.left, { step, total, left: duration(left) }));
    }
}

/**
 * Milliseconds that are left, from how long the steps so far took; nothing before there are a few.
 * @param {{done: number, at: number}} first
 * @param {{done: number, at: number}} now
 * @param {number} total
 */
export function timeLeft(first, now, total) {
    const steps = now.done - first.done;
    return steps >= FEW ? ((now.at - first.at) / steps) * (total - now.done) : null;
}
