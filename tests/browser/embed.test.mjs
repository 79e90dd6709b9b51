/**
 * The package in pkg/ as another page embeds it.
 */

import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPage, root, startBrowser, startServer } from "./harness.mjs";

let server;
let browser;
before(async () => {
    server = await startServer();
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    server?.stop();
});

test("every file that the package exports exists", async () => {
    const { exports } = JSON.parse(await readFile(path.join(root, "pkg/package.json"), "utf8"));
    for (const entry of Object.values(exports)) {
        for (const file of Object.values(entry)) {
            await access(path.join(root, "pkg", file));
        }
    }
});

test("two viewers on one page explain two pictures, and their numbers add up", async () => {
    const { page, context, errors, requests } = await openPage(browser, `${server.url}web/embed/example.html`);
    const viewers = page.locator("softcam-viewer");
    for (const [index, name] of [
        [0, /cat/],
        [1, /espresso|cup/],
    ]) {
        const viewer = viewers.nth(index);
        await viewer.locator("select").waitFor();
        assert.match(await viewer.locator("option:checked").textContent(), name);
        const text = (await viewer.locator("p").first().textContent()).replaceAll("\u2212", "-");
        const [, sum, logit] = text.match(/: ([+-]?[\d.]+) = logit ([+-]?[\d.]+)/);
        assert.ok(Math.abs(Number(sum) - Number(logit)) <= 1e-4, text);
        assert.match(await viewer.locator("p").last().textContent(), /teaching demo, not a diagnosis/);
        const drawn = await viewer.locator(".overlay").evaluate((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, i) => i % 4 === 3 && value > 0);
        });
        assert.ok(drawn, "an overlay");
    }
    assert.equal(page.workers().length, 1, "one model, one worker");

    const first = viewers.first();
    const before = await first.locator("p").first().textContent();
    await first.locator("select").selectOption({ index: 2 });
    await page.waitForFunction(
        (old) => document.querySelector("softcam-viewer").shadowRoot.querySelector("p").textContent !== old,
        before,
    );
    assert.equal(await first.locator("option:checked").evaluate((option) => option.index), 2);

    const failed = page.evaluate(
        () => new Promise((resolve) => addEventListener("softcam-failed", ({ detail }) => resolve(detail))),
    );
    await first.evaluate((viewer) => viewer.setAttribute("src", "nowhere.jpg"));
    assert.match((await failed).message, /nowhere\.jpg.*404/);
    const origin = new URL(server.url).origin;
    assert.ok(requests.every((url) => url.startsWith(origin) || url.startsWith(`blob:${origin}`)));
    assert.deepEqual(errors.filter((text) => !/404/.test(text)), []);
    await context.close();
});

test("the API gives maps whose means are the logits, and failures in plain words", async () => {
    const { page, context } = await openPage(browser, `${server.url}web/embed/example.html`);
    const answer = await page.evaluate(async () => {
        const { SoftCam } = await import("/pkg/lib/embed/index.js");
        const progress = [];
        const softcam = await SoftCam.load("/web/models/efficientnet-lite0.safetensors", {
            device: "cpu",
            onProgress: (bytes, total) => progress.push([bytes, total]),
        });
        const photo = await (await fetch("/web/samples/chelsea.jpg")).blob();
        const explained = await softcam.explain(photo, { size: 96, fit: "pad" });
        const overlay = await softcam.overlay(explained, { shownClass: 285, against: 207 });
        const refusal = await softcam.explain(new Blob(["no picture"])).catch(({ failure }) => failure);
        const missing = await SoftCam.load("/web/models/none.safetensors").catch(({ failure }) => failure);
        const { rows, columns, placement, probabilities } = explained;
        const cells = rows * columns;
        const apart = Array.from(explained.logits, (logit, index) => {
            const map = explained.maps.subarray(index * cells, (index + 1) * cells);
            return Math.abs(map.reduce((sum, value) => sum + value, 0) / cells - logit);
        });
        softcam.close();
        return {
            apart: Math.max(...apart),
            sum: probabilities.reduce((a, b) => a + b, 0),
            rows,
            placement,
            overlay: [overlay.width, overlay.height],
            refusal,
            missing,
            classes: softcam.card.classes.length,
            device: softcam.device.kind,
            progress: progress.length,
        };
    });
    assert.ok(answer.apart < 1e-4, `${answer.apart}`);
    assert.ok(Math.abs(answer.sum - 1) < 1e-5);
    assert.equal(answer.rows, 3);
    assert.equal(answer.classes, 1000);
    assert.equal(answer.device, "cpu");
    assert.ok(answer.progress > 0);
    const { width, height } = answer.placement.region;
    assert.ok(Math.abs(width / height - 1) < 0.01, "padding keeps the shape, up to whole pixels");
    assert.deepEqual(answer.overlay, [answer.placement.photo.width, answer.placement.photo.height]);
    assert.equal(answer.refusal.fault, "image");
    assert.equal(answer.missing.fault, "network");
    await context.close();
});
