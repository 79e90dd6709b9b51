/** What patches buy, in numbers that add up; and what the tool makes of the state. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { photosOf, seenWith } from "../../web/engine/seen.js";
import { fromParameters, toHash } from "../../web/page/address.js";
import { initialState, withTool } from "../../web/page/state.js";
import { patchFrom, patchesOf, settingsOf, withEmptyBoard, withGoal, withPatches } from "../../web/tools/break/board.js";
import { GOALS } from "../../web/tools/break/goal.js";
import { asRead, behind, change, extent, partsOf, progress, strongestSquare } from "../../web/tools/break/score.js";
import { EVERYDAY } from "./text-families.mjs";

const star = { kind: "sticker", shape: "star", colour: "#ff0000", x: 0.5, y: 0.5, size: 0.3, turn: 0 };
const piece = (photo) => ({ kind: "piece", photo, part: { x: 0, y: 0, width: 0.5, height: 0.5 }, aspect: 1, x: 0.5, y: 0.5, size: 0.3, turn: 0 });

test("evidence under a patch and elsewhere adds up to the mean of the map", () => {
    const parts = partsOf(Float32Array.of(4, -2, 6, 0), Float32Array.of(0.1, 0, 1, 0));
    assert.deepEqual(parts, { under: 2.5, elsewhere: -0.5, sum: 2 });
    assert.deepEqual(extent(Float32Array.of(0.1, 0, 1, 0)).cells, 2);
    assert.ok(Math.abs(extent(Float32Array.of(0.1, 0, 1, 0)).share - 0.275) < 1e-7);
});

test("what is read adds up, in every column and from column to column", () => {
    let seed = 1;
    const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 20;
    const hundredths = (value) => Math.round(value * 100) + 0;
    for (let i = 0; i < 500; i++) {
        const [before, after] = [0, 1].map(() => {
            const [under, elsewhere] = [random(), random()];
            return asRead({ under, elsewhere, sum: under + elsewhere }, 2);
        });
        const gained = change(after, before);
        for (const { under, elsewhere, sum } of [before, after, gained]) {
            assert.equal(hundredths(under) + hundredths(elsewhere), hundredths(sum));
        }
        assert.equal(hundredths(after.under) - hundredths(before.under), hundredths(gained.under));
    }
});

test("what a picture is to become is a class of the network, with a name in every language", async () => {
    const { classes } = JSON.parse(await readFile(new URL("../../web/models/efficientnet-lite0.card.json", import.meta.url), "utf8"));
    for (const goal of GOALS) {
        const named = classes.filter((name) => name.split(",")[0] === goal);
        assert.equal(named.length, 1, goal);
        assert.ok(EVERYDAY.includes(named[0]), goal);
    }
});

test("how far a goal is, and when it is reached", () => {
    const logits = Float32Array.of(1, 5, 3);
    assert.deepEqual(behind(logits, 2), { behind: 2, leader: 1 });
    assert.deepEqual(behind(logits, 1), { behind: -2, leader: 2 });
    assert.deepEqual(behind(logits, 0), { behind: 4, leader: 1 });
    assert.equal(progress(4, 1), 0.75);
    assert.equal(progress(4, 6), 0, "no way back");
    assert.equal(progress(4, -0.01), 1);
    assert.ok(progress(4, 0) < 1, "level is not ahead");
});

test("the strongest square of cells", () => {
    const values = Float32Array.of(0, 0, 0, 0, 0, 5, 4, 0, 0, 3, -9, 0);
    assert.deepEqual(strongestSquare({ values, rows: 3, columns: 4 }, 2), { row: 0, column: 1 });
});

test("what lies on the picture is in the state and in the link, but for pieces of the visitor's own pictures", () => {
    const board = withEmptyBoard({ ...initialState("m", "sample:a.jpg"), tool: "break" });
    assert.deepEqual(board.beside, { edits: [] });
    const choice = { shown: 2, against: null };
    const state = withPatches(board, [star, piece("sample:b.jpg")], 1, choice);
    assert.deepEqual(patchesOf(state), [star, piece("sample:b.jpg")]);
    assert.deepEqual(state.pane.choice, choice, "the class is held");
    assert.equal(settingsOf(state).selected, 1);
    const read = fromParameters(new URLSearchParams(toHash(state, "en")), "m", "sample:a.jpg", "en");
    assert.deepEqual(patchesOf(read), patchesOf(state));
    const own = withPatches(board, [star, piece("own:1")], 0, choice);
    assert.ok(!toHash(own, "en").includes("own"));
    const left = withTool(state, "break");
    assert.deepEqual([left.tool, left.beside, left.arrangement, left.swipe], [null, null, "side", 0.5]);
});

test("a link's settings are read with care", () => {
    const read = (values) => settingsOf({ ...initialState("m", null), tools: { break: values } });
    const plain = read({});
    assert.deepEqual(read({ mode: "saw", shape: "knife", colour: "red", width: 99, selected: -1, goal: 1.5 }), plain);
    assert.deepEqual(read({ mode: "draw", shape: "bar", colour: "#123456", width: 0.1, selected: 2, goal: 849 }), { mode: "draw", shape: "bar", colour: "#123456", width: 0.1, selected: 2, goal: 849 });
});

test("a goal shows what speaks for it over what the network says", () => {
    const state = withEmptyBoard(initialState("m", "sample:a.jpg"));
    assert.deepEqual(withGoal(state, 7, 3).pane.choice, { shown: 7, against: 3 });
    assert.deepEqual(withGoal(state, 3, 3).pane.choice, { shown: 3, against: null });
    const back = withGoal(withGoal(state, 7, 3), null, 3);
    assert.deepEqual([back.pane.choice, settingsOf(back).goal], [{ shown: 3, against: null }, null]);
});

test("nothing is put down where nothing is cut out", () => {
    const settings = settingsOf(initialState("m", null));
    assert.equal(patchFrom({ ...settings, mode: "piece" }, null, { x: 0.5, y: 0.5 }), null);
    assert.equal(patchFrom(settings, null, { x: 0.123456, y: 0.5 }).x, 0.1235);
});

test("a worker gets the bytes of the photos that it lacks, each once", async () => {
    const looked = { photo: "a", size: 224, fit: "pad", edits: [piece("b"), piece("a"), star, piece("b"), piece("c")] };
    assert.deepEqual(photosOf(looked), ["a", "b", "c"]);
    const asked = [];
    const bytesOf = async (photo) => (asked.push(photo), new ArrayBuffer(photo.charCodeAt(0)));
    const { seen, transfer } = await seenWith(looked, (photo) => photo === "b", bytesOf);
    assert.deepEqual(asked, ["a", "c"]);
    assert.equal(seen.bytes.byteLength, 97);
    assert.deepEqual(seen.others.map(({ photo, bytes }) => [photo, bytes?.byteLength ?? null]), [["b", null], ["c", 99]]);
    assert.equal(transfer.length, 2);
    const alone = await seenWith({ ...looked, edits: [] }, () => true, bytesOf);
    assert.deepEqual(alone, { seen: { photo: "a", size: 224, fit: "pad", edits: [], bytes: null }, transfer: [] });
});
