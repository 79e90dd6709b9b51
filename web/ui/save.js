/**
 * Saving what is on show as one PNG.
 *
 * @module
 */

import { make } from "./dom.js";

/**
 * @param {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement}} layers
 * @param {{opacity: number, grey: boolean}} look
 * @param {string} name Of the file, without extension.
 */
export async function savePng({ photo, overlay }, { opacity, grey }, name) {
    const canvas = make("canvas");
    canvas.width = photo.width;
    canvas.height = photo.height;
    const context = canvas.getContext("2d");
    if (!context) {
        return;
    }
    context.filter = grey ? "grayscale(1)" : "none";
    context.drawImage(photo, 0, 0);
    context.filter = "none";
    context.globalAlpha = opacity;
    context.drawImage(overlay, 0, 0);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) {
        return;
    }
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
}
