/**
 * A model whose card has several populations: whose threshold counts is a choice beside the answer, said there, and part of the
 * link and of what can be undone.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPage, panel, root, startSite, whenExplained } from "./harness.mjs";
import { contentsOf, safetensors } from "./networks.mjs";

const site = startSite();
let folder;
before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
});
after(async () => {
    await rm(folder, { recursive: true, force: true });
});

/** The shipped chest model with another card. */
async function withCard(change) {
    const bytes = await readFile(path.join(root, "web/models/chest-dense.safetensors"));
    const { metadata, tensors } = contentsOf(bytes);
    const card = JSON.parse(metadata.softcam);
    change(card);
    return safetensors(tensors, { softcam: JSON.stringify(card) });
}

test("the visitor chooses whose threshold counts, and the page says so", async () => {
    const point = (probability) => ({ positive: 1, probability, chosen: "by hand" });
    const model = await withCard((card) => {
        Object.assign(card, { temperature: 1, operating_point: point(0.01) });
        card.populations = [
            { name: "children", temperature: 1, operating_point: point(0.01) },
            { name: "adults", temperature: 4, operating_point: point(0.99) },
        ];
        card.figures = [{ name: "AUC", value: 0.93, low: 0.9, high: 0.955, measured_on: "folds" }];
    });
    const file = path.join(folder, "two.safetensors");
    await writeFile(file, model);
    const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu&model=chest-dense`);
    await whenExplained(page);
    assert.deepEqual(await page.locator(".population label").allTextContents(), ["children", "adults"], "the shipped model knows both");
    assert.match(await page.locator(".answer .sub").textContent(), /yes from 0\.11 on\. Threshold for children\.$/);
    await (await panel(page, "about")).locator(".model-file").setInputFiles(file);
    await page.locator(".popover.about", { hasText: /0\.9.{1,9}0\.955/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".invitation .again").click();
    await whenExplained(page);

    const sub = () => page.locator(".answer .sub").textContent();
    const sum = () => page.locator(".sum").textContent();
    const probability = async () => Number.parseFloat(await page.locator(".classes .probability").first().textContent());
    assert.match(await sub(), /yes from 0\.01(00)? on\. Threshold for children\.$/);
    assert.deepEqual(await page.locator(".population label").allTextContents(), ["children", "adults"]);
    const [evidence, before] = [await sum(), await probability()];

    await page.locator(".population label", { hasText: "adults" }).click();
    await page.waitForFunction(() => document.querySelector(".answer .sub")?.textContent.includes("adults"));
    assert.match(await sub(), /yes from 0\.99 on\. Threshold for adults\.$/);
    assert.equal(await sum(), evidence, "the same evidence");
    const odds = (percent) => Math.log(percent / (100 - percent));
    const now = await probability();
    assert.ok(Math.abs(now - before) > 1 || before === 50, `${before} ${now}`);
    assert.ok(Math.abs(odds(now)) < Math.abs(odds(before)) + 0.05, "nearer to one half");
    assert.match(page.url(), /population=adults/);

    await page.goBack();
    await page.waitForFunction(() => document.querySelector(".answer .sub")?.textContent.includes("children"));
    assert.equal(await probability(), before);
    assert.deepEqual(errors, []);
    await context.close();
});

test("a film of the gallery is read by the threshold that suits it, unless the visitor chooses another", async () => {
    const [child, adult] = ["chest/kermany-person1946_bacteria_4874.jpg", "chest/nih-00002275_018.jpg"];
    const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu#device=cpu&model=chest-sparse&sample=${adult}`);
    const { populations } = JSON.parse(contentsOf(await readFile(path.join(root, "web/models/chest-sparse.safetensors"))).metadata.softcam);
    const [children, adults] = populations.map(({ operating_point: { probability } }) => probability.toFixed(2));
    const threshold = async (name, from) => {
        await page.locator(".answer .sub", { hasText: `yes from ${from} on. Threshold for ${name}.` }).waitFor();
        assert.ok(await page.locator(".population label", { hasText: name }).locator("input").isChecked());
    };
    await threshold("adults", adults);
    assert.doesNotMatch(page.url(), /population=/, "nobody chose it");
    await page.locator(`.gallery button[data-key="sample:${child}"]`).click();
    await threshold("children", children);
    await page.locator(".population label", { hasText: "adults" }).click();
    await threshold("adults", adults);
    await page.goBack();
    await threshold("children", children);
    await page.goBack();
    await threshold("adults", adults);
    await page.locator(".population label", { hasText: "children" }).click();
    await threshold("children", children);
    assert.match(page.url(), /population=children/);
    // What was chosen for this film does not hold for the next one, whose population is known.
    await page.locator('.gallery button[data-key="sample:chest/nih-00003291_001.jpg"]').click();
    await threshold("adults", adults);

    // Side by side, each is read by its own.
    await page.locator(".toolbar [data-tool=compare]").click();
    await page.locator(".pair [data-row=yes]").waitFor();
    await page.locator(".tool-panel .segments label", { hasText: /^Picture$/ }).click();
    await page.locator(".pair-choices select:visible").selectOption({ label: "Child C" });
    await page.locator(".pair [data-row=yes] td", { hasText: "children" }).waitFor();
    const said = await page.locator(".pair [data-row=yes] td").allTextContents();
    assert.match(said[0], new RegExp(`^${adults}\\d* \\(adults\\)$`));
    assert.match(said[1], new RegExp(`^${children.slice(0, 3)}\\d* \\(children\\)$`));
    assert.deepEqual(errors, []);
    await context.close();
});
