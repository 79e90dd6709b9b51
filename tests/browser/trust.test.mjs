/** What the page says about its own requests, held against what the browser saw. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { CPU_MODULE, openPage, root, startServer, startSite, whenExplained } from "./harness.mjs";

const site = startSite();

test("every request is listed, all of this site, and a picture explained without the network adds none", async () => {
    const { page, context, requests, errors } = await openPage(site.browser, `${site.url}index.html#device=cpu`);
    await whenExplained(page);
    await page.locator(".trust summary").click();
    const listed = () => page.locator(".requests code").allTextContents();
    await page.locator(".requests li").first().waitFor();
    const names = await listed();
    const asked = new Set(requests.filter((url) => url.startsWith("http")).map((url) => url.slice(site.url.length)));
    for (const name of asked) {
        // Stylesheets may ask for what the browser drops; whatever was fetched is on the list.
        assert.ok(names.includes(name), `${name} is not listed`);
    }
    for (const part of [`pkg/${CPU_MODULE}_bg.wasm`, "web/models/efficientnet-lite0.safetensors", "web/samples/coffee.jpg"]) {
        assert.ok(names.includes(part), part);
    }
    assert.match(await page.locator(".requests-sum").textContent(), new RegExp(`All of them came from ${new URL(site.url).host}`));

    await page.locator(".trust summary").click();
    await context.setOffline(true);
    await page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/rocket.jpg"));
    await page.waitForFunction(() => document.querySelector(".headline").textContent === "missile");
    await page.locator(".trust summary").click();
    const after = await listed();
    assert.deepEqual(names.filter((name) => !after.includes(name)), [], "nothing is taken off the list");
    assert.ok(!after.some((name) => name.includes("rocket.jpg") && !name.includes("thumb")));
    await context.setOffline(false);
    // The browser asks for the icon of the tab whenever it likes.
    assert.deepEqual(errors.filter((error) => !error.includes("ERR_INTERNET_DISCONNECTED")), []);
    await context.close();
});

test("each request is listed as often as it was made, more of them than browsers keep, on a page whose engine has threads", async (own) => {
    const isolated = await startServer({ isolated: true });
    own.after(() => isolated.stop());
    const { page, context, requests } = await openPage(site.browser, `${isolated.url}index.html#device=cpu`);
    await whenExplained(page);
    assert.ok(requests.some((url) => url.includes("thread-worker.js")), "there are threads");
    await page.evaluate(async () => {
        for (let index = 0; index < 300; index++) {
            await fetch(`web/icon.svg?${index}`);
        }
        await fetch("web/icon.svg?0");
    });
    await page.locator(".trust summary").click();
    await page.locator(".requests li").first().waitFor();
    const names = await page.locator(".requests code").allTextContents();
    const times = (list) => {
        const counted = {};
        list.forEach((name) => (counted[name] = (counted[name] ?? 0) + 1));
        return counted;
    };
    const asked = times(requests.filter((url) => url.startsWith("http")).map((url) => url.slice(isolated.url.length)));
    const listed = times(names);
    assert.equal(listed["web/icon.svg?0"], 2);
    for (const [name, count] of Object.entries(asked)) {
        assert.ok((listed[name] ?? 0) >= count, `${name}: asked ${count} times, listed ${listed[name] ?? 0} times`);
    }
    assert.ok(listed["web/engine/worker/thread-worker.js"] > 1 || asked["web/engine/worker/thread-worker.js"] === 1, "each thread fetches its own");
    await context.close();
});

test("diagnostics name device, versions and times, and nothing of the picture", async () => {
    const context = await site.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page } = await openPage(site.browser, `${site.url}index.html#device=cpu&lang=de`, { context });
    await whenExplained(page);
    await page.locator("#filmstrip input[type=file]").setInputFiles({
        name: "secret-name.jpg",
        mimeType: "image/jpeg",
        buffer: await readFile(path.join(root, "web/samples/rocket.jpg")),
    });
    await page.waitForFunction(() => document.querySelector(".headline").textContent === "Lenkflugkörper");
    await page.locator(".trust summary").click();
    await page.locator(".copy-diagnostics").click();
    await page.waitForFunction(() => /Kopiert/.test(document.querySelector(".trust").textContent));
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const told = JSON.parse(text);
    assert.equal(told.model, "efficientnet-lite0");
    assert.equal(told.device.kind, "cpu");
    assert.ok(told.milliseconds.run > 0);
    assert.equal(told.input, 224);
    // Chromium's emulated adapter, which the engine does not use here.
    assert.ok(told.adapter.limits.maxBufferSize > 1e6 && told.adapter.limits.maxComputeWorkgroupStorageSize > 1e3, JSON.stringify(told.adapter));
    assert.deepEqual([told.code, told.published], [null, null], "this page was not published");
    assert.doesNotMatch(text, /secret/);
    await context.close();
});
