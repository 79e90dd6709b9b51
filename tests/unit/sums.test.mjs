import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, cellOnPhoto, mapOf, searchClasses, sumOfShares, topClasses } from "../../web/ledger.js";

const maps = { maps: Float32Array.of(1, 2, 3, 6, -1, 0, 5, 0), rows: 2, columns: 2 };

test("a map is the class's own slice, and a copy", () => {
    const map = mapOf(maps, 1, null);
    assert.deepEqual([...map], [-1, 0, 5, 0]);
    map[0] = 99;
    assert.equal(maps.maps[4], -1);
});

test("a map against another is their difference, and so is its sum", () => {
    const difference = mapOf(maps, 0, 1);
    assert.deepEqual([...difference], [2, 2, -2, 6]);
    const sum = (shownClass) => sumOfShares(mapOf(maps, shownClass, null));
    assert.equal(sumOfShares(difference), sum(0) - sum(1));
});

test("the sum of shares is the mean", () => {
    assert.equal(sumOfShares(Float32Array.of(1, 2, 3, 6)), 3);
});

test("top classes come by descending logit, without changing it", () => {
    const logits = Float32Array.of(0.5, -2, 7, 7, 1);
    assert.deepEqual(topClasses(logits, 3), [2, 3, 4]);
    assert.deepEqual([...logits], [0.5, -2, 7, 7, 1]);
});

test("the search prefers whole synonyms, then whole words, then parts", () => {
    const names = ["hotdog, hot dog", "dogsled", "Eskimo dog, husky", "dog", "cat"];
    assert.deepEqual(searchClasses(names, "dog", 9), [3, 0, 2, 1]);
    assert.deepEqual(searchClasses(names, "dog", 2), [3, 0]);
    assert.deepEqual(searchClasses(names, " HUSKY eskimo ", 9), [2]);
    assert.deepEqual(searchClasses(names, "  ", 9), []);
    assert.deepEqual(searchClasses(names, "bird", 9), []);
});

const placement = {
    photo: { width: 300, height: 200 },
    input: 224,
    region: { x: 50, y: 0, width: 200, height: 200 },
};

test("points of the photo find their cell, and only where the network looked", () => {
    const explained = { placement, rows: 4, columns: 4 };
    assert.deepEqual(cellAt(explained, 50, 0), { row: 0, column: 0 });
    assert.deepEqual(cellAt(explained, 249.9, 199.9), { row: 3, column: 3 });
    assert.equal(cellAt(explained, 49.9, 100), null);
    assert.equal(cellAt(explained, 250, 100), null);
    assert.equal(cellAt(explained, 100, -0.1), null);
});

test("a cell's outline is where its points are, cut off at the photo's edge", () => {
    const close = (actual, expected) =>
        Object.entries(expected).forEach(([key, value]) => assert.ok(Math.abs(actual[key] - value) < 1e-9, key));
    const outline = cellOnPhoto({ placement, rows: 4, columns: 4 }, { row: 1, column: 2 });
    close(outline, { left: 0.5, top: 0.25, width: 1 / 6, height: 0.25 });
    // Padding: the network's square reaches 50 pixels beyond the photo, above and below.
    const padded = { ...placement, region: { x: 0, y: -50, width: 300, height: 300 } };
    close(cellOnPhoto({ placement: padded, rows: 3, columns: 3 }, { row: 0, column: 0 }), { top: 0, height: 0.25 });
});
