/**
 * A small picture with its evidence over it, for the strip.
 *
 * @module
 */

import { canBeRead } from "../../engine/canvas.js";
import { defaultChoice } from "../../evidence/classes.js";
import { evidenceMap } from "../../evidence/view.js";
import { make, paint } from "../../ui/dom.js";

/** Side in pixels: twice what the strip shows, for dense screens. */
const SIDE = 96;
const QUALITY = 0.8;

/**
 * The middle of the photo, square. Of what is unlike those that the model knows, the photo alone.
 * @param {import("../../engine/engine.js").Engine} engine
 * @param {object} of
 * @param {import("../../engine/engine.js").Looked} of.looked
 * @param {import("../../engine/protocol.js").Explained} of.explained
 * @param {import("../../engine/protocol.js").ModelCard} of.card
 * @param {import("../../page/state.js").View} of.look
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
export async function thumbnail(engine, { looked, explained, card, look }, signal) {
    const { width, height } = explained.placement.photo;
    const side = Math.min(width, height);
    const part = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
    const flagged = explained.novelty?.flagged === true;
    const map = flagged ? null : evidenceMap(explained, defaultChoice(card, explained.logits));
    const style = { limit: look.limit ?? map?.limit ?? 1, smooth: look.smooth, contours: false, fade: look.fade, dark: explained.dark };
    const drawn = await engine.draw({ looked, map, style, part, width: SIDE, height: SIDE }, signal);
    const canvas = make("canvas");
    const context = canvas.getContext("2d");
    // A browser that lets no page read its canvas would make stripes of it.
    readable ??= canBeRead();
    if (!drawn.photo || !context || !readable) {
        return null;
    }
    if (look.grey && map) {
        toGrey(drawn.photo.pixels);
    }
    paint(canvas, drawn.photo);
    if (drawn.evidence) {
        const over = make("canvas");
        paint(over, drawn.evidence);
        context.globalAlpha = look.opacity;
        context.drawImage(over, 0, 0);
    }
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** Whether a canvas can be read, once that is known. @type {boolean | null} */
let readable = null;

/** CSS's grayscale(1), as the stage has it. @param {Uint8ClampedArray} pixels RGBA. */
function toGrey(pixels) {
    for (let at = 0; at < pixels.length; at += 4) {
        pixels.fill(0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2], at, at + 3);
    }
}
