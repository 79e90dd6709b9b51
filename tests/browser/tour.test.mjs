/**
 * Newcomers are shown around once: five pointers that block nothing, that are gone for good when they are closed, and that
 * come back for who asks; and every key that does something stands in a list.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const tour = (page) => page.locator(".tour");
const axe = await readFile(path.join(root, "tests/node_modules/axe-core/axe.min.js"), "utf8");

/** Whether two boxes have a point in common. */
const overlap = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The page as somebody sees it who was never here. */
async function arrive(options = {}, hash = "") {
    const opened = await openPage(site.browser, `${site.url}${hash}`, { newcomer: true, viewport: { width: 1280, height: 720 }, ...options });
    await whenExplained(opened.page);
    return opened;
}

describe("pointers for newcomers", () => {
    test("five, each beside what it speaks of, by mouse; closed for good, and back for who asks", async () => {
        const { page, context, errors } = await arrive();
        await tour(page).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement === document.body), true, "nothing takes the focus");
        const titles = new Set();
        for (let step = 1; step <= 5; step++) {
            assert.equal(await page.locator(".tour-step").textContent(), `${step} of 5`);
            titles.add(await page.locator(".tour h2").textContent());
            const [card, target] = [await tour(page).boundingBox(), await page.locator(".pointed").boundingBox()];
            assert.ok(card.x >= 0 && card.y >= 0 && card.x + card.width <= 1280 && card.y + card.height <= 720, `step ${step} is in sight`);
            assert.equal(overlap(card, target), step === 1, `step ${step} covers only the picture`);
            await page.locator(".tour-next").click();
        }
        assert.equal(titles.size, 5);
        assert.equal(await tour(page).count(), 0);
        assert.equal(await page.locator(".pointed").count(), 0);

        // Without the hash that the page has written: as at the first visit.
        await page.goto("about:blank");
        await page.goto(site.url);
        await whenExplained(page);
        await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("guide.js")));
        await page.evaluate(() => import("./web/ui/tour.js"));
        assert.equal(await tour(page).count(), 0, "seen is seen");
        await page.locator("button.help").click();
        await page.locator(".tour-again").click();
        await tour(page).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.className), "tour-next");
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("by keyboard: first in order, back and on, ended by Escape", async () => {
        const { page, context } = await arrive();
        await tour(page).waitFor();
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.className), "sign tour-close");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        assert.equal(await page.locator(".tour-step").textContent(), "2 of 5");
        await page.locator(".tour-back").focus();
        await page.keyboard.press("Enter");
        assert.equal(await page.locator(".tour-step").textContent(), "1 of 5");
        await page.locator(".tour-next").focus();
        await page.keyboard.press("Escape");
        assert.equal(await tour(page).count(), 0);
        assert.equal(await page.evaluate(() => localStorage.getItem("softcam-tour")), "seen");
        await context.close();
    });

    test("nothing waits for them: the page is used as ever", async () => {
        const { page, context } = await arrive();
        await tour(page).waitFor();
        await page.locator(".gallery button").nth(1).click();
        await whenExplained(page);
        assert.equal(await page.locator(".gallery button").nth(1).getAttribute("aria-pressed"), "true");
        assert.equal(await tour(page).count(), 1);
        await page.locator("select.language").selectOption("de");
        await page.waitForFunction(() => document.querySelector(".tour-step")?.textContent === "1 von 5");
        await context.close();
    });

    test("not where a link shows something", async () => {
        const { page, context } = await arrive({}, "#sample=coffee.jpg");
        await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("guide.js")));
        await page.evaluate(() => import("./web/ui/tour.js"));
        assert.equal(await tour(page).count(), 0);
        await context.close();
    });

    for (const colorScheme of ["light", "dark"]) {
        test(`on a phone, ${colorScheme}: at the bottom, with what it speaks of in sight, and nothing for axe to complain about`, async () => {
            const { page, context } = await arrive({ viewport: { width: 360, height: 740 }, colorScheme });
            await tour(page).waitFor();
            await page.evaluate(axe);
            for (let step = 1; step <= 5; step++) {
                const card = await tour(page).boundingBox();
                const target = await page.locator(".pointed").boundingBox();
                assert.ok(card.x >= 0 && card.x + card.width <= 360 && card.y + card.height <= 740);
                assert.ok(target.y < card.y && target.y + target.height > 0, `step ${step}`);
                const small = await page.locator(".tour button:visible").evaluateAll((all) => all.filter((one) => one.offsetHeight < 24 || one.offsetWidth < 24).length);
                assert.equal(small, 0);
                const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
                assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].target}`), []);
                await page.locator(".tour-next").click();
            }
            await context.close();
        });
    }
});

describe("the list of keys", () => {
    test("opens and closes at “?”, but not while somebody writes", async () => {
        const { page, context } = await arrive({ newcomer: false });
        await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("guide.js")));
        const help = page.locator(".popover.help");
        const open = () => help.evaluate((element) => element.matches(":popover-open"));
        await page.locator(".stage").first().focus();
        await page.keyboard.press("?");
        await page.locator(".keys").first().waitFor();
        assert.equal(await open(), true);
        const listed = await page.locator(".keys kbd").allTextContents();
        for (const key of ["Arrows", "Home", "End", "Space", "Del", "+", "M", "Esc", "?"]) {
            assert.ok(listed.includes(key), key);
        }
        await page.keyboard.press("?");
        assert.equal(await open(), false);
        await page.locator(".search-input").fill("");
        await page.locator(".search-input").press("?");
        assert.equal(await page.locator(".search-input").inputValue(), "?");
        assert.equal(await open(), false);
        await context.close();
    });
});
