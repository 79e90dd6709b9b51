/** A link restores what was on show, and what is wrong with it takes nothing else down. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ZOOM, WHOLE } from "../../web/evidence/zoom.js";
import { fromParameters, leftOut, toHash } from "../../web/page/address.js";
import { VIEW, initialState } from "../../web/page/state.js";

/** As main.js does it: model and picture are looked up, with what the page begins with in their place. */
function read(hash, language = "en") {
    const parameters = new URLSearchParams(hash);
    const sample = parameters.get("sample");
    return fromParameters(parameters, parameters.get("model") ?? "first", sample === null ? null : `sample:${sample}`, language);
}

const plain = () => initialState("first", "sample:oct/a b.jpg");

/** Numbers that are the same in every run. */
function randomiser(seed) {
    const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0), seed / 2 ** 32);
    return {
        whole: (below) => Math.floor(random() * below),
        share: () => Math.round(random() * 1000) / 1000,
        of: (list) => list[Math.floor(random() * list.length)],
        maybe: (value, otherwise = null) => (random() < 0.5 ? value() : otherwise),
    };
}

function anyPane({ whole, share, of, maybe }) {
    const shown = whole(1000);
    return {
        model: of(["efficientnet-lite0", "fundus-dense"]),
        picture: of(["sample:chelsea.jpg", "sample:oct/cnv 1,2&x=#.jpg"]),
        size: maybe(() => 32 + whole(4000)),
        fit: maybe(() => of(["centre-square", "pad", "stretch", "disc"])),
        edits: maybe(() => [{ kind: "turn", degrees: share() * 90 }, { kind: "mask", rows: 7, columns: 7, cells: [1, 2], fill: "blur" }], []),
        shuffled: whole(30),
        choice: maybe(() => ({ shown, against: maybe(() => (shown + 1) % 1000) })),
        method: of(["evidence", "occlusion"]),
        population: of([null, "adults", "M&A, ä"]),
        options: of(["blur", "noise-7"]),
    };
}

/** Of what differs, some. */
const part = (pane, { maybe }) => Object.fromEntries(Object.entries(pane).flatMap((entry) => maybe(() => [entry], [])));

function anyState(random) {
    const { whole, share, of, maybe } = random;
    const cursor = maybe(() => ({ row: whole(60), column: whole(60) }));
    const beside = maybe(() => part(anyPane(random), random));
    return {
        ...initialState("first", null),
        pane: anyPane(random),
        beside,
        arrangement: beside ? of(["side", "swipe", "difference"]) : "side",
        swipe: beside ? share() : 0.5,
        view: {
            ...VIEW, opacity: share(), smooth: maybe(() => true, false), contours: maybe(() => true, false), grey: maybe(() => true, false),
            fade: maybe(() => true, false), grid: maybe(() => true, false), limit: maybe(() => share() + 0.1),
        },
        zoom: maybe(() => ({ x: share(), y: share(), scale: 1.001 + share() * (MAX_ZOOM - 2) }), WHOLE),
        cursor,
        held: cursor !== null,
        selection: [...new Set(Array.from({ length: whole(20) }, () => whole(100)))].sort((a, b) => a - b),
        tool: maybe(() => of(["ledger", "mask", "together"])),
        tools: maybe(() => ({ mask: { fill: "noise", keep: true }, nudge: { degrees: share(), list: [1, "ä &=#%"] } }), {}),
        device: of(["auto", "webgpu", "cpu"]),
        language: of(["en", "de"]),
    };
}

/** As it comes out of a link, which keeps four digits of a zoom. */
const rounded = ({ zoom, ...state }) => ({
    ...state,
    zoom: Object.fromEntries(Object.entries(zoom).map(([name, value]) => [name, Number(value.toFixed(4))])),
});

test("every part of the state comes back out of a link", () => {
    const random = randomiser(1);
    for (let round = 0; round < 500; round++) {
        const state = anyState(random);
        const hash = toHash(state, "en");
        assert.deepEqual(rounded(read(hash)), rounded(state), hash);
        // What a browser makes of it in an address is read the same.
        const inAddress = new URL(`http://localhost/?x#${hash}`).hash.slice(1);
        assert.equal(inAddress, hash);
    }
});

test("a link to a sweep from when it was the only occlusion still leads to it", () => {
    const beside = encodeURIComponent('{"method":"occlusion","options":"black-2"}');
    assert.deepEqual(read(`tool=sweep&beside=${beside}`).beside, { method: "sweep", options: "black-2" });
    assert.equal(read(`tool=methods&beside=${beside}`).beside.method, "occlusion");
});

test("a link says nothing of what is as it begins", () => {
    assert.equal(toHash(initialState("first", null), "en"), "model=first");
    assert.equal(toHash({ ...plain(), arrangement: "swipe", swipe: 0.2 }, "en"), "model=first&sample=oct/a+b.jpg");
});

test("the visitor's own is not in a link, and neither is what they insisted on", () => {
    const own = { ...plain(), pane: { ...plain().pane, model: "own-1", picture: "own:3" }, anyway: ["own-1 own:3"] };
    assert.equal(toHash(own, "en"), "");
    assert.equal(toHash({ ...plain(), beside: { picture: "own:3" } }, "en"), toHash(plain(), "en"));
    assert.deepEqual(leftOut(plain()), []);
    assert.deepEqual(leftOut(own), ["picture", "model"]);
    assert.deepEqual(leftOut({ ...plain(), beside: { picture: "own:3" } }), ["second"]);
    assert.deepEqual(leftOut({ ...plain(), beside: { shuffled: 3 } }), []);
    for (const picture of ["lesson:own-1/mug", "camera:live", "own:a-1"]) {
        const state = { ...plain(), pane: { ...plain().pane, picture }, beside: { picture } };
        assert.deepEqual(leftOut(state), ["picture", "second"], picture);
        assert.equal(toHash(state, "en"), "model=first");
    }
    const pointed = { ...plain(), cursor: { row: 1, column: 1 } };
    assert.equal(toHash(pointed, "en"), toHash(plain(), "en"), "a cell that is only pointed at");
    assert.deepEqual(read("anyway=first").anyway, []);
});

test("a link speaks the language that was chosen, and else that of whoever follows it", () => {
    assert.doesNotMatch(toHash({ ...plain(), language: "de" }, "de"), /lang/);
    assert.match(toHash({ ...plain(), language: "en" }, "de"), /lang=en/);
    assert.equal(read("", "de").language, "de");
    assert.equal(read("lang=en", "de").language, "en");
});

test("what no version wrote is ignored, part by part", () => {
    const good = "size=320&class=5-7&cells=1-3,9&zoom=0.5,0.5,2&tool=ledger";
    const expected = read(good);
    assert.deepEqual([expected.pane.size, expected.selection, expected.zoom.scale], [320, [1, 2, 3, 9], 2]);
    for (const hostile of [
        "fit=sideways", "fit=__proto__", "device=quantum", "beside=%5B", "beside=7", "beside=null", "view=%7B", "view=7",
        'view={"opacity":7,"limit":-1,"grey":"yes"}', 'view={"limit":1e999}', 'view={"opacity":null}', "edits=7", "edits=null", "edits=%7B%7D",
        "edits=[1,null,%22x%22]", "shuffled=-1", "shuffled=1.5", "shuffled=1e9", "method=%3Cscript%3E", "cell=-1,2", "cell=x", "cell=1",
        "swipe=2", "swipe=NaN", "arrangement=upside-down", "tools=7", "tools=[", "tools=null", 'tools={"A":{}}', 'tools={"mask":7}',
        "lang=%3Cb%3E", "unheard=of", "=", "&&&", "%", "__proto__=1",
    ]) {
        const state = read(`${good}&${hostile}`);
        assert.deepEqual({ ...state, held: false }, { ...expected, held: false }, hostile);
    }
    for (const [wrong, part] of [
        ["size=0", "size"], ["size=1e5", "size"], ["size=Infinity", "size"], ["size=224.5", "size"], ["size=", "size"], ["class=", "choice"],
        ["class=x", "choice"], ["class=-", "choice"], ["class=1e9", "choice"], ["class=0.5", "choice"],
    ]) {
        assert.equal(read(wrong).pane[part], null, wrong);
    }
    for (const wrong of ["zoom=0.5,0.5", "zoom=0.5,0.5,0.5", "zoom=0.5,0.5,99", "zoom=2,0.5,2", "zoom=a,b,c", "zoom=,,"]) {
        assert.deepEqual(read(wrong).zoom, WHOLE, wrong);
    }
    for (const wrong of ["tool=", "tool=../x", "tool=A", "tool=constructor%20x", `tool=${"a".repeat(50)}`]) {
        assert.equal(read(wrong).tool, null, wrong);
    }
    for (const wrong of ["cells=", "cells=a-b", "cells=5-3", "cells=-", "cells=1e9", "cells=0-99999999"]) {
        assert.deepEqual(read(wrong).selection, [], wrong);
    }
});

test("a link can ask for no more than there could be", () => {
    assert.ok(read("cells=0-5000,0-5000,0-5000").selection.length <= 5001);
    assert.ok(read(`edits=${JSON.stringify(Array(500).fill({ kind: "blur" }))}`).pane.edits.length <= 50);
    assert.deepEqual(read(`tools=${JSON.stringify({ mask: { text: "x".repeat(200_000) } })}`).tools, {});
});

test("a second picture in a link is one that the page could have written", () => {
    const beside = (value) => read(`beside=${encodeURIComponent(JSON.stringify(value))}`).beside;
    assert.deepEqual(beside({ picture: "own:1", model: 7, method: {}, size: 1, fit: "x", shuffled: -2, choice: { shown: -1 }, edits: 7 }), {
        size: null, shuffled: 0, choice: null,
    });
    assert.deepEqual(beside({ picture: "https://elsewhere.test/x.jpg", unheard: "of" }), {});
    assert.deepEqual(beside({ choice: { shown: 3, against: null } }), { choice: { shown: 3, against: null } });
});

test("noise is no link, whatever it looks like", () => {
    const { whole, of } = randomiser(9);
    const names = ["size", "fit", "class", "edits", "view", "zoom", "cell", "cells", "tool", "tools", "beside", "swipe", "device", "lang", "shuffled"];
    const scraps = ["{", "}", "[", "]", "\"", ":", ",", "-", "1", "e9", ".", "null", "true", "NaN", "__proto__", "%", "%zz", "\u0000", "ä", "kind", " "];
    for (let round = 0; round < 2000; round++) {
        const noise = Array.from({ length: 1 + whole(3) }, () => `${of(names)}=${Array.from({ length: whole(8) }, () => of(scraps)).join("")}`);
        const state = read(noise.join("&"));
        // It is a state that a link can carry again.
        assert.deepEqual(rounded(read(toHash({ ...state, held: state.cursor !== null }, "en"))).pane, rounded(state).pane, noise.join("&"));
        assert.ok(!("polluted" in {}) && Object.getPrototypeOf(state.tools) === Object.prototype);
    }
});
