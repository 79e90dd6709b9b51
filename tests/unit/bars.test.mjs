import assert from "node:assert/strict";
import { test } from "node:test";
import { ledgerOf, strongest, sumOfShares } from "../../web/evidence/sums.js";
import { axisOf, barsOf, strongestCells, tableOf } from "../../web/tools/ledger/bars.js";

const values = Float32Array.of(2, -8, 0.5, 6, -1, 0);
const close = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("bars go from what speaks most for it to what speaks most against it, and each cell knows its place", () => {
    const { order, place } = barsOf(values);
    assert.deepEqual(order, [3, 0, 2, 5, 4, 1]);
    order.forEach((cell, at) => assert.equal(place[cell], at));
});

test("the waterfall begins at 0, turns at what speaks for it, and ends at the sum", () => {
    const { running, peak } = barsOf(values);
    const { positive, sum } = ledgerOf(values);
    assert.equal(running[0], 0);
    close(running[values.length], sumOfShares(values));
    close(running[values.length], sum);
    close(peak, positive);
    close(peak, 8.5 / 6);
    assert.equal(barsOf(Float32Array.of(-1, -2)).peak, 0);
});

test("the axis holds 0 and every mark, with ticks that people read", () => {
    const { from, to, ticks } = axisOf([-1.53, 10.7, 4.09]);
    assert.ok(from < -1.53 && to > 10.7);
    assert.deepEqual(ticks, [0, 5, 10]);
    assert.ok(axisOf([0.001, 0.004]).ticks.length >= 2);
    assert.ok(axisOf([0, NaN]).ticks.includes(0));
    for (const ends of [[3], [-3], [-0.02, 0.3], [-400, 1]]) {
        const axis = axisOf(ends);
        assert.ok(axis.from <= 0 && axis.to >= 0 && axis.ticks.length <= 7 && axis.ticks.some((tick) => Math.abs(tick) < 1e-12), `${ends}`);
    }
});

test("the strongest cells are those that the sentence counts", () => {
    for (const sign of [1, -1]) {
        const map = values.map((value) => value * sign);
        const ledger = ledgerOf(map);
        const cells = strongestCells(map, ledger, 2);
        const said = strongest(map, ledger, 2);
        close(cells.reduce((sum, cell) => sum + map[cell], 0) / map.length, said.sum);
        assert.deepEqual(cells, sign > 0 ? [1, 4] : [1, 4]);
    }
});

test("the table lists every cell, strongest first, and its running sum ends at the sum", () => {
    const heads = { row: "row", column: "column", evidence: "evidence for cat", share: "share", running: "running sum" };
    const text = tableOf({ values, columns: 3 }, ledgerOf(values), heads);
    const lines = text.trimEnd().split("\n").map((line) => line.split("\t"));
    assert.equal(lines.length, 7);
    assert.ok(lines.every((line) => line.length === 5));
    assert.deepEqual(lines[1].slice(0, 3), ["1", "2", "-8.000000"]);
    close(Number(lines[6][4]) , Number(sumOfShares(values).toFixed(6)));
    assert.deepEqual(lines.slice(1).map(([row, column]) => (row - 1) * 3 + (column - 1)).sort(), [0, 1, 2, 3, 4, 5]);
});

test("no cell of the table is a formula, whatever a class is called", () => {
    const heads = { row: "row", column: "column", evidence: "=HYPERLINK(\"x\")\t=1", share: "+1", running: "@sum" };
    const [head, ...rest] = tableOf({ values, columns: 3 }, ledgerOf(values), heads).trimEnd().split("\n");
    assert.equal(head.split("\t").length, 5);
    assert.ok(head.split("\t").every((cell) => /^[a-zA-Z0-9]/.test(cell)));
    assert.ok(rest.every((line) => line.split("\t").every((cell) => /^-?\d+(\.\d+)?$/.test(cell))));
});
