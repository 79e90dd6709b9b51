/**
 * The package in pkg/ as another page embeds it.
 */

import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openPage, root, startSite } from "./harness.mjs";
import { offerStandIns } from "./stand-ins.mjs";

const site = startSite();

test("every file that the package exports exists", async () => {
    const { exports } = JSON.parse(await readFile(path.join(root, "pkg/package.json"), "utf8"));
    for (const entry of Object.values(exports)) {
        for (const file of Object.values(entry)) {
            await access(path.join(root, "pkg", file));
        }
    }
});

test("two viewers on one page explain two pictures, and their numbers add up", async () => {
    const { page, context, errors, requests } = await openPage(site.browser, `${site.url}web/embed/example.html`);
    const viewers = page.locator("softcam-viewer");
    assert.equal(await viewers.first().locator(".notice").isVisible(), false, "an everyday model");
    for (const [index, name] of [
        [0, /cat/],
        [1, /espresso|cup/],
    ]) {
        const viewer = viewers.nth(index);
        await viewer.locator("select").waitFor();
        assert.match(await viewer.locator("option:checked").textContent(), name);
        const text = (await viewer.locator(".sum").textContent()).replaceAll("\u2212", "-");
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
    const before = await first.locator(".sum").textContent();
    await first.locator("select").selectOption({ index: 2 });
    await page.waitForFunction(
        (old) => document.querySelector("softcam-viewer").shadowRoot.querySelector(".sum").textContent !== old,
        before,
    );
    assert.equal(await first.locator("option:checked").evaluate((option) => option.index), 2);

    const failed = page.evaluate(
        () => new Promise((resolve) => addEventListener("softcam-failed", ({ detail }) => resolve(detail))),
    );
    await first.evaluate((viewer) => viewer.setAttribute("src", "nowhere.jpg"));
    assert.match((await failed).message, /nowhere\.jpg.*404/);
    const origin = new URL(site.url).origin;
    assert.ok(requests.every((url) => url.startsWith(origin) || url.startsWith(`blob:${origin}`)));
    assert.deepEqual(errors.filter((text) => !/404/.test(text)), []);
    await context.close();
});

test("a viewer of a medical model says what it is not, and shows nothing of a flagged picture unasked", async () => {
    const context = await site.browser.newContext();
    await offerStandIns(context);
    const body = `<!doctype html><title>Embedded</title>
        <script type="module" src="/pkg/lib/embed/viewer.js"></script>
        <softcam-viewer device="cpu" model="/web/models/stand-in-fundus-dense.safetensors"></softcam-viewer>`;
    await context.route("**/web/embed/medical.html", (route) => route.fulfill({ body, contentType: "text/html" }));
    await context.addInitScript(() => {
        globalThis.recorded = { overlays: 0, events: [] };
        const { putImageData } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.putImageData = function (...given) {
            globalThis.recorded.overlays += this.canvas.className === "overlay" ? 1 : 0;
            return putImageData.apply(this, given);
        };
        for (const type of ["softcam-flagged", "softcam-explained"]) {
            addEventListener(type, ({ detail }) => globalThis.recorded.events.push({ type, flagged: detail.novelty?.flagged }));
        }
    });
    const { page, errors } = await openPage(site.browser, `${site.url}web/embed/medical.html`, { context });
    const viewer = page.locator("softcam-viewer");
    const show = (name) => viewer.evaluate((element, src) => element.setAttribute("src", src), `/web/samples/fundus/${name}`);
    const recorded = () => page.evaluate(() => globalThis.recorded);
    const notice = viewer.locator(".notice");
    const warning = viewer.locator(".warning");

    await show("idrid-037.jpg");
    const anyway = viewer.locator("button", { hasText: "Show it anyway" });
    await anyway.waitFor();
    assert.deepEqual(await recorded(), { overlays: 0, events: [{ type: "softcam-flagged", flagged: true }] });
    assert.match(await notice.textContent(), /not a medical device/);
    assert.equal(await notice.isVisible(), true);
    assert.equal(await viewer.locator("select").isVisible(), false);
    assert.doesNotMatch(await viewer.evaluate(({ shadowRoot }) => shadowRoot.querySelector(".unlike").textContent), /%/);
    await anyway.click();
    await warning.waitFor();
    assert.equal((await recorded()).events.at(-1).type, "softcam-explained");

    // The next picture is judged anew; of two classes, the one over the other is shown, and each alone can be.
    await show("idrid-014.jpg");
    await warning.waitFor({ state: "hidden" });
    assert.match(await viewer.locator("option:checked").textContent(), /^referable retinopathy, over no/);
    const sum = viewer.locator(".sum");
    const [, mean, difference] = (await sum.textContent())
        .replaceAll("\u2212", "-")
        .match(/: ([+-]?[\d.]+) = difference of the logits ([+-]?[\d.]+)/);
    assert.ok(Math.abs(Number(mean) - Number(difference)) <= 1e-4);
    assert.match(await viewer.locator("p", { hasText: "probability" }).textContent(), /yes from 0\.41 on/);
    await viewer.locator("select").selectOption({ index: 1 });
    await sum.filter({ hasText: "= logit" }).waitFor();
    assert.equal(await notice.isVisible(), true);
    await show("idrid-037.jpg");
    await anyway.waitFor();
    assert.equal(await viewer.locator("select").isVisible(), false);
    assert.deepEqual(errors, []);
    await context.close();
});

test("the API gives maps whose means are the logits, and failures in plain words", async () => {
    const { page, context } = await openPage(site.browser, `${site.url}web/embed/example.html`);
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
            novelty: explained.novelty,
            limits: [explained.limit, explained.differenceLimit],
            classes: softcam.card.classes.length,
            device: softcam.device.kind,
            progress: progress.length,
        };
    });
    assert.ok(answer.apart < 1e-4, `${answer.apart}`);
    assert.ok(Math.abs(answer.sum - 1) < 1e-5);
    assert.equal(answer.rows, 3);
    assert.equal(answer.novelty, null, "the everyday model has nothing to compare with");
    assert.equal(answer.limits[1], 2 * answer.limits[0]);
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
