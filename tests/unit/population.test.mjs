import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionOf, decisionSentence } from "../../web/evidence/decision.js";
import { figureTables } from "../../web/evidence/figures.js";
import { answerFor, cardFor, loadedFor, populationName, populationOf, softmax } from "../../web/evidence/population.js";
import { fromParameters, toHash } from "../../web/page/address.js";
import { initialState, withModel, withPicture, withPopulation } from "../../web/page/state.js";
import { speak } from "../../web/text/index.js";

const point = (probability) => ({ positive: 1, probability, chosen: "by hand" });
const own = {
    classes: ["no pneumonia", "pneumonia"],
    temperature: 1.5,
    operating_point: point(0.25),
    populations: [
        { name: "children", temperature: 1.5, operating_point: point(0.25) },
        { name: "adults", temperature: 3, operating_point: point(0.75) },
    ],
};
const explained = { logits: Float32Array.of(0, 2), probabilities: softmax(Float32Array.of(0, 2), 1.5) };

test("a population has its temperature and its threshold", () => {
    const card = cardFor(own, "adults");
    assert.deepEqual([card.temperature, card.operating_point.probability], [3, 0.75]);
    assert.equal(cardFor(own, "adults"), card, "the same object each time");
    assert.deepEqual(card.populations, own.populations, "in the order of the card");
    const read = answerFor(explained, card);
    assert.equal(answerFor(explained, card), read);
    assert.ok(Math.abs(read.probabilities[1] - 1 / (1 + Math.exp(-2 / 3))) < 1e-6);
    assert.equal(read.logits, explained.logits);
    assert.equal(decisionOf(own, explained.probabilities).yes, true);
    const decision = decisionOf(card, read.probabilities);
    assert.equal(decision.yes, false);
    assert.ok(Math.abs(decision.onEvidence - 3 * Math.log(3)) < 1e-6);
    assert.match(decisionSentence(decision), /no\. Threshold for adults\.$/);
    assert.match(decisionSentence(decisionOf(own, explained.probabilities)), /Threshold for children\.$/);
});

test("the default and names that are not in the card leave it as it is", () => {
    for (const name of [null, "children", "dogs"]) {
        assert.equal(cardFor(own, name), own);
        assert.equal(answerFor(explained, cardFor(own, name)), explained);
        const loaded = { card: own };
        assert.equal(loadedFor(loaded, name), loaded);
    }
    assert.equal(populationOf(own), "children");
    assert.equal(populationOf(cardFor(own, "adults")), "adults");
    const plain = { ...own, populations: undefined };
    assert.equal(populationOf(plain), null);
    assert.doesNotMatch(decisionSentence(decisionOf(plain, explained.probabilities)), /Threshold/);
});

test("usual names are said in the visitor's language, others as the card has them", async () => {
    assert.equal(populationName("children"), "children");
    await speak("de");
    try {
        assert.deepEqual(["children", "adults", "Kermany"].map(populationName), ["Kinder", "Erwachsene", "Kermany"]);
        assert.match(decisionSentence(decisionOf(own, explained.probabilities)), /Schwelle für Kinder\.$/);
    } finally {
        await speak("en");
    }
});

test("what was chosen is in the link, and stays from picture to picture", () => {
    const state = withPopulation(initialState("chest-dense", "sample:a.jpg"), "adults");
    const again = (link) => fromParameters(new URLSearchParams(link), "chest-dense", null, "en").pane.population;
    assert.equal(again(toHash(state, "en")), "adults");
    assert.equal(again(toHash(initialState("chest-dense", null), "en")), null);
    assert.equal(again(`population=${"x".repeat(200)}`), null);
    assert.equal(withPicture(state, "sample:b.jpg").pane.population, "adults");
    const other = (sameQuestion) => withModel(state, "other", { picture: null, sameQuestion }).pane.population;
    assert.deepEqual([other(true), other(false)], ["adults", null]);
});

test("an interval that a figure has itself is shown beside it", () => {
    const figures = [
        { name: "AUC", value: 0.9312, low: 0.9, high: 0.955, measured_on: "folds" },
        { name: "pictures", value: 12, measured_on: "folds" },
    ];
    const [{ rows }] = figureTables(figures);
    assert.deepEqual(rows[0], { name: "AUC", value: "0.931", interval: rows[0].interval });
    assert.match(rows[0].interval, /0\.9.*0\.955.*95 %/);
    assert.equal(rows[1].interval, "");
});
