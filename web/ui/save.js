/**
 * Saving what is on show as one PNG, with what a reader needs to make sense of it.
 *
 * @module
 */

import { percent, signed, tick } from "../format.js";
import { make } from "./dom.js";

const FOOT = 84;
const MARGIN = 16;
const BAR = 14;
const MIN_WIDTH = 420;

/**
 * @param {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement}} layers
 * @param {{opacity: number, grey: boolean}} look
 * @param {{name: string, shownClass: number, rival: number | null, logit: number, limit: number,
 *     probabilities: Float32Array}} caption
 * @param {HTMLCanvasElement} colourBar From -limit to +limit.
 */
export async function savePng({ photo, overlay }, { opacity, grey }, caption, colourBar) {
    const canvas = make("canvas");
    canvas.width = Math.max(photo.width, MIN_WIDTH);
    canvas.height = photo.height + FOOT;
    const context = canvas.getContext("2d");
    if (!context) {
        return;
    }
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.filter = grey ? "grayscale(1)" : "none";
    context.drawImage(photo, 0, 0);
    context.filter = "none";
    context.globalAlpha = opacity;
    context.drawImage(overlay, 0, 0);
    context.globalAlpha = 1;
    drawFoot(context, photo.height, caption, colourBar);
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
 * @param {Parameters<typeof savePng>[2]} caption
 * @param {HTMLCanvasElement} colourBar
 */
function drawFoot(context, top, { name, shownClass, rival, logit, limit, probabilities }, colourBar) {
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
    context.font = "13px system-ui, sans-serif";
    const line = top + 34 + BAR + 18;
    for (const [text, align, x] of /** @type {[string, CanvasTextAlign, number][]} */ ([
        [`\u2212${tick(limit)}`, "left", MARGIN],
        ["0 (logit units; a teaching demo, not a diagnosis)", "center", MARGIN + width / 2],
        [`+${tick(limit)}`, "right", MARGIN + width],
    ])) {
        context.textAlign = align;
        context.fillText(text, x, line);
    }
}
