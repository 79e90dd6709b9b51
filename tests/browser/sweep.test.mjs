/**
 * The sweep: its numbers are those of the engine, one sweep serves every class, and one that is cancelled leaves nothing.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, startSite, whenExplained } from "./harness.mjs";
import { SIDE, askIndependently, goToCell, hash, signedNumbers } from "./independent.mjs";

const site = startSite();
const [model, sample] = ["chest-dense", "chest/kermany-person1946_bacteria_4874.jpg"];
const close = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

/** Counts what the page asks of its worker; on the CPU, it answers for one covered picture at a time. */
function count() {
    globalThis.asked = { explain: 0, cancel: 0 };
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
        const type = message.question === "answers" ? "explain" : (message.question ?? message.type);
        if (type in globalThis.asked) {
            globalThis.asked[type] += 1;
        }
        return post.call(this, message, ...rest);
    };
}

const asked = (page) => page.evaluate(() => ({ ...globalThis.asked }));

async function open(options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.addInitScript(count);
    const opened = await openPage(site.browser, `${site.url}#device=cpu&model=${model}&sample=${sample}`, { context });
    await whenExplained(opened.page);
    await opened.page.locator(".toolbar [data-tool=sweep]").click();
    await opened.page.locator(".sweep .start").waitFor();
    return opened;
}

const pointed = async (page) => signedNumbers(await page.locator(".pointed").textContent());
const panes = (page) => page.locator(".stage:not([hidden])").count();

test("what covering costs is the difference of two answers, for every class, of one sweep", async () => {
    const { page, context, errors } = await open();
    const [fill, block] = [page.locator(".sweep select").nth(0), page.locator(".sweep select").nth(1)];
    await fill.selectOption("black");
    await block.selectOption("2");
    await page.locator(".sweep .start").click();
    await page.locator(".agreement").waitFor();
    await whenExplained(page);
    assert.equal((await asked(page)).explain, 1 + (SIDE / 2) ** 2);
    assert.equal(await panes(page), 2);

    // The cell at row 5, column 7 is covered along with those to its right and below.
    await goToCell(page, -2, 0);
    const at = 4 * SIDE + 6;
    const cells = [at, at + 1, at + SIDE, at + SIDE + 1];
    const base = await askIndependently(page, { model, sample });
    const edits = [{ kind: "mask", rows: SIDE, columns: SIDE, cells, fill: "black" }];
    const covered = await askIndependently(page, { model, sample, edits });
    assert.match(await page.locator(".pointed").textContent(), /^Row 5, column 7/);
    const score = ({ logits }) => logits[1] - logits[0];
    let [adds, change] = await pointed(page);
    close(adds, (base.maps[1][at] - base.maps[0][at]) / SIDE ** 2, 6e-4);
    close(change, score(covered) - score(base), 6e-4);

    const { explain } = await asked(page);
    await page.locator(".classes input").nth(1).click();
    await page.locator(".pointed", { hasText: "changes the logit by" }).waitFor();
    await whenExplained(page);
    [adds, change] = await pointed(page);
    close(adds, base.maps[1][at] / SIDE ** 2, 6e-4);
    close(change, covered.logits[1] - base.logits[1], 6e-4);
    assert.equal((await asked(page)).explain, explain, "another class asks nothing new");

    assert.equal(JSON.parse((await hash(page)).get("beside")).options, "black-2");
    await page.goBack();
    await page.goBack();
    await page.locator(".stage:not([hidden])").nth(1).waitFor({ state: "detached" });
    assert.equal(await panes(page), 1);
    assert.equal(await block.inputValue(), "2");
    assert.deepEqual(errors, []);
    await context.close();
});

test("one that is cancelled, by keyboard, leaves the page as it was, and goes on where it ended", async () => {
    const { page, context, errors } = await open();
    const before = await page.locator(".headline").textContent();
    await page.locator(".sweep .start").focus();
    await page.keyboard.press("Enter");
    await page.locator(".doing", { hasText: /^Part ([3-9]|\d\d)/ }).waitFor();
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Cancel/);
    await page.keyboard.press("Enter");
    await page.locator(".sweep .start").waitFor();
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Start/);
    const { explain, cancel } = await asked(page);
    assert.equal(cancel, 1);
    assert.ok(explain < SIDE ** 2);
    assert.equal(await panes(page), 1);
    assert.equal(await page.locator(".headline").textContent(), before);
    assert.ok(await page.locator(".sweep .result").isHidden());
    // Whatever the page asks now is answered, and nothing was asked in between.
    await page.locator(".toolbar button[aria-label='Show the cells']").click();
    await whenExplained(page);
    assert.equal((await asked(page)).explain, explain);
    assert.equal((await hash(page)).get("beside"), null);

    await page.locator(".sweep .start").click();
    await page.locator(".agreement").waitFor();
    // The one that was given up is asked once more.
    assert.equal((await asked(page)).explain, 1 + SIDE ** 2 + 1);
    assert.deepEqual(errors, []);
    await context.close();
});

test("by touch, on a narrow screen", async () => {
    const { page, context } = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.locator(".sweep select").nth(1).selectOption("3");
    await page.locator(".sweep .start").tap();
    await page.locator(".agreement").waitFor();
    await page.locator(".sweep .alone").tap();
    await page.locator(".sweep .start").waitFor();
    assert.equal(await panes(page), 1);
    await context.close();
});
