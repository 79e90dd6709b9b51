/**
 * Films: how one is shown is part of its identifier, files are told apart by their first bytes as the engine tells them, and
 * a drag moves a window as far as it goes.
 */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FIRST, developed, developmentOf, fileOf, takenApart } from "../../web/engine/development.js";
import { browsersOwn, isDicom, isGrey16, playsAnother } from "../../web/engine/kinds.js";
import { Pictures } from "../../web/page/pictures.js";
import { anywayKey, initialState, withDevelopment } from "../../web/page/state.js";
import { dragged, rangesOf, sameTone, toneOf, windowOf } from "../../web/tools/window/tone.js";

const tests = fileURLToPath(new URL("../", import.meta.url));
const tone = { kind: "window", centre: 40, width: 400, curve: "linear" };

test("how a film is shown is part of its identifier", () => {
    const id = "own:lx3-1";
    assert.equal(developed(id, FIRST), id);
    const shown = developed(id, { frame: 2, tone });
    assert.deepEqual(takenApart(shown), { id, development: { frame: 2, tone } });
    assert.equal(developed(shown, FIRST), id);
    assert.equal(fileOf(shown), id);
    assert.deepEqual(developmentOf(id), FIRST);
    // A sample may have any name.
    assert.deepEqual(takenApart("sample:a@2.jpg"), { id: "sample:a@2.jpg", development: null });
    assert.equal(fileOf(null), null);
    assert.deepEqual(takenApart("own:1@{no"), { id: "own:1", development: null });
});

test("the same file stays what it is, however it is shown", () => {
    const pictures = new Pictures({});
    const id = pictures.add(new File(["x"], "film.dcm"));
    const shown = developed(id, { frame: 3, tone: null });
    assert.ok(pictures.has(shown));
    assert.equal(pictures.name(shown), "film.dcm");
    const state = { ...initialState("model", id), selection: [1, 2] };
    const next = withDevelopment(state, shown);
    assert.deepEqual(next.selection, [1, 2]);
    assert.equal(anywayKey(next.pane), anywayKey(state.pane), "what was wished of a film holds for all of its frames");
    pictures.remove(shown);
    assert.ok(!pictures.has(id));
});

test("files are told apart by their first bytes", async () => {
    for (const folder of ["films", "bad/films"]) {
        for (const name of (await readdir(path.join(tests, folder))).filter((name) => name.endsWith(".dcm"))) {
            assert.ok(isDicom((await readFile(path.join(tests, folder, name))).subarray(0, 512)), name);
        }
    }
    for (const name of await readdir(path.join(tests, "formats"))) {
        const bytes = await readFile(path.join(tests, "formats", name));
        assert.ok(!isDicom(bytes), name);
        assert.equal(playsAnother(bytes), name === "animated-apart.png", name);
        assert.equal(isGrey16(bytes), /^(pages-)?grey16\.(png|pgm|tif)$|^grey-.*(in16|scaled|to-3000).*\.(png|pgm|tif)$/.test(name), name);
        assert.equal(browsersOwn(bytes), name.endsWith(".avif") ? "image/avif" : null, name);
    }
    // Comments of scanners may be long.
    const commented = (text) => new TextEncoder().encode(`P5\n# ${"-".repeat(700)}\n2 1\n${text}\n....`);
    assert.ok(isGrey16(commented("4095")) && !isGrey16(commented("255")));
    const container = (brands) => new TextEncoder().encode(`\0\0\0${String.fromCharCode(8 + brands.length)}ftyp${brands}`);
    assert.equal(browsersOwn(container("avif\0\0\0\0avifmif1")), "image/avif");
    assert.equal(browsersOwn(container("mif1\0\0\0\0mif1avif")), "image/avif");
    assert.equal(browsersOwn(container("heic\0\0\0\0mif1heic")), "image/heic");
    assert.equal(browsersOwn(container("isom\0\0\0\0mp41")), null);
    assert.ok(!playsAnother(new Uint8Array()) && !playsAnother(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 255, 255, 255, 255, 0, 0, 0, 0)));
    assert.ok(!isDicom(new Uint8Array()) && !isGrey16(new Uint8Array()) && browsersOwn(new Uint8Array()) === null);
});

/** A TIFF of pages with these tags, each `[tag, value]`; the last page leads on to `next`. */
function tiff(pages, { big = false, little = true, next = 0 } = {}) {
    const view = new DataView(new ArrayBuffer(4096));
    const word = big ? 8 : 4;
    const number = (at, value) => (big ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little));
    view.setUint16(0, little ? 0x4949 : 0x4d4d);
    view.setUint16(2, big ? 43 : 42, little);
    let at = 512;
    number(big ? 8 : 4, at);
    pages.forEach((tags, index) => {
        big ? number(at, tags.length) : view.setUint16(at, tags.length, little);
        at += big ? 8 : 2;
        for (const [tag, value] of tags) {
            view.setUint16(at, tag, little);
            view.setUint16(at + 2, 3, little);
            number(at + 4, 1);
            view.setUint16(at + 4 + word, value, little);
            at += 4 + 2 * word;
        }
        number(at, index < pages.length - 1 ? at + word : next);
        at += word;
    });
    return new Uint8Array(view.buffer);
}

test("a TIFF is one of 16-bit greys by the tags of its first page, in either order of bytes and either size", () => {
    const grey = [[258, 16], [262, 1]];
    const reduced = [[254, 1], [258, 8], [262, 2], [277, 3]];
    for (const how of [{}, { little: false }, { big: true }, { big: true, little: false }]) {
        assert.ok(isGrey16(tiff([grey], how)) && isGrey16(tiff([reduced, grey], how)) && isGrey16(tiff([[[258, 16], [262, 0], [277, 1], [339, 1]]], how)), JSON.stringify(how));
        for (const other of [[[258, 8], [262, 1]], [[258, 16], [262, 2], [277, 3]], [[258, 16], [262, 3]], [[258, 16], [262, 1], [339, 2]], [[258, 16], [262, 1], [277, 2]], []]) {
            assert.ok(!isGrey16(tiff([other, grey], how)), JSON.stringify([other, how]));
        }
    }
    // Pages that lead in a circle, to nowhere, and files that end before.
    assert.ok(!isGrey16(tiff([reduced], { next: 512 })) && !isGrey16(tiff([reduced], { next: 0x7fffffff })));
    assert.ok(!isGrey16(tiff([grey]).subarray(0, 530)) && !isGrey16(tiff([grey]).subarray(0, 3)));
});

test("a drag moves a window as far as it goes", () => {
    const window = { centre: 1000, width: 500, curve: "linear" };
    assert.deepEqual(dragged(window, 4096, 0.25, 0), { ...window, width: 1524 });
    assert.deepEqual(dragged(window, 4096, 0, -0.25), { ...window, centre: 2024 });
    assert.equal(dragged(window, 4096, -1, 0).width, 1, "there is no window without a value");
    assert.equal(dragged({ ...window, centre: 0.5, width: 1 }, 2, 0.125, 0).width, 1.25, "few greys have fractions");
});

test("sliders reach all that there is, and what is shown", () => {
    const content = { centre: 500.5, width: 1000, curve: "linear" };
    const greys = { tone: { kind: "window", centre: 40, width: 4000, curve: "linear" }, presets: [], content, whole: { centre: 2048, width: 4096, curve: "linear" }, unit: "" };
    const { centre, width } = rangesOf(greys);
    assert.ok(centre.min <= -1960 && centre.max >= 2040 && width.max >= 4000 && width.min === 1);
    assert.deepEqual(windowOf({ ...greys, tone: { kind: "table", table: 0 } }), content);
    assert.ok(sameTone(toneOf(content), { ...toneOf(content) }) && !sameTone(toneOf(content), { kind: "table", table: 0 }));
});
