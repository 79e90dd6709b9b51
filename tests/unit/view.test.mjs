/** From answers to what is on show: the numbers that belong together, one scale for two pictures, and nothing that is withheld. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerView, evidenceMap } from "../../web/evidence/view.js";
import { initialState } from "../../web/page/state.js";
import { evidenceKey, pageView, pictureKey, withAnswer, withInput } from "../../web/page/view.js";

const placement = { photo: { width: 10, height: 10 }, input: 224, region: { x: 0, y: 0, width: 10, height: 10 } };
/** Maps of three classes; their means are the logits. */
const explainedOf = (maps, rest = {}) => {
    const values = Float32Array.from(maps.flat());
    const logits = Float32Array.from(maps, (map) => map.reduce((a, b) => a + b) / map.length);
    return {
        maps: values, logits, probabilities: logits.map(() => 1 / maps.length), rows: 2, columns: maps[0].length / 2, placement,
        limit: 10, differenceLimit: 20, novelty: null, dark: false, format: "PNG", milliseconds: { decode: 1, run: 1 }, ...rest,
    };
};
const THREE = explainedOf([[1, 2, 3, 6], [-1, 0, 5, 0], [0, 0, 0, -4]]);
const TWO = explainedOf([[1, 1, 1, 1], [0, 8, 0, -2]]);
const card = { title: "T", classes: ["ape", "bee", "cow"], temperature: 1, input: { size: 224, sizes: [224], fit: "pad" } };
const binary = {
    ...card, classes: ["healthy", "ill"], medical: true, temperature: 2, operating_point: { positive: 1, probability: 0.25, chosen: "by a rule" },
};
const show = (rest) => answerView({ card, explained: THREE, choice: null, anyway: false, limit: null, ...rest });

test("a map's total is its logit, and over another class their difference, with a scale of its own", () => {
    const alone = evidenceMap(THREE, { shown: 0, against: null });
    assert.deepEqual([[...alone.values], alone.total, alone.limit], [[1, 2, 3, 6], 3, 10]);
    const over = evidenceMap(THREE, { shown: 0, against: 1 });
    assert.deepEqual([[...over.values], over.total, over.limit], [[2, 2, -2, 6], 2, 6]);
});

test("the view of an answer is of one choice throughout", () => {
    const view = show({});
    assert.deepEqual([view.choice, view.name, view.subject, view.rival], [{ shown: 0, against: null }, "ape", "ape", null]);
    assert.deepEqual([view.ledger.sum, view.map.total, view.limit, view.beyond, view.decision], [3, 3, 10, 0, null]);
    const other = show({ choice: { shown: 2, against: 0 } });
    assert.deepEqual([other.name, other.rival, other.map.total], ["cow, over ape", 0, -4]);
    assert.deepEqual(show({ choice: { shown: 9, against: null } }).choice, { shown: 0, against: null }, "no such class");
});

test("what lies beyond a scale that is kept is counted", () => {
    assert.equal(show({ limit: 2 }).beyond, 2);
    assert.equal(show({ limit: 6 }).beyond, 0, "at its end is not beyond it");
});

test("of two classes one is set against the other, and yes begins where the threshold lies on that axis", () => {
    const view = show({ card: binary, explained: TWO });
    assert.deepEqual([view.choice, view.name, view.subject], [{ shown: 1, against: 0 }, "ill, over healthy", "ill"]);
    const expected = 2 * Math.log(0.25 / 0.75);
    assert.ok(Math.abs(view.yesFrom - expected) < 1e-12);
    const turned = show({ card: binary, explained: TWO, choice: { shown: 0, against: 1 } });
    assert.ok(Math.abs(turned.yesFrom + expected) < 1e-12);
    assert.equal(show({ card: binary, explained: TWO, choice: { shown: 1, against: null } }).yesFrom, null);
    assert.match(view.notice, /Not a diagnosis/);
    assert.equal(show({}).notice, null);
});

test("of a flagged picture nothing is to be shown unasked, and then with a warning", () => {
    const flagged = { ...THREE, novelty: { score: 3, threshold: 1, flagged: true } };
    assert.equal(show({ explained: flagged }).withheld, true);
    const anyway = show({ explained: flagged, anyway: true });
    assert.equal(anyway.withheld, false);
    assert.match(anyway.warning, /Unlike the pictures/);
    const known = show({ explained: { ...THREE, novelty: { score: 0.5, threshold: 1, flagged: false } } });
    assert.deepEqual([known.withheld, known.warning], [false, null]);
});

test("another method's map is shown on its own scale, and claims what it claims", () => {
    const values = Float32Array.of(0.5, 0, 0, -0.25);
    const view = show({ other: { method: "occlusion", map: { values, rows: 2, columns: 2, placement, total: null } } });
    assert.deepEqual([view.method, view.limit, view.map.total, view.yesFrom], ["occlusion", 0.5, null, null]);
});

test("a map of what cells add is drawn on the evidence's own scale, so that equal maps look equal", () => {
    // Of the map of ape, [1, 2, 3, 6], each cell adds a fourth; colours are a value's share of the scale's end.
    const map = { values: Float32Array.of(0.25, 0.5, 0.75, 1.5), rows: 2, columns: 2, placement, total: null, likeEvidence: true };
    const colours = ({ map, limit }) => Array.from(map.values, (value) => value / limit);
    const alike = (kept) => {
        const [evidence, method] = [show({ limit: kept }), show({ evidenceLimit: kept, other: { method: "grad-cam", map } })];
        assert.deepEqual(colours(method), colours(evidence));
        return method.limit;
    };
    assert.equal(alike(null), 2.5);
    assert.equal(alike(6), 1.5, "also where the evidence's scale is kept from another picture");
    const own = show({ other: { method: "layer-cam", map: { ...map, likeEvidence: false } } });
    assert.equal(own.limit, 1.5);
});

test("a map that is as good as nothing beside the evidence is not painted as if it were something", () => {
    // A cell of the evidence, which ends at 10, adds 2.5 at most.
    const at = (largest) => show({ other: { method: "grad-cam-clipped", map: { values: Float32Array.of(largest, 0, 0, 0), rows: 2, columns: 2, placement, total: null } } });
    assert.deepEqual([at(4.5e-6).empty, at(4.5e-6).limit], [true, 2.5]);
    assert.deepEqual([at(0).empty, at(0).limit], [true, 2.5]);
    assert.deepEqual([at(0.5).empty, at(0.5).limit], [false, 0.5]);
    assert.equal(show({}).empty, false);
});

const loaded = { card, layers: [], device: {} };
const pane = { ...initialState("first", "sample:a").pane, size: 224, fit: "pad", choice: { shown: 0, against: null } };
const solved = (explained, rest = {}) => ({ pane: { ...pane, ...rest }, loaded, explained, map: null });
const given = (...all) => all.map((one) => ({ solved: one, busy: null, progress: null }));
const nameOf = (picture) => String(picture);
const two = (rest = {}) => ({ ...initialState("first", "sample:a"), beside: { picture: "sample:b" }, ...rest });

test("a pane gets what its model's card recommends, and keeps what was chosen", () => {
    const plain = initialState("first", "sample:a").pane;
    assert.deepEqual([withInput(plain, card).size, withInput(plain, card).fit], [224, "pad"]);
    assert.equal(withInput({ ...plain, size: 64 }, card).size, 64);
    assert.deepEqual(withAnswer(plain, card, THREE).choice, { shown: 0, against: null });
    assert.deepEqual(withAnswer({ ...plain, choice: { shown: 2, against: null } }, card, THREE).choice, { shown: 2, against: null });
});

test("one picture: no caption, no difference; while there is none, what is waited for", () => {
    const { panes, difference } = pageView(initialState("first", "sample:a"), given(solved(THREE)), nameOf);
    assert.deepEqual([panes.length, panes[0].caption, difference], [1, "", null]);
    assert.equal(panes[0].answer.limit, 10);
    const [waiting] = pageView(initialState("first", "sample:a"), [{ solved: null, busy: "Loading", progress: null }], nameOf).panes;
    assert.deepEqual([waiting.answer, waiting.busy], [null, "Loading"]);
});

test("two pictures are read on one scale, each under its name", () => {
    const strong = { ...explainedOf([[1, 2, 3, 60], [0, 0, 0, 0], [0, 0, 0, 0]]), limit: 60 };
    const { panes } = pageView(two(), given(solved(THREE), solved(strong, { picture: "sample:b" })), nameOf);
    assert.deepEqual(panes.map(({ answer }) => answer.limit), [60, 60]);
    assert.deepEqual(panes.map(({ caption }) => caption), ["sample:a", "sample:b"]);
    const kept = pageView(two({ view: { ...two().view, limit: 5 } }), given(solved(THREE), solved(strong)), nameOf);
    assert.deepEqual(kept.panes.map(({ answer }) => answer.limit), [5, 5]);
});

test("a scale that is kept is the evidence's: another method beside it keeps its own", () => {
    const map = { values: Float32Array.of(0.5, 0, 0, -0.25), rows: 2, columns: 2, placement, total: null };
    const state = two({ beside: { method: "grad-cam" }, view: { ...two().view, limit: 35 } });
    const { panes } = pageView(state, given(solved(THREE), { ...solved(THREE, { method: "grad-cam" }), map }), nameOf);
    assert.deepEqual(panes.map(({ answer }) => answer.limit), [35, 0.5]);
});

test("a difference is the first less the second, cell by cell, and adds up to the difference of what both add up to", () => {
    const other = explainedOf([[0, 2, 5, 1], [0, 0, 0, 0], [0, 0, 0, 0]]);
    const state = two({ arrangement: "difference" });
    const { difference, notSubtracted } = pageView(state, given(solved(THREE), solved(other, { picture: "sample:b" })), nameOf);
    assert.deepEqual([[...difference.values], difference.total, difference.limit, notSubtracted], [[1, 0, -2, 5], 1, 5, null]);
    const mean = difference.values.reduce((a, b) => a + b) / 4;
    assert.ok(Math.abs(mean - difference.total) < 1e-6);
});

test("maps of other cells or in other units are not subtracted, and that is said", () => {
    const finer = explainedOf([[0, 2, 5, 1, 1, 1], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]);
    const state = two({ arrangement: "difference" });
    const cells = pageView(state, given(solved(THREE), solved(finer, { size: 448 })), nameOf);
    assert.equal(cells.difference, null);
    assert.match(cells.notSubtracted, /different cells/);
    const swept = { ...solved(THREE, { method: "occlusion" }), map: { values: Float32Array.of(1, 0, 0, 0), rows: 2, columns: 2, placement, total: null } };
    const units = pageView({ ...state, beside: { method: "occlusion" } }, given(solved(THREE), swept), nameOf);
    assert.equal(units.difference, null);
    assert.match(units.notSubtracted, /different units/);
    assert.deepEqual(units.panes.map(({ answer }) => answer.limit), [10, 1], "nor are they read on one scale");
    assert.equal(pageView(two(), given(solved(THREE), solved(finer)), nameOf).notSubtracted, null, "nobody asked for it");
});

test("pixels are drawn anew where they would be others, and only there", () => {
    const state = initialState("first", "sample:a");
    const one = solved(THREE);
    const key = evidenceKey(state, one, 10);
    assert.equal(evidenceKey({ ...state, view: { ...state.view, opacity: 0.1, grey: false, grid: true } }, one, 10), key);
    assert.notEqual(evidenceKey({ ...state, view: { ...state.view, contours: false } }, one, 10), key);
    assert.notEqual(evidenceKey(state, one, 11), key);
    assert.notEqual(evidenceKey(state, solved(THREE, { choice: { shown: 1, against: null } }), 10), key);
    assert.equal(pictureKey(one), pictureKey(solved(THREE, { size: 448, choice: { shown: 1, against: null } })));
    assert.notEqual(pictureKey(one), pictureKey(solved(THREE, { edits: [{ kind: "blur", sigma: 0.1 }] })));
});

test("what is tried on a picture whose answer is withheld is withheld with it, until the visitor asks for it", () => {
    const flagged = { ...THREE, novelty: { score: 3, threshold: 1, flagged: true } };
    const familiar = { ...THREE, novelty: { score: 0.1, threshold: 1, flagged: false } };
    const of = (first, second, { anyway = [], picture = null } = {}) => {
        const beside = { shuffled: 3, ...(picture ? { picture } : {}) };
        const given = [solved(first), solved(second, beside)].map((each) => ({ solved: each, busy: null, progress: null }));
        const view = pageView({ ...initialState(pane.model, pane.picture), beside, arrangement: "difference", anyway }, given, String);
        return [...view.panes.map(({ answer }) => answer.withheld), view.difference !== null];
    };
    assert.deepEqual(of(flagged, familiar), [true, true, false]);
    assert.deepEqual(of(flagged, familiar, { anyway: [`${pane.model} ${pane.picture}`] }), [false, false, true]);
    assert.deepEqual(of(flagged, familiar, { picture: "sample:other" }), [true, false, false], "another picture is its own matter");
    assert.deepEqual(of(familiar, flagged), [false, true, false]);
});

test("a picture that is alone says what a link has changed about it or its network", () => {
    const state = initialState("m", "sample:a");
    const captionOf = (pane) => pageView({ ...state, pane: { ...state.pane, ...pane } }, [{ solved: null, busy: null, progress: null }], () => "").panes[0].caption;
    assert.equal(captionOf({}), "");
    assert.match(captionOf({ shuffled: 3 }), /last 3 layers shuffled/);
    assert.match(captionOf({ edits: [{ kind: "turn", degrees: 3 }] }), /changed/);
});

test("a caption names no class that a lesson hides, unless a link has chosen it", () => {
    const state = { ...initialState("first", "sample:a"), beside: { choice: { shown: 1, against: null } } };
    const given = [{ shown: 0, against: null }, { shown: 1, against: null }].map((choice) => ({ solved: { ...solved(THREE), pane: { ...pane, choice } }, busy: null, progress: null }));
    const captions = (hidden) => pageView({ ...state, hidden }, given, () => "").panes.map(({ caption }) => caption);
    assert.deepEqual(captions([]), ["ape", "bee"], "what the network says, and what was chosen");
    const [first, second] = captions(["answer"]);
    assert.doesNotMatch(first, /ape/);
    assert.equal(second, "bee");
});
