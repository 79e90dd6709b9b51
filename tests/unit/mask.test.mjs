import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, panesOf } from "../../web/page/state.js";
import { comparison, inverted, ledgerEffect, masksOf, replacedCells, settingsOf, withMask, withoutMask } from "../../web/tools/mask/effect.js";

const mask = (cells, more = {}) => ({ kind: "mask", rows: 2, columns: 2, cells, fill: "blur", keep: false, ...more });
const choice = { shown: 1, against: 0 };

test("a mask is an edit of the second picture, with the class held; the first stays as it is", () => {
    const state = { ...initialState("chest", "sample:a.jpg"), selection: [1, 2] };
    const once = withMask(state, mask([1, 2]), choice);
    const [first, second] = panesOf(once);
    assert.deepEqual(first.edits, []);
    assert.deepEqual(second.edits, [mask([1, 2])]);
    assert.deepEqual([first.choice, second.choice], [choice, choice]);
    assert.deepEqual(once.selection, []);
    const twice = withMask(once, mask([3]), choice);
    assert.equal(masksOf(twice).length, 2);
    assert.deepEqual(masksOf(withoutMask(twice, 0)), [mask([3])]);
    assert.equal(withoutMask(withoutMask(twice, 0), 0).beside, null);
});

test("inverting twice changes nothing", () => {
    assert.deepEqual(inverted([0, 3], 4), [1, 2]);
    assert.deepEqual(inverted(inverted([0, 3], 4), 4), [0, 3]);
});

test("several masks replace what any of them replaces, also on a finer grid", () => {
    assert.deepEqual(replacedCells([mask([0]), mask([3])], 2, 2), [0, 3]);
    assert.deepEqual(replacedCells([mask([0], { keep: true })], 2, 2), [1, 2, 3]);
    assert.deepEqual(replacedCells([mask([0, 1], { keep: true }), mask([0])], 2, 2), [0, 2, 3]);
    assert.deepEqual(replacedCells([mask([1])], 4, 4), [2, 3, 6, 7]);
    assert.deepEqual(replacedCells([], 2, 2), []);
});

test("the ledger's effect is the sum of the other shares, and their mean", () => {
    const effect = ledgerEffect(Float32Array.of(4, 2, -2, 8), [3, 3]);
    assert.deepEqual(effect, { count: 1, others: 3, sum: 2, rest: 1, mean: 4 / 3 });
    assert.equal(ledgerEffect(Float32Array.of(1, 2), [0, 1]).mean, null);
});

test("the two effects are compared by their numbers", () => {
    assert.equal(comparison(-1, -0.9, 4), "agree");
    assert.equal(comparison(-1, -0.2, 4), "smaller");
    assert.equal(comparison(-1, -2, 4), "larger");
    assert.equal(comparison(-1, 0.5, 4), "opposite");
    assert.equal(comparison(0.01, -0.02, 4), "none");
    // What is nearly nothing has no direction.
    assert.equal(comparison(-1, 0.01, 4), "smaller");
    assert.equal(comparison(0.01, -1, 4), "larger");
    assert.equal(comparison(null, -1, 4), "alone");
});

test("settings of an edited link become ones that there are", () => {
    assert.deepEqual(settingsOf({ way: "lasso", fill: 7, keep: "yes" }), { way: "box", fill: "blur", keep: false });
    assert.deepEqual(settingsOf({ way: "paint", fill: "noise", keep: true }), { way: "paint", fill: "noise", keep: true });
});
