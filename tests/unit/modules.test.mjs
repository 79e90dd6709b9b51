/** Lists of modules that are kept in files are the graph of imports. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { closure, withModules, workerModules } from "../modules.mjs";

const html = await readFile(new URL("../../index.html", import.meta.url), "utf8");

test("what starts the engine is preloaded, and nothing that it would have to wait behind", async () => {
    assert.equal(await withModules(html), html, "run node tests/modules.mjs");
    const listed = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, href]) => href);
    assert.ok(listed.includes("web/page/head-start.js") && listed.includes("web/engine/connection.js"), "the graph was read");
    assert.ok(!listed.some((file) => /web\/(ui|tools|text)\//.test(file)), "the panels come behind it");
});

test("the worker asks for all of its modules at once", async () => {
    const list = await readFile(new URL("../../web/engine/worker-modules.js", import.meta.url), "utf8");
    assert.equal(await workerModules(), list, "run node tests/modules.mjs");
    assert.ok((await closure(["web/engine/worker/worker.js"])).length > 4, "the graph was read");
});

test("every script of the page is in the graph, and the graph ends in files that are there", async () => {
    const scripts = [...html.matchAll(/<script type="module"[^>]* src="([^"]+)"/g)].map(([, source]) => source);
    const all = await closure(scripts);
    assert.deepEqual(all.toSorted(), (await closure(["web/page/head-start.js", "web/page/main.js"])).toSorted());
});
