/**
 * What the page has to say beside the answer: progress, errors, and what a screen reader is told.
 *
 * @module
 */

import { t, tOr } from "../text/index.js";
import { duration, megabytes } from "../text/numbers.js";
import { button, make, setText } from "./dom.js";

/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("../engine/protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("../engine/protocol.js").Explained} Explained */

/**
 * Milliseconds after which a bar without an end begins to move. It is drawn anew sixty times a second, on the cores that
 * the engine needs: what is soon over goes without.
 */
const SOON = 1000;
/** Milliseconds for which something said stays. */
const SAID = 6000;
/** Longest message that is shown whole. */
const LONG = 280;

export class Status {
    /** Told of every failure that is shown. @type {((failure: Failure) => void) | null} */
    heard = null;
    #progress = make("div", { className: "progress" });
    #bar = make("progress");
    #text = make("span");
    #alert = make("div", { className: "alert", attributes: { role: "alert" } });
    #said = make("p", { className: "said", attributes: { role: "status" } });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #saying;
    #announced = make("p", { className: "visually-hidden announcement", attributes: { role: "status", "aria-live": "polite" } });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #moving;
    /** Whether the way on is in the alert, which then stays. */
    #needed = false;

    /** @param {HTMLElement} root */
    constructor(root) {
        this.#bar.setAttribute("aria-label", t("progress.label"));
        this.#progress.append(this.#bar, this.#text);
        this.#alert.hidden = this.#said.hidden = true;
        root.replaceChildren(this.#progress, this.#alert, this.#said, this.#announced);
        this.preparing(t("progress.start"));
    }

    /**
     * @param {number} bytes
     * @param {number} total
     */
    loading(bytes, total) {
        this.#show(bytes, Math.max(1, total), t("progress.loading", { done: megabytes(bytes), total: megabytes(total) }));
    }

    /** @param {string} text */
    preparing(text) {
        this.#show(1, 1, text);
        this.#moving = setTimeout(() => this.#bar.removeAttribute("value"), SOON);
    }

    /**
     * @param {string} layer
     * @param {number} done
     * @param {number} total
     */
    converting(layer, done, total) {
        this.#show(done, total, t("progress.converting", { layer, done, total }));
    }

    /** Nothing is on its way any more. The bar keeps its room, so that nothing jumps. */
    done() {
        clearTimeout(this.#moving);
        this.#progress.classList.add("over");
    }

    /**
     * @param {number} value
     * @param {number} max
     * @param {string} text
     */
    #show(value, max, text) {
        clearTimeout(this.#moving);
        this.#progress.classList.remove("over");
        this.#bar.max = max;
        this.#bar.value = value;
        setText(this.#text, text);
    }

    /**
     * @param {Failure} failure
     * @param {{what?: string | null, still?: string | null, again?: (() => void) | null}} [more] `what` failed, what is still
     *     on show, and what to do about it with one click.
     */
    fail(failure, { what = null, still = null, again = null } = {}) {
        this.heard?.(failure);
        const text = failureText(failure);
        const whole = [what, text].filter(Boolean).join(" ");
        // What goes on and on would push the picture out of sight.
        const said =
            whole.length <= LONG
                ? [make("span", { text: whole })]
                : [
                      make("span", { text: `${whole.slice(0, LONG - 60)} \u2026 ` }),
                      make("details", {}, [make("summary", { text: t("alert.more") }), make("p", { text: whole })]),
                  ];
        this.#needed = again !== null;
        const close = button("\u00d7", () => this.clear(true), { className: "sign", attributes: { "aria-label": t("alert.close") } });
        this.#alert.hidden = false;
        this.#alert.replaceChildren(
            make("div", { className: "alert-text" }, [...said, ...(still ? [make("span", { className: "still", text: ` ${still}` })] : [])]),
            ...(again ? [button(t("alert.again"), again, { className: "retry" })] : [close]),
        );
    }

    /** Another picture is on show: which one still was, is not true any more. */
    moved() {
        this.#alert.querySelector(".still")?.remove();
    }

    /** The visitor went on: the last alert has had its time, unless the way on is in it. @param {boolean} [all] */
    clear(all = false) {
        if (all || !this.#needed) {
            this.#needed = false;
            this.#alert.hidden = true;
            this.#alert.replaceChildren();
        }
    }

    /** Says something that is no failure, for a while; nothing ends that at once. @param {string} text */
    say(text) {
        setText(this.#said, text);
        this.#said.hidden = text === "";
        clearTimeout(this.#saying);
        this.#saying = setTimeout(() => (this.#said.hidden = true), SAID);
    }

    /** Says to a screen reader what the picture shows a reader who sees it. @param {string} text */
    announce(text) {
        setText(this.#announced, text);
    }
}

/** A failure in the visitor's language. @param {Failure} failure */
export function failureText({ code, values = {}, message, advice }) {
    const said = code ? tOr(`error:${code}`, message, values) : message;
    const done = code ? tOr(`advice:${code}`, advice, values) : advice;
    return `${said} ${done}`.trim();
}

/**
 * What ran where.
 * @param {DeviceReport} device
 * @param {Explained | null} explained
 * @param {number} size Side of the network's input.
 */
export function badgeText(device, explained, size) {
    const onCpu = device.threads > 1 ? t("badge.threads", { threads: device.threads }) : t("badge.cpu");
    const where = device.kind === "webgpu" ? t("badge.webgpu", { name: device.name }) : onCpu;
    const parts = [where];
    if (explained && (explained.on ?? device.kind) === device.kind) {
        const { decode, run } = explained.milliseconds;
        parts.push(t("badge.took", { run: duration(run), size, decode: duration(decode), format: explained.format }));
    }
    parts.push(t("badge.tested"));
    // A device that failed may say so with the code of an error.
    const { code, values } = device;
    const reason = code ? tOr(`device:${code}`, tOr(`error:${code}`, device.reason, values), values) : device.reason;
    return [parts.join(" \u00b7 "), reason].filter(Boolean).join(". ");
}
