/** A page whose files are gone from the site is loaded anew, once, and only where that can help. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { reloadIfOutdated } from "../../web/page/outdated.js";

const [OLD, NEW] = ["web-0123456789abcdef/", "web-fedcba9876543210/"];
const page = (folder) => new Response(`<script src="${folder}page/main.js"></script>`);

/** A browser with a page of `OLD`, and a site that answers so. */
function browser(answer, storage = new Map()) {
    const seen = { reloads: 0, asked: [] };
    globalThis.location = { href: "https://site/course/?device=cpu#model=a", reload: () => (seen.reloads += 1) };
    globalThis.sessionStorage = { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) };
    globalThis.fetch = async (url, options) => {
        seen.asked.push([url, options.cache]);
        return answer();
    };
    return seen;
}
const { fetch } = globalThis;
afterEach(() => {
    delete globalThis.location;
    delete globalThis.sessionStorage;
    globalThis.fetch = fetch;
});

test("where the site has another version, and not twice", async () => {
    const seen = browser(() => page(NEW));
    await reloadIfOutdated(OLD);
    assert.deepEqual(seen, { reloads: 1, asked: [["https://site/course/?device=cpu", "no-store"]] });
    // The same page again: a store between has given it once more.
    await reloadIfOutdated(OLD);
    assert.equal(seen.reloads, 1);
    // A later version, which is outdated in its turn.
    await reloadIfOutdated("web-00000000000000aa/");
    assert.equal(seen.reloads, 2);
});

test("not where it has the same, is out of reach, or something else answers in its place", async () => {
    for (const answer of [() => page(OLD), () => Promise.reject(new TypeError("offline")), () => new Response("", { status: 404 }), () => new Response("<h1>Log in to this network</h1>")]) {
        const seen = browser(answer);
        await reloadIfOutdated(OLD);
        assert.equal(seen.reloads, 0);
    }
});

test("not where nothing can be noted, and a page that was not published asks for nothing", async () => {
    const seen = browser(() => page(NEW), { get: () => null, set: () => { throw new Error("no storage"); } });
    await reloadIfOutdated(OLD);
    await reloadIfOutdated();
    assert.deepEqual([seen.reloads, seen.asked.length], [0, 1]);
});
