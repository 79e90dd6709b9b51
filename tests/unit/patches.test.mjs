/** What is put onto a photo: which pixels it paints, what it covers, and what a link may not bring. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { MOST, POINTS, SHAPES, coverage, covers, isPatch, moved, outlineOf, paintPatches, patchAt, pieceSize, simplified } from "../../web/engine/patches.js";

const photo = { width: 80, height: 40 };
const bar = { kind: "sticker", shape: "bar", colour: "#ff0080", x: 0.5, y: 0.5, size: 0.4, turn: 0 };
const stroke = { kind: "stroke", colour: "#102030", width: 0.2, points: [0.25, 0.5, 0.75, 0.5] };
const piece = { kind: "piece", photo: "sample:a.jpg", part: { x: 0, y: 0, width: 0.5, height: 0.5 }, aspect: 2, x: 0.5, y: 0.5, size: 0.5, turn: 0 };
const none = () => assert.fail("no piece is asked for");

/** The photo, in grey, with these on it; as a function of column and row. */
function painted(patches, rasterOf = none, size = photo) {
    const pixels = new Uint8ClampedArray(4 * size.width * size.height).fill(100);
    paintPatches(pixels, size, patches, rasterOf);
    return (x, y) => [...pixels.subarray(4 * (y * size.width + x), 4 * (y * size.width + x) + 4)];
}

test("a bar paints exactly its rectangle, and leaves every other pixel alone", () => {
    // 40 % of the shorter side wide, a quarter of that high: 16 by 4 pixels around the middle.
    const at = painted([bar]);
    for (let y = 0; y < 40; y++) {
        for (let x = 0; x < 80; x++) {
            const inside = x >= 32 && x < 48 && y >= 18 && y < 22;
            assert.deepEqual(at(x, y), inside ? [255, 0, 128, 100] : [100, 100, 100, 100], `${x}, ${y}`);
        }
    }
    const turned = painted([{ ...bar, turn: 90 }]);
    assert.deepEqual(turned(39, 13)[0], 255);
    assert.deepEqual(turned(33, 20)[0], 100);
});

test("every sticker covers what it paints, within its square, whichever way it is turned", () => {
    for (const shape of SHAPES) {
        const sticker = { kind: "sticker", shape, colour: "#00ff00", x: 0.4, y: 0.6, size: 0.8, turn: 30 };
        const at = painted([sticker]);
        const covered = covers(sticker, photo);
        let [count, wrong] = [0, 0];
        for (let y = 0; y < 40; y++) {
            for (let x = 0; x < 80; x++) {
                const changed = at(x, y).slice(0, 3).some((value) => Math.abs(value - 100) > 60);
                count += Number(changed);
                wrong += Number(changed !== covered(x + 0.5, y + 0.5));
            }
        }
        assert.ok(count > 60, `${shape}: ${count}`);
        assert.ok(wrong <= 0.15 * count, `${shape}: ${wrong} of ${count} at the edges`);
    }
});

test("a star has five points, the first at the top", () => {
    const covered = covers({ kind: "sticker", shape: "star", colour: "#000000", x: 0.5, y: 0.5, size: 1, turn: 0 }, { width: 200, height: 200 });
    const ray = (turn, radius) => covered(100 + radius * Math.sin((turn * Math.PI) / 180), 100 - radius * Math.cos((turn * Math.PI) / 180));
    for (let point = 0; point < 5; point++) {
        assert.equal(ray(72 * point, 95), true, `point ${point}`);
        assert.equal(ray(72 * point + 36, 60), false, `between ${point} and the next`);
    }
});

test("the film marker is the letter that the command line pastes, pixel by pixel", async () => {
    const { cases } = JSON.parse(await readFile(new URL("../fixtures/marker.json", import.meta.url), "utf8"));
    assert.ok(cases.length >= 5);
    for (const { name, photo: size, sticker, letter } of cases) {
        assert.ok(isPatch(sticker), name);
        const covered = covers(sticker, size);
        assert.equal(letter.length, size.height, name);
        letter.forEach((row, y) => Array.from(row, (sign, x) => assert.equal(covered(x + 0.5, y + 0.5), sign === "#", `${name}: ${x}, ${y}`)));
    }
});

test("a stroke is as wide as it says, round at its ends, and does not add up on itself", () => {
    // From column 20 to 60 at row 20, 8 pixels wide.
    const at = painted([stroke]);
    for (const [x, y, inside] of [[40, 16, true], [40, 23, true], [40, 15, false], [40, 24, false], [17, 19, true], [17, 16, false], [62, 20, true], [66, 20, false]]) {
        assert.equal(at(x, y)[0] < 60, inside, `${x}, ${y}`);
        assert.equal(covers(stroke, photo)(x + 0.5, y + 0.5), inside, `${x}, ${y}`);
    }
    const twice = { ...stroke, points: [...stroke.points, 0.25, 0.5] };
    assert.deepEqual(painted([twice])(40, 16), at(40, 16));
});

test("a piece shows its part the right way round, also turned", () => {
    // 20 by 10 pixels in the middle: red, green above blue, white.
    assert.deepEqual(pieceSize(piece, photo), { width: 20, height: 10 });
    const raster = { pixels: [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255], width: 2, height: 2 };
    const at = painted([piece], (asked) => (assert.equal(asked, piece), raster));
    assert.deepEqual(at(31, 16).slice(0, 3), [255, 0, 0]);
    assert.deepEqual(at(48, 16).slice(0, 3), [0, 255, 0]);
    assert.deepEqual(at(31, 23).slice(0, 3), [0, 0, 255]);
    assert.deepEqual(at(48, 23).slice(0, 3), [255, 255, 255]);
    assert.deepEqual(at(29, 20).slice(0, 3), [100, 100, 100]);
    const turned = painted([{ ...piece, turn: 90 }], () => raster);
    assert.deepEqual(turned(43, 11).slice(0, 3), [255, 0, 0], "what was at the left is at the top");
});

test("how much of each cell is covered, by all of them together", () => {
    const grid = { rows: 2, columns: 2, placement: { photo, region: { x: 20, y: 0, width: 40, height: 40 } } };
    const square = { ...piece, aspect: 1, size: 0.5, x: 0.375, y: 0.25 };
    // 20 by 20 pixels around (30, 10): exactly the upper left cell.
    assert.deepEqual([...coverage([square], grid)], [1, 0, 0, 0]);
    assert.deepEqual([...coverage([square, square], grid)], [1, 0, 0, 0], "what lies on each other counts once");
    assert.deepEqual([...coverage([{ ...square, x: 0.5 }], grid)], [0.5, 0.5, 0, 0]);
    assert.deepEqual([...coverage([], grid)], [0, 0, 0, 0]);
    const beyond = { rows: 1, columns: 2, placement: { photo, region: { x: -80, y: 0, width: 160, height: 40 } } };
    assert.deepEqual([...coverage([{ ...square, x: 0, size: 1 }], beyond)].map((share) => share > 0), [false, true], "beside the photo is nothing to cover");
});

test("the topmost is taken hold of, a sticker by its whole square", () => {
    const patches = [bar, { ...bar, shape: "star", x: 0.55 }, stroke];
    assert.equal(patchAt(patches, photo, { x: 40, y: 20 }), 2);
    assert.equal(patchAt(patches, photo, { x: 40, y: 14 }), 1, "between two of the star's points");
    assert.equal(patchAt(patches.slice(0, 1), photo, { x: 40, y: 14 }), -1);
    assert.deepEqual(outlineOf(bar, photo), { x: 40, y: 20, width: 16, height: 4, turn: 0 });
    assert.deepEqual(outlineOf(stroke, photo), { x: 40, y: 20, width: 48, height: 8, turn: 0 });
});

test("what is moved stays on the photo", () => {
    assert.deepEqual([moved(bar, 0.1, -0.2).x, moved(bar, 0.1, -0.2).y], [0.6, 0.3]);
    assert.deepEqual([moved(bar, 3, -3).x, moved(bar, 3, -3).y], [1, 0]);
    assert.deepEqual(moved(stroke, 0.1, 0).points, [0.35, 0.5, 0.85, 0.5]);
    assert.deepEqual(moved(stroke, 5, 0).points, [0.75, 0.5, 1.25, 0.5]);
});

test("a stroke keeps its form with few points", () => {
    const straight = Array.from({ length: 50 }, (_, i) => [i / 100, i / 200]).flat();
    assert.deepEqual(simplified(straight), [0, 0, 0.49, 0.245]);
    const corner = [0, 0, 0.2, 0, 0.4, 0, 0.4, 0.2, 0.4, 0.4];
    assert.deepEqual(simplified(corner), [0, 0, 0.4, 0, 0.4, 0.4]);
    const wild = Array.from({ length: 2000 }, (_, i) => [i / 2000, (i * 7919) % 1000 / 1000]).flat();
    const left = simplified(wild);
    assert.ok(left.length <= 2 * POINTS && left.length >= 4);
    assert.deepEqual([left.at(-2), left.at(-1)], [0.9995, Math.round(((1999 * 7919) % 1000) * 10) / 1e4]);
    assert.deepEqual(simplified([0.3, 0.4]), [0.3, 0.4], "a dot");
});

test("only what can be drawn is taken from a link", () => {
    for (const patch of [bar, stroke, piece]) {
        assert.ok(isPatch(patch));
        assert.ok(isPatch(JSON.parse(JSON.stringify(patch))));
    }
    const faulty = [
        null, 7, {}, { kind: "mask" },
        { ...bar, shape: "knife" }, { ...bar, colour: "red" }, { ...bar, colour: "#12345g" }, { ...bar, x: NaN }, { ...bar, x: 5 },
        { ...bar, size: 0 }, { ...bar, size: 50 }, { ...bar, turn: 1e9 }, { ...bar, y: "0.5" },
        { ...stroke, points: [] }, { ...stroke, points: [0, 0, 1] }, { ...stroke, points: [0, Infinity] }, { ...stroke, width: 9 },
        { ...stroke, points: new Array(2 * POINTS + 2).fill(0) },
        { ...piece, part: null }, { ...piece, part: { x: 0.9, y: 0, width: 0.5, height: 0.5 } }, { ...piece, photo: 3 }, { ...piece, aspect: 0 },
    ];
    for (const patch of faulty) {
        assert.equal(isPatch(patch), false, JSON.stringify(patch));
    }
    assert.ok(MOST >= 5);
});
