/** Where a browser lets no page read what it draws, nothing is made of what it gives instead. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { canBeRead } from "../../web/engine/canvas.js";
import { openedByBrowser } from "../../web/engine/browser-picture.js";

/** A canvas of one colour; what is read of it is that, or noise. */
const canvasThat = (reads) =>
    class {
        constructor(width, height) {
            Object.assign(this, { width, height });
        }
        getContext() {
            const context = { fillStyle: "", fillRect: () => {}, drawImage: () => (context.fillStyle = "#808080") };
            context.getImageData = (x, y, width, height) => {
                const colour = [1, 3, 5].map((at) => Number.parseInt(context.fillStyle.slice(at, at + 2), 16));
                return { data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, index) => (reads ? [...colour, 255][index % 4] : (index * 167) % 251)) };
            };
            return context;
        }
    };

test("a picture that the browser opens is refused where its canvas cannot be read", async (context) => {
    let closed = 0;
    globalThis.createImageBitmap = async () => ({ width: 3, height: 2, close: () => (closed += 1) });
    context.after(() => {
        delete globalThis.createImageBitmap;
        delete globalThis.OffscreenCanvas;
    });
    globalThis.OffscreenCanvas = canvasThat(true);
    assert.ok(canBeRead(new OffscreenCanvas(1, 1)));
    const opened = await openedByBrowser(new Blob(["x"]), "image/avif");
    assert.equal(new TextDecoder().decode(opened.slice(0, 2)), "BM");
    globalThis.OffscreenCanvas = canvasThat(false);
    assert.ok(!canBeRead(new OffscreenCanvas(1, 1)));
    await assert.rejects(openedByBrowser(new Blob(["x"]), "image/avif"), ({ failure }) => failure.fault === "image" && failure.code === "canvas-blocked");
    assert.equal(closed, 2, "the picture is let go of either way");
});
