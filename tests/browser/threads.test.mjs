/** Several threads, where the page is isolated from others; and one where that does not come about. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CPU_MODULE, THREADS_MODULE, choose, openPage, startBrowser, startServer, whenExplained, whenReady } from "./harness.mjs";

let isolated;
let plain;
let browser;

before(async () => {
    isolated = await startServer({ isolated: true });
    plain = await startServer();
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    isolated?.stop();
    plain?.stop();
});

/** What the answer says of the picture, down to its last digit. */
const numbers = (page) =>
    page.evaluate(() => [".headline", ".sum", ".classes"].map((part) => document.querySelector(part).textContent));

/** Opens the page with some of its files replaced. */
async function opened(url, routes = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    for (const [pattern, answer] of Object.entries(routes)) {
        await context.route(pattern, answer);
    }
    const opened = await openPage(browser, `${url}#device=cpu&sample=coffee.jpg`, { context });
    await whenExplained(opened.page);
    return opened;
}

test("an isolated page computes on several threads, and says so; the numbers are those of one", async () => {
    const one = await opened(plain.url);
    assert.match(await whenReady(one.page), /one thread/);
    assert.ok(one.requests.some((url) => url.includes(`${CPU_MODULE}_bg`)) && !one.requests.some((url) => url.includes("softcam_threads")));
    const several = await opened(isolated.url);
    const threads = await several.page.evaluate(() => Math.min(navigator.hardwareConcurrency, 4));
    assert.ok(threads > 1, "this test needs two cores");
    assert.ok((await whenReady(several.page)).includes(`${threads} threads`));
    assert.ok(!several.requests.some((url) => /softcam_cpu\w*_bg/.test(url)));
    assert.deepEqual(await numbers(several.page), await numbers(one.page));
    assert.deepEqual(several.errors, []);
    await one.context.close();

    // Chosen anew, the engine starts again, and the threads of the former one are gone.
    const { page } = several;
    const former = page.workers();
    assert.ok(former.length >= threads);
    const gone = Promise.all(former.map((worker) => new Promise((resolve) => worker.once("close", resolve))));
    await choose(page, "device", "auto");
    await gone;
    await whenExplained(page);
    assert.ok((await whenReady(page)).includes(`${threads} threads`));
    assert.ok(page.workers().length <= former.length, `${page.workers().length} workers`);
    await several.context.close();
});

test("without the module, or where a thread does not start, one thread answers", async () => {
    const gone = (route) => route.fulfill({ status: 404, body: "" });
    const script = (body) => (route) => route.fulfill({ contentType: "text/javascript", body, headers: { "Cross-Origin-Embedder-Policy": "require-corp" } });
    for (const routes of [
        { [`**/${THREADS_MODULE}_bg.wasm`]: gone },
        { [`**/${THREADS_MODULE}.js`]: gone },
        { "**/thread-worker.js": gone },
        { "**/thread-worker.js": script("throw new Error('no')") },
    ]) {
        const { page, context } = await opened(isolated.url, routes);
        assert.match(await whenReady(page), /one thread/, Object.keys(routes)[0]);
        assert.equal(await page.locator(".alert:visible").count(), 0);
        await context.close();
    }
});

test("a thread that ends does not keep the engine waiting: it starts anew on one", async () => {
    // It says that it runs, and takes no work.
    const body = `addEventListener("message", () => { postMessage("runs"); setTimeout(() => { throw new Error("gone"); }, 1500); });`;
    const route = (route) => route.fulfill({ contentType: "text/javascript", body, headers: { "Cross-Origin-Embedder-Policy": "require-corp" } });
    const one = await opened(plain.url);
    const { page, context } = await opened(isolated.url, { "**/thread-worker.js": route });
    assert.match(await whenReady(page), /one thread/);
    assert.deepEqual(await numbers(page), await numbers(one.page));
    await one.context.close();
    await context.close();
});
