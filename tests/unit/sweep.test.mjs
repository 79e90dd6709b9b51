import assert from "node:assert/strict";
import { test } from "node:test";
import occlusion, { sweepOf } from "../../web/tools/sweep/occlusion.js";
import { agreement, centred, fromOptions, lossMap, scoreOf, settingsFrom, strongestCell, tilesOf, toOptions } from "../../web/tools/sweep/tiles.js";
import { timeLeft } from "../../web/ui/running.js";

test("tiles cover every cell once, also where the grid does not divide", () => {
    for (const [rows, columns, block, count] of [[7, 7, 1, 49], [7, 7, 2, 16], [7, 7, 3, 9], [2, 5, 3, 2], [16, 16, 2, 64]]) {
        const tiles = tilesOf(rows, columns, block);
        assert.equal(tiles.length, count);
        assert.deepEqual(tiles.flat().sort((a, b) => a - b), Array.from({ length: rows * columns }, (_, cell) => cell));
    }
    assert.deepEqual(tilesOf(3, 3, 2), [[0, 1, 3, 4], [2, 5], [6, 7], [8]]);
});

test("a loss is drawn on the scale of the evidence: its share of all cells is what the score loses", () => {
    const tiles = tilesOf(3, 3, 2);
    const map = lossMap({ whole: 2, covered: [1, 2, 2.5, 2.25], tiles, cells: 9 });
    // What the cells of a tile add together is what covering it costs.
    const loss = tiles.map((tile) => tile.reduce((sum, cell) => sum + map[cell] / 9, 0));
    assert.deepEqual(loss, [1, 0, -0.5, -0.25]);
    assert.equal(map[0], map[4]);
});

test("a score is a logit or a difference", () => {
    const logits = Float32Array.of(3, 1, -2);
    assert.equal(scoreOf(logits, { shown: 2, against: null }), -2);
    assert.equal(scoreOf(logits, { shown: 0, against: 2 }), 5);
});

test("settings go into options and back; what is unknown is as usual", () => {
    assert.deepEqual(fromOptions(toOptions({ fill: "noise", block: 3 })), { fill: "noise", block: 3 });
    for (const given of ["", "blur", "lava-9", "-", "mean-NaN"]) {
        const { fill, block } = fromOptions(given);
        assert.ok(["blur", "mean"].includes(fill) && block === 1, given);
    }
    assert.deepEqual(settingsFrom(undefined), { fill: "blur", block: 1 });
    assert.deepEqual(settingsFrom({ fill: 7, block: "2" }), { fill: "blur", block: 1 });
});

test("the strongest cell is the one with the largest value of either sign", () => {
    assert.equal(strongestCell(Float32Array.of(1, -3, 2)), 1);
    assert.equal(strongestCell(Float32Array.of(0, 0)), 0);
});

test("agreement and the time that is left", () => {
    const pairs = [[0.9, 0.9], [0.7, 0.4], [0.8, 0], [0.7, 0.39], [0.69, 0.9], [0.3, 0], [0, 0.3], [0.29, 0.29], [-1, -1]];
    assert.deepEqual(
        pairs.map(([cosine, rank]) => agreement({ cosine, rank })),
        ["agree", "agree", "strong", "strong", "partly", "partly", "partly", "differ", "differ"],
    );
    assert.deepEqual([...centred(Float32Array.of(1, 2, 6))], [-2, -1, 3]);
    assert.equal(timeLeft({ done: 0, at: 100 }, { done: 2, at: 300 }, 10), null);
    assert.equal(timeLeft({ done: 2, at: 100 }, { done: 6, at: 300 }, 10), 200);
});

const pane = (options) => ({ model: "m", picture: `sample:${options}.jpg`, size: 64, fit: "stretch", edits: [], shuffled: 0, choice: null, method: "occlusion", options });
const explained = { rows: 2, columns: 2, placement: {}, logits: Float32Array.of(10, 4) };

/** An engine that takes one off the first logit and two off the second for each cell that is covered, times its number; it answers `atOnce`. */
function engine(log, atOnce = 1) {
    return {
        async answers(of, looked, masks, signal) {
            signal.throwIfAborted();
            assert.deepEqual(looked.edits, []);
            return masks.slice(0, atOnce).map(({ cells, fill }) => {
                log.push([cells[0], fill]);
                const by = cells.reduce((sum, cell) => sum + cell + 1, 0);
                return { logits: Float32Array.of(10 - by, 4 - 2 * by), novelty: { flagged: cells[0] === 3 } };
            });
        },
    };
}

test("one sweep serves every class", async () => {
    const log = [];
    const ask = (choice) =>
        occlusion.run({ pane: pane("noise-1"), explained, choice, engine: engine(log), signal: new AbortController().signal, report() {} });
    const first = await ask({ shown: 0, against: null });
    assert.deepEqual([...first.values], [4, 8, 12, 16]);
    assert.equal(first.total, null);
    assert.deepEqual(log, [0, 1, 2, 3].map((cell) => [cell, "noise"]));
    const difference = await ask({ shown: 0, against: 1 });
    assert.deepEqual([...difference.values], [-4, -8, -12, -16]);
    assert.equal(log.length, 4);
    assert.equal(sweepOf(pane("noise-1")).flagged, 1);
});

test("one that was given up goes on where it ended", async () => {
    const log = [];
    const abort = new AbortController();
    const report = (done) => done === 2 && abort.abort();
    const given = { pane: pane("black-1"), explained, choice: { shown: 0, against: null }, engine: engine(log) };
    await assert.rejects(occlusion.run({ ...given, signal: abort.signal, report }));
    assert.equal(sweepOf(pane("black-1")).logits.length, 2);
    const reports = [];
    const { values } = await occlusion.run({ ...given, signal: new AbortController().signal, report: (done, total) => reports.push([done, total]) });
    assert.deepEqual([...values], [4, 8, 12, 16]);
    assert.deepEqual(reports, [[2, 4], [3, 4]]);
});

test("a device that answers several at once is asked as often as it takes, and two sweeps of the same do not count twice", async () => {
    const [log, reports] = [[], []];
    const given = { explained, choice: { shown: 0, against: null }, signal: new AbortController().signal };
    const run = (options, report) => occlusion.run({ ...given, pane: pane(options), engine: engine(log, 3), report });
    const { values } = await run("mean-1", (done) => reports.push(done));
    assert.deepEqual([...values], [4, 8, 12, 16]);
    assert.deepEqual([reports, log.length], [[0, 3], 4]);
    const both = await Promise.all([run("noise-1", () => {}), run("blur-1", () => {}), run("blur-1", () => {})]);
    both.forEach((map) => assert.deepEqual([...map.values], [4, 8, 12, 16]));
    assert.deepEqual([sweepOf(pane("blur-1")).logits.length, sweepOf(pane("blur-1")).flagged], [4, 1]);
});
