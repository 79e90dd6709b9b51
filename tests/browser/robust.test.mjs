/** What goes wrong around the page: links, files and parts of the page that are missing or broken. It says so, and goes on. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { CPU_MODULE, openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const missing = (route) => route.fulfill({ status: 404, body: "" });

/** Opens the page where some of its files are not what they should be; what that says on the console is expected. */
async function opened(hash, routes, use) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
    for (const [pattern, answer] of Object.entries(routes)) {
        await context.route(pattern, answer);
    }
    const given = await openPage(site.browser, `${site.url}index.html#device=cpu${hash}`, { context });
    try {
        await use(given.page);
        assert.deepEqual(given.errors.filter((error) => !error.startsWith("Failed to load resource")), []);
    } finally {
        await context.close();
    }
}

const headline = (page) => page.locator(".headline").textContent();
const alertText = (page) => page.locator(".alert-text").textContent();

test("a link that names what there is not shows what is left of it", async () => {
    const beside = (value) => `&beside=${encodeURIComponent(JSON.stringify(value))}`;
    const odd = ["&tool=constructor&method=constructor", beside({ method: "toString" }), beside({ model: "unknown" }), beside({ picture: "sample:unknown.jpg" })];
    for (const hash of odd) {
        await opened(hash, {}, async (page) => {
            await whenExplained(page);
            assert.equal(await headline(page), "espresso", hash);
            assert.equal(await page.locator(".stage:visible").count(), 1, hash);
            assert.equal(await page.locator(".tool-panel").count(), 0, hash);
        });
    }
});

test("a link that asks for what cannot be says so and shows the picture as it is", () =>
    opened(`&edits=${encodeURIComponent('[{"kind":"melt"}]')}&size=4096`, {}, async (page) => {
        await page.locator(".alert-text").waitFor();
        await whenExplained(page);
        assert.equal(await headline(page), "espresso");
    }));

test("a history that an older page wrote is read from its address instead", () =>
    opened("", {}, async (page) => {
        await whenExplained(page);
        await page.evaluate(() => {
            history.pushState({ pane: { picture: "sample:rocket.jpg" } }, "", "#model=efficientnet-lite0&sample=rocket.jpg&device=cpu");
            history.pushState({ pane: { picture: "sample:chelsea.jpg" } }, "", "#model=efficientnet-lite0&sample=chelsea.jpg&device=cpu");
        });
        await page.goBack();
        await page.locator(".headline", { hasText: "missile" }).waitFor();
        await whenExplained(page);
        await page.goBack();
        await page.locator(".headline", { hasText: "espresso" }).waitFor();
    }));

test("each of many pictures is shown, also after the oldest answers were let go of", () =>
    opened("", {}, async (page) => {
        await whenExplained(page);
        const file = await readFile(path.join(root, "web/samples/rocket.jpg"));
        const names = Array.from({ length: 48 }, (_, index) => `rocket ${index}.jpg`);
        const input = page.locator("#filmstrip input[type=file]");
        await input.setInputFiles(names.map((name) => ({ name, mimeType: "image/jpeg", buffer: file })));
        // What takes many is fetched when they come.
        await page.locator(`.gallery button[title^="${names.at(-1)}"]`).waitFor({ state: "attached" });
        for (const name of names) {
            await page.evaluate((name) => document.querySelector(`.gallery button[title^="${name}"]`).click(), name);
            await page.locator(`.stage[aria-label^="${name},"]:visible`).waitFor();
        }
        await whenExplained(page);
    }));

test("a list of samples that is none leaves the page to the visitor's own pictures", async () => {
    for (const body of ["{}", "null", "<html>"]) {
        await opened("", { "**/samples/index.json": (route) => route.fulfill({ body }) }, async (page) => {
            await page.locator(".invitation:visible").waitFor();
            await page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/rocket.jpg"));
            await whenExplained(page);
            assert.equal(await headline(page), "missile");
        });
    }
});

test("a list of models that is none is named", async () => {
    for (const [body, reason] of [["<html>", /index\.json arrived changed/], ["{}", /index\.json lists no models/]]) {
        await opened("", { "**/models/index.json": (route) => route.fulfill({ body }) }, async (page) => {
            await page.locator(".alert").waitFor();
            assert.match(await page.locator(".alert").textContent(), reason);
        });
    }
});

test("a wasm module that arrives as something else, or in part, is called damaged, and nothing is drawn", async () => {
    const module = await readFile(path.join(root, `pkg/${CPU_MODULE}_bg.wasm`));
    const arrivals = [
        { body: "<html>", contentType: "text/html" },
        { body: module.subarray(0, module.length / 3), contentType: "application/wasm" },
    ];
    for (const arrival of arrivals) {
        await opened("", { [`**/${CPU_MODULE}_bg.wasm`]: (route) => route.fulfill(arrival) }, async (page) => {
            await page.locator(".alert-text", { hasText: `${CPU_MODULE}_bg.wasm arrived changed or incomplete` }).waitFor();
            assert.equal(await page.locator(".stage[data-drawn]:visible").count(), 0);
        });
    }
});

test("a tool that does not arrive is closed again, and says so", () =>
    opened("", { "**/tools/nudge/nudge.js": missing }, async (page) => {
        await whenExplained(page);
        await page.locator("#toolbar [data-tool=nudge]").click();
        await page.locator(".alert-text", { hasText: "A part of the page could not be loaded" }).waitFor();
        await page.locator(".tool-panel").waitFor({ state: "detached" });
        await page.locator("#toolbar [data-tool=ledger]").click();
        await page.locator(".tool-panel[data-tool=ledger] .tool-body > :not([hidden])").first().waitFor();
    }));

test("a method that does not arrive leaves the evidence on show, and does not blame the picture", () =>
    opened("&method=sweep", { "**/tools/sweep/occlusion.js": missing }, async (page) => {
        await page.locator(".alert-text").waitFor();
        await whenExplained(page);
        assert.match(await alertText(page), /A part of the page could not be loaded/);
        assert.equal(await headline(page), "espresso");
        assert.match(await page.locator(".sum").textContent(), /\+10\.8966 = logit \+10\.8966/);
    }));

test("where the page itself does not arrive, there is a word about it in the end", () =>
    opened("", { "**/page/main.js": missing }, async (page) => {
        const overdue = page.locator(".overdue");
        await overdue.waitFor({ state: "attached" });
        await overdue.evaluate((element) => element.getAnimations().forEach((animation) => animation.finish()));
        assert.ok(await overdue.isVisible());
    }));

test("nothing that is tried on a picture unlike those that the model knows is shown unasked", async () => {
    const painted = (page) =>
        page.locator(".stage:visible .overlay").evaluateAll((layers) =>
            layers.map((layer) => layer.width > 0 && layer.getContext("2d").getImageData(0, 0, layer.width, layer.height).data.some((value) => value > 0)),
        );
    const shuffled = encodeURIComponent('{"shuffled":3}');
    for (const hash of [`&beside=${shuffled}`, `&beside=${shuffled}&arrangement=difference`, "&method=sweep"]) {
        await opened(`&model=fundus-dense&sample=flower.jpg${hash}`, {}, async (page) => {
            await page.locator(".unlike:visible").waitFor();
            await whenExplained(page);
            assert.ok(!(await painted(page)).includes(true), hash);
        });
    }
});

test("a comparison of another picture does not stay beside one that is unlike what the model knows", () =>
    opened("&model=fundus-dense&tool=compare", {}, async (page) => {
        await page.locator(".pair [data-row=cell]").waitFor();
        await page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/flower.jpg"));
        await page.locator(".unlike:visible").waitFor();
        await page.locator(".tool-panel table").waitFor({ state: "hidden" });
        assert.equal(await page.locator(".tool-panel .tool-body").innerText(), "There is no answer to try this on.");
    }));
