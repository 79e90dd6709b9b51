import assert from "node:assert/strict";
import { test } from "node:test";
import { isGrey } from "../../web/engine/worker/grey.js";

/** A picture of 1000 pixels, some of which have a colour. */
const picture = (coloured, colour, grey = [90, 90, 90]) =>
    new Uint8ClampedArray(Array.from({ length: 1000 }, (_, index) => [...(index < coloured ? colour : grey), 255]).flat());

test("a picture is grey where all but a few pixels have next to no colour", () => {
    assert.equal(isGrey(picture(0, [0, 0, 0])), true);
    assert.equal(isGrey(picture(0, [0, 0, 0], [200, 196, 180])), true, "a film that has yellowed");
    assert.equal(isGrey(picture(5, [255, 0, 0])), true, "a stamp in red");
    assert.equal(isGrey(picture(6, [255, 0, 0])), false);
    assert.equal(isGrey(picture(1000, [120, 100, 90])), false, "a pale photo");
    assert.equal(isGrey(picture(1000, [0, 0, 30])), false, "a dark one");
});
