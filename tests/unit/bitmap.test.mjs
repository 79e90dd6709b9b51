/** Pixels as a BMP file, byte by byte as the format's description has them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bitmap } from "../../web/engine/bitmap.js";

test("three pixels by two: lowest row first, blue before red, rows padded to four bytes", () => {
    const pixels = [
        [1, 2, 3], [4, 5, 6], [7, 8, 9],
        [10, 11, 12], [13, 14, 15], [255, 254, 253],
    ].flatMap((rgb) => [...rgb, 255]);
    const bytes = bitmap(pixels, 3, 2);
    const view = new DataView(bytes.buffer);
    assert.equal(String.fromCharCode(bytes[0], bytes[1]), "BM");
    assert.equal(view.getUint32(2, true), bytes.length);
    assert.equal(view.getUint32(10, true), 54, "where the pixels begin");
    assert.deepEqual([view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true), view.getUint32(30, true)], [3, 2, 24, 0]);
    assert.deepEqual([...bytes.subarray(54)], [
        12, 11, 10, 15, 14, 13, 253, 254, 255, 0, 0, 0,
        3, 2, 1, 6, 5, 4, 9, 8, 7, 0, 0, 0,
    ]);
});

test("a width that needs no padding has none", () => {
    assert.equal(bitmap(new Uint8Array(4 * 8), 4, 2).length, 54 + 2 * 12);
});
