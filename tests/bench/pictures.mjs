/** One photo at any size, as the input of either side: the very same pixels. */

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { bitmap, fixture } from "../browser/fixtures.mjs";

/**
 * Writes `SIZE.bmp` and `SIZE.rgb`.
 * @param {string} folder
 * @param {number} size
 */
export async function writePicture(folder, size) {
    const source = await fixture("chelsea-224");
    const pixels = resize(source.pixels, source.size, size);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `${size}.bmp`), bitmap(pixels, size));
    await writeFile(path.join(folder, `${size}.rgb`), pixels);
}

/** Bilinear: how good it looks is of no account here. */
function resize(pixels, from, to) {
    if (from === to) {
        return pixels;
    }
    const scaled = new Uint8Array(3 * to * to);
    const places = Array.from({ length: to }, (_, at) => {
        const place = Math.min(Math.max(((at + 0.5) * from) / to - 0.5, 0), from - 1);
        const low = Math.floor(place);
        return { low, high: Math.min(low + 1, from - 1), share: place - low };
    });
    for (let y = 0; y < to; y++) {
        for (let x = 0; x < to; x++) {
            const [row, column] = [places[y], places[x]];
            for (let channel = 0; channel < 3; channel++) {
                const at = (row, column) => pixels[3 * (row * from + column) + channel];
                const above = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share;
                const below = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share;
                scaled[3 * (y * to + x) + channel] = Math.round(above * (1 - row.share) + below * row.share);
            }
        }
    }
    return scaled;
}
