/** A link or the history names what this visit does not have: the rest is shown, and nothing is shown under a wrong name. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { restored, withKnown } from "../../web/page/known.js";
import { initialState } from "../../web/page/state.js";
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
