/**
 * Pictures that only the browser can open, HEIC and AVIF, as the simplest file that there is. Which of them it can open is
 * for the browser to say, and its pixels may differ from another's by a little.
 *
 * @module
 */

import { bitmap } from "./bitmap.js";
import { canBeRead } from "./canvas.js";
import { refusal } from "./refusals.js";

/** As the engine's own limits are. */
const PIXELS = 50e6;
const SIDE = 16384;

/**
 * @param {Blob} file
 * @param {string} type What it is.
 * @returns {Promise<ArrayBuffer | null>} Nothing where this browser does not open it; a refusal where it lets no page read it.
 */
export async function openedByBrowser(file, type) {
    const typed = new Blob([file], { type });
    const picture = await createImageBitmap(typed, { premultiplyAlpha: "none", colorSpaceConversion: "default" }).catch(() => null);
    if (!picture) {
        return null;
    }
    const { width, height } = picture;
    try {
        if (!canBeRead(new OffscreenCanvas(1, 1))) {
            throw refusal("canvas-blocked");
        }
        if (width * height > PIXELS || width > SIDE || height > SIDE) {
            return null;
        }
        const context = new OffscreenCanvas(width, height).getContext("2d", { colorSpace: "srgb" });
        if (!context) {
            return null;
        }
        // Transparency is laid over white, as the engine does it.
        context.fillStyle = "#fff";
        context.fillRect(0, 0, width, height);
        context.drawImage(picture, 0, 0);
        return bitmap(context.getImageData(0, 0, width, height).data, width, height).buffer;
    } finally {
        picture.close();
    }
}
