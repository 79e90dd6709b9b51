/** What the camera makes of the state, and of the pictures that there are. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { toHash } from "../../web/page/address.js";
import { Pictures } from "../../web/page/pictures.js";
import { CAMERA, anywayKey, initialState, isFrame, lookedAt, withPicture } from "../../web/page/state.js";
import { isLive, settingsOf, withCamera, withFrozen, withKept, withoutCamera } from "../../web/tools/camera/settings.js";

const start = { ...initialState("everyday", "sample:a.jpg"), tool: "camera", beside: { shuffled: 2 } };

test("the picture before is back when the camera is off, unless a frame is frozen", () => {
    const live = withCamera(start);
    assert.equal(live.pane.picture, CAMERA);
    assert.equal(live.beside, null, "what was tried on the picture before went with it");
    assert.deepEqual(settingsOf(live), { before: "sample:a.jpg", on: true, frozen: false });
    assert.deepEqual(settingsOf(withCamera(live)), settingsOf(live), "another camera stands in for the same picture");
    const off = withoutCamera(live);
    assert.equal(off.pane.picture, "sample:a.jpg");
    assert.equal(settingsOf(off).on, false);
    const frozen = withoutCamera(withFrozen(live, true));
    assert.ok(isLive(frozen) && !settingsOf(frozen).on);
    const other = withoutCamera(withPicture(live, "sample:b.jpg"));
    assert.equal(other.pane.picture, "sample:b.jpg", "another picture that was chosen stays");
});

test("a frame that is kept is an ordinary picture, and the tool is closed", () => {
    const kept = withKept(withFrozen(withCamera(start), true), "own:1");
    assert.deepEqual([kept.pane.picture, kept.tool, settingsOf(kept).on, settingsOf(kept).frozen], ["own:1", null, false, false]);
});

test("no link names a frame", () => {
    const hash = new URLSearchParams(toHash(withCamera(start), "en"));
    assert.equal(hash.get("sample"), null);
    assert.ok(!hash.toString().includes("camera:"));
});

test("only the newest frames are kept, and none once the camera is off", () => {
    const pictures = new Pictures({});
    assert.equal(pictures.now(CAMERA), CAMERA);
    assert.equal(pictures.has(CAMERA), false);
    const [a, b, c] = [1, 2, 3].map((byte) => pictures.addFrame(Uint8Array.of(byte)));
    assert.deepEqual([a, b, c].map((id) => pictures.has(id)), [false, true, true]);
    assert.equal(pictures.now(CAMERA), c);
    assert.equal(pictures.now("sample:a.jpg"), "sample:a.jpg");
    assert.equal(pictures.own.length, 0);
    pictures.forgetFrames();
    assert.equal(pictures.has(CAMERA) || pictures.has(c), false);
});

test("who wants a flagged answer all the same wants it for every frame", () => {
    const pane = withCamera(start).pane;
    assert.equal(anywayKey({ ...pane, picture: "camera:7" }), anywayKey(pane));
    assert.ok(isFrame("camera:7") && !isFrame("sample:camera:7.jpg") && !isFrame(null));
    assert.equal(lookedAt({ ...pane, picture: "camera:7" }).passing, true);
    assert.equal("passing" in lookedAt(start.pane), false);
});
