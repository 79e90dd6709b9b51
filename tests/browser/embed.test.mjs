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

/** Waits until a viewer shows an answer, drawn; hands over its list of classes. */
async function whenShown(viewer) {
    await viewer.locator(".classes input").first().waitFor();
    await viewer.locator(".stage[data-drawn]").waitFor();
    return viewer.locator(".classes");
}

/** The two numbers of the line on what all cells add up to, which agree. */
async function sumOf(viewer, what = "logit") {
    const line = (await viewer.locator(".sum").textContent()).replaceAll("\u2212", "-");
    const [, sum, total] = line.match(new RegExp(`: ([+-]?[\\d.]+) = ${what} ([+-]?[\\d.]+)`)) ?? assert.fail(line);
    assert.equal(sum, total, "in as many digits as they agree on");
    return Number(sum);
}

const checkedName = (viewer) => viewer.locator(".classes label:has(:checked) .name").textContent();

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
        await whenShown(viewer);
        assert.match(await checkedName(viewer), name);
        assert.match(await viewer.locator(".headline").textContent(), name);
        await sumOf(viewer);
        assert.match(await viewer.locator(".demo").textContent(), /teaching demo, not a diagnosis/);
        const drawn = await viewer.locator(".overlay").evaluate((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, i) => i % 4 === 3 && value > 0);
        });
        assert.ok(drawn, "an overlay");
    }
    assert.equal(page.workers().length, 1, "one model, one worker");
    await page.evaluate(await readFile(path.join(root, "tests/node_modules/axe-core/axe.min.js"), "utf8"));
    const complaints = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations.map(({ id }) => id));
    assert.deepEqual(complaints, []);

    // Each goes on from its own explanation, however many came after it.
    const first = viewers.first();
    const [mine, other] = [await sumOf(first), await viewers.nth(1).locator(".sum").textContent()];
    await first.locator(".classes label").nth(2).click();
    await page.waitForFunction(() => document.querySelector("softcam-viewer").getAttribute("shown-class") !== null);
    await whenShown(first);
    assert.notEqual(await sumOf(first), mine);
    assert.equal(await first.locator(".classes input").nth(2).isChecked(), true);
    assert.equal(await viewers.nth(1).locator(".sum").textContent(), other);

    // A cell is read by mouse and by keyboard, and the wheel is the page's.
    await first.locator(".stage").hover();
    assert.match(await first.locator(".readout").textContent(), /Row 4, column 4: evidence [+\u2212]\d.*adds/);
    await first.locator(".stage").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await first.locator(".readout").textContent(), /Row 4, column 5/);
    const scrolled = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 120);
    await page.waitForFunction((before) => scrollY > before, scrolled);
    assert.equal(await first.locator(".frame.zoomed").count(), 0);
    await first.locator(".stage").press("+");
    await first.locator(".frame.zoomed").waitFor();
    await whenShown(first);

    // It speaks the language that it is given, and the other goes on in its own.
    const german = first.evaluate((element) => element.setAttribute("lang", "de")).then(() => first.locator(".viewer[lang=de]").waitFor());
    await german;
    await first.locator(".stage").hover();
    assert.match(await viewers.nth(1).locator(".readout").textContent(), /^Point at/);
    await viewers.nth(1).locator(".stage").hover();
    assert.match(await viewers.nth(1).locator(".readout").textContent(), /^Row \d/);
    await first.evaluate((element) => element.removeAttribute("lang"));
    await first.locator(".viewer[lang=en]").waitFor();

    const failed = page.evaluate(
        () => new Promise((resolve) => addEventListener("softcam-failed", ({ detail }) => resolve(detail))),
    );
    await first.evaluate((viewer) => viewer.setAttribute("src", "nowhere.jpg"));
    assert.match((await failed).message, /nowhere\.jpg.*404/);
    assert.match(await first.locator(".failed").textContent(), /nowhere\.jpg.*404/);
    const origin = new URL(site.url).origin;
    assert.ok(requests.every((url) => url.startsWith(origin) || url.startsWith(`blob:${origin}`)));
    assert.deepEqual(errors.filter((text) => !/404/.test(text)), [], "but for what is nowhere");
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
    const anyway = viewer.locator(".unlike button", { hasText: "Show it anyway" });
    await anyway.waitFor();
    assert.deepEqual(await recorded(), { overlays: 0, events: [{ type: "softcam-flagged", flagged: true }] });
    assert.match(await notice.textContent(), /not a medical device/);
    assert.equal(await notice.isVisible(), true);
    assert.equal(await viewer.locator(".classes").isVisible(), false);
    assert.doesNotMatch(await viewer.evaluate(({ shadowRoot }) => shadowRoot.querySelector(".viewer").innerText), /%|logit/);
    await viewer.locator(".stage").focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await viewer.locator(".readout").textContent(), "");
    await anyway.click();
    await warning.waitFor();
    assert.match(await viewer.locator(".stage").getAttribute("aria-label"), /Unlike the pictures/);
    assert.equal((await recorded()).events.at(-1).type, "softcam-explained");

    // The next picture is judged anew; of two classes, the one over the other is shown, and each alone can be.
    await show("idrid-014.jpg");
    await warning.waitFor({ state: "hidden" });
    await whenShown(viewer);
    assert.match(await checkedName(viewer), /^referable retinopathy, over no/);
    await sumOf(viewer, "difference of the logits");
    assert.match(await viewer.locator(".sub").textContent(), /yes from 0\.41 on/);
    await viewer.locator(".classes label").nth(1).click();
    await viewer.locator(".sum", { hasText: "= logit" }).waitFor();
    assert.equal(await notice.isVisible(), true);
    await show("idrid-037.jpg");
    await anyway.waitFor();
    assert.equal(await viewer.locator(".classes").isVisible(), false);
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
        const newer = await softcam.explain(photo, { size: 224 });
        // Of any explanation, and any part of it.
        const overlay = await softcam.overlay(explained, { shownClass: 285, against: 207 });
        const again = await softcam.overlay(explained, { shownClass: 285, against: 207, part: { x: 10, y: 20, width: 50, height: 40 }, width: 100, height: 80 });
        const picture = await softcam.picture(newer, { part: { x: 0, y: 0, width: 9, height: 9 } });
        const bar = await softcam.colourBar();
        const abort = new AbortController();
        const given = softcam.explain(photo, { size: 448, signal: abort.signal }).catch((error) => error.constructor.name);
        abort.abort();
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
            sizes: [again.width, again.height, picture.width, picture.height, bar.width, bar.height],
            opaque: picture.data.every((value, i) => i % 4 < 3 || value === 255),
            given: await given,
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
    assert.deepEqual(answer.sizes, [100, 80, 9, 9, 256, 1]);
    assert.equal(answer.opaque, true);
    assert.equal(answer.given, "Superseded");
    assert.equal(answer.refusal.fault, "image");
    assert.equal(answer.missing.fault, "network");
    await context.close();
});
