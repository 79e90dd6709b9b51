/**
 * The sanity check: an untouched network's map is itself, a shuffled one's is measured against it, and the run through all
 * layers can be stopped.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { askIndependently, hash, over } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["chest-dense", "chest/kermany-person1946_bacteria_4874.jpg"];
/** What can be shuffled: 28 convolutions and the class-evidence layer. */
const LAYERS = 29;
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

async function open(options = {}) {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${model}&sample=${sample}`, options);
    await whenExplained(opened.page);
    await opened.page.locator(".toolbar [data-tool=sanity]").click();
    await opened.page.locator(".sanity").waitFor();
    return opened;
}

const slider = (page) => page.locator(".sanity input[type=range]");

/** Rank correlation and cosine that the page gives for so many layers. */
async function likeness(page, count) {
    await page.locator(".sanity output", { hasText: new RegExp(`^${count} of ${LAYERS}`) }).waitFor();
    await page.locator(".likeness", { hasText: /rank correlation \S+, cosine/ }).waitFor();
    await whenExplained(page);
    const text = (await page.locator(".likeness").textContent()).replaceAll("\u2212", "-");
    return text.match(/-?\d\.\d\d/g).map(Number);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

/** Spearman's correlation, of maps without ties. */
function rank(a, b) {
    const centred = (values) => {
        const order = values.map((_, index) => index).sort((i, j) => values[i] - values[j]);
        const ranks = new Array(values.length);
        order.forEach((cell, place) => (ranks[cell] = place));
        return ranks.map((place) => place - mean(ranks));
    };
    return cosine(centred(a), centred(b));
}

test("nothing shuffled is the map itself; what is shuffled is measured against it, and can be undone", async () => {
    const { page, context, errors } = await open();
    await slider(page).focus();
    await page.keyboard.press("ArrowRight");
    const base = over(await askIndependently(page, { model, sample }), 1, 0);
    for (const count of [1, 4]) {
        for (let at = Number(await slider(page).inputValue()); at < count; at++) {
            await page.keyboard.press("ArrowRight");
        }
        const [ranks, cosines] = await likeness(page, count);
        const shuffled = over(await askIndependently(page, { model, sample, shuffled: count }), 1, 0);
        close(ranks, rank(base, shuffled), 0.0051);
        close(cosines, cosine(base, shuffled), 0.0051);
        assert.ok(Math.abs(ranks) < 0.95);
        assert.match(await page.locator(".layer").textContent(), count === 1 ? /last layer, “evidence”/ : /last 4 layers, back to “blocks\.8\.depthwise”/);
    }
    const pixels = (slot) =>
        page.evaluate((slot) => {
            const canvas = document.querySelectorAll(".stage .overlay")[slot];
            return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join();
        }, slot);
    assert.ok((await pixels(0)) !== (await pixels(1)));
    await page.keyboard.press("Home");
    assert.deepEqual(await likeness(page, 0), [1, 1]);
    assert.ok((await pixels(0)) === (await pixels(1)), "the same map twice");
    await page.goBack();
    await page.locator(".stage:not([hidden])").nth(1).waitFor({ state: "detached" });
    assert.equal((await hash(page)).get("beside"), null);
    assert.deepEqual(errors, []);
    await context.close();
});

test("a run through all layers stops where it is told, goes on, and ends with a verdict", async () => {
    const { page, context } = await open({ context: await site.browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }) });
    await page.locator(".run-through").tap();
    await page.locator(".sanity output", { hasText: new RegExp(`^([3-9]|[12]\\d) of ${LAYERS}`) }).waitFor();
    await page.locator(".sanity .stop").tap();
    await page.locator(".run-through").waitFor();
    const at = Number(await slider(page).inputValue());
    assert.ok(at >= 3 && at < LAYERS, `stopped at ${at}`);
    await likeness(page, at);
    assert.equal(Number(await slider(page).inputValue()), at, "and stays there");
    assert.match(await page.locator(".sanity .summary").textContent(), new RegExp(`Tried: ${at} of ${LAYERS}`));

    await page.locator(".run-through").focus();
    await page.keyboard.press("Enter");
    await page.locator(".sanity .summary", { hasText: /passes|fails/ }).waitFor();
    assert.equal(await slider(page).inputValue(), String(LAYERS));
    assert.equal(await page.locator(".sanity .curve-sample").count(), LAYERS + 1);
    await context.close();
});
