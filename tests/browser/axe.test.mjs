/**
 * Every view and every tool, in both themes, wide and narrow: axe-core finds nothing to complain about.
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const axe = await readFile(path.join(root, "tests/node_modules/axe-core/axe.min.js"), "utf8");
const TOOLS = ["ledger", "mask", "sweep", "nudge", "sanity", "compare", "methods", "together", "break", "teach", "camera"];

/** What axe says of the page as it is now, in a few words each. */
async function violations(page) {
    return page.evaluate(async () => {
        const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} (${any[0]?.message ?? ""})`).join("; ")}`);
    });
}

/** A view by what the hash says. */
async function go(page, hash) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await whenExplained(page);
}

/** A lesson: before and after its marks, with a tool, at its end; its list, and the sheets for teachers. */
async function lessons(page, look) {
    const step = async (hash) => {
        await page.evaluate((hash) => (location.hash = hash), `device=cpu&lesson=reasons&step=${hash}`);
        // The address keeps silent about the first step.
        await page.locator(".lesson-count", { hasText: `Step ${hash} of` }).waitFor();
        await whenExplained(page);
    };
    await step(1);
    await look("marking");
    await page.locator(".stage").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.locator(".lesson-go").click();
    await page.locator(".lesson-overlaps").waitFor();
    await look("marked");
    await step(5);
    await look("choice");
    await page.locator(".lesson-option").first().click();
    await page.locator(".lesson-go").click();
    await look("chosen");
    // At the end of what was begun in the middle, tasks are open.
    while (!(await page.locator(".lesson-to-open").isVisible())) {
        const title = await page.locator(".lesson-title").textContent();
        if (await page.locator(".lesson-skip").isVisible()) {
            await page.locator(".lesson-skip").click();
        }
        await page.locator(".lesson-next").click();
        await page.waitForFunction((before) => document.querySelector(".lesson-title").textContent !== before, title);
        await whenExplained(page);
    }
    await look("end");
    await page.locator("button.lessons").click();
    await page.locator(".lesson-start").first().waitFor();
    for (const summary of await page.locator(".lesson-teacher summary").all()) {
        await summary.click();
    }
    await look("lessons");
    await page.locator(".popover.lessons select").selectOption("evidence");
    await page.locator("button.lesson-class").click();
    // A lesson is being played that asks something still.
    await page.locator(".popover.lessons .sure-yes").waitFor();
    await look("for teachers only");
    await page.locator(".popover.lessons .sure-yes").click();
    await page.locator(".class-codes").waitFor();
    await look("class");
    await page.locator(".sheet-close").click();
}

/** Classes of one's own, learnt; and a lesson that is made of one of their pictures. */
async function teach(page, look) {
    await page.locator("[data-tool=teach]").first().click();
    const inputs = page.locator(".teach-class input[type=file]");
    const sample = (name) => path.join(root, "web/samples", name);
    await inputs.nth(0).setInputFiles(["coffee.jpg", "flower.jpg"].map(sample));
    await inputs.nth(1).setInputFiles([sample("rocket.jpg"), path.join(root, "tests/bad/images/empty.png")]);
    await page.locator(".teach-learn:enabled").waitFor();
    await page.locator(".teach-learn").click();
    await page.locator(".teach-result:not([hidden])").waitFor();
    await whenExplained(page);
    await look("taught");
    await page.locator(".teach-thumb").first().click();
    await whenExplained(page);
    await page.locator("button.lessons").click();
    // It may be open from before.
    await page.locator(".lesson-teacher").last().evaluate((details) => (details.open = true));
    await page.locator("button.lesson-make").click();
    await page.locator(".maker-step").first().waitFor();
    await page.waitForFunction(() => /: \S/.test(document.querySelector(".maker-answer").textContent));
    await page.locator(".maker .sheet-body > .maker-field input").first().fill("Cups");
    await page.locator(".maker-anew").click();
    await page.locator(".maker .sure-no").waitFor();
    await look("maker");
    await page.locator(".maker .sure-no").click();
    await page.locator(".sheet-close").click();
}

describe("no violations", () => {
    for (const colorScheme of ["light", "dark"]) {
        for (const width of [360, 1280]) {
            test(`${colorScheme}, ${width} px`, async () => {
                const options = { viewport: { width, height: 720 }, colorScheme };
                const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`, options);
                await whenExplained(page);
                await page.evaluate(axe);
                const found = [];
                const look = async (view) => {
                    for (const violation of await violations(page)) {
                        found.push(`${view}: ${violation}`);
                    }
                };
                await look("opening");
                for (const panel of ["about", "settings", "help"]) {
                    await page.locator(`button.${panel}`).click();
                    await page.locator(`.popover.${panel} *:visible`).first().waitFor();
                    await look(panel);
                    await page.keyboard.press("Escape");
                }
                await page.locator(".search-input").fill("dog");
                await look("search");
                await page.locator(".stage").first().press("ArrowRight");
                await look("cell");
                for (const tool of TOOLS) {
                    await page.locator(`[data-tool="${tool}"]`).first().click();
                    await page.locator(".tool-panel .tool-body > *:visible").first().waitFor();
                    await whenExplained(page);
                    await look(tool);
                }
                await page.locator(".film input[type=file]").setInputFiles([path.join(root, "web/samples/rocket.jpg"), path.join(root, "tests/bad/images/truncated.jpg")]);
                await page.locator(".many-says", { hasText: "2 of 2" }).waitFor();
                await page.locator(".many-open").click();
                await page.locator(".many-reasons summary").first().click();
                await look("many");
                const base = "device=cpu&model=chest-sparse&sample=chest/nih-00002275_018.jpg";
                await go(page, base);
                await look("medical");
                const beside = encodeURIComponent(JSON.stringify({ model: "chest-dense" }));
                for (const arrangement of ["side", "swipe", "difference"]) {
                    await go(page, `${base}&tool=compare&beside=${beside}&arrangement=${arrangement}`);
                    await look(arrangement);
                }
                await lessons(page, look);
                await go(page, "device=cpu&sample=coffee.jpg");
                await teach(page, look);
                assert.deepEqual(found, []);
                await context.close();
            });
        }
    }

    test("German, and a picture that the model does not know", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu&model=fundus&lang=de`, { viewport: { width: 1280, height: 720 } });
        await whenExplained(page);
        await page.evaluate(axe);
        assert.deepEqual(await violations(page), []);
        await page.locator(".film input[type=file]").setInputFiles(path.join(root, "web/samples/rocket.jpg"));
        await page.locator(".unlike button").first().waitFor();
        assert.deepEqual(await violations(page), []);
        await context.close();
    });
});
