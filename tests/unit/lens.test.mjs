/** The magnifying glass: what it shows, and where it lies. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { LENS, glassAt } from "../../web/evidence/lens.js";
import { geometryOf } from "../../web/evidence/zoom.js";
import { fromParameters, toHash } from "../../web/page/address.js";
import { initialState, withView } from "../../web/page/state.js";

const photo = { width: 1000, height: 500 };
const frame = { width: 500, height: 250 };
const whole = geometryOf(photo, { x: 0.5, y: 0.5, scale: 1 }, frame);

test("under a pointer it shows what is there, three times as large", () => {
    const { rect, part, inside } = glassAt({ x: 250, y: 125, touch: false }, whole, photo, frame);
    assert.equal(rect.width, 150);
    assert.deepEqual([rect.x + rect.width / 2, rect.y + rect.height / 2], [250, 125]);
    assert.deepEqual([part.x + part.width / 2, part.y + part.height / 2], [500, 250]);
    // Half a pixel of the page per pixel of the photo around it: one and a half within.
    assert.equal(rect.width / part.width, LENS * 0.5);
    assert.deepEqual(inside, { x: 0, y: 0, width: 150, height: 150 });
});

test("at the photo's edge it shows what there is, where it is", () => {
    const { part, inside, rect } = glassAt({ x: 0, y: 125, touch: false }, whole, photo, frame);
    assert.deepEqual([part.x, part.width], [0, 50]);
    assert.deepEqual([inside.x, inside.width, inside.height], [75, 75, rect.height]);
    assert.equal(glassAt({ x: -200, y: -200, touch: false }, whole, photo, frame).part, null);
});

test("it lies above a finger, beside it where there is no room, and always in the frame", () => {
    const above = glassAt({ x: 250, y: 240, touch: true }, whole, photo, frame).rect;
    assert.ok(above.y + above.height < 240);
    for (let x = 0; x <= 500; x += 50) {
        const { rect } = glassAt({ x, y: 60, touch: true }, whole, photo, frame);
        assert.ok(rect.x >= 0 && rect.x + rect.width <= frame.width && rect.y >= 0, `${x} ${JSON.stringify(rect)}`);
        assert.ok(x < rect.x || x > rect.x + rect.width, `the finger at ${x} is on it: ${JSON.stringify(rect)}`);
    }
});

test("zoomed in, it is three times larger still", () => {
    const zoomed = geometryOf(photo, { x: 0.5, y: 0.5, scale: 4 }, frame);
    const { rect, part } = glassAt({ x: 250, y: 125, touch: false }, zoomed, photo, frame);
    assert.ok(Math.abs(rect.width / part.width - LENS * 2) < 1e-9);
});

test("it is part of a link, and off at first", () => {
    const state = initialState("m", null);
    assert.equal(state.view.lens, false);
    const read = fromParameters(new URLSearchParams(toHash(withView(state, { lens: true }))), "m", null, "en");
    assert.equal(read.view.lens, true);
});
