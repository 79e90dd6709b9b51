import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "../../web/text/numbers.js";
import { noveltySentence } from "../../web/evidence/novelty.js";

test("a score is set beside its limit in as many digits as tell them apart", () => {
    assert.match(noveltySentence({ score: 7.31, threshold: 1.8, flagged: true }), /7\.31 for this one; above 1\.80/);
    assert.match(noveltySentence({ score: 1.8004, threshold: 1.8, flagged: true }), /1\.8004 for this one; above 1\.8000/);
});

test("a score that is no number is said to be one", () => {
    for (const score of [Infinity, NaN]) {
        assert.match(noveltySentence({ score, threshold: 1.8, flagged: true }), /beyond all measure for this one; above 1\.80/);
    }
});

test("what would make a picture known is said with its score", () => {
    const of = (counterpart) => noveltySentence({ score: 1.2, threshold: 1.8, flagged: true, counterpart });
    assert.match(of("negative"), /1\.20 for this one; .*Its negative is more like those/);
    for (const counterpart of ["half-turn", "right-turn", "left-turn"]) {
        assert.match(of(counterpart), /Turn it, and open it again\.$/, counterpart);
    }
});

test("two numbers stay apart, unless they are the same", () => {
    assert.deepEqual(apart(0.5, 0.25), ["0.50", "0.25"]);
    assert.deepEqual(apart(0.4999, 0.5), ["0.4999", "0.5000"]);
    assert.deepEqual(apart(0.5, 0.5), ["0.50", "0.50"]);
    assert.deepEqual(apart(0.5, 0.5 + 1e-9), ["0.5", "0.500000001"]);
});
