/** Which resolutions are offered for a picture. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sidesFor, workOf } from "../../web/evidence/sizes.js";

const card = { input: { size: 768, sizes: [512, 768, 1024], mean: [], std: [], fit: "disc" } };
const placed = (width, height) => ({ photo: { width, height }, input: 768, region: { x: 0, y: 0, width, height } });

test("what is much finer than the picture is not offered, but for the card's own side and the one in use", () => {
    assert.deepEqual(sidesFor(card, placed(1600, 1000), 768), [512, 768, 1024]);
    assert.deepEqual(sidesFor(card, placed(600, 683), 768), [512, 768, 1024], "1024 is at most one and a half times 683");
    assert.deepEqual(sidesFor(card, placed(600, 682), 768), [512, 768]);
    assert.deepEqual(sidesFor(card, placed(100, 100), 768), [768]);
    assert.deepEqual(sidesFor(card, placed(100, 100), 1024), [768, 1024]);
});

test("an uncommon side stays while it is in use, and without a picture all are offered", () => {
    assert.deepEqual(sidesFor(card, placed(1600, 1000), 640), [512, 768, 1024, 640]);
    assert.deepEqual(sidesFor(card, null, null), [512, 768, 1024]);
});

test("work grows with the area", () => {
    assert.equal(workOf(card, 768), 1);
    assert.equal(workOf(card, 1536), 4);
});
