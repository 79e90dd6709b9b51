/** Many pictures together: their mean evidence, and the cells over all of them that say most. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { askEngine, mapFrom, numberIn } from "./answers.mjs";
import { openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const { sets } = JSON.parse(await readFile(path.join(root, "web/samples/index.json"), "utf8"));
/** The finding of the medical models, over its absence. */
const [FINDING, NONE] = [1, 0];

async function together(hash, use) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 } });
    const opened = await openPage(site.browser, `${site.url}#${hash}&device=cpu&tool=together`, { context });
    try {
        await opened.page.locator(".together-start").waitFor();
        await whenExplained(opened.page);
        await use(opened);
        assert.deepEqual(opened.errors, []);
    } finally {
        await context.close();
    }
}

/** The values of the table of the mean map, row by row. */
async function meanTable(page) {
    await page.locator(".together-result summary").click();
    const texts = await page.locator(".together-values tbody td").allTextContents();
    return texts.map(numberIn);
}

/** What a sheet shows, in order. */
function sheet(page, sign) {
    return page.locator(`.crops[data-sign="${sign}"] .crop`).evaluateAll((crops) =>
        crops.map((crop) => ({ picture: crop.dataset.picture, value: crop.querySelector(".value").textContent })),
    );
}

test("the mean is that of the answers, and the sheets hold the cells that say most, in order", () =>
    together(`model=chest-dense&sample=${sets.chest[0].file}`, async ({ page }) => {
        const files = sets.chest.map(({ file }) => file);
        const answers = await askEngine(page, files.map((picture) => ({ model: "chest-dense", picture })));
        const maps = answers.map((answer) => mapFrom(answer, FINDING, NONE));
        assert.ok(answers.every(({ flagged }) => !flagged));

        await page.locator(".together-start").click();
        await page.locator(".together-result:not([hidden])").waitFor();
        const mean = maps[0].map((_, cell) => maps.reduce((sum, map) => sum + map[cell], 0) / maps.length);
        const shown = await meanTable(page);
        assert.equal(shown.length, mean.length);
        shown.forEach((value, cell) => assert.ok(Math.abs(value - mean[cell]) <= 0.0051, `cell ${cell}: ${value} ${mean[cell]}`));
        const logits = answers.map((answer) => answer.logits[FINDING] - answer.logits[NONE]);
        const rows = await page.locator(".together-numbers .each td:nth-of-type(1)").allTextContents();
        rows.forEach((text, index) => assert.ok(Math.abs(numberIn(text) - logits[index]) < 1e-3, `${text} ${logits[index]}`));
        const [average, sum] = (await page.locator(".together-numbers .average td").first().textContent()).split("=").map(numberIn);
        assert.equal(average, sum, "the mean of the logits is the sum of the mean map");
        assert.ok(Math.abs(average - logits.reduce((total, logit) => total + logit, 0) / logits.length) < 1e-3);

        const cells = maps.flatMap((map, index) => map.map((value, cell) => ({ picture: `sample:${files[index]}`, value, cell })));
        const signed = (value) => `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(2)}`;
        const expected = (sign, spread) => {
            const taken = new Set();
            return cells
                .filter(({ value }) => value * sign > 0)
                .sort((a, b) => sign * (b.value - a.value))
                .filter(({ picture }) => !spread || (!taken.has(picture) && taken.add(picture)))
                .slice(0, 6)
                .map(({ picture, value }) => ({ picture, value: signed(value) }));
        };
        for (const spread of [true, false]) {
            await page.locator(".together .check input").setChecked(spread);
            for (const sign of [1, -1]) {
                assert.deepEqual(await sheet(page, sign), expected(sign, spread));
            }
        }
        await page.waitForFunction(() => [...document.querySelectorAll(".crop canvas")].every((canvas) => canvas.hasAttribute("data-drawn")));

        // The keyboard reads whose it is; a click opens the picture with that cell held.
        const first = page.locator('.crops[data-sign="1"] .crop').first();
        await first.focus();
        const strongest = cells.toSorted((a, b) => b.value - a.value)[0];
        const { attribution } = sets.chest.find(({ file }) => `sample:${file}` === strongest.picture);
        assert.ok((await page.locator(".together-credit").textContent()).includes(attribution));
        await page.keyboard.press("Enter");
        const file = strongest.picture.slice("sample:".length);
        const { columns } = answers[0];
        await page.waitForFunction((sample) => new URLSearchParams(location.hash.slice(1)).get("sample") === sample, file);
        await whenExplained(page);
        await page.locator(".readout", { hasText: `Row ${Math.floor(strongest.cell / columns) + 1}, column ${(strongest.cell % columns) + 1}` }).waitFor();
        assert.ok((await page.locator(".readout").textContent()).includes(strongest.value.toFixed(3)));
        assert.ok(await page.locator(".together-result").isVisible(), "the sheets stay");
    }));

test("what is cancelled shows nothing, and goes on from there", () =>
    together(`model=fundus-dense&sample=${sets.fundus[0].file}`, async ({ page }) => {
        await page.locator(".together-start").press("Enter");
        await page.locator(".together-cancel").waitFor();
        assert.ok(await page.locator(".together-cancel").evaluate((cancel) => cancel === document.activeElement), "the focus goes along");
        await page.keyboard.press("Enter");
        await page.locator(".together-start").waitFor();
        assert.ok(await page.locator(".together-result").isHidden());
        // What is asked now is answered at once: nothing of the run is left in its way.
        await page.locator(".gallery button").nth(1).click();
        await whenExplained(page);
        assert.ok(await page.locator(".together-result").isHidden());
        await page.locator(".together-start").click();
        await page.locator(".together-result:not([hidden])").waitFor();
        assert.equal(await page.locator(".together-numbers .each").count(), sets.fundus.length);
    }));

test("pictures that are unlike those that the model knows are left out, and named", () =>
    together(`model=oct-sparse&sample=${sets.oct[0].file}`, async ({ page }) => {
        await page.locator("#filmstrip input[type=file]").setInputFiles(path.join(root, "web/samples/flower.jpg"));
        await page.locator(".unlike:visible").waitFor();
        await page.locator(".gallery button").nth(1).click();
        await whenExplained(page);
        await page.locator(".together-start").click();
        await page.locator(".together-result:not([hidden])").waitFor();
        assert.match(await page.locator(".together-left").textContent(), /flower\.jpg/);
        assert.equal(await page.locator(".together-numbers .each").count(), sets.oct.length);
    }));
