/**
 * The cells of a map as horizontal bars, or as a waterfall, at the screen's own resolution: one line per cell, logit units
 * to the right. It draws, and says which cell is under a point; what that means is decided elsewhere.
 *
 * @module
 */

import { tick } from "../../text/numbers.js";
import { axisOf } from "./bars.js";

/**
 * @typedef {object} Drawn
 * @property {Float32Array} values
 * @property {import("./bars.js").Bars} bars
 * @property {"sorted" | "waterfall"} form
 * @property {number} total
 * @property {number | null} yesFrom
 * @property {number | null} at Place of the cell that is read.
 * @property {ReadonlySet<number>} chosen Cells.
 */

/** Room at the left for the marks of what is chosen, and below for the axis; in pixels of the page. */
const GUTTER = 12;
const FOOT = 26;
/** Height of a line, and of all lines, in pixels of the page. */
const LINE = 7;
const [LOWEST, HIGHEST] = [140, 320];

/** How high the chart of this many cells is. @param {number} cells */
export function heightFor(cells) {
    return Math.min(HIGHEST, Math.max(LOWEST, cells * LINE)) + FOOT;
}

/**
 * The place in the order that is at a height of the chart.
 * @param {number} y In pixels of the page.
 * @param {number} height Of the chart.
 * @param {number} cells
 */
export function placeAt(y, height, cells) {
    return Math.min(cells - 1, Math.max(0, Math.floor((y / (height - FOOT)) * cells)));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size In pixels of the page.
 * @param {Drawn} drawn
 */
export function draw(canvas, size, { values, bars, form, total, yesFrom, at, chosen }) {
    const density = devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    canvas.width = Math.round(size.width * density);
    canvas.height = Math.round(size.height * density);
    if (!context) {
        return;
    }
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const [left, bottom] = [GUTTER * density, (size.height - FOOT) * density];
    const width = canvas.width - left;
    const cells = bars.order.length;
    const waterfall = form === "waterfall";
    const ends = waterfall ? bars.running : [values[bars.order[0]], values[bars.order[cells - 1]]];
    const { from, to, ticks } = axisOf([...ends, total, ...(yesFrom === null ? [] : [yesFrom])]);
    const x = (/** @type {number} */ value) => left + ((value - from) / (to - from)) * width;
    // On whole pixels of the screen, and never thinner than one of them.
    const y = (/** @type {number} */ place) => Math.round((place / cells) * bottom);
    const gap = bottom / cells >= 4 * density ? Math.round(density) : 0;
    const upright = (/** @type {number} */ value, /** @type {number} */ thick) => {
        context.fillRect(Math.round(x(value) - (thick * density) / 2), 0, Math.max(1, Math.round(thick * density)), bottom);
    };

    context.fillStyle = colour("--panel");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = colour("--line");
    ticks.forEach((value) => upright(value, 1));
    if (at !== null) {
        context.fillStyle = colour("--sunk");
        context.fillRect(0, y(at) - 2 * density, canvas.width, Math.max(3 * density, y(at + 1) - y(at)) + 4 * density);
    }
    const colours = { for: colour("--for"), against: colour("--against") };
    const bar = (/** @type {number} */ place) => {
        const value = values[bars.order[place]];
        const [start, end] = waterfall ? [bars.running[place], bars.running[place + 1]] : [0, value];
        context.fillStyle = value > 0 ? colours.for : colours.against;
        const [near, far] = [Math.min(x(start), x(end)), Math.max(x(start), x(end))];
        const top = y(place);
        context.fillRect(near, top, Math.max(density, far - near), Math.max(1, y(place + 1) - top - gap));
    };
    for (let place = 0; place < cells; place++) {
        bar(place);
    }
    context.fillStyle = colour("--ink");
    upright(0, 1);
    for (const cell of chosen) {
        const place = bars.place[cell];
        if (place !== undefined) {
            context.fillRect(0, y(place), 6 * density, Math.max(1, y(place + 1) - y(place) - gap));
        }
    }
    upright(total, 3);
    if (yesFrom !== null) {
        context.save();
        context.strokeStyle = colour("--ink");
        context.lineWidth = 2 * density;
        context.setLineDash([3 * density, 3 * density]);
        context.beginPath();
        context.moveTo(x(yesFrom), 0);
        context.lineTo(x(yesFrom), bottom);
        context.stroke();
        context.restore();
    }
    if (at !== null) {
        const middle = (y(at) + y(at + 1)) / 2;
        context.beginPath();
        context.moveTo(8 * density, middle);
        context.lineTo(0, middle - 6 * density);
        context.lineTo(0, middle + 6 * density);
        context.fill();
    }
    labels(context, ticks, { x, top: bottom, density, font: `${parseFloat(style.fontSize) * density}px ${style.fontFamily}`, width: canvas.width });
}

/**
 * The axis' numbers, as many as there is room for; 0 first.
 * @param {CanvasRenderingContext2D} context
 * @param {readonly number[]} ticks
 * @param {{x: (value: number) => number, top: number, density: number, font: string, width: number}} place
 */
function labels(context, ticks, { x, top, density, font, width }) {
    context.font = font;
    context.textBaseline = "top";
    /** @type {[number, number][]} */
    const taken = [];
    for (const value of [...ticks].sort((a, b) => Math.abs(a) - Math.abs(b))) {
        const exact = Math.abs(value) < 1e-12 ? 0 : value;
        const text = exact === 0 ? "0" : `${exact < 0 ? "\u2212" : "+"}${tick(Math.abs(exact))}`;
        const half = context.measureText(text).width / 2;
        const middle = Math.min(width - half, Math.max(half, x(exact)));
        const [start, end] = [middle - half - 4 * density, middle + half + 4 * density];
        if (taken.every(([from, to]) => end < from || start > to)) {
            taken.push([start, end]);
            context.fillText(text, middle - half, top + 5 * density);
        }
    }
}
