import assert from "node:assert/strict";
import { test } from "node:test";
import { yesSentence } from "../../web/ui/answer.js";

const answer = (total, yes, choice = { shown: 1, against: 0 }) => ({ decision: { positive: 1, yes }, choice, map: { total } });

test("where the sum's sign lets a reader expect the other answer, it is said why the answer is what it is", () => {
    assert.equal(yesSentence(answer(-4.6, false), -1.53), "“Yes” begins at \u22121.53");
    assert.equal(yesSentence(answer(2.1, true), -1.53), "“Yes” begins at \u22121.53");
    assert.equal(yesSentence(answer(-0.74, true), -1.53), "“Yes” begins at \u22121.53 and not at 0: so \u22120.74 is a yes.");
    assert.equal(yesSentence(answer(0.3, false), 0.52), "“Yes” begins at +0.52 and not at 0: so +0.30 is a no.");
    // The other way round, the signs have changed sides.
    assert.equal(yesSentence(answer(0.74, true, { shown: 0, against: 1 }), 1.53), "“Yes” begins at +1.53");
});
