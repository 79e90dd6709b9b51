/** The page asks for all of its modules at once: the list in index.html is the graph of imports. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a module needs before it can run, itself included. */
function graph(file, seen = new Set()) {
    if (!seen.has(file)) {
        seen.add(file);
        const text = readFileSync(path.join(root, file), "utf8");
        for (const [, from, bare] of text.matchAll(/^(?:(?:import|export)[^;]*?from "(\.[^"]+)"|import "(\.[^"]+)");/gm)) {
            graph(path.posix.join(path.posix.dirname(file), from ?? bare), seen);
        }
    }
    return seen;
}

test("every module of the page is preloaded, and nothing else", () => {
    const html = readFileSync(path.join(root, "index.html"), "utf8");
    const listed = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, href]) => href);
    assert.deepEqual(listed.toSorted(), [...graph("web/main.js")].sort());
    assert.ok(listed.length > 10, "the graph was read");
});
