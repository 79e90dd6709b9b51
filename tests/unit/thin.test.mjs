/** Evidence that adds up to much although no cell of it is seen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ledgerOf } from "../../web/evidence/sums.js";
import { isFaint, thinSides } from "../../web/evidence/thin.js";

/** A map of so many cells of a value, and the others. */
const map = (count, value, ...others) => [...Array(count).fill(value), ...others];
/** With the ledger that goes with a map. */
const asked = (question) => (values, limit) => {
    const map = Float32Array.from(values);
    return question(map, ledgerOf(map), limit);
};
const [sides, faint] = [thinSides, isFaint].map(asked);

test("a side of many weak cells that adds up to much is thin, and its strongest cell is told", () => {
    assert.deepEqual(sides(map(90, -1, 60, 50), 60), { positive: null, negative: -1 });
    assert.deepEqual(sides(map(90, 1, -60, -50), 60), { positive: 1, negative: null });
    assert.deepEqual(sides([...map(90, -1), ...map(90, 1)], 60), { positive: 1, negative: -1 }, "a map on another one's scale");
});

test("no side is thin that is little, that has a strong cell, or that is empty", () => {
    assert.deepEqual(sides(map(10, -1, 60, 50), 60), { positive: null, negative: null }, "a tenth of what there is");
    assert.deepEqual(sides(map(90, -1, 60, 50, -20), 60), { positive: null, negative: null }, "one of its cells is seen");
    assert.deepEqual(sides(map(100, 0), 1), { positive: null, negative: null });
});

test("a map is faint where no cell of it is seen, and an empty one is empty", () => {
    assert.equal(faint([1, -2, 3], 100), true);
    assert.equal(faint([1, -2, 30], 100), false);
    assert.equal(faint([0, 0], 100), false);
});
