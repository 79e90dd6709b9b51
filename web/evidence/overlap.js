/**
 * How far a map and marks on the picture agree: activation precision and sensitivity as `softcam eval` computes them
 * (Djoumessi & Berens, MIDL 2026), over every pixel of what the network sees. Pure functions.
 *
 * S is the map at every pixel, interpolated as the overlay is (bicubic, Keys' a = −0.5), then clipped at 0; M are the marked
 * pixels. Precision is Σ S·M / Σ S, sensitivity Σ S·M / Σ M / max S.
 *
 * @module
 */

import { MARKS } from "./grid.js";

/** @typedef {import("../engine/protocol.js").Placement} Placement */
/** @typedef {import("../engine/protocol.js").Rect} Rect */

/**
 * @typedef {object} Overlap
 * @property {number | null} precision Share of what speaks for the class that lies in the marks; nothing where nothing does.
 * @property {number} sensitivity Mean of the map in the marks, as a share of its largest value.
 * @property {number} chance The marks' share of the picture: what the precision of a map without knowledge is.
 */

/**
 * @param {Float32Array} values At every pixel of the network's input.
 * @param {Uint8Array} marked 1 where a pixel is marked; at least one is.
 * @returns {Overlap}
 */
export function overlapOf(values, marked) {
    let [inside, all, largest, pixels] = [0, 0, 0, 0];
    values.forEach((value, pixel) => {
        const positive = Math.max(0, value);
        all += positive;
        inside += marked[pixel] ? positive : 0;
        pixels += marked[pixel];
        largest = Math.max(largest, positive);
    });
    return {
        precision: all > 0 ? inside / all : null,
        sensitivity: largest > 0 ? inside / largest / pixels : 0,
        chance: pixels / values.length,
    };
}

/**
 * A map at every pixel of the network's input.
 * @param {{values: Float32Array, rows: number, columns: number}} map
 * @param {number} side Of the input.
 * @returns {Float32Array}
 */
export function atPixels({ values, rows, columns }, side) {
    if (rows === side && columns === side) {
        return values;
    }
    // Separable: first along every row, then down.
    const across = Array.from({ length: side }, (_, pixel) => taps(pixel, side, columns));
    const wide = new Float32Array(rows * side);
    for (let row = 0; row < rows; row++) {
        across.forEach(({ cells, weights }, x) => (wide[row * side + x] = sample(cells, weights, (cell) => values[row * columns + cell])));
    }
    const pixels = new Float32Array(side * side);
    for (let y = 0; y < side; y++) {
        const { cells, weights } = taps(y, side, rows);
        for (let x = 0; x < side; x++) {
            pixels[y * side + x] = sample(cells, weights, (cell) => wide[cell * side + x]);
        }
    }
    return pixels;
}

/**
 * The cells that a pixel reads along one axis, and with which weights.
 * @param {number} pixel
 * @param {number} side
 * @param {number} count Of cells.
 */
function taps(pixel, side, count) {
    const centred = ((pixel + 0.5) / side) * count - 0.5;
    const base = Math.floor(centred);
    const s = centred - base;
    const cells = [-1, 0, 1, 2].map((offset) => Math.min(count - 1, Math.max(0, base + offset)));
    const weights = [
        0.5 * (-(s ** 3) + 2 * s ** 2 - s),
        0.5 * (3 * s ** 3 - 5 * s ** 2 + 2),
        0.5 * (-3 * s ** 3 + 4 * s ** 2 + s),
        0.5 * (s ** 3 - s ** 2),
    ];
    return { cells, weights };
}

/**
 * @param {number[]} cells
 * @param {number[]} weights
 * @param {(cell: number) => number} value
 */
function sample(cells, weights, value) {
    return weights[0] * value(cells[0]) + weights[1] * value(cells[1]) + weights[2] * value(cells[2]) + weights[3] * value(cells[3]);
}

/**
 * The pixels of the network's input that boxes on the photo cover, as far as the network saw them.
 * @param {readonly Rect[]} boxes In pixels of the upright photo.
 * @param {Placement} placement
 * @returns {Uint8Array | null} Nothing where it saw none of them.
 */
export function inBoxes(boxes, { region, input }) {
    const along = (/** @type {number} */ at, /** @type {number} */ start, /** @type {number} */ length) =>
        Math.min(input, Math.max(0, ((at - start) / length) * input));
    const areas = boxes
        .map(({ x, y, width, height }) => ({
            left: along(x, region.x, region.width),
            right: along(x + width, region.x, region.width),
            top: along(y, region.y, region.height),
            bottom: along(y + height, region.y, region.height),
        }))
        .filter(({ left, right, top, bottom }) => right > left && bottom > top);
    if (areas.length === 0) {
        return null;
    }
    const marked = new Uint8Array(input * input);
    const pixel = (/** @type {number} */ position) => Math.min(input - 1, Math.floor(position));
    for (const { left, right, top, bottom } of areas) {
        for (let y = pixel(top); y <= pixel(bottom); y++) {
            for (let x = pixel(left); x <= pixel(right); x++) {
                if (x + 0.5 >= left && x + 0.5 <= right && y + 0.5 >= top && y + 0.5 <= bottom) {
                    marked[y * input + x] = 1;
                }
            }
        }
        // A box between the centres of pixels is not lost.
        marked[pixel((top + bottom) / 2) * input + pixel((left + right) / 2)] = 1;
    }
    return marked;
}

/**
 * The pixels of the network's input that marked cells cover.
 * @param {readonly number[]} cells Of the grid {@link MARKS}.
 * @param {number} side Of the input.
 * @returns {Uint8Array | null} Nothing where none is marked.
 */
export function inCells(cells, side) {
    const region = { x: 0, y: 0, width: side, height: side };
    const [width, height] = [side / MARKS.columns, side / MARKS.rows];
    const boxes = cells.map((cell) => ({ x: (cell % MARKS.columns) * width, y: Math.floor(cell / MARKS.columns) * height, width, height }));
    return inBoxes(boxes, /** @type {Placement} */ ({ region, input: side, photo: { width: side, height: side } }));
}
