import assert from "node:assert/strict";
import { test } from "node:test";
import { roundUp, scaleOf } from "../../web/evidence/scale.js";
import { WHOLE, boundedZoom, geometryOf, onScreen, zoomAt } from "../../web/evidence/zoom.js";

const frame = { width: 800, height: 600 };
const photo = { width: 400, height: 200 };
const close = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} is not ${b}`);

test("the whole photo fits the frame, in its middle and in its own shape", () => {
    const { part, rect, scale } = geometryOf(photo, WHOLE, frame);
    assert.deepEqual(part, { x: 0, y: 0, width: 400, height: 200 });
    assert.deepEqual(rect, { x: 0, y: 100, width: 800, height: 400 });
    assert.equal(scale, 2);
});

test("what is on show keeps the photo's shape at every zoom, and never leaves the photo", () => {
    for (const scale of [1, 1.2, 1.5, 2, 3.7, 32]) {
        for (const [x, y] of [[0.5, 0.5], [0, 0], [1, 1], [0.9, 0.2]]) {
            const { part, rect } = geometryOf(photo, { x, y, scale }, frame);
            close(rect.width / part.width, rect.height / part.height, "shape");
            assert.ok(part.x >= 0 && part.y >= 0 && part.x + part.width <= 400 + 1e-6 && part.y + part.height <= 200 + 1e-6);
            assert.ok(rect.x >= -1e-6 && rect.x + rect.width <= 800 + 1e-6 && rect.y + rect.height <= 600 + 1e-6);
        }
    }
});

test("a strip of a picture is drawn thick enough to point at", () => {
    const { rect } = geometryOf({ width: 1200, height: 4 }, WHOLE, frame);
    assert.deepEqual(rect, { x: 0, y: 288, width: 800, height: 24 });
});

test("a part of the photo lies on the screen where its pixels are", () => {
    const geometry = geometryOf(photo, { x: 0.5, y: 0.5, scale: 3 }, frame);
    const all = onScreen(geometry, geometry.part);
    ["x", "y", "width", "height"].forEach((name) => close(all[name], geometry.rect[name], name));
    const { x, width } = onScreen(geometry, { x: geometry.part.x, y: 0, width: 1, height: 1 });
    close(x, geometry.rect.x, "left");
    close(width, geometry.scale, "a pixel");
});

test("a zoom leaves the point under the cursor where it is", () => {
    const under = (zoom, point) => {
        const { part, rect } = geometryOf(photo, zoom, frame);
        return [part.x + ((point.x - rect.x) / rect.width) * part.width, part.y + ((point.y - rect.y) / rect.height) * part.height];
    };
    for (const from of [{ x: 0.5, y: 0.5, scale: 2 }, { x: 0.6, y: 0.4, scale: 4 }]) {
        for (const point of [{ x: 400, y: 300 }, { x: 500, y: 250 }, { x: 300, y: 350 }]) {
            const to = boundedZoom(zoomAt(photo, from, frame, point, 1.7));
            const [a, b] = [under(from, point), under(to, point)];
            close(a[0], b[0], "across");
            close(a[1], b[1], "down");
            close(to.scale, from.scale * 1.7, "scale");
        }
    }
});

test("the end of a scale is rounded up to two digits, and is never nothing", () => {
    const cases = [[1, 1], [1.01, 1.1], [0.0123, 0.013], [9.91, 10], [99.1, 100], [26, 26], [26.001, 27], [0, 1], [-1, 1], [NaN, 1]];
    for (const [value, expected] of cases) {
        close(roundUp(value), expected, String(value));
    }
    for (let value = 1e-6; value < 1e6; value *= 1.37) {
        assert.ok(roundUp(value) >= value * (1 - 2e-7) && roundUp(value) <= value * 1.11, `${value}`);
    }
    close(scaleOf(Float32Array.of(0.2, -3.14, 1)), 3.2, "either side");
    close(scaleOf(new Float32Array(4)), 1, "nothing");
});
