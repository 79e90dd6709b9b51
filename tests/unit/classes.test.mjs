import assert from "node:assert/strict";
import { test } from "node:test";
import { classLanguage, className, keepAsGiven, knownChoice, rivalOf, searchClasses, searchedName, topClasses } from "../../web/evidence/classes.js";
import { speak } from "../../web/text/index.js";

test("top classes come by descending logit, without changing it", () => {
    const logits = Float32Array.of(0.5, -2, 7, 7, 1);
    assert.deepEqual(topClasses(logits, 3), [2, 3, 4]);
    assert.deepEqual([...logits], [0.5, -2, 7, 7, 1]);
});

test("a class is set against the most likely one, of two always against the other", () => {
    assert.equal(rivalOf(Float32Array.of(1, 5, 2), 2), 1);
    assert.equal(rivalOf(Float32Array.of(1, 5, 2), 1), null);
    assert.equal(rivalOf(Float32Array.of(9, 1), 0), 1);
});

test("a choice that the model does not have is none", () => {
    const choice = { shown: 1, against: null };
    assert.equal(knownChoice(choice, 2), choice);
    for (const [shown, against] of [[2, null], [-1, null], [0.5, null], [NaN, null], [1, 1], [0, 7], [0, -1]]) {
        assert.equal(knownChoice({ shown, against }, 2), null, `${shown} over ${against}`);
    }
    assert.equal(knownChoice(null, 2), null);
});

test("the search prefers whole synonyms, then whole words, then parts", () => {
    const names = ["hotdog, hot dog", "dogsled", "Eskimo dog, husky", "dog", "cat"];
    assert.deepEqual(searchClasses(names, "dog", 9), [3, 0, 2, 1]);
    assert.deepEqual(searchClasses(names, "dog", 2), [3, 0]);
    assert.deepEqual(searchClasses(names, " HUSKY eskimo ", 9), [2]);
    assert.deepEqual(searchClasses(names, "  ", 9), []);
    assert.deepEqual(searchClasses(names, "bird", 9), []);
});

test("a class is found by its name in the visitor’s language, and by the model’s own", async () => {
    const names = ["volcano", "cup", "bobsled, bobsleigh, bob"];
    const find = (query) => searchClasses(names.map(searchedName), query, 9);
    assert.deepEqual([find("tasse"), find("cup"), find("bob")], [[], [1], [2]]);
    await speak("de");
    try {
        assert.deepEqual([find("tasse"), find("cup"), find("Bobschlitten"), find("bobsleigh"), find("volcano")], [[1], [1], [2], [2], [0]]);
    } finally {
        await speak("en");
    }
});

test("a name that a visitor gave to a class of their own stays as it was written", async () => {
    await speak("de");
    try {
        assert.equal(className("espresso"), "Espresso");
        keepAsGiven(["espresso", "Anna"]);
        assert.deepEqual(["espresso", "Anna"].map(className), ["espresso", "Anna"]);
        assert.deepEqual(["espresso", "Anna"].map(classLanguage), [null, null]);
    } finally {
        await speak("en");
    }
});
