/** The page in another language, and what it says of itself where it is taken elsewhere. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openPage, root, startSite } from "./harness.mjs";

const site = startSite();

const file = (name) => path.join(root, name);

/** Waits until every picture on the stage is drawn. */
async function drawn(page) {
    await page.waitForFunction(() => {
        const stages = Array.from(document.querySelectorAll(".stage")).filter((stage) => !stage.hidden);
        return stages.length > 0 && stages.every((stage) => stage.hasAttribute("data-drawn"));
    });
}

/** The language of an element, as a screen reader finds it. */
const languageAt = (locator) => locator.evaluate((element) => element.closest("[lang]").lang);

test("in German, texts and numbers are German, and what stays in English is marked", async () => {
    const { page, errors } = await openPage(site.browser, site.url);
    await drawn(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    const sum = await page.locator(".sum").textContent();
    await page.locator("select.language").selectOption("de");
    await page.locator('html[lang="de"]').waitFor();
    await drawn(page);
    await page.waitForFunction(() => document.querySelector(".sum").textContent.includes("Summe"));
    // The same numbers, with a comma.
    const numbers = (text) => text.match(/[+\u2212]?\d+[.,]?\d*/g).map((number) => number.replace(",", "."));
    const german = await page.locator(".sum").textContent();
    assert.deepEqual(numbers(german), numbers(sum));
    assert.doesNotMatch(german, /\d\.\d/);
    assert.match(german, /\d,\d/);
    assert.equal(await page.locator(".headline").textContent(), "Espresso");
    assert.equal(await languageAt(page.locator(".sentence")), "de");
    // Parts of the page are called so by screen readers.
    assert.deepEqual(await page.locator("#show, #answer").evaluateAll((all) => all.map((each) => each.getAttribute("aria-label"))), ["Bild", "Antwort"]);
    // Every picture of the page has German answers; of the other things that the network knows, most names stay in English.
    const pictures = await page.locator(".gallery button[aria-pressed]").all();
    assert.ok(pictures.length >= 8, String(pictures.length));
    for (const [index, picture] of pictures.entries()) {
        const before = await page.locator(".classes").textContent();
        if (index > 0) {
            await picture.click();
            await page.waitForFunction((before) => document.querySelector(".classes").textContent !== before, before);
            await drawn(page);
        }
        const named = page.locator(".headline, .classes .name");
        assert.deepEqual(await named.evaluateAll((all) => all.flatMap((each) => (each.closest("[lang]").lang === "de" ? [] : [each.textContent]))), [], await picture.textContent());
    }
    await page.locator(".search-input").fill("volcano");
    assert.equal(await languageAt(page.locator(".matches button").first()), "en");
    await page.locator(".search-input").fill("Teekanne");
    assert.equal(await languageAt(page.locator(".matches button").first()), "de");
    await page.locator(".search-input").fill("");
    await page.locator(".gallery button[aria-pressed]").first().click();
    await drawn(page);
    assert.equal(await languageAt(page.locator(".gallery .title").first()), "de");
    assert.equal(await page.locator(".gallery .title").first().textContent(), "Kaffee");
    assert.deepEqual(await page.locator(".credit [lang=en]").allTextContents(), [
        "Rachel Michetti (Pikolo Espresso Bar)",
        "scikit-image",
        "CC0 1.0",
    ]);
    await page.locator("button.about").click();
    assert.equal(await languageAt(page.locator(".card dt").first()), "de");
    assert.equal(await languageAt(page.locator(".card dd span").first()), "en");
    await page.keyboard.press("Escape");
    // A link says so, and so does a reload.
    assert.match(page.url(), /lang=de/);
    await page.reload();
    await drawn(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    assert.deepEqual(errors, []);
    await page.context().close();
});

test("the bar at the top takes one row on a small laptop, whichever model is chosen", async () => {
    for (const language of ["en", "de"]) {
        const { page, context } = await openPage(site.browser, `${site.url}index.html#device=cpu&lang=${language}`, { viewport: { width: 1280, height: 720 } });
        await drawn(page);
        const groups = await page.locator(".tabs label").all();
        assert.ok(groups.length >= 4, String(groups.length));
        for (const group of groups) {
            await group.locator("input").check();
            const name = await group.textContent();
            await drawn(page);
            const rows = await page.locator(".top > :not([hidden], :empty)").evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2));
            assert.ok(Math.max(...rows) - Math.min(...rows) < 4, `${language}, ${name}: middles at ${rows}`);
        }
        await context.close();
    }
});

test("a word of the trade explains itself on one tap, and by keyboard", async () => {
    // Adults have a temperature of their own.
    const { page } = await openPage(site.browser, `${site.url}#model=chest-sparse&population=adults`);
    await drawn(page);
    const names = await page.locator(".words .term").evaluateAll((words) => words.map((word) => word.dataset.term));
    assert.deepEqual(names, ["evidence", "cell", "temperature", "dense", "sparse"]);
    for (const word of [page.locator('.hint [data-term="logit"]'), page.locator('.words [data-term="temperature"]')]) {
        const panel = page.locator(`#${await word.getAttribute("popovertarget")}`);
        assert.equal(await panel.isVisible(), false);
        await word.click();
        assert.equal(await panel.isVisible(), true);
        await page.keyboard.press("Escape");
        assert.equal(await panel.isVisible(), false);
        await word.focus();
        await page.keyboard.press("Enter");
        assert.equal(await panel.isVisible(), true);
        await page.keyboard.press("Escape");
    }
    await page.context().close();
});

test("a picture without colour comes with a warning on the everyday model, and with the way to those that know X-rays", async () => {
    const { page } = await openPage(site.browser, site.url);
    await drawn(page);
    assert.equal(await page.locator(".scans").isVisible(), false, "coffee has colours");
    await page.locator(".film input[type=file]").setInputFiles(file("web/samples/chest/nih-00002275_018.jpg"));
    await page.locator(".scans").waitFor();
    const said = await page.locator(".scans").textContent();
    assert.match(said, /next to no colour/);
    assert.match(said, /Not a diagnosis/);
    const ways = await page.locator(".scans button").allTextContents();
    assert.deepEqual(ways, ["Fundus photographs", "OCT scans", "Chest X-rays"]);
    await page.locator(".scans button", { hasText: "Chest" }).click();
    await page.locator(".headline", { hasText: "Pneumonia" }).waitFor();
    assert.equal(await page.locator(".scans").isVisible(), false, "that model is made for it");
    assert.equal(await page.locator(".stages > .notice").isVisible(), true);
    await page.context().close();
});

test("what the everyday gallery says of a picture is not said under a model of another domain", async () => {
    const { page } = await openPage(site.browser, `${site.url}#device=cpu&model=efficientnet-lite0&sample=retina.jpg`);
    await drawn(page);
    const credit = () => page.locator(".credit").textContent();
    assert.match(await credit(), /unknown to it.*The model knows no eyes/);
    await page.goto(`${site.url}?again#device=cpu&model=fundus-sparse&sample=retina.jpg`);
    await page.locator(".unlike").waitFor();
    assert.doesNotMatch(await credit(), /unknown|no eyes/);
    assert.match(await credit(), /\w/, "whose picture it is");
    await page.context().close();
});

test("medical samples say that they were seen in training, wherever they are on show with that model", async () => {
    const { page } = await openPage(site.browser, `${site.url}#model=chest-dense`);
    await drawn(page);
    await page.waitForFunction(() => document.querySelectorAll(".gallery .note").length === 6);
    for (const note of await page.locator(".gallery .note").allTextContents()) {
        assert.match(note, /trained on/);
    }
    assert.match(await page.locator(".credit").textContent(), /trained on this picture/);
    await page.context().close();
});

test("a saved picture and a copied link say which picture, which model, which version, and whose picture", async () => {
    const context = await site.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 800 } });
    await context.addInitScript(() => {
        globalThis.written = [];
        const { fillText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
            globalThis.written.push(text);
            return fillText.call(this, text, ...rest);
        };
    });
    const { page } = await openPage(site.browser, `${site.url}#model=fundus-dense&sample=fundus/idrid-001.jpg`, { context });
    await drawn(page);
    const [, version] = (await readFile(file("Cargo.toml"), "utf8")).match(/^version = "([\d.]+)"/m);
    const credit = /Porwal et al\., Indian Diabetic Retinopathy Image Dataset.*CC BY 4\.0/;
    const made = new RegExp(`SoftCAM ${version.replaceAll(".", "\\.")}; model: .*\\(fundus-dense\\), 768 px`);

    const download = page.waitForEvent("download");
    await page.locator("button.save").click();
    const saved = await readFile(await (await download).path());
    assert.deepEqual([...saved.subarray(1, 4)], [...Buffer.from("PNG")]);
    const words = (await page.evaluate(() => globalThis.written)).join(" ");
    assert.match(words, credit);
    assert.match(words, made);
    assert.match(words, /says yes from 0\.43 on/);
    assert.match(words, /Not a diagnosis/);
    // The title's number is the one that the page shows.
    const [total] = (await page.locator(".sum").textContent()).match(/[+\u2212]\d+\.\d+$/);
    assert.ok(words.includes(total), `${total} is in the picture`);

    await page.locator("button.share").click();
    await page.locator(".said").waitFor();
    const copied = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        const text = async (type) => (await item.getType(type)).text();
        return { plain: await text("text/plain"), html: await text("text/html") };
    });
    assert.equal(copied.plain, page.url());
    const shown = copied.html.replace(/<[^>]*>/g, "");
    assert.match(shown, made);
    assert.match(shown, credit);
    assert.match(copied.html, /href="[^"]*sample=fundus\/idrid-001\.jpg/);
    await context.close();
});
