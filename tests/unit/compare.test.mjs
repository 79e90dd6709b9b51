/** Two maps read together: the same place in both, and their numbers. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { around, cellBeside, samePlace } from "../../web/evidence/grid.js";
import { initialState, withModel, withPicture } from "../../web/page/state.js";
import { choiceFromText, choiceText, choicesOf, firstPair, kindOf, nearlyEmpty, otherChoice, pairOf, partnerOf, valueAt } from "../../web/tools/compare/pairs.js";

const photo = { width: 400, height: 200 };
const square = { photo, input: 224, region: { x: 100, y: 0, width: 200, height: 200 } };
const padded = { photo, input: 224, region: { x: 0, y: -100, width: 400, height: 400 } };
const coarse = { rows: 7, columns: 7, placement: square };
const fine = { rows: 14, columns: 14, placement: square };

describe("the same place in another map", () => {
    test("every cell of a finer map leads to the coarse cell that it lies in", () => {
        for (let row = 0; row < 14; row++) {
            for (let column = 0; column < 14; column++) {
                assert.deepEqual(samePlace(fine, { row, column }, coarse, true), { row: row >> 1, column: column >> 1 });
            }
        }
    });

    test("a coarse cell leads to one of the finer cells in it", () => {
        const { row, column } = samePlace(coarse, { row: 2, column: 5 }, fine, true);
        assert.deepEqual([row >> 1, column >> 1], [2, 5]);
    });

    test("the photo decides where the same photo is cut in two ways, and the network's view between two photos", () => {
        const other = { rows: 4, columns: 4, placement: padded };
        // Column 0 of the square begins at x = 100 of the photo: in the padded picture, that is its second quarter.
        assert.deepEqual(samePlace({ rows: 4, columns: 4, placement: square }, { row: 0, column: 0 }, other, true), { row: 1, column: 1 });
        assert.deepEqual(samePlace({ rows: 4, columns: 4, placement: square }, { row: 0, column: 0 }, other, false), { row: 0, column: 0 });
        assert.equal(samePlace(other, { row: 0, column: 0 }, { rows: 4, columns: 4, placement: square }, true), null);
    });

    test("a cell that was pointed at in the finer map is kept, as long as it is in the cell that is read", () => {
        const pointed = { row: 4, column: 9 };
        assert.deepEqual(cellBeside(coarse, fine, { row: 2, column: 4 }, pointed, true), pointed);
        const elsewhere = cellBeside(coarse, fine, { row: 0, column: 0 }, pointed, true);
        assert.deepEqual([elsewhere.row >> 1, elsewhere.column >> 1], [0, 0]);
        assert.equal(cellBeside(coarse, fine, null, pointed, true), null);
        assert.deepEqual(cellBeside(coarse, coarse, { row: 6, column: 6 }, null, false), { row: 6, column: 6 });
    });

    test("what is around a cell is so much wider, and stays on the photo", () => {
        const grid = { rows: 4, columns: 4, placement: square };
        assert.deepEqual(around(grid, { row: 1, column: 1 }, 1.5), { x: 137.5, y: 37.5, width: 75, height: 75 });
        assert.deepEqual(around(grid, { row: 0, column: 0 }, 1.5), { x: 87.5, y: 0, width: 75, height: 75 });
        assert.deepEqual(around({ rows: 1, columns: 1, placement: padded }, { row: 0, column: 0 }, 1.5), { x: 0, y: 0, ...photo });
    });
});

const answer = (logits, choice, positive = null, values = [1, -0.2, 0.04, 0]) => ({
    choice,
    positive,
    withheld: false,
    limit: 2,
    map: { values: Float32Array.from(values), rows: 2, columns: 2 },
    explained: { logits: Float32Array.from(logits) },
});

describe("what is compared", () => {
    test("a model stands beside the next one of its question, and the last beside the one before it", () => {
        const models = ["fine", "dense", "sparse"];
        assert.deepEqual(models.map((model) => partnerOf(models, model)), ["dense", "sparse", "dense"]);
        assert.equal(partnerOf(["alone"], "alone"), null);
        assert.equal(partnerOf(models, "of another question"), "fine");
    });

    test("the first pair is another variant, else another class", () => {
        const two = answer([0, 1], { shown: 1, against: 0 }, 1);
        assert.deepEqual(firstPair(two, "sparse"), { model: "sparse" });
        assert.deepEqual(firstPair(two, null), { choice: { shown: 1, against: null } });
        assert.deepEqual(otherChoice(answer([3, 1, 2], { shown: 0, against: null })), { shown: 2, against: null });
        assert.deepEqual(otherChoice(answer([3, 1, 2], { shown: 1, against: null })), { shown: 0, against: null });
    });

    test("choices are single classes, the likely first, and one over another", () => {
        const { likely, over } = choicesOf(answer([3, 1, 2, 0], { shown: 0, against: null }), 3);
        assert.deepEqual(likely.map(choiceText), ["0", "2", "1"]);
        assert.deepEqual(over.map(choiceText), ["0-2", "0-1"]);
        assert.deepEqual(["7", "7-0"].map(choiceFromText), [{ shown: 7, against: null }, { shown: 7, against: 0 }]);
    });

    test("the kind is what was asked about, whatever comes along with it", () => {
        assert.equal(kindOf(null), null);
        assert.equal(kindOf({ model: "own:1", choice: null, size: null }), "model");
        assert.equal(kindOf({ choice: { shown: 1, against: null } }), "choice");
        assert.equal(kindOf({ edits: [] }), null);
    });

    test("a cell is nearly empty below a twentieth of the scale, and is read from its own map", () => {
        const one = answer([0, 1], { shown: 1, against: null });
        assert.equal(nearlyEmpty(one.map.values, one.limit), 2);
        assert.equal(valueAt(one, { row: 0, column: 1 }), Math.fround(-0.2));
        assert.equal(valueAt(one, { row: 5, column: 1 }), null);
        assert.equal(valueAt(one, null), null);
    });

    test("nothing is compared with what is withheld, or not yet there", () => {
        const a = { answer: answer([0, 1], { shown: 1, against: null }), busy: null };
        assert.equal(pairOf({ panes: [a, a] }).length, 2);
        assert.equal(pairOf({ panes: [a] }), null);
        assert.equal(pairOf({ panes: [a, { ...a, busy: "Explaining" }] }), null);
        assert.equal(pairOf({ panes: [a, { ...a, answer: { ...a.answer, withheld: true } }] }), null);
    });
});

describe("from picture to picture", () => {
    const state = { ...initialState("dense", "sample:a"), tool: "compare", beside: { model: "sparse" } };

    test("what is compared stays, unless nothing differs any more", () => {
        assert.deepEqual(withPicture(state, "sample:b").beside, { model: "sparse" });
        const pictures = { ...state, beside: { picture: "sample:b" } };
        assert.deepEqual(withPicture(pictures, "sample:c").beside, { picture: "sample:b" });
        assert.equal(withPicture(pictures, "sample:b").beside, null);
        assert.equal(withModel(state, "sparse", { picture: "sample:a", sameQuestion: true }).beside, null);
        assert.equal(withModel(state, "other", { picture: "sample:x", sameQuestion: false }).beside, null);
    });

    test("what another tool tried on a picture goes with it", () => {
        assert.equal(withPicture({ ...state, tool: "mask" }, "sample:b").beside, null);
    });
});
