/** The published page: what `cargo xtask dist` made, from a plain static server below a path. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { closePanels, openPage, panel, root, startBrowser, startServer, whenExplained } from "./harness.mjs";
import { DIST, startPublished } from "./published.mjs";

let published;
let normal;
let browser;

before(async () => {
    published = await startPublished();
    normal = await startServer();
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    normal?.stop();
    published?.stop();
});

/** What the answer says of the picture, down to its last digit. */
const numbers = (page) =>
    page.evaluate(() => [".headline", ".sum", ".classes"].map((part) => document.querySelector(part).textContent));

test("every file is as its sum says, none is too large for a host, and packed files hold the same", async () => {
    const sums = new Map((await readFile(path.join(DIST, "SHA256SUMS"), "utf8")).trim().split("\n").map((line) => line.split("  ").toReversed()));
    const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(DIST, path.join(entry.parentPath, entry.name)));
    assert.deepEqual(files.filter((file) => file !== "SHA256SUMS").toSorted(), [...sums.keys()].toSorted());
    let packed = 0;
    for (const [file, sum] of sums) {
        const content = await readFile(path.join(DIST, file));
        assert.equal(createHash("sha256").update(content).digest("hex"), sum, file);
        assert.ok((await stat(path.join(DIST, file))).size <= 25 * 1024 * 1024, file);
        const unpack = { ".br": brotliDecompressSync, ".gz": gunzipSync }[path.extname(file)];
        if (unpack) {
            packed += 1;
            assert.ok(unpack(content).equals(await readFile(path.join(DIST, file.slice(0, -3)))), file);
        }
    }
    assert.ok(packed > 20, "some are packed");
    assert.ok(files.includes(".nojekyll") && files.includes("_headers") && files.includes("licences.txt"));
});

test("a lesson is part of it, with its text and its list", async () => {
    const { page, context, errors } = await openPage(browser, `${published.url}#device=cpu&lesson=evidence`);
    await page.locator(".lesson-title").waitFor();
    await page.waitForFunction(() => document.querySelector(".lesson-text").childElementCount > 0);
    await page.locator(".top button.lessons").click();
    await page.locator(".lesson-start").nth(3).waitFor();
    assert.deepEqual(errors, []);
    await context.close();
});

test("the sample is explained as on the page itself, and so is a model of the visitor's own, with no request outside", async () => {
    const { page, context, requests, errors } = await openPage(browser, `${published.url}#device=cpu`);
    await whenExplained(page);
    const there = await openPage(browser, `${normal.url}#device=cpu`);
    await whenExplained(there.page);
    assert.deepEqual(await numbers(page), await numbers(there.page));
    await there.context.close();

    const chosen = (title) =>
        page.waitForFunction((title) => document.querySelector(".tabs label:has(:checked)")?.textContent.includes(title), title);
    const before = await page.locator(".sum").textContent();
    await (await panel(page, "about")).locator(".model-file").setInputFiles(path.join(root, "web/models/efficientnet-lite0.safetensors"));
    await chosen("(yours)");
    await whenExplained(page);
    assert.equal(await page.locator(".sum").textContent(), before);
    await closePanels(page);

    // Whose the code is that came along.
    const licences = await (await panel(page, "about")).locator(".links a", { hasText: "Licences" }).evaluate(({ href }) => fetch(href).then((response) => response.text()));
    assert.match(licences, /burn/);
    await closePanels(page);

    await page.locator(".tabs label").nth(2).click();
    await chosen("OCT");
    await whenExplained(page);
    assert.match(await page.locator(".sum").textContent(), /\d/);

    const outside = requests.filter((url) => url.startsWith("http") && !url.startsWith(published.url));
    assert.deepEqual(outside, []);
    assert.deepEqual(published.log.filter(({ status, path }) => status !== 200 || !path.startsWith(published.below)), []);
    assert.deepEqual(errors, []);
    await context.close();
});

test("diagnostics name the release and the code, and every request is listed", async () => {
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page, requests } = await openPage(browser, `${published.url}#device=cpu`, { context });
    await whenExplained(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    // What keeps the page shares its headers with it, so that this time there are threads.
    requests.length = 0;
    await page.reload();
    await whenExplained(page);
    await page.locator(".trust summary").click();
    await page.locator(".requests li").first().waitFor();
    const { version } = JSON.parse(await readFile(path.join(DIST, "version.json"), "utf8"));
    const code = (await readdir(DIST)).flatMap((name) => name.match(/^web-([0-9a-f]{16})$/)?.[1] ?? []);
    await page.locator(".copy-diagnostics").click();
    await page.waitForFunction(() => /Copied/.test(document.querySelector(".trust").textContent));
    const told = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual([told.isolated, told.code, told.published.release], [true, code[0], version]);
    const names = await page.locator(".requests code").allTextContents();
    const thread = (name) => name.endsWith("thread-worker.js");
    assert.ok(names.some(thread), "threads are told of");
    const own = requests.filter((url) => url.startsWith(published.url)).map((url) => url.slice(published.url.length).replace(/#.*/, "") || "./");
    assert.deepEqual(own.filter((name) => !names.includes(name) && !/version\.json$|service-worker\.js$/.test(name)), []);
    await context.close();
});

test("what others embed keeps its address, and finds the rest by itself", async () => {
    const { page, context, errors } = await openPage(browser, `${published.url}embed/example.html`);
    const viewer = page.locator("softcam-viewer").first();
    await viewer.locator(".stage[data-drawn]").waitFor();
    assert.match(await viewer.locator(".headline").textContent(), /cat/);
    assert.deepEqual(published.log.filter(({ status }) => status !== 200), []);
    assert.deepEqual(errors, []);
    await context.close();
});
