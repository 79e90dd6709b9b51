/**
 * Saving what is on show as one PNG, with what a reader needs to make sense of it: whose picture, which model, what the
 * numbers are. Two pictures stand beside each other; where the one was taken from the other, it says so.
 *
 * @module
 */

export { canBeRead } from "../engine/canvas.js";
import { decisionSentence } from "../evidence/decision.js";
import { agreeingDigits, sumOfShares } from "../evidence/sums.js";
import { t } from "../text/index.js";
import { percent, signed, tick } from "../text/numbers.js";
import { yesSentence } from "./answer.js";
import { make } from "./dom.js";
import { VERSION } from "./version.js";

/** @typedef {import("../page/view.js").PageView} PageView */
/** @typedef {import("../page/view.js").PaneView} PaneView */
/** @typedef {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement}} Layers */

/** Measures in pixels of a picture that is 800 pixels wide; larger ones have larger letters. */
const WIDTH = 800;
const MARGIN = 16;
const BAR = 14;
const MIN_WIDTH = 480;
/** Height of a line of text. */
const LINE = 20;

/**
 * One picture of the file.
 * @typedef {object} Picture
 * @property {Layers} layers
 * @property {string} title What its map is of, and what that adds up to.
 * @property {number} limit End of its colour scale.
 * @property {number | null} yesFrom
 * @property {string[]} notes Below it.
 */

/**
 * @param {PageView} view With an answer that may be shown.
 * @param {{stages: Layers[], colourBar: HTMLCanvasElement}} drawn What is on show now.
 * @param {string} credits Whose the pictures are, and under which licences; empty for the visitor's own.
 */
export async function savePng(view, drawn, credits) {
    const blob = await pngOf(view, drawn, credits);
    const name = view.panes[0].answer?.name ?? "";
    if (blob) {
        download(blob, `evidence-${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.png`);
    }
}

/**
 * The browser keeps a file for the visitor.
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
}

/**
 * The bytes of the PNG; nothing where there is none to make.
 * @param {PageView} view With an answer that may be shown.
 * @param {{stages: Layers[], colourBar: HTMLCanvasElement}} drawn
 * @param {string} credits
 * @returns {Promise<Blob | null>}
 */
export async function pngOf(view, { stages, colourBar }, credits) {
    const canvas = make("canvas");
    const context = canvas.getContext("2d");
    const pictures = picturesOf(view, stages);
    if (!context || pictures.length === 0) {
        return null;
    }
    const answers = view.panes.flatMap(({ answer }) => (answer ? [answer] : []));
    const widest = Math.max(...pictures.map(({ layers }) => layers.photo.width));
    const unit = Math.max(1, widest / WIDTH);
    const font = `${13 * unit}px system-ui, sans-serif`;
    const bold = `600 ${font}`;
    const margin = MARGIN * unit;
    const line = LINE * unit;
    const column = Math.max(widest, MIN_WIDTH);
    const inner = column - 2 * margin;
    canvas.width = column * pictures.length;
    context.font = bold;
    const warning = wrap(context, answers.find(({ warning }) => warning)?.warning ?? null, canvas.width - 2 * margin);
    const below = pictures.map(({ title, notes }) => ({
        title: wrap(context, title, inner),
        notes: notes.flatMap((text) => wrap(context, text, inner)),
    }));
    const general = [answers.find(({ notice }) => notice)?.notice ?? t("foot.demo"), credits].flatMap((text) => wrap(context, text, canvas.width - 2 * margin));
    const head = warning.length > 0 ? warning.length * line + 12 * unit : 0;
    const tall = Math.max(...pictures.map(({ layers }) => layers.photo.height));
    const foot = Math.max(...below.map(({ title, notes }) => (title.length + notes.length + 2.5) * line + (BAR + 14) * unit));
    canvas.height = head + tall + foot + (general.length + 0.5) * line;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#8f1d1d";
    context.fillRect(0, 0, canvas.width, head);
    const write = (/** @type {string[]} */ lines, /** @type {string} */ style, /** @type {number} */ left, /** @type {number} */ top) => {
        context.font = style;
        lines.forEach((text, index) => context.fillText(text, left, top + line * (index + 1)));
    };
    context.fillStyle = "#fff";
    write(warning, bold, margin, 0);
    pictures.forEach(({ layers: { photo, overlay }, limit, yesFrom }, index) => {
        const from = column * index;
        const left = from + Math.round((column - photo.width) / 2);
        context.drawImage(view.state.view.grey ? inGrey(photo) : photo, left, head);
        context.globalAlpha = view.state.view.opacity;
        context.drawImage(overlay, left, head);
        context.globalAlpha = 1;
        const { title, notes } = below[index];
        context.fillStyle = "#1c1d20";
        write(title, bold, from + margin, head + tall);
        const top = head + tall + (title.length + 0.5) * line;
        context.fillStyle = "#8d8d8d";
        context.fillRect(from + margin, top, inner, BAR * unit);
        context.drawImage(colourBar, from + margin, top, inner, BAR * unit);
        if (yesFrom !== null) {
            context.fillStyle = "#000";
            const at = from + margin + inner * (0.5 + 0.5 * Math.max(-1, Math.min(1, yesFrom / limit)));
            context.fillRect(at - unit, top - 4 * unit, 3 * unit, (BAR + 8) * unit);
        }
        context.fillStyle = "#1c1d20";
        context.font = font;
        for (const [text, align, share] of /** @type {[string, CanvasTextAlign, number][]} */ ([
            [`\u2212${tick(limit)}`, "left", 0],
            [t("save.unit"), "center", 0.5],
            [`+${tick(limit)}`, "right", 1],
        ])) {
            context.textAlign = align;
            context.fillText(text, from + margin + inner * share, top + BAR * unit + 0.9 * line);
        }
        context.textAlign = "left";
        write(notes, font, from + margin, top + BAR * unit + 1.2 * line);
    });
    write(general, font, margin, head + tall + foot);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/**
 * A photo as it is shown in grey. Pixel by pixel what the style's filter does: WebKit's canvas has no filters.
 * @param {HTMLCanvasElement} photo
 */
function inGrey(photo) {
    const { width, height } = photo;
    const canvas = make("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    if (!context) {
        return photo;
    }
    context.drawImage(photo, 0, 0);
    const image = context.getImageData(0, 0, width, height);
    for (let i = 0; i < image.data.length; i += 4) {
        const [red, green, blue] = image.data.subarray(i, i + 3);
        image.data.fill(Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue), i, i + 3);
    }
    context.putImageData(image, 0, 0);
    return canvas;
}

/**
 * What the file shows: what the stages show.
 * @param {PageView} view
 * @param {Layers[]} stages
 * @returns {Picture[]}
 */
function picturesOf({ panes, difference }, stages) {
    if (difference) {
        const sum = signed(sumOfShares(difference.values), 4);
        const title = `${t("compare.less", { first: panes[0].caption, second: panes[1].caption })}: ${t(difference.total === null ? "ledger.no-total" : "save.sum", { cells: difference.values.length, sum })}`;
        const notes = panes.flatMap((pane) => [`${pane.caption}: ${titleOf(pane)}`, ...notesOf(pane)]);
        return [{ layers: stages[0], title, limit: difference.limit, yesFrom: null, notes }];
    }
    return panes.flatMap((pane, index) => {
        const { answer, caption } = pane;
        if (!answer || answer.withheld) {
            return [];
        }
        const title = caption ? `${caption}. ${titleOf(pane)}` : titleOf(pane);
        return [{ layers: stages[index], title, limit: answer.limit, yesFrom: answer.yesFrom, notes: notesOf(pane) }];
    });
}

/** Which map it is, and what it adds up to. @param {PaneView} pane */
function titleOf({ answer }) {
    if (!answer) {
        return "";
    }
    const { name, method, map, choice, explained } = answer;
    const sum = sumOfShares(map.values);
    if (method !== "evidence") {
        const title = t("ledger.title-method", { name, method: t(/** @type {import("../text/index.js").Key} */ (`method.${method}`)) });
        const digits = map.total === null ? 4 : agreeingDigits(signed, sum, map.total);
        const values = { cells: map.values.length, sum: signed(sum, digits), total: signed(map.total ?? 0, digits) };
        return `${title}. ${t(map.total === null ? "ledger.no-total" : "ledger.claimed", values)}`;
    }
    const logit = signed(map.total ?? sum, agreeingDigits(signed, sum, map.total ?? sum));
    const score =
        choice.against === null
            ? t("save.logit", { logit, value: percent(explained.probabilities[choice.shown]) })
            : t("save.difference", { logit });
    return `${t("ledger.title", { name })}: ${score}`;
}

/** @param {PaneView} pane */
function notesOf({ answer, solved }) {
    if (!answer || !solved) {
        return [];
    }
    const { pane } = solved;
    return [
        answer.yesFrom === null ? null : yesSentence(answer, answer.yesFrom),
        answer.decision && decisionSentence(answer.decision),
        t("save.made", { model: `${answer.card.title} (${pane.model})`, size: pane.size ?? 0, version: VERSION }),
        pane.edits.length > 0 ? t("save.changed") : null,
        pane.shuffled > 0 ? t("save.shuffled", { count: pane.shuffled }) : null,
    ].filter((note) => note !== null);
}

/**
 * A text in lines that fit.
 * @param {CanvasRenderingContext2D} context With the widest font that the text is drawn in.
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
