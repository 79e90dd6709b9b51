import assert from "node:assert/strict";
import { test } from "node:test";
import { sentenceOf, yesSentence } from "../../web/ui/answer.js";

const answer = (total, yes, choice = { shown: 1, against: 0 }) => ({ decision: { positive: 1, yes }, choice, map: { total } });

test("where the sum's sign lets a reader expect the other answer, it is said why the answer is what it is", () => {
    assert.equal(yesSentence(answer(-4.6, false), -1.53), "“Yes” begins at a sum of \u22121.53");
    assert.equal(yesSentence(answer(2.1, true), -1.53), "“Yes” begins at a sum of \u22121.53");
    assert.equal(yesSentence(answer(-0.74, true), -1.53), "“Yes” begins at a sum of \u22121.53 and not at 0: so \u22120.74 is a yes.");
    assert.equal(yesSentence(answer(0.3, false), 0.52), "“Yes” begins at a sum of +0.52 and not at 0: so +0.30 is a no.");
    assert.equal(yesSentence(answer(0.3, false), 0.52, false), "“Yes” begins at a sum of +0.52", "a sum that a lesson hides");
    // The other way round, the signs have changed sides.
    assert.equal(yesSentence(answer(0.74, true, { shown: 0, against: 1 }), 1.53), "“Yes” begins at a sum of +1.53");
});

test("of one class over another, the sentence says which of the two the evidence speaks for", () => {
    const card = { classes: ["cup", "espresso", "tea"] };
    const map = { values: Float32Array.of(-6, -1, 1, -2), rows: 2, columns: 2 };
    const ledger = { half: 1, cells: 4, sum: -2, order: [0, 3, 1, 2] };
    const given = { subject: "cup, over espresso", card, map, choice: { shown: 0, against: 1 } };
    assert.equal(sentenceOf({ ...given, ledger }), "Half of what speaks for “espresso” rather than “cup” comes from one of 4 cells, at the top left of the picture.");
    const other = { ...map, values: map.values.map((value) => -value) };
    assert.match(sentenceOf({ ...given, map: other, ledger: { ...ledger, sum: 2 } }), /^Half of what speaks for “cup” rather than “espresso”/);
    // Of two classes, one is what is looked for: for it or against it.
    const two = { ...given, subject: "cup", card: { classes: ["cup", "espresso"] }, ledger };
    assert.match(sentenceOf(two), /^Half of what speaks against “cup” comes/);
});
