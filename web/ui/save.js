/**
 * Saving what is on show as one PNG, with what a reader needs to make sense of it: whose picture, which model, what the
 * numbers are.
 *
 * @module
 */

import { decisionSentence } from "../evidence/decision.js";
import { agreeingDigits, sumOfShares } from "../evidence/sums.js";
import { t } from "../text/index.js";
import { percent, signed, tick } from "../text/numbers.js";
import { make } from "./dom.js";

const MARGIN = 16;
const BAR = 14;
const MIN_WIDTH = 480;
/** Height of a line of text. */
const LINE = 20;
const FONT = "13px system-ui, sans-serif";
const BOLD = "600 13px system-ui, sans-serif";
const VERSION = "0.1.0";

/**
 * What the picture says about itself.
 * @typedef {object} Caption
 * @property {import("../evidence/view.js").AnswerView} answer
 * @property {string} picture Whose it is, and under which licence; empty for the visitor's own.
 * @property {string} model Identifier.
 * @property {number} size Side of the network's input.
 */

/**
 * @param {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement, colourBar: HTMLCanvasElement}} layers
 * @param {{opacity: number, grey: boolean}} look
 * @param {Caption} caption
 */
export async function savePng({ photo, overlay, colourBar }, { opacity, grey }, caption) {
    const canvas = make("canvas");
    const context = canvas.getContext("2d");
    if (!context) {
        return;
    }
    const { answer } = caption;
    const width = Math.max(photo.width, MIN_WIDTH);
    const inner = width - 2 * MARGIN;
    context.font = BOLD;
    const warning = wrap(context, answer.warning, inner);
    const decision = answer.decision && decisionSentence(answer.decision);
    const made = t("save.made", { model: `${answer.card.title} (${caption.model})`, size: caption.size, version: VERSION });
    const notes = [decision, answer.notice, made, caption.picture].flatMap((text) => wrap(context, text, inner));
    const foot = 104 + notes.length * LINE;
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
    const left = Math.round((width - photo.width) / 2);
    context.filter = grey ? "grayscale(1)" : "none";
    context.drawImage(photo, left, head);
    context.filter = "none";
    context.globalAlpha = opacity;
    context.drawImage(overlay, left, head);
    context.globalAlpha = 1;
    drawFoot(context, head + photo.height, answer, notes, colourBar);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) {
        return;
    }
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = `evidence-${answer.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} top
 * @param {import("../evidence/view.js").AnswerView} answer
 * @param {string[]} notes Lines below the colour bar.
 * @param {HTMLCanvasElement} colourBar
 */
function drawFoot(context, top, { name, choice, map, limit, explained, yesFrom }, notes, colourBar) {
    const width = context.canvas.width - 2 * MARGIN;
    const sum = sumOfShares(map.values);
    const total = map.total ?? sum;
    const digits = agreeingDigits(signed, sum, total);
    const score =
        choice.against === null
            ? t("save.logit", { logit: signed(total, digits), value: percent(explained.probabilities[choice.shown]) })
            : t("save.difference", { logit: signed(total, digits) });
    context.fillStyle = "#1c1d20";
    context.font = "600 15px system-ui, sans-serif";
    context.fillText(`${t("ledger.title", { name })}: ${score}`, MARGIN, top + 24, width);
    context.fillStyle = "#8d8d8d";
    context.fillRect(MARGIN, top + 34, width, BAR);
    context.drawImage(colourBar, MARGIN, top + 34, width, BAR);
    if (yesFrom !== null) {
        context.fillStyle = "#000";
        context.fillRect(MARGIN + width * (0.5 + 0.5 * Math.max(-1, Math.min(1, yesFrom / limit))) - 1, top + 30, 3, BAR + 8);
    }
    context.fillStyle = "#1c1d20";
    context.font = FONT;
    const line = top + 34 + BAR + 18;
    for (const [text, align, x] of /** @type {[string, CanvasTextAlign, number][]} */ ([
        [`\u2212${tick(limit)}`, "left", MARGIN],
        [t("save.unit"), "center", MARGIN + width / 2],
        [`+${tick(limit)}`, "right", MARGIN + width],
    ])) {
        context.textAlign = align;
        context.fillText(text, x, line);
    }
    context.textAlign = "left";
    context.font = FONT;
    const yes = yesFrom === null ? [] : [t("scale.yes", { value: signed(yesFrom, 2) })];
    [...yes, ...notes].forEach((text, index) => context.fillText(text, MARGIN, line + LINE * (index + 1)));
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
