/** A link or the history names what this visit does not have: the rest is shown, and nothing is shown under a wrong name. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hadOwnLesson, placesIn, restored, withAnswers, withKnown } from "../../web/page/known.js";
import { initialState, withLesson, withPlace } from "../../web/page/state.js";
import { TOOLS } from "../../web/tools/index.js";
import { METHODS } from "../../web/tools/methods.js";

const known = {
    model: (id) => id === "first" || id === "second",
    picture: (id) => id === "sample:a.jpg" || id === "own:1",
    tool: (name) => Object.hasOwn(TOOLS, name),
    method: (name) => Object.hasOwn(METHODS, name),
};
const plain = () => initialState("first", "sample:a.jpg");

test("an unknown tool or method is left out, also one that every object has", () => {
    for (const name of ["nonsense", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
        const state = { ...plain(), tool: name, pane: { ...plain().pane, method: name, options: "x" } };
        assert.deepEqual(withKnown(state, known), plain());
    }
    const fine = { ...plain(), tool: "sweep", pane: { ...plain().pane, method: "occlusion", options: "blur" } };
    assert.deepEqual(withKnown(fine, known), fine);
});

test("a second pane of what there is not is left out", () => {
    for (const beside of [{ model: "third" }, { picture: "sample:b.jpg" }, { picture: null }, { method: "toString" }, { method: "nonsense", shuffled: 1 }]) {
        assert.equal(withKnown({ ...plain(), beside }, known).beside, null);
    }
    for (const beside of [{ model: "second" }, { picture: "own:1" }, { method: "occlusion" }, { method: "evidence" }, { edits: [] }, {}]) {
        assert.deepEqual(withKnown({ ...plain(), beside }, known).beside, beside);
    }
});

test("what the history kept comes back as it was", () => {
    const state = { ...plain(), tool: "mask", beside: { shuffled: 3 }, anyway: ["first sample:a.jpg"], cursor: { row: 1, column: 2 } };
    assert.deepEqual(restored(structuredClone(state), known), state);
    assert.equal(restored({ ...state, pane: { ...state.pane, picture: null } }, known)?.pane.picture, null);
});

test("what an older page kept, or names what is gone, does not", () => {
    const { view: _, ...older } = plain();
    const gone = (pane) => ({ ...plain(), pane: { ...plain().pane, ...pane } });
    const odd = [null, undefined, 7, "x", [], {}, older, { picture: "sample:a.jpg" }, { ...plain(), zoom: null }, { ...plain(), selection: {} }];
    for (const kept of [...odd, gone({ edits: "x" }), gone({ model: "own-1" }), gone({ picture: "own:2" }), gone({ size: undefined, model: 7 })]) {
        assert.equal(restored(kept, known), null);
    }
});

test("where lessons were left comes back, also that of one from a file, whose pictures are gone", () => {
    const answers = { a: { chosen: 1 } };
    const inLesson = (id, step) => withPlace(withLesson(plain(), id, step), { answers, of: 3 });
    const left = withLesson(inLesson("maps", 2), null).left;
    assert.deepEqual(Object.keys(left), ["maps"]);
    const own = { ...inLesson("own-x1", 1), left, pane: { ...plain().pane, picture: "lesson:own-x1/mug" } };
    assert.equal(restored(own, known), null);
    assert.deepEqual(placesIn(structuredClone(own), known), { ...left, "own-x1": { step: 1, of: 3, answers, numbers: {} } });
    assert.ok(hadOwnLesson(own) && !hadOwnLesson(inLesson("maps", 1)) && !hadOwnLesson(null));
    for (const odd of [null, undefined, 7, "x", [], {}, { left: 7, lesson: 7 }, { left: { maps: 7, evidence: { step: 1 } }, lesson: { id: "own-x1" } }]) {
        assert.deepEqual(placesIn(odd, known), {});
    }
    // What was done on the page is shown again only where what it was done on is there, or comes with the lesson.
    const shown = (pane, beside = null) => placesIn({ left: { maps: { step: 1, of: 3, answers: { a: { done: true, shown: { pane: { ...plain().pane, ...pane }, beside } } }, numbers: {} } } }, known).maps.answers.a;
    for (const gone of [shown({ model: "own-1" }), shown({ picture: "own:2" }), shown({}, { model: "own-1" }), shown({}, { picture: "own:2" })]) {
        assert.deepEqual(gone, { done: true });
    }
    for (const there of [shown({}), shown({ picture: "lesson:own-x1/mug" }), shown({}, { shuffled: 3 })]) {
        assert.ok(there.shown);
    }
});

test("what was answered of a lesson stays when a picture of the visitor's own that was on show is gone", () => {
    const lesson = { ...withLesson(plain(), "maps", 2).lesson, begun: true, of: 4, answers: { a: { chosen: 1 } } };
    const kept = { ...plain(), pane: { ...plain().pane, picture: "own:7" }, lesson };
    assert.equal(restored(structuredClone(kept), known), null);
    const again = withAnswers(withLesson(plain(), "maps", 2), placesIn(structuredClone(kept), known));
    assert.deepEqual([again.lesson.step, again.lesson.answers, again.lesson.begun], [2, { a: { chosen: 1 } }, false]);
    const other = withLesson(plain(), "secret", 1);
    assert.equal(withAnswers(other, placesIn(structuredClone(kept), known)), other);
    assert.equal(withAnswers(plain(), {}).lesson, null);
});
