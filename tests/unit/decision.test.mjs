import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceName, defaultChoice, positiveClass } from "../../web/evidence/classes.js";
import { decisionOf, decisionSentence } from "../../web/evidence/decision.js";

const point = (positive, probability = 0.41) => ({ positive, probability, chosen: "by a rule" });
const two = { classes: ["healthy", "ill"] };

test("of two classes, the one that is looked for is set against the other, whichever is more likely", () => {
    const logits = Float32Array.of(3, 1);
    assert.deepEqual(defaultChoice(two, logits), { shown: 1, against: 0 });
    assert.deepEqual(defaultChoice({ ...two, operating_point: point(0) }, logits), { shown: 0, against: 1 });
    assert.deepEqual(defaultChoice({ ...two, operating_point: point(1) }, logits), { shown: 1, against: 0 });
    assert.equal(choiceName(two.classes, { shown: 1, against: 0 }), "ill, over healthy");
});

test("of more classes, the most likely is shown alone", () => {
    const three = { classes: ["a", "b", "c"] };
    assert.equal(positiveClass(three), null);
    assert.deepEqual(defaultChoice(three, Float32Array.of(1, 0, 2)), { shown: 2, against: null });
    assert.equal(choiceName(three.classes, { shown: 2, against: null }), "c");
});

test("yes begins exactly at the operating point", () => {
    const card = { ...two, operating_point: point(1) };
    const says = (probability) => decisionOf(card, Float32Array.of(1 - probability, probability)).yes;
    assert.equal(says(0.409999), false);
    assert.equal(says(0.41), true, "float32 on both sides");
    assert.equal(decisionOf(two, Float32Array.of(0.5, 0.5)), null);
    assert.equal(decisionOf({ ...two, operating_point: point(0) }, Float32Array.of(0.75, 0.25)).probability, 0.75);
});

test("the sentence never contradicts itself by rounding, and never claims certainty", () => {
    const sentence = (probability, threshold) =>
        decisionSentence({ name: "ill", probability, threshold, yes: probability >= threshold, chosen: "" });
    assert.equal(sentence(0.73, 0.41), "Ill: probability 0.73; this model says yes from 0.41 on, so here it says yes.");
    assert.match(sentence(0.4098, 0.41), /probability 0\.4098; .* from 0\.4100 on.* says no/);
    assert.match(sentence(0.99999, 0.41), /probability above 0\.99;/);
    assert.match(sentence(0.00001, 0.41), /probability below 0\.01;/);
});
