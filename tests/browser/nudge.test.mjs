/**
 * Nudging: unchanged is unchanged to the last digit, every slider's numbers are those of the engine, and mouse, keyboard
 * and touch lead to the same.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { askIndependently, hash, number } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["chest-dense", "chest/kermany-person1946_bacteria_4874.jpg"];
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);
const score = ({ logits }) => logits[1] - logits[0];

async function open(options = {}, more = "") {
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${model}&sample=${sample}${more}`, options);
    await whenExplained(opened.page);
    if (!more) {
        await opened.page.locator(".toolbar [data-tool=nudge]").click();
    }
    await opened.page.locator(".nudge").waitFor();
    return opened;
}

const slider = (page, name) => page.locator(`[data-slider=${name}]`);
const panes = (page) => page.locator(".stage:not([hidden])").count();

async function press(page, name, key, times) {
    await slider(page, name).focus();
    for (let i = 0; i < times; i++) {
        await page.keyboard.press(key);
    }
}

/** The row of the table, once it is that of the edits that are on show. */
async function row(page, index) {
    await whenExplained(page);
    return page.locator(".change tbody tr").nth(index).locator("td").allTextContents();
}

async function whenEdits(page, edits) {
    // The address of a slider that is being moved is written when it rests.
    await page.waitForFunction((wanted) => (new URLSearchParams(location.hash.slice(1)).get("beside") ?? "").includes(wanted), JSON.stringify(edits));
}

test("where the sliders change nothing, the answer is the same to the last digit", async () => {
    const { page, context, errors } = await open();
    await press(page, "turn", "ArrowRight", 1);
    await press(page, "turn", "ArrowLeft", 1);
    assert.equal(await slider(page, "turn").inputValue(), "0");
    assert.deepEqual(await row(page, 0), await row(page, 1));
    assert.equal((await row(page, 2))[0], "0.000");
    assert.equal(await panes(page), 2);
    const [a, b] = await page.evaluate(() => {
        const canvases = Array.from(document.querySelectorAll(".stage .overlay"));
        return canvases.map((canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join());
    });
    assert.ok(a === b, "both maps are the same");
    await page.locator(".reset-all").click();
    await page.locator(".change").waitFor({ state: "hidden" });
    assert.equal(await panes(page), 1);
    assert.deepEqual(errors, []);
    await context.close();
});

test("by keyboard: the numbers are those of the engine, the curve has them too, and going back undoes it", async () => {
    const { page, context, errors } = await open();
    await press(page, "brightness", "ArrowRight", 5);
    const one = [{ kind: "brightness", by: 0.1 }];
    await whenEdits(page, one);
    const base = await askIndependently(page, { model, sample });
    const brighter = await askIndependently(page, { model, sample, edits: one });
    assert.equal(brighter.flagged, false);
    close(number((await row(page, 0))[0]), score(base), 6e-4);
    close(number((await row(page, 1))[0]), score(brighter), 6e-4);
    close(number((await row(page, 2))[0]), score(brighter) - score(base), 6e-4);
    close(number((await row(page, 1))[1]), 100 * brighter.probabilities[1], 0.06);

    await press(page, "turn", "ArrowLeft", 3);
    const two = [{ kind: "turn", degrees: -3 }, ...one];
    await whenEdits(page, two);
    const turned = await askIndependently(page, { model, sample, edits: two });
    assert.equal(turned.flagged, false);
    close(number((await row(page, 1))[0]), score(turned), 6e-4);

    // The curve along the slider that was moved last; the other one stays where it is.
    await page.locator(".curves summary").waitFor();
    await page.locator(".curves summary").click();
    const rows = await page.locator(".curves tbody tr").evaluateAll((rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent)));
    assert.ok(rows.length >= 13 && rows.length <= 15, `${rows.length} places`);
    for (const [place, edits] of [["0°", one], ["−3°", two], ["+5°", [{ kind: "turn", degrees: 5 }, ...one]]]) {
        const [, said, , answer] = rows.find(([at]) => at === place);
        const asked = await askIndependently(page, { model, sample, edits });
        if (asked.flagged) {
            assert.match(said, /unlike/);
        } else {
            close(number(said), score(asked), 6e-4);
            assert.equal(answer, asked.probabilities[1] > 0.5 ? "yes" : answer);
        }
    }
    const seen = rows.map(([, said]) => said).filter((said) => /\d/.test(said)).map(number);
    const summary = (await page.locator(".nudge .summary").textContent()).replaceAll("−", "-");
    const [, low, high] = summary.match(/between ([+-][\d.]+) .* and ([+-][\d.]+)/);
    close(Number(low), Math.min(...seen), 0.006);
    close(Number(high), Math.max(...seen), 0.006);
    assert.equal(await page.locator(".curve-now").count(), 2);

    await page.goBack();
    await page.waitForFunction(() => document.querySelector("[data-slider=turn]").value === "0");
    assert.equal(Number(await slider(page, "brightness").inputValue()), 0.1);
    close(number((await row(page, 1))[0]), score(brighter), 6e-4);
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("[data-slider=brightness]").value === "0");
    assert.equal(await panes(page), 1);
    assert.deepEqual(errors, []);
    await context.close();
});

test("by mouse: a drag is followed, ends where the hand is, and is one step in the history", async () => {
    const { page, context } = await open();
    const steps = await page.evaluate(() => history.length);
    await slider(page, "contrast").scrollIntoViewIfNeeded();
    const { x, y, width, height } = await slider(page, "contrast").boundingBox();
    const at = (share) => x + 8 + (width - 16) * share;
    await page.mouse.move(at((1 - 0.4) / 1.6), y + height / 2);
    await page.mouse.down();
    for (let i = 0; i <= 20; i++) {
        await page.mouse.move(at(0.375 + 0.015 * i), y + height / 2);
    }
    await page.mouse.up();
    const value = Number(await slider(page, "contrast").inputValue());
    assert.ok(value > 1.3, `contrast ${value}`);
    await whenEdits(page, [{ kind: "contrast", factor: value }]);
    assert.equal(await page.evaluate(() => history.length), steps + 1);
    const asked = await askIndependently(page, { model, sample, edits: [{ kind: "contrast", factor: value }] });
    if (!asked.flagged) {
        close(number((await row(page, 1))[0]), score(asked), 6e-4);
    }
    // One slider goes back alone.
    await press(page, "down", "ArrowRight", 2);
    await page.locator("button[aria-label='Reset: Contrast']").click();
    await whenEdits(page, [{ kind: "shift", x: 0, y: 0.02 }]);
    assert.equal(await slider(page, "contrast").inputValue(), "1");
    await context.close();
});

test("by touch, on a narrow screen; a link restores it", async () => {
    const { page, context } = await open({ context: await site.browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }) });
    await slider(page, "right").scrollIntoViewIfNeeded();
    const { x, y, width, height } = await slider(page, "right").boundingBox();
    assert.ok(width >= 72 && height >= 24, `${width} × ${height}`);
    await page.touchscreen.tap(x + width * 0.7, y + height / 2);
    const value = Number(await slider(page, "right").inputValue());
    assert.ok(value > 0.05);
    await whenEdits(page, [{ kind: "shift", x: value, y: 0 }]);
    const changed = await row(page, 1);
    const link = page.url();
    const again = await openPage(site.browser, link, {});
    await whenExplained(again.page);
    await again.page.locator(".nudge").waitFor();
    assert.equal(Number(await slider(again.page, "right").inputValue()), value);
    assert.deepEqual(await row(again.page, 1), changed);
    await again.context.close();
    await context.close();
});

test("a picture that a change makes unlike those that the model knows has no numbers", async () => {
    const { page, context } = await open();
    await press(page, "noise", "End", 1);
    const edits = [{ kind: "noise", sigma: 0.3 }];
    await whenEdits(page, edits);
    assert.equal((await askIndependently(page, { model, sample, edits })).flagged, true);
    await page.locator(".unlike-now").waitFor();
    assert.equal(await page.locator(".change table").count(), 0);
    await page.locator(".curves summary").waitFor();
    await page.locator(".curves summary").click();
    const last = await page.locator(".curves tbody tr").last().locator("td").allTextContents();
    assert.equal(last.length, 1);
    assert.match(last[0], /unlike/);
    const summary = await page.locator(".nudge .summary").textContent();
    assert.match(summary, /Wherever the network answers, it says “(yes|no)”\./);
    const answered = await page.locator(".curves tbody tr").filter({ hasText: /yes|no$/ }).count();
    assert.equal(/lies between/.test(summary), answered > 1, "one value has no range");
    await context.close();
});
