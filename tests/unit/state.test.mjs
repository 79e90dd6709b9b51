import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ZOOM, WHOLE } from "../../web/evidence/zoom.js";
import {
    VIEW, answerKey, initialState, panesOf, withChoice, withModel, withPicture, withSettings, withTool, withView,
    withZoom, withoutTrials,
} from "../../web/page/state.js";

/** Everything tried that can be. */
const tried = Object.freeze({
    ...initialState("dense", "sample:a.jpg"),
    pane: {
        model: "dense", picture: "sample:a.jpg", size: 448, fit: "pad", edits: [{ kind: "blur", sigma: 0.1 }], shuffled: 2,
        choice: { shown: 1, against: 0 }, method: "occlusion",
    },
    beside: { picture: "sample:b.jpg" },
    zoom: { x: 0.3, y: 0.3, scale: 4 },
    view: { ...VIEW, limit: 12 },
    cursor: { row: 1, column: 2 },
    held: true,
    selection: [3, 4],
    tool: "mask",
    tools: { mask: { fill: "blur" } },
    anyway: ["dense sample:a.jpg"],
});

test("another picture takes nothing along that belonged to the one before", () => {
    const next = withPicture(tried, "own:1");
    const { picture, choice, edits, size, fit } = next.pane;
    assert.deepEqual([picture, choice, edits], ["own:1", null, []]);
    assert.deepEqual([size, fit], [448, "pad"], "how it is run stays");
    assert.deepEqual([next.beside, next.cursor, next.held, next.selection, next.zoom], [null, null, false, [], WHOLE]);
    assert.equal(next.view, tried.view, "the scale that is kept is kept");
    const alone = { ...tried, beside: null };
    assert.equal(withPicture(alone, "sample:a.jpg"), alone, "the same picture changes nothing");
});

test("a model that answers the same question keeps the question; another one does not", () => {
    const variant = withModel(tried, "sparse", { picture: "sample:a.jpg", sameQuestion: true });
    assert.deepEqual(variant.pane.choice, { shown: 1, against: 0 });
    assert.deepEqual([variant.pane.size, variant.view.limit, variant.zoom], [448, 12, tried.zoom]);
    assert.deepEqual([variant.pane.edits, variant.pane.shuffled, variant.beside], [[], 0, null]);
    const other = withModel(tried, "everyday", { picture: "sample:cat.jpg", sameQuestion: false });
    assert.deepEqual([other.pane.choice, other.pane.size, other.pane.fit, other.view.limit], [null, null, null, null]);
    assert.deepEqual([other.pane.model, other.pane.picture, other.zoom], ["everyday", "sample:cat.jpg", WHOLE]);
    assert.equal(withModel(tried, "own-1", { picture: null, sameQuestion: false }).pane.picture, null);
});

test("a tool opens, closes where it is open, and what the last one tried goes with it", () => {
    const ledger = withTool(tried, "ledger");
    assert.deepEqual([ledger.tool, ledger.beside, ledger.pane.edits], ["ledger", null, []]);
    assert.deepEqual([ledger.cursor, ledger.held, ledger.selection], [{ row: 1, column: 2 }, true, [3, 4]]);
    assert.equal(withTool(ledger, "ledger").tool, null);
    assert.equal(withTool(ledger, null).tool, null);
    assert.deepEqual(withSettings(ledger, "mask", { keep: true }).tools, { mask: { fill: "blur", keep: true } });
    assert.deepEqual(withSettings(ledger, "nudge", { degrees: 3 }).tools, { mask: { fill: "blur" }, nudge: { degrees: 3 } });
});

test("the ledger shows two pictures that are compared, and the comparison comes back from it", () => {
    const compared = { ...tried, tool: "compare" };
    const ledger = withTool(compared, "ledger");
    assert.deepEqual([ledger.tool, ledger.beside], ["ledger", tried.beside]);
    assert.deepEqual(withTool(ledger, "compare"), compared);
    assert.equal(withTool(ledger, "ledger").beside, null, "closed, it leaves one picture");
    assert.equal(withTool(ledger, "mask").beside, null);
});

test("nothing that is tried is left behind, and nothing else goes", () => {
    const { pane, beside, selection, view, tools, anyway } = withoutTrials(tried);
    assert.deepEqual([pane.edits, pane.shuffled, pane.method, beside, selection], [[], 0, "evidence", null, []]);
    assert.deepEqual([pane.choice, view, tools, anyway], [tried.pane.choice, tried.view, tried.tools, tried.anyway]);
});

test("a zoom stays on the photo and between its bounds", () => {
    const zoomed = (x, y, scale) => withZoom(tried, { x, y, scale }).zoom;
    assert.deepEqual(zoomed(0.9, 0.1, 0.5), WHOLE);
    assert.deepEqual(zoomed(-3, 7, 4), { x: 0.125, y: 0.875, scale: 4 });
    assert.deepEqual(zoomed(0.5, 0.5, 1e9), { x: 0.5, y: 0.5, scale: MAX_ZOOM });
});

test("the second pane is the first but for what differs", () => {
    assert.equal(panesOf({ ...tried, beside: null }).length, 1);
    const [a, b] = panesOf(tried);
    assert.equal(a, tried.pane);
    assert.deepEqual(b, { ...a, picture: "sample:b.jpg" });
});

test("an answer depends on what the network is asked, not on what is looked at", () => {
    const { pane } = tried;
    const key = answerKey(pane);
    assert.equal(answerKey({ ...pane, choice: null, method: "evidence" }), key);
    for (const change of [{ model: "x" }, { picture: null }, { size: 224 }, { fit: "stretch" }, { edits: [] }, { shuffled: 0 }]) {
        assert.notEqual(answerKey({ ...pane, ...change }), key, JSON.stringify(change));
    }
});

test("no change alters the state that it begins with", () => {
    const before = JSON.stringify(tried);
    withChoice(tried, null);
    withView(tried, { opacity: 0 });
    withZoom(tried, WHOLE);
    withTool(tried, null);
    assert.equal(JSON.stringify(tried), before);
    assert.equal(withView(tried, { opacity: 0 }).view.grey, true);
});
