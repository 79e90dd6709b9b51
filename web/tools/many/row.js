/**
 * How far it is with many pictures, in one line under the strip.
 *
 * @module
 */

import { t } from "../../text/index.js";
import { button, make, setText } from "../../ui/dom.js";

/** @typedef {import("./batch.js").Batch} Batch */

export class Row {
    #batch;
    #root;
    #says = make("span", { className: "many-says" });
    #bar = make("progress", { attributes: { "aria-label": t("many.progress") } });
    #go;
    #open;
    #lesson;

    /**
     * @param {HTMLElement} root
     * @param {Batch} batch
     * @param {() => void} open Opens the panel with everything else.
     * @param {() => void} lesson Makes a lesson of them.
     */
    constructor(root, batch, open, lesson) {
        this.#batch = batch;
        this.#root = root;
        this.#go = button("", () => (batch.queue.going ? batch.queue.stop() : batch.queue.start()), { className: "many-go" });
        this.#open = button(t("many.open"), open, { className: "many-open", attributes: { "data-tool": "many" } });
        this.#lesson = button(t("many.lesson"), lesson, { className: "many-lesson" });
        root.setAttribute("role", "group");
        root.setAttribute("aria-label", t("many.label"));
        root.replaceChildren(this.#says, this.#bar, this.#go, this.#open, this.#lesson);
    }

    /**
     * @param {boolean} told Whether answers may be told.
     * @param {boolean} open Whether the panel is open.
     */
    show(told, open) {
        const { queue } = this.#batch;
        const { total, done, failed, waiting, old } = queue.counts;
        this.#root.hidden = total === 0 || !told;
        this.#bar.max = Math.max(1, total);
        this.#bar.value = done + failed;
        this.#bar.hidden = waiting === 0;
        setText(this.#says, sentence(queue));
        this.#go.hidden = waiting === 0 && !queue.going;
        setText(this.#go, t(queue.going ? "many.stop" : old > 0 ? "many.again" : "many.go"));
        this.#open.setAttribute("aria-pressed", String(open));
        // What is old was explained, and the form asks anew.
        this.#lesson.hidden = done + old === 0 || waiting > old;
    }
}

/**
 * How many are done, how fast, and what became of the others.
 * @param {import("./queue.js").Queue<any>} queue
 */
export function sentence(queue) {
    const { total, done, failed, old } = queue.counts;
    const rate = queue.going ? queue.perMinute : null;
    const parts = [
        t("many.done", { done: done + failed, total }),
        rate === null ? null : t("many.rate", { rate: rate < 10 ? rate.toPrecision(2) : Math.round(rate) }),
        failed > 0 ? t("many.failed", { count: failed }) : null,
        old > 0 ? t("many.old", { count: old }) : null,
    ];
    return `${parts.filter(Boolean).join(", ")}.`;
}
