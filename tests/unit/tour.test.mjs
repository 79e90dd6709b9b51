/** Where a pointer stands beside what it speaks of. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { KEYS } from "../../web/ui/help.js";
import { placeBeside } from "../../web/ui/tour.js";

const window = { width: 1000, height: 700 };
const size = { width: 300, height: 120 };

test("on the first side that has room", () => {
    const target = { left: 600, top: 200, width: 300, height: 100 };
    assert.deepEqual(placeBeside(target, size, ["left", "below"], window), { side: "left", left: 288, top: 200 });
    assert.deepEqual(placeBeside(target, size, ["above", "left"], window), { side: "above", left: 600, top: 68 });
    assert.deepEqual(placeBeside({ ...target, left: 100 }, size, ["left", "below"], window), { side: "below", left: 100, top: 312 });
});

test("within the target where no side has room, and always within the window", () => {
    const large = { left: 0, top: 0, width: 1000, height: 700 };
    assert.deepEqual(placeBeside(large, size, ["left", "above", "below"], window), { side: "inside", left: 12, top: 568 });
    const below = placeBeside({ left: 900, top: 650, width: 400, height: 400 }, size, ["left"], window);
    assert.deepEqual(below, { side: "left", left: 588, top: 568 });
    const cornered = placeBeside({ left: -500, top: -500, width: 10, height: 10 }, size, ["inside"], window);
    assert.deepEqual(cornered, { side: "inside", left: 12, top: 12 });
});

test("every key that does something is in the list, and the list has no other", async () => {
    const web = new URL("../../web/", import.meta.url);
    const files = (await readdir(web, { recursive: true })).filter((file) => /^(page|tools|ui)\/.*\.js$/.test(file));
    const sources = await Promise.all(files.map((file) => readFile(new URL(file, web), "utf8")));
    const handled = sources.filter((source) => source.includes("event.key")).flatMap((source) => [
        ...Array.from(source.matchAll(/event\.key === "([^"]+)"/g), ([, key]) => key),
        ...Array.from(source.matchAll(/^\s*(Arrow\w+|Home|End):/gm), ([, key]) => key),
    ]);
    // As the list calls them; what means the same stands there once, and what any form does, does not.
    const names = { " ": "space", "-": "\u2212", "=": "+", Backspace: "delete", f: "F", m: "M" };
    const called = (key) => names[key] ?? (key.startsWith("Arrow") ? "arrows" : key.length > 1 ? key.toLowerCase() : key);
    const listed = new Set(KEYS.flatMap(({ keys }) => keys.flatMap((line) => line.keys)));
    const browsers = ["shift-arrows", "back", "paste"];
    assert.deepEqual([...new Set(handled.map(called))].filter((key) => key !== "enter").toSorted(), [...listed].filter((key) => !browsers.includes(key)).toSorted());
});
