/**
 * Whether this browser lets a page read what it draws.
 *
 * @module
 */

/** @typedef {HTMLCanvasElement | OffscreenCanvas} Canvas */

/**
 * Whether what is drawn can be read back. A browser that guards against being recognised gives noise instead: a file made of
 * that would be stripes, and an answer about it would be one about noise.
 * @param {Canvas} [canvas] A new one, of the kind that is to be read.
 */
export function canBeRead(canvas = document.createElement("canvas")) {
    Object.assign(canvas, { width: 4, height: 4 });
    const context = /** @type {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null} */ (canvas.getContext("2d"));
    if (!context) {
        return false;
    }
    context.fillStyle = "#204060";
    context.fillRect(0, 0, 4, 4);
    const { data } = context.getImageData(0, 0, 4, 4);
    return data.every((value, index) => value === [0x20, 0x40, 0x60, 0xff][index % 4]);
}
