/** The page asks for all of its modules at once: the list in index.html is the graph of imports. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { closure, withModules } from "../modules.mjs";

const html = await readFile(new URL("../../index.html", import.meta.url), "utf8");

test("every module that the first picture needs is preloaded, and nothing else", async () => {
    assert.equal(await withModules(html), html, "run node tests/modules.mjs");
    const listed = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, href]) => href);
    assert.ok(listed.length > 20, "the graph was read");
    assert.ok(listed.every((file) => !/web\/tools\/\w+\//.test(file)), "tools come when they are used");
});

test("every script of the page is in the graph, and the graph ends in files that are there", async () => {
    const scripts = [...html.matchAll(/<script type="module"[^>]* src="([^"]+)"/g)].map(([, source]) => source);
    const all = await closure(scripts);
    assert.deepEqual(all.toSorted(), (await closure(["web/page/head-start.js", "web/page/main.js"])).toSorted());
});
