/** Many answers together. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EngineError, Superseded } from "../../web/engine/connection.js";
import { Collection } from "../../web/tools/together/collect.js";
import { cellOver, logitOf, meanOf, picturesOf, strongestCells } from "../../web/tools/together/many.js";

const placement = { photo: { width: 100, height: 50 }, input: 64, region: { x: 0, y: -25, width: 100, height: 100 } };

/** Two classes on 4 x 1 cells, of which the first and the last lie in the padding. */
const explained = (first, second) => ({
    maps: Float32Array.from([...first, ...second]),
    rows: 4,
    columns: 1,
    placement,
    logits: Float32Array.from([first, second].map((map) => map.reduce((sum, value) => sum + value, 0) / 4)),
});
const answered = [
    { id: "a", explained: explained([9, 1, -3, 0], [0, 0, 0, 0]) },
    { id: "b", explained: explained([0, 2, 5, 1], [0, 1, 0, 0]) },
];
const first = { shown: 0, against: null };
const over = { shown: 0, against: 1 };

describe("the mean", () => {
    test("is that of each cell, and adds up to the mean of the logits", () => {
        assert.deepEqual([...meanOf(answered, first)], [4.5, 1.5, 1, 0.5]);
        assert.deepEqual([...meanOf(answered, over)], [4.5, 1, 1, 0.5]);
        const logits = answered.map(({ explained: each }) => logitOf(each, over));
        const sum = meanOf(answered, over).reduce((total, value) => total + value, 0) / 4;
        assert.equal(sum, (logits[0] + logits[1]) / 2);
    });

    test("of one cell comes with how far apart the pictures are", () => {
        assert.deepEqual(cellOver(answered, first, { row: 2, column: 0 }), { mean: 1, least: -3, most: 5 });
        assert.equal(cellOver(answered, first, { row: 4, column: 0 }), null);
        assert.equal(cellOver([], first, { row: 0, column: 0 }), null);
    });
});

describe("the strongest cells", () => {
    const brief = (found) => found.map(({ id, cell, value }) => [id, cell.row, value]);

    test("of all pictures in order, without those that lie beside the photo", () => {
        assert.deepEqual(brief(strongestCells(answered, first, 1, 10, false)), [["b", 2, 5], ["b", 1, 2], ["a", 1, 1]]);
        assert.deepEqual(brief(strongestCells(answered, first, -1, 10, false)), [["a", 2, -3]]);
        assert.deepEqual(brief(strongestCells(answered, first, 1, 1, false)), [["b", 2, 5]]);
    });

    test("at most one of each picture, where that is asked for", () => {
        assert.deepEqual(brief(strongestCells(answered, first, 1, 10, true)), [["b", 2, 5], ["a", 1, 1]]);
    });
});

test("pictures are the visitor's own, then the samples", () => {
    const there = { samples: ["s1", "s2"], own: ["o1"] };
    assert.deepEqual(picturesOf(there, "all"), ["o1", "s1", "s2"]);
    assert.deepEqual(picturesOf(there, "samples"), ["s1", "s2"]);
    assert.deepEqual(picturesOf(there, "own"), ["o1"]);
});

describe("collecting", () => {
    const panes = ["a", "b", "c"].map((picture) => ({ model: "m", picture, size: 64, fit: "pad" }));
    const failure = (fault) => new EngineError({ fault, message: "No.", advice: "" });

    test("asks one after the other, and never twice", async () => {
        const asked = [];
        let under = 0;
        const collection = new Collection(async ({ picture }) => {
            assert.equal(under++, 0);
            await null;
            under--;
            asked.push(picture);
            return explained([1, 0, 0, 0], [0, 0, 0, 0]);
        });
        const done = [];
        assert.equal(await collection.collect(panes, new AbortController().signal, (count) => done.push(count)), true);
        assert.equal(await collection.collect(panes, new AbortController().signal, () => assert.fail("again")), true);
        assert.deepEqual([asked, done], [["a", "b", "c"], [0, 1, 2]]);
    });

    test("goes on where it was cancelled", async () => {
        const abort = new AbortController();
        const asked = [];
        const collection = new Collection(async ({ picture }, { signal }) => {
            asked.push(picture);
            if (picture === "b" && !signal.aborted && asked.length === 2) {
                abort.abort();
                throw new Superseded();
            }
            return explained([1, 0, 0, 0], [0, 0, 0, 0]);
        });
        assert.equal(await collection.collect(panes, abort.signal, () => {}), false);
        assert.ok(collection.find(panes[0]) && !collection.find(panes[1]));
        assert.equal(await collection.collect(panes, new AbortController().signal, () => {}), true);
        assert.deepEqual(asked, ["a", "b", "b", "c"]);
    });

    test("leaves out what cannot be opened, and ends where the device fails", async () => {
        const collection = new Collection(async ({ picture }) => {
            if (picture === "b") {
                throw failure("image");
            }
            return explained([1, 0, 0, 0], [0, 0, 0, 0]);
        });
        assert.equal(await collection.collect(panes, new AbortController().signal, () => {}), true);
        assert.equal(collection.find(panes[1]).message, "No.");
        const broken = new Collection(() => Promise.reject(failure("device")));
        await assert.rejects(broken.collect(panes, new AbortController().signal, () => {}), EngineError);
    });
});
