/**
 * Pictures of a lesson's steps, drawn apart from the stage: for paper, and for a class.
 *
 * @module
 */

import { MARKS } from "../../evidence/grid.js";
import { answerFor, cardFor } from "../../evidence/population.js";
import { answerView } from "../../evidence/view.js";
import { untold } from "../../evidence/untold.js";
import { lookedAt } from "../../page/state.js";
import { t, tOr } from "../../text/index.js";
import { make, paint } from "../../ui/dom.js";

/** @typedef {import("../../evidence/view.js").AnswerView} AnswerView */
/** @typedef {import("../../engine/protocol.js").Rect} Rect */
/** @typedef {import("../../page/state.js").State} State */

/**
 * @typedef {object} Tools
 * @property {import("../../engine/engine.js").Engine} engine
 * @property {(page: string) => State} read What a link shows.
 * @property {import("../../page/pictures.js").Pictures} pictures
 */

/**
 * A step's picture with its answer.
 * @typedef {object} Solved
 * @property {import("../../page/state.js").Pane} pane With size and fit.
 * @property {AnswerView} answer
 */

/** Longer side, in pixels: enough for half a page of paper. */
const SIDE = 900;

/** What a page of a lesson shows, asked of the engine. @param {Tools} tools @param {string} page @returns {Promise<Solved>} */
export async function solve(tools, page) {
    return solvePane(tools, tools.read(page).pane);
}

/**
 * What it shows beside that, where it is another answer and not another method's map of the same.
 * @param {Tools} tools
 * @param {string} page
 * @returns {Promise<Solved | null>}
 */
export async function solveBeside(tools, page) {
    const { pane, beside } = tools.read(page);
    return beside && !beside.method ? solvePane(tools, { ...pane, ...beside }) : null;
}

/** @param {Tools} tools @param {import("../../page/state.js").Pane} wanted @returns {Promise<Solved>} */
async function solvePane({ engine, pictures }, wanted) {
    const loaded = await engine.load(wanted.model);
    const card = cardFor(loaded.card, pictures.population(wanted));
    const pane = { ...wanted, size: wanted.size ?? card.input.size, fit: wanted.fit ?? card.input.fit };
    const explained = answerFor(await engine.explain({ model: pane.model, shuffled: pane.shuffled }, lookedAt(pane)), card);
    return { pane, answer: answerView({ card, explained, choice: pane.choice, anyway: false, limit: null }) };
}

/** @param {number} width @param {number} height @param {boolean} enlarged Whether it may become larger. */
export function scaleOf(width, height, enlarged) {
    const scale = SIDE / Math.max(width, height);
    return enlarged ? scale : Math.min(1, scale);
}

/**
 * The picture, with the evidence over it or without.
 * @param {Tools} tools
 * @param {Solved} solved
 * @param {boolean} mapped
 * @param {boolean} [enlarged] Whether a small one is drawn larger, for paper.
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function drawn({ engine }, { pane, answer }, mapped, enlarged = true) {
    const { explained, map, limit } = answer;
    const { width: photoWidth, height: photoHeight } = explained.placement.photo;
    const scale = scaleOf(photoWidth, photoHeight, enlarged);
    const [width, height] = [photoWidth, photoHeight].map((side) => Math.max(1, Math.round(side * scale)));
    const shows = mapped && !answer.withheld;
    const style = { limit, smooth: true, contours: shows, fade: true, dark: explained.dark };
    const { values, rows, columns, placement } = map;
    const part = { x: 0, y: 0, width: photoWidth, height: photoHeight };
    const painted = await engine.draw({ looked: lookedAt(pane), map: shows ? { values, rows, columns, placement } : null, style, part, width, height });
    const canvas = make("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    const layer = make("canvas");
    for (const [pixels, filter] of /** @type {const} */ ([[painted.photo, shows ? "grayscale(1)" : "none"], [painted.evidence, "none"]])) {
        if (pixels && context) {
            paint(layer, pixels);
            context.filter = filter;
            context.drawImage(layer, 0, 0);
        }
    }
    return canvas;
}

/**
 * Where a grid's cells lie on a drawn picture.
 * @param {HTMLCanvasElement} canvas
 * @param {AnswerView} answer
 * @param {{rows: number, columns: number}} grid
 * @param {number} cell
 * @returns {Rect}
 */
export function cellOn({ width }, { explained: { placement } }, { rows, columns }, cell) {
    const { region, photo } = placement;
    const scale = width / photo.width;
    const [across, down] = [(region.width / columns) * scale, (region.height / rows) * scale];
    return { x: region.x * scale + (cell % columns) * across, y: region.y * scale + Math.floor(cell / columns) * down, width: across, height: down };
}

/**
 * Lines of a grid, light on dark so that they show on any picture.
 * @param {HTMLCanvasElement} canvas
 * @param {AnswerView} answer
 * @param {{rows: number, columns: number}} grid
 */
export function drawGrid(canvas, answer, grid) {
    const context = canvas.getContext("2d");
    for (let cell = 0; context && cell < grid.rows * grid.columns; cell++) {
        const { x, y, width, height } = cellOn(canvas, answer, grid, cell);
        for (const [colour, line] of /** @type {const} */ ([["rgb(0 0 0 / 0.5)", 3], ["rgb(255 255 255 / 0.9)", 1.2]])) {
            context.strokeStyle = colour;
            context.lineWidth = line;
            context.strokeRect(x, y, width, height);
        }
    }
}

/**
 * Where people looked: the more marked a square, the less of it shows through.
 * @param {HTMLCanvasElement} canvas With the photo.
 * @param {AnswerView} answer
 * @param {readonly number[]} shares Of people, by square.
 */
export function drawShares(canvas, answer, shares) {
    const context = canvas.getContext("2d");
    if (!context) {
        return;
    }
    const most = Math.max(...shares);
    shares.forEach((share, cell) => {
        const { x, y, width, height } = cellOn(canvas, answer, MARKS, cell);
        context.fillStyle = `rgb(255 216 61 / ${most > 0 ? 0.85 * (share / most) : 0})`;
        context.fillRect(x, y, width, height);
    });
}

/**
 * Where radiologists saw the finding.
 * @param {HTMLCanvasElement} canvas With the photo.
 * @param {AnswerView} answer
 * @param {readonly Rect[]} boxes In pixels of the photo.
 */
export function drawBoxes(canvas, { explained: { placement } }, boxes) {
    const context = canvas.getContext("2d");
    const scale = canvas.width / placement.photo.width;
    for (const { x, y, width, height } of context ? boxes : []) {
        for (const [colour, line, dashes] of /** @type {[string, number, number[]][]} */ ([["#000", 6, []], ["#fff", 3, [14, 9]]])) {
            Object.assign(/** @type {CanvasRenderingContext2D} */ (context), { strokeStyle: colour, lineWidth: line });
            context?.setLineDash(dashes);
            context?.strokeRect(x * scale, y * scale, width * scale, height * scale);
        }
    }
    context?.setLineDash([]);
}

/** Whose a picture is, without what its file's name tells of it: what students are to find out. @param {Tools} tools @param {string | null} picture */
export function creditOf({ pictures }, picture) {
    const known = pictures.sample(picture);
    // What was done to it has to be said, and tells no class.
    const sample = known && { ...untold(known), title: known.title, licence: known.licence };
    if (pictures.credit(picture)) {
        return `${pictures.name(picture)}: ${pictures.credit(picture)}.`;
    }
    return sample ? `${tOr(`sample:${sample.title}`, sample.title)}: ${sample.attribution}; ${t("credit.from", { source: sample.source })}; ${sample.licence}.` : "";
}
