/**
 * Saving what is on show as one PNG, with what a reader needs to make sense of it.
 *
 * @module
 */

import { percent, signed, tick } from "../format.js";
import { make } from "./dom.js";

const MARGIN = 16;
const BAR = 14;
const MIN_WIDTH = 420;
/** Height of a line of text. */
const LINE = 20;
const FONT = "13px system-ui, sans-serif";
const BOLD = "600 13px system-ui, sans-serif";

/**
 * What the picture says about itself.
 * @typedef {object} Caption
 * @property {string} name Of the class, or of one over another.
 * @property {number} shownClass
 * @property {number | null} rival Class whose evidence was subtracted, if any.
 * @property {number} logit
 * @property {number} limit End of the colour scale.
 * @property {Float32Array} probabilities
 * @property {string | null} decision A sentence on where "yes" begins, where the model has such a point.
 * @property {string | null} notice What must stand beside an answer about people's health.
 * @property {string | null} warning What must stand on the picture.
 */

/**
 * @param {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement}} layers
 * @param {{opacity: number, grey: boolean}} look
 * @param {Caption} caption
 * @param {HTMLCanvasElement} colourBar From -limit to +limit.
 */
export async function savePng({ photo, overlay }, { opacity, grey }, caption, colourBar) {
    const canvas = make("canvas");
    const context = canvas.getContext("2d");
    if (!context) {
        return;
    }
    const width = Math.max(photo.width, MIN_WIDTH);
    const inner = width - 2 * MARGIN;
    context.font = BOLD;
    const warning = wrap(context, caption.warning, inner);
    const notes = [caption.decision, caption.notice].flatMap((text) => wrap(context, text, inner));
    const foot = 84 + notes.length * LINE;
    const head = warning.length > 0 ? warning.length * LINE + 12 : 0;
    canvas.width = width;
    canvas.height = head + photo.height + foot;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#8f1d1d";
    context.fillRect(0, 0, canvas.width, head);
    context.fillStyle = "#fff";
    context.font = BOLD;
    warning.forEach((line, index) => context.fillText(line, MARGIN, LINE * (index + 1)));
    context.filter = grey ? "grayscale(1)" : "none";
    context.drawImage(photo, 0, head);
    context.filter = "none";
    context.globalAlpha = opacity;
    context.drawImage(overlay, 0, head);
    context.globalAlpha = 1;
    drawFoot(context, head + photo.height, caption, notes, colourBar);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) {
        return;
    }
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = `evidence-${caption.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} top
 * @param {Caption} caption
 * @param {string[]} notes Lines below the colour bar.
 * @param {HTMLCanvasElement} colourBar
 */
function drawFoot(context, top, { name, shownClass, rival, logit, limit, probabilities }, notes, colourBar) {
    const width = context.canvas.width - 2 * MARGIN;
    const score =
        rival === null
            ? `logit ${signed(logit, 2)}, ${percent(probabilities[shownClass])}`
            : `difference of the logits ${signed(logit, 2)}`;
    context.fillStyle = "#1c1d20";
    context.font = "600 15px system-ui, sans-serif";
    context.fillText(`Evidence for ${name}: ${score}`, MARGIN, top + 24, width);
    context.fillStyle = "#8d8d8d";
    context.fillRect(MARGIN, top + 34, width, BAR);
    context.drawImage(colourBar, MARGIN, top + 34, width, BAR);
    context.fillStyle = "#1c1d20";
    context.font = FONT;
    const line = top + 34 + BAR + 18;
    for (const [text, align, x] of /** @type {[string, CanvasTextAlign, number][]} */ ([
        [`\u2212${tick(limit)}`, "left", MARGIN],
        ["0 (logit units; a teaching demo, not a diagnosis)", "center", MARGIN + width / 2],
        [`+${tick(limit)}`, "right", MARGIN + width],
    ])) {
        context.textAlign = align;
        context.fillText(text, x, line);
    }
    context.textAlign = "left";
    context.font = BOLD;
    notes.forEach((text, index) => context.fillText(text, MARGIN, line + LINE * (index + 1)));
}

/**
 * A text in lines that fit.
 * @param {CanvasRenderingContext2D} context With the font that the text is drawn in.
 * @param {string | null} text
 * @param {number} width
 * @returns {string[]}
 */
function wrap(context, text, width) {
    /** @type {string[]} */
    const lines = [];
    for (const word of text?.split(" ") ?? []) {
        const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
        if (lines.length > 0 && context.measureText(longer).width <= width) {
            lines[lines.length - 1] = longer;
        } else {
            lines.push(word);
        }
    }
    return lines;
}
