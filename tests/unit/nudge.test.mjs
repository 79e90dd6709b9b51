import assert from "node:assert/strict";
import { test } from "node:test";
import { NAMES, SLIDERS, answerOf, editsOf, extremes, placesAlong, turns, unchanged, valuesOf } from "../../web/tools/nudge/changes.js";
import { pathOf, span } from "../../web/ui/curve.js";
import { fetchTools } from "../../web/text/index.js";

await fetchTools();

test("sliders where they change nothing make no edit", () => {
    assert.deepEqual(editsOf(unchanged()), []);
});

test("edits come in one order, and both shifts are one", () => {
    const values = { ...unchanged(), jpeg: 20, down: -0.1, turn: 5, right: 0.2 };
    assert.deepEqual(editsOf(values), [
        { kind: "turn", degrees: 5 },
        { kind: "shift", x: 0.2, y: -0.1 },
        { kind: "jpeg", quality: 20 },
    ]);
});

test("edits lead back to the sliders, each and all", () => {
    const all = {};
    for (const name of NAMES) {
        const { least, most, none } = SLIDERS[name];
        for (const value of [least, most, none]) {
            const values = { ...unchanged(), [name]: value };
            assert.deepEqual(valuesOf(editsOf(values)), values);
        }
        all[name] = none === least ? most : least;
    }
    assert.deepEqual(valuesOf(editsOf(all)), all);
});

test("what a link may hold instead does no harm", () => {
    const values = valuesOf([null, {}, { kind: "mask", cells: [1] }, { kind: "turn", degrees: "x" }, { kind: "zoom", factor: 99 }, { kind: "blur" }]);
    assert.deepEqual(values, { ...unchanged(), zoom: SLIDERS.zoom.most });
});

test("places along a slider are places where it can stand, ends and the unchanged one first", () => {
    for (const name of NAMES) {
        const { least, most, step, none } = SLIDERS[name];
        const places = placesAlong(name, 13);
        assert.ok([none, least, most].every((place) => places.slice(0, 3).includes(place)), name);
        assert.equal(new Set(places).size, places.length);
        assert.ok(places.length >= 11 && places.length <= 14, name);
        for (const place of places) {
            assert.ok(place >= least && place <= most);
            const steps = (place - least) / step;
            assert.ok(Math.abs(steps - Math.round(steps)) < 1e-4, `${name} at ${place}`);
        }
    }
});

const card = { classes: ["no finding", "finding"], temperature: 1, operating_point: { positive: 1, probability: 0.3, chosen: "" } };

test("an answer is yes or no where the model decides, else the most likely class", () => {
    const answer = { logits: Float32Array.of(1, 0.5), probabilities: Float32Array.of(0.62, 0.38) };
    assert.equal(answerOf(card, answer), "yes");
    assert.equal(answerOf({ ...card, operating_point: undefined }, answer), "no finding");
});

test("where an answer changes, and between what it lies; gaps are no answers", () => {
    const at = (value, score, said) => ({ value, score, probability: 0.5, said });
    const samples = [at(-2, 1, "a"), { value: -1, score: null }, at(0, 3, "b"), at(1, 2, "b"), at(2, -1, "a")];
    assert.deepEqual(turns(samples), [
        { from: -2, to: 0, before: "a", after: "b" },
        { from: 1, to: 2, before: "b", after: "a" },
    ]);
    assert.deepEqual([extremes(samples).low.value, extremes(samples).high.value], [2, 0]);
    assert.equal(extremes([{ value: 0, score: null }]), null);
});

test("a path has gaps where nothing is known", () => {
    assert.equal(pathOf([{ x: 0, y: 1 }, { x: 1, y: 2 }, null, { x: 3, y: 4 }, null]), "M0.00 1.00L1.00 2.00M3.00 4.00");
});

test("an axis is never so short that noise looks like a slope", () => {
    assert.deepEqual(span([1, 1.2, 0.8], 1), [0.5, 1.5]);
    assert.deepEqual(span([-3, 4], 1), [-3, 4]);
});
