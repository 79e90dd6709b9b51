/**
 * Models that judge people's health, on the page as a visitor uses it: the notice, the decision, pictures that are unlike
 * the training set, and changing between models. The models are stand-ins; see stand-ins.mjs.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { choose, closePanels, drop, openPage, panel, root, startSite, whenExplained, whenReady } from "./harness.mjs";
import { offerStandIns, standIns } from "./stand-ins.mjs";

const NOTICE = /Teaching demonstration\. Not a diagnosis, not a medical device\./;
const WARNING = /Unlike the pictures that this model was trained on/;
/** Of set "fundus": one that the stand-ins know, and one that they flag. */
const KNOWN = "fundus/idrid-014.jpg";
const FLAGGED = "fundus/idrid-037.jpg";
const sample = (name) => path.join(root, "web/samples", name);

const site = startSite();

/**
 * Runs in every page before its own scripts: counts what is drawn on the overlay, and records what is written on any
 * canvas.
 */
function record() {
    globalThis.recorded = { overlays: 0, texts: [] };
    const { putImageData, fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        globalThis.recorded.overlays += this.canvas.className === "overlay" ? 1 : 0;
        return putImageData.apply(this, given);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, ...given) {
        globalThis.recorded.texts.push(text);
        return fillText.call(this, text, ...given);
    };
}

/** A context that offers the stand-ins; `prepare` may change what it gets to load. */
async function contextOf(options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.addInitScript(record);
    await offerStandIns(context);
    return context;
}

/** A page that offers the stand-ins and has explained its picture, closed after `use`. */
async function withPage(query, use, options = {}) {
    const context = await contextOf(options);
    const opened = await openPage(site.browser, `${site.url}?device=cpu${query}`, { context });
    try {
        await whenExplained(opened.page);
        await use(opened);
        assert.deepEqual(opened.errors, []);
    } finally {
        await context.close();
    }
}

const text = (page, selector) => page.locator(selector).textContent();
const visible = (page, selector) => page.locator(selector).isVisible();
const overlays = (page) => page.evaluate(() => globalThis.recorded.overlays);
const title = (page) => text(page, ".ledger-title");
const inUse = (page) => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("model"));
const tab = (page, name) => page.locator(".tabs label", { hasText: name });
const shownPicture = (page) => page.locator(".gallery [aria-pressed=true]").textContent();

async function whenTitled(page, wanted) {
    await page.waitForFunction((wanted) => document.querySelector(".ledger-title").textContent === wanted, wanted);
    await whenExplained(page);
}

/** The numbers of the line on what all cells add up to. */
async function sumLine(page) {
    const line = (await text(page, ".sum")).replaceAll("\u2212", "-");
    const [, sum, what, logit] = line.match(/: ([+-]?[\d.]+) = (logit|difference of the logits) ([+-]?[\d.]+)/) ?? assert.fail(line);
    assert.equal(sum, logit, "in as many digits as they agree on");
    return { what, logit: Number(logit) };
}

const logits = async (page) => {
    const rows = await page.locator(".classes .logit").allTextContents();
    return rows.map((row) => Number(row.replaceAll("\u2212", "-").match(/[+-]?[\d.]+$/)[0]));
};

/** Waits until the model of this id is in use, and its answer on show or withheld. */
async function whenUsing(page, id) {
    await page.waitForFunction((wanted) => new URLSearchParams(location.hash.slice(1)).get("model") === wanted, id);
    await whenExplained(page);
}

const OVER = "Evidence for referable retinopathy, over no referable retinopathy";
const ALONE = "Evidence for referable retinopathy";
const chosenVariant = (page) => page.evaluate(() => document.querySelector(".segments input:checked").value);
const chosenTab = (page) => page.locator(".tabs label:has(:checked)").textContent();

describe("a medical model", () => {
    test("says that it is for teaching only, shows one class over the other, and where yes begins", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            assert.match(await text(page, ".stages .notice"), NOTICE);
            assert.equal(await visible(page, ".stages .notice"), true);
            assert.equal(await page.locator(".notice button").count(), 0, "nothing dismisses it");
            assert.deepEqual(await page.locator(".tabs label").allTextContents(), ["Everyday objects", "Fundus photographs", "OCT scans"]);

            assert.equal(await title(page), OVER);
            const [difference, ill, healthy] = await logits(page);
            const over = await sumLine(page);
            assert.equal(over.what, "difference of the logits");
            assert.ok(Math.abs(over.logit - (ill - healthy)) < 0.011 && Math.abs(over.logit - difference) < 0.006);

            // Its probability stands beside the point where yes begins, which is marked on the scale of the evidence.
            const sentence = await text(page, ".sub");
            const [, probability] = sentence.match(/^Probability ([\d.]+); this model says yes from 0\.41 on\.$/) ?? assert.fail(sentence);
            assert.ok(Math.abs(1 / (1 + Math.exp(-over.logit)) - Number(probability)) < 0.006);
            assert.equal(await text(page, ".headline"), `Referable retinopathy: ${Number(probability) >= 0.41 ? "yes" : "no"}`);
            const limit = Number((await page.locator(".ticks span").last().textContent()).slice(1));
            const from = Math.log(0.41 / 0.59);
            const share = await page.evaluate(() => {
                const [bar, mark] = [".scale .bar", ".scale .yes"].map((selector) => document.querySelector(selector).getBoundingClientRect());
                return (mark.left + mark.width / 2 - bar.left) / bar.width;
            });
            assert.ok(Math.abs(share - (0.5 + (0.5 * from) / limit)) < 0.01, `${share}`);
            assert.match(await text(page, ".yes-label"), /begins at a sum of \u22120\.36/);

            // Each class alone is one click or one key away.
            await page.locator(".classes label").nth(1).click();
            await whenTitled(page, ALONE);
            const alone = await sumLine(page);
            assert.equal(alone.what, "logit");
            assert.ok(Math.abs(alone.logit - ill) < 0.006);
            assert.equal(await visible(page, ".scale .yes"), false, "yes begins at a difference, not at a logit");
            await page.locator(".classes input:checked").press("ArrowDown");
            await whenTitled(page, "Evidence for no referable retinopathy");
            assert.ok(Math.abs((await sumLine(page)).logit - healthy) < 0.006);
            await page.locator(".classes label").first().click();
            await whenTitled(page, OVER);
            assert.equal((await sumLine(page)).logit, over.logit);
            assert.equal(await page.locator(".search").isVisible(), false, "the list offers all there is");

            // The rule behind the point, and a saved picture that says all of it.
            assert.match(await (await panel(page, "about")).locator(".card").textContent(), /At a probability of 0\.41\..*sensitivity of 0\.9/);
            await closePanels(page);
            const download = page.waitForEvent("download");
            await page.locator(".top .save").click();
            assert.match((await download).suggestedFilename(), /referable-retinopathy-over/);
            const written = (await page.evaluate(() => globalThis.recorded.texts)).join(" ");
            assert.match(written, NOTICE);
            assert.match(written, /says yes from 0\.41 on/);
            assert.doesNotMatch(written, WARNING);
        }));

    test("says so before its card is there, and a narrow page says so beside the answer too; the everyday one does not", async () => {
        const context = await contextOf();
        await context.route("**/stand-in-*.safetensors", () => {});
        const { page } = await openPage(site.browser, `${site.url}?device=cpu&model=oct-dense`, { context });
        await page.locator(".stages .notice").waitFor();
        await context.close();
        const viewport = { width: 360, height: 800 };
        await withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            assert.equal(await visible(page, ".answer > .notice"), true);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(overflow <= 0, `${overflow} px too wide`);
            await tab(page, "Everyday objects").click();
            await whenUsing(page, "efficientnet-lite0");
            assert.equal(await page.locator(".notice:visible").count(), 0);
            assert.equal(await visible(page, ".yes-label"), false);
        }, { viewport });
    });

    test("of more classes ranks them, and shows its figures with their intervals", () =>
        withPage("&model=oct-dense&sample=oct/cnv-53018-2.jpg", async ({ page }) => {
            assert.equal(await page.locator(".classes input").count(), 4);
            assert.doesNotMatch(await title(page), /over/);
            assert.equal(await visible(page, ".search"), false, "all classes are listed");
            assert.match(await text(page, ".stages .notice"), NOTICE);
            assert.match(await text(page, ".credit"), /labelled in its data set: choroidal.*Kermany.*CC BY 4\.0/);
            const card = (await panel(page, "about")).locator(".card");
            assert.match(await card.locator("caption").textContent(), /Measured on: nothing/);
            assert.match(await card.locator("tbody").textContent(), /AUC0\.910\.88 to 0\.94 \(95 %\)/);
        }));
});

describe("a picture unlike those that the model knows", () => {
    /** Nothing of an answer is to be seen. */
    async function assertWithheld(page) {
        assert.equal(await visible(page, ".unlike"), true);
        for (const selector of [".classes", ".headline", ".sentence", ".ledger", ".sum", ".stages .warning", ".mini-legend"]) {
            assert.equal(await visible(page, selector), false, selector);
        }
        assert.equal(await page.locator(".top .save").isDisabled(), true);
        for (const tool of await page.locator(".tools button").all()) {
            assert.equal(await tool.isDisabled(), true, "no tool works on it");
        }
        const overlay = await page.locator(".stage .overlay").first().evaluate(({ width, height }) => width * height);
        assert.equal(overlay, 0);
        assert.doesNotMatch(await page.locator(".answer").innerText(), /probability [\d.]|logit|\d %/i);
        assert.match(await page.locator(".gallery [aria-pressed=true]").textContent(), /unlike what it knows/);
    }

    test("shows no map and no probability; the reason comes first, and no overlay was ever drawn", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            await assertWithheld(page);
            assert.match(await text(page, ".unlike"), /unlike what the model was trained on.*about 1 for a picture like those, 1\.\d+ for this one; above 1\.2/);
            assert.match(await text(page, ".stages .notice"), NOTICE);
            // Nor does anything that draws again bring one.
            await (await panel(page, "settings")).locator(".contours").click();
            await choose(page, "size", "96");
            await whenExplained(page);
            await closePanels(page);
            await page.locator(".stage").first().focus();
            await page.keyboard.press("ArrowRight");
            assert.equal(await text(page, ".readout"), "");
            await page.keyboard.press("+");
            await whenExplained(page);
            assert.equal(await overlays(page), 0);
        }));

    test("is shown if the visitor insists, with a warning on it that stays, also when saved, and is judged anew next time", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            await page.locator(".unlike button", { hasText: "Show it anyway" }).press("Enter");
            await page.locator(".stages .warning").waitFor();
            await whenExplained(page);
            assert.equal(await visible(page, ".unlike"), false);
            assert.match(await text(page, ".stages .warning"), WARNING);
            assert.ok((await overlays(page)) > 0);
            assert.match(await page.locator(".stage").first().getAttribute("aria-label"), WARNING);
            await page.waitForFunction(() => document.activeElement.classList.contains("stage"));
            await page.locator(".classes label").nth(1).click();
            await whenTitled(page, ALONE);
            assert.equal(await visible(page, ".stages .warning"), true);
            const download = page.waitForEvent("download");
            await page.locator(".top .save").click();
            await download;
            const written = (await page.evaluate(() => globalThis.recorded.texts)).join(" ");
            assert.match(written, WARNING);
            assert.match(written, NOTICE);
            // A link does not insist in the visitor's name.
            assert.doesNotMatch(page.url(), /anyway/);

            // It was asked for on this picture: the next one is judged for itself.
            await page.locator(".gallery button", { hasText: "Fundus E" }).click();
            await page.waitForFunction(() => document.querySelector(".stages .warning").hidden);
            await whenExplained(page);
            await drop(page, sample(FLAGGED));
            await page.locator(".unlike").waitFor();
            await whenExplained(page);
            await assertWithheld(page);
        }));

    test("takes the place of an answer that was on show, and can be given to another model from there", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const drawn = await overlays(page);
            assert.ok(drawn > 0);
            await drop(page, sample(FLAGGED));
            await page.locator(".unlike").waitFor();
            await whenExplained(page);
            await assertWithheld(page);
            assert.equal(await overlays(page), drawn);
            await drop(page, sample(KNOWN));
            await page.locator(".unlike").waitFor({ state: "hidden" });
            await whenExplained(page);
            assert.equal(await visible(page, ".headline"), true);

            await page.locator(".gallery button", { hasText: "Fundus C" }).click();
            await page.locator(".unlike button", { hasText: "Everyday objects" }).click();
            await whenUsing(page, "efficientnet-lite0");
            await page.waitForFunction(() => document.querySelectorAll(".classes input").length === 5);
            assert.match(await text(page, ".credit"), /Fundus C/, "the same picture");
            assert.equal(await visible(page, ".stages .notice"), false);
            assert.equal(await visible(page, ".unlike"), false);
        }));
});

describe("changing the model", () => {
    test("to another variant keeps the picture and its view, and the answer changes", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const dense = await sumLine(page);
            await page.locator(".classes label").nth(1).click();
            await whenTitled(page, ALONE);
            await page.locator(".segments input:checked").press("ArrowRight");
            await whenUsing(page, "fundus-sparse");
            assert.equal(await title(page), ALONE);
            await page.locator(".classes label").first().click();
            await whenTitled(page, OVER);
            assert.notEqual((await sumLine(page)).logit, dense.logit);
            assert.match(await text(page, ".credit"), /Fundus E/);
            assert.equal(await chosenVariant(page), "fundus-sparse");
        }));

    test("to another domain shows that one's first sample, and nothing of the visitor's own goes there unasked; only what is chosen is loaded", () =>
        withPage("&sample=chelsea.jpg", async ({ page, requests }) => {
            const models = () => requests.filter((url) => url.endsWith(".safetensors")).map((url) => url.split("/").at(-1));
            assert.deepEqual(models(), ["efficientnet-lite0.safetensors"]);
            await drop(page, sample("coffee.jpg"));
            await page.waitForFunction(() => /espresso|cup/.test(document.querySelector(".headline").textContent));
            await tab(page, "Fundus photographs").click();
            await whenUsing(page, "fundus-dense");
            assert.deepEqual(models().slice(1), ["stand-in-fundus-dense.safetensors"]);
            assert.match(await shownPicture(page), /^Fundus A/);
            assert.match(await text(page, ".credit"), /^Fundus A/);
            // It can be asked for: it is in the strip.
            await page.locator(".gallery button", { hasText: "coffee.jpg" }).click();
            await page.waitForFunction(() => document.querySelector(".credit").textContent === "");
            await whenExplained(page);
            assert.equal(await inUse(page), "fundus-dense");
            // And back again.
            await tab(page, "Everyday objects").click();
            await whenUsing(page, "efficientnet-lite0");
            assert.match(await text(page, ".credit"), /^Coffee/);

            // Two changes at once: the last one holds.
            await page.evaluate(() => {
                for (const name of ["OCT scans", "Fundus photographs"]) {
                    [...document.querySelectorAll(".tabs label")].find(({ textContent }) => textContent === name).querySelector("input").click();
                }
            });
            await whenUsing(page, "fundus-dense");
            assert.match(await chosenTab(page), /Fundus/);
            assert.match(await shownPicture(page), /^Fundus A/);
            await drop(page, sample(KNOWN));
            await whenTitled(page, OVER);
        }));

    test("what is chosen while something is on its way holds, and what arrives late was meant for the model before", async () => {
        const context = await contextOf();
        let come;
        const chosen = new Promise((resolve) => (come = resolve));
        await context.route("**/efficientnet-lite0.safetensors", (route) => chosen.then(() => route.continue()));
        const { page, errors } = await openPage(site.browser, `${site.url}?device=cpu&sample=chelsea.jpg`, { context });
        await tab(page, "Fundus photographs").click();
        come();
        await whenUsing(page, "fundus-dense");
        assert.match(await shownPicture(page), /^Fundus A/);
        assert.match(await (await panel(page, "about")).locator(".card").textContent(), /referable retinopathy/);
        await closePanels(page);

        let arrive;
        const changed = new Promise((resolve) => (arrive = resolve));
        await context.route("**/samples/coffee.jpg", (route) => changed.then(() => route.continue()));
        await tab(page, "Everyday objects").click();
        await page.locator(".gallery button", { hasText: /^Chelsea/ }).click();
        await page.waitForFunction(() => /cat/.test(document.querySelector(".headline").textContent));
        const arrived = page.waitForResponse(/samples\/coffee\.jpg/);
        await page.locator(".gallery button", { hasText: /^Coffee/ }).click();
        await tab(page, "OCT scans").click();
        await whenUsing(page, "oct-dense");
        arrive();
        await (await arrived).finished();
        await page.locator(".classes label").nth(1).click();
        await page.waitForFunction(() => document.querySelectorAll(".classes input")[1].checked);
        await whenExplained(page);
        assert.match(await text(page, ".credit"), /^OCT scan A/);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a link names a model, or a sample whose model is taken; a wrong name is said", async () => {
        await withPage("&model=fundus-sparse", async ({ page }) => {
            assert.equal(await chosenVariant(page), "fundus-sparse");
            assert.match(await shownPicture(page), /^Fundus A/);
        });
        await withPage("&sample=oct/cnv-53018-2.jpg", async ({ page }) => {
            assert.match(await chosenTab(page), /OCT/);
            assert.equal(await inUse(page), "oct-dense");
        });
        await withPage("&model=nobody", async ({ page }) => {
            assert.match(await text(page, ".alert"), /no model with the name nobody.*choose one at the top/);
            assert.equal(await chosenTab(page), "Everyday objects");
        });
    });

    test("a model that cannot be had leaves the page with another one", async () => {
        const context = await contextOf();
        let fail;
        const failing = new Promise((resolve) => (fail = resolve));
        await context.route("**/stand-in-fundus-dense.safetensors", (route) => failing.then(() => route.abort()));
        const { page } = await openPage(site.browser, `${site.url}?device=cpu&model=fundus-dense`, { context });
        // One that is chosen while the one before still fails to come is taken.
        await tab(page, "Everyday objects").click();
        fail();
        await whenUsing(page, "efficientnet-lite0");
        assert.equal(await visible(page, ".alert"), false, "what failed is not in use");
        // The one in use stays where a later one cannot be had.
        const before = await title(page);
        await tab(page, "Fundus photographs").click();
        await page.waitForFunction(() => /could not be downloaded/.test(document.querySelector(".alert").textContent));
        await page.waitForFunction(() => document.querySelector(".tabs label:has(:checked)").textContent === "Everyday objects");
        await whenExplained(page);
        assert.equal(await title(page), before);
        await page.locator(".classes label").nth(1).click();
        await page.waitForFunction(() => document.querySelectorAll(".classes input")[1].checked);

        // Where there was no other, the way on is in the alert, and another model is one click away.
        await page.goto(`${site.url}?device=cpu&model=fundus-dense`);
        await page.locator(".retry").waitFor();
        await drop(page, sample(KNOWN));
        await page.locator(".retry").waitFor();
        await tab(page, "Everyday objects").click();
        await whenReady(page);
        await whenUsing(page, "efficientnet-lite0");
        assert.equal(await visible(page, ".alert"), false);
        assert.match(await text(page, ".credit"), /^Coffee/, "what was dropped was meant for another model");
        await context.close();
    });

    test("keyboard alone gets to another variant, and to a flagged picture's answer", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            const tabTo = async (selector) => {
                for (let i = 0; i < 60; i++) {
                    await page.keyboard.press("Tab");
                    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
                        return;
                    }
                }
                assert.fail(`no way to ${selector}`);
            };
            await tabTo(".segments input");
            await page.keyboard.press("ArrowRight");
            await whenUsing(page, "fundus-sparse");
            assert.equal(await page.evaluate(() => document.activeElement.value), "fundus-sparse", "the focus stays");
            await page.locator(".unlike").waitFor();
            await tabTo(".unlike p button");
            await page.keyboard.press("Enter");
            await page.locator(".stages .warning").waitFor();
        }));

    test("a medical model of the visitor's own carries the notice, and gets no earlier picture unasked", async () => {
        const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
        const [{ bytes }] = await standIns();
        const file = path.join(folder, "own.safetensors");
        await writeFile(file, bytes);
        await withPage("&sample=chelsea.jpg", async ({ page }) => {
            await (await panel(page, "about")).locator(".model-file").setInputFiles(file);
            await page.waitForFunction(() => /yours/.test(document.querySelector(".tabs label:has(:checked)").textContent));
            await closePanels(page);
            assert.match(await text(page, ".stages .notice"), NOTICE);
            assert.equal(await visible(page, ".invitation"), true);
            assert.equal(await page.locator(".stage[data-drawn]").count(), 0);
            // It can be asked for.
            assert.match(await text(page, ".invitation .again"), /^Explain Chelsea.* with this model$/);
            const [{ ratio }] = await page.evaluate(contrasts, [".invitation .again"]);
            assert.ok(ratio >= 4.5, `its words have contrast ${ratio}`);
            await drop(page, sample(FLAGGED));
            await page.locator(".unlike").waitFor();
            assert.equal(await page.locator(".unlike button").count(), 4, "three domains, and to show it anyway");
        });
        await rm(folder, { recursive: true });
    });
});

test("contrast of what medical models add, light and dark", async () => {
    for (const colorScheme of ["light", "dark"]) {
        await withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            const ratios = await page.evaluate(contrasts, [".stages .notice", ".unlike h2", ".unlike p", ".segments span"]);
            await page.locator(".unlike p button").click();
            await page.locator(".stages .warning").waitFor();
            ratios.push(...(await page.evaluate(contrasts, [".stages .warning", ".headline", ".sub", ".yes-label"])));
            for (const { selector, ratio } of ratios) {
                assert.ok(ratio >= 4.5, `${selector} has contrast ${ratio}`);
            }
        }, { colorScheme });
    }
});

/** Runs in the page: text against the background behind it, by WCAG 2's formula. */
function contrasts(selectors) {
    const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).map((part) => channel(Number(part) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (colour.startsWith("rgb(")) {
                return colour;
            }
        }
        return "rgb(255, 255, 255)";
    };
    return selectors.map((selector) => {
        const element = document.querySelector(selector);
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(background(element))];
        return { selector, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
    });
}
