/**
 * A curve over a range, small enough for a panel: lines, places along the range that are marked, levels that mean
 * something. Drawn as shapes, so that it is sharp on any screen and follows the page's colours; whoever uses it says the
 * same in words.
 *
 * @module
 */

import { make, setText } from "./dom.js";

/** @typedef {{x: number, y: number}} Point */

/**
 * @typedef {object} Shown
 * @property {string} label What it is, for those who do not see it.
 * @property {[number, number]} x Ends of the range.
 * @property {[number, number]} y
 * @property {{x: [string, string], y: string[]}} ends What stands at the ends of both; upwards, also evenly in between.
 * @property {(Point | null)[][]} lines From left to right; a line has a gap where there is nothing. The first is drawn
 *     plain, the second dashed.
 * @property {{y: number, text: string}[]} levels What is to be seen beside the lines; the text may be empty.
 * @property {number | null} origin Where along the range nothing is changed.
 * @property {Point | null} now What is on show.
 */

const SVG = "http://www.w3.org/2000/svg";
/** Shares of width and height that stay free at each end, so that a dot at the edge is whole. */
const ASIDE = 0.02;
const ABOVE = 0.07;

export class Curve {
    #picture = shape("svg", { role: "img", class: "curve-picture" });
    #levels = make("div", { className: "curve-levels", attributes: { "aria-hidden": true } });
    #left = make("span");
    #right = make("span");
    root = make("div", { className: "curve" }, [
        this.#levels,
        this.#picture,
        make("div", { className: "curve-range", attributes: { "aria-hidden": true } }, [this.#left, this.#right]),
    ]);

    /** @param {Shown} shown */
    show({ label, x, y, ends, lines, levels, origin, now }) {
        setText(this.#left, ends.x[0]);
        setText(this.#right, ends.x[1]);
        this.#levels.replaceChildren(...ends.y.map((text) => make("span", { text })).reverse());
        this.#picture.setAttribute("aria-label", label);
        const share = (/** @type {number} */ value, /** @type {[number, number]} */ [from, to]) => (to === from ? 0.5 : (value - from) / (to - from));
        const across = (/** @type {number} */ value) => 100 * (ASIDE + (1 - 2 * ASIDE) * share(value, x));
        const down = (/** @type {number} */ value) => 100 * (1 - ABOVE - (1 - 2 * ABOVE) * share(value, y));
        const percent = (/** @type {number} */ value) => `${value.toFixed(2)}%`;
        const parts = levels
            .filter((level) => level.y >= Math.min(...y) && level.y <= Math.max(...y))
            .flatMap((level) => {
                const at = percent(down(level.y));
                const line = shape("line", { class: "curve-level", x1: 0, x2: "100%", y1: at, y2: at });
                if (!level.text) {
                    return [line];
                }
                const text = shape("text", { class: "curve-word", x: "100%", dx: -2, y: at, dy: down(level.y) > 20 ? -3 : 12, "text-anchor": "end" });
                text.textContent = level.text;
                return [line, text];
            });
        if (origin !== null) {
            const at = percent(across(origin));
            parts.push(shape("line", { class: "curve-origin", x1: at, x2: at, y1: 0, y2: "100%" }));
        }
        // A box of its own, since a path knows no shares of its length.
        const box = shape("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", width: "100%", height: "100%" });
        lines.forEach((line, index) => {
            const path = pathOf(line.map((point) => point && { x: across(point.x), y: down(point.y) }));
            box.append(shape("path", { class: index === 0 ? "curve-line" : "curve-line second", d: path }));
        });
        parts.push(box);
        for (const point of lines[0] ?? []) {
            if (point) {
                parts.push(shape("circle", { class: "curve-sample", cx: percent(across(point.x)), cy: percent(down(point.y)), r: 2 }));
            }
        }
        if (now) {
            parts.push(shape("circle", { class: "curve-now", cx: percent(across(now.x)), cy: percent(down(now.y)), r: 5 }));
        }
        this.#picture.replaceChildren(...parts);
    }
}

/** @param {(Point | null)[]} points @returns {string} */
export function pathOf(points) {
    let pen = "M";
    let path = "";
    for (const point of points) {
        if (point) {
            path += `${pen}${point.x.toFixed(2)} ${point.y.toFixed(2)}`;
        }
        pen = point ? "L" : "M";
    }
    return path;
}

/**
 * The ends of an axis for some values: somewhat beyond them, and never so close together that noise looks like a slope.
 * @param {readonly number[]} values At least one.
 * @param {number} least How far apart the ends are at least.
 * @returns {[number, number]}
 */
export function span(values, least) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const missing = Math.max(0, least - (high - low)) / 2;
    return [low - missing, high + missing];
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function shape(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, String(value));
    }
    return element;
}
