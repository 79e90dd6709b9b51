/** Maps against marks: the numbers that softcam-eval is held to as well, those of its own tests, and some by hand. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { MARKS } from "../../web/evidence/grid.js";
import { atPixels, inBoxes, inCells, overlapOf } from "../../web/evidence/overlap.js";

/** A photo of 400 x 200 of which the network saw the centred square, at 64 px: as in crates/softcam-eval/tests/localisation.rs. */
const placement = { photo: { width: 400, height: 200 }, input: 64, region: { x: 100, y: 0, width: 200, height: 200 } };
const rect = (x, y, width, height) => ({ x, y, width, height });
const close = (got, expected, by = 1e-6) => assert.ok(Math.abs(got - expected) < by, `${got} is not ${expected}`);

function run(values, [rows, columns], boxes) {
    const marked = inBoxes(boxes, placement);
    return marked && overlapOf(atPixels({ values: Float32Array.from(values), rows, columns }, 64), marked);
}

const { cases } = JSON.parse(await readFile(new URL("../fixtures/localisation.json", import.meta.url), "utf8"));

test("maps against boxes come to the same as in softcam-eval", () => {
    assert.ok(cases.length >= 12);
    for (const { name, map, placement: seen, boxes, expected } of cases) {
        const marked = inBoxes(boxes, seen);
        const found = marked && overlapOf(atPixels({ ...map, values: Float32Array.from(map.values) }, seen.input), marked);
        assert.equal(found === null, expected === null, name);
        for (const [measure, wanted] of Object.entries(expected ?? {})) {
            const got = found[measure];
            assert.ok(wanted === null ? got === null : Math.abs(got - wanted) < 1e-5, `${name}: ${measure} is ${got}, not ${wanted}`);
        }
    }
});

test("a flat map is chance", () => {
    const flat = run([3, 3, 3, 3], [2, 2], [rect(200, -50, 300, 900), rect(0, 0, 90, 200)]);
    close(flat.chance, 0.5);
    close(flat.precision, 0.5);
    close(flat.sensitivity, 1);
});

test("evidence in the box counts, and negative evidence does not", () => {
    const right = [rect(200, 0, 100, 200)];
    close(run([-5, 5], [1, 2], right).precision, 1);
    const none = run([5, -5], [1, 2], right);
    assert.deepEqual([none.precision, none.sensitivity], [0, 0]);
    const silent = run([-1, -1, -1, -1], [2, 2], right);
    assert.deepEqual([silent.precision, silent.sensitivity], [null, 0]);
});

test("a box smaller than a pixel is not lost, one out of sight is, and overlapping ones count once", () => {
    close(run([1, 1, 1, 1], [2, 2], [rect(250.9, 100.2, 0.1, 0.1)]).chance, 1 / 4096);
    for (const boxes of [[rect(0, 0, 100, 200)], [rect(150, 50, 0, 20)], []]) {
        assert.equal(run([1], [1, 1], boxes), null);
    }
    const one = run([1, 2, 3, 4], [2, 2], [rect(120, 20, 80, 80)]);
    assert.deepEqual(run([1, 2, 3, 4], [2, 2], [rect(120, 20, 80, 80), rect(130, 30, 40, 40)]), one);
});

test("between cells, values are interpolated as in the overlay", () => {
    // In the middle between two, (−1, 9, 9, −1) / 16 of the neighbours, the edge repeated.
    const map = { values: Float32Array.from([1, 3, 5, 11]), rows: 1, columns: 4 };
    const pixels = atPixels(map, 4);
    assert.deepEqual([...pixels.subarray(0, 4)], [1, 3, 5, 11]);
    // Two pixels: their middles lie on the lines between cells 0 and 1, and 2 and 3.
    const fine = atPixels({ values: Float32Array.from([1, 3]), rows: 1, columns: 2 }, 4);
    // By hand, at a quarter of a cell from the centre of the first: weights of −1, 0, 1, 2 at s = 3/4 behind, the edge repeated.
    const weights = (s) => [0.5 * (-(s ** 3) + 2 * s * s - s), 0.5 * (3 * s ** 3 - 5 * s * s + 2), 0.5 * (-3 * s ** 3 + 4 * s * s + s), 0.5 * (s ** 3 - s * s)];
    const [a, b, c, d] = weights(0.75);
    close(fine[0], (a + b + c) * 1 + d * 3);
    const [e, f, g, h] = weights(0.25);
    close(fine[1], (e + f) * 1 + (g + h) * 3);
    close(fine[0] + fine[3], 4);
});

test("by hand: precision and sensitivity of a map as fine as the input", () => {
    const values = Float32Array.from([4, -2, 0, 2, 1, 1, 0, 0, 0]);
    const marked = Uint8Array.from([1, 1, 0, 0, 1, 0, 0, 0, 0]);
    // Σ S = 8, Σ S·M = 5, Σ M = 3, max S = 4.
    assert.deepEqual(overlapOf(values, marked), { precision: 5 / 8, sensitivity: 5 / 3 / 4, chance: 3 / 9 });
});

test("marked cells are boxes on what the network sees", () => {
    const { rows, columns } = MARKS;
    assert.equal(inCells([], 224), null);
    const all = Array.from({ length: rows * columns }, (_, cell) => cell);
    assert.ok(inCells(all, 224).every((pixel) => pixel === 1));
    const one = inCells([columns + 2], 224);
    assert.equal(one.reduce((sum, pixel) => sum + pixel, 0), 14 * 14);
    assert.equal(one[14 * 224 + 28], 1);
    assert.equal(one[14 * 224 + 27], 0);
    // No gaps and nothing twice, also where a cell is an odd number of pixels.
    const sum = all.reduce((total, cell) => total + inCells([cell], 240).reduce((a, b) => a + b, 0), 0);
    assert.equal(sum, 240 ** 2);
});

test("marks against a box: the same measures, with the marks as the map", () => {
    const marked = inCells([0, 1], 64);
    const box = inBoxes([rect(0, 0, 112.5, 25)], placement);
    // The box covers the first cell of 12.5 photo pixels, in two rows.
    const { precision, sensitivity } = overlapOf(Float32Array.from(marked), box);
    close(precision, 0.5);
    close(sensitivity, 0.5);
});
