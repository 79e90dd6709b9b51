import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { FIRST, developed } from "../../web/engine/development.js";
import { initialState, withChoice, withDevelopment, withLesson, withPicture, withPlace, withView, withZoom } from "../../web/page/state.js";
import { Store } from "../../web/page/store.js";
import { Dragged } from "../../web/ui/dragged.js";

/** A browser's history: entries, and where in them it is. */
function fakeBrowser(href = "http://localhost/?model=x&device=cpu&keep=1#model=first") {
    const entries = [{ state: null, href }];
    let at = 0;
    const browser = {
        entries,
        location: { get href() { return entries[at].href; } },
        history: {
            pushState(state, _, address) {
                entries.splice(++at, Infinity, { state: structuredClone(state), href: String(address) });
            },
            replaceState(state, _, address) {
                entries[at] = { state: structuredClone(state), href: String(address) };
            },
        },
        /** As the page hears of it. */
        go(steps, store) {
            at += steps;
            store.restore(entries[at].state);
        },
    };
    return browser;
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const choose = (shown) => (state) => withChoice(state, { shown, against: null });
const fade = (opacity) => (state) => withView(state, { opacity });
const newStore = (browser) => new Store(initialState("first", null), browser, "en");

test("at the start, the address says what is on show, and no more what an earlier link said in its query", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    assert.deepEqual(browser.entries.map(({ href }) => href), ["http://localhost/?keep=1#model=first"]);
    assert.deepEqual(browser.entries[0].state, store.state);
});

test("each step is an entry of its own, and going back and forward restores it", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    let told = 0;
    store.listen(() => (told += 1));
    store.change(choose(1));
    store.change(choose(2));
    assert.equal(told, 2);
    assert.deepEqual(browser.entries.map(({ state }) => state.pane.choice?.shown), [undefined, 1, 2]);
    browser.go(-1, store);
    assert.equal(store.state.pane.choice.shown, 1);
    browser.go(1, store);
    assert.equal(store.state.pane.choice.shown, 2);
    browser.go(-2, store);
    store.change(choose(7));
    assert.deepEqual(browser.entries.map(({ state }) => state.pane.choice?.shown), [undefined, 7], "what was undone is gone");
});

test("a slider that is dragged makes no entries, and writes at its end or after a while", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    const { href } = browser.location;
    for (let opacity = 0; opacity < 0.5; opacity += 0.1) {
        store.change(fade(opacity), "part");
    }
    assert.equal(browser.location.href, href, "not yet");
    mock.timers.tick(1000);
    assert.equal(browser.entries.length, 1);
    assert.match(decodeURIComponent(browser.location.href), /"opacity":0.4/);
    store.change(fade(0.7), "part");
    store.flush();
    assert.match(decodeURIComponent(browser.location.href), /"opacity":0.7/);
    assert.equal(browser.entries.length, 1);
});

test("a step right after a part is a step: both can be undone one after the other", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    store.change(choose(1));
    store.change(fade(0.3), "part");
    store.change(choose(2));
    assert.deepEqual(browser.entries.map(({ state }) => [state.pane.choice?.shown, state.view.opacity]), [[undefined, 0.9], [1, 0.3], [2, 0.3]]);
    mock.timers.tick(1000);
    assert.equal(browser.entries.length, 3);
});

test("pictures of the visitor's own are steps, although no link can carry them", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    const show = (picture) => store.change((state) => ({ ...state, pane: { ...state.pane, picture } }));
    show("own:1");
    show("own:2");
    show("own:2");
    store.change((state) => ({ ...state, beside: { picture: "own:1" } }));
    const shown = browser.entries.map(({ state: { pane, beside } }) => [pane.picture, beside?.picture]);
    assert.deepEqual(shown, [[null, undefined], ["own:1", undefined], ["own:2", undefined], ["own:2", "own:1"]]);
    browser.go(-2, store);
    show("own:3");
    assert.deepEqual(browser.entries.map(({ state }) => state.pane.picture), [null, "own:1", "own:3"], "from where it went back to");
    browser.go(-1, store);
    show("own:1");
    assert.equal(browser.entries.length, 3, "the same is no step");
});

test("the steps of a lesson from a file are steps, although no link can carry them", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    store.change((state) => withLesson(state, "own-x1"));
    store.change((state) => withLesson(state, "own-x1", 1));
    store.change((state) => withPlace(state, { marks: [1] }));
    assert.deepEqual(browser.entries.map(({ state }) => state.lesson?.step), [undefined, 0, 1]);
    assert.equal(new Set(browser.entries.map(({ href }) => href)).size, 2, "the address keeps silent about them");
});

test("a film's window that is dragged is one step, however many moves it took, and back is the window before", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    const film = developed("own:1", FIRST);
    const windowed = (width) => developed(film, { frame: 1, tone: { kind: "window", centre: 40, width, curve: "linear" } });
    store.change((state) => withPicture(state, film));
    const dragged = new Dragged((picture, kind) => store.change((state) => withDevelopment(state, picture), kind), () => {});
    for (const widths of [[410, 420, 430], [400, 390]]) {
        dragged.begin();
        for (const width of widths) {
            dragged.put(windowed(width));
            // The network has answered.
            dragged.busy = false;
            mock.timers.tick(150);
        }
        dragged.finish();
        store.flush();
    }
    assert.deepEqual(browser.entries.map(({ state }) => state.pane.picture), [null, film, windowed(430), windowed(390)]);
    browser.go(-1, store);
    assert.equal(store.state.pane.picture, windowed(430));
    browser.go(-1, store);
    assert.equal(store.state.pane.picture, film);
});

test("a step that shows nothing else keeps its state in the entry that is there", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    store.change((state) => ({ ...state, pane: { ...state.pane, picture: "own:1" } }));
    store.change((state) => ({ ...state, anyway: ["first own:1"] }));
    assert.equal(browser.entries.length, 2);
    assert.deepEqual(browser.entries.at(-1).state.anyway, ["first own:1"]);
});

test("a change that changes nothing is none", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    store.listen(() => assert.fail("told of nothing"));
    store.change((state) => state);
    assert.equal(browser.entries.length, 1);
});

test("a zoom by hand is one entry, however many movements it took", () => {
    const browser = fakeBrowser();
    const store = newStore(browser);
    for (let scale = 1; scale < 8; scale += 0.01) {
        store.change((state) => withZoom(state, { x: 0.4, y: 0.6, scale }), "part");
        mock.timers.tick(5);
    }
    mock.timers.tick(1000);
    assert.equal(browser.entries.length, 1);
    assert.match(browser.location.href, /zoom=0\.4,0\.6,8$/);
});
