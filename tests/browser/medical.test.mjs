/**
 * Models that judge people's health, on the page as a visitor uses it: the notice, the decision, pictures that are unlike
 * the training set, and changing between models. The models are stand-ins; see stand-ins.mjs.
 */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { drop, openPage, root, startSite, whenExplained, whenReady } from "./harness.mjs";
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
        const { id, className } = this.canvas;
        globalThis.recorded.overlays += id === "overlay" || className === "overlay" ? 1 : 0;
        return putImageData.apply(this, given);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, ...given) {
        globalThis.recorded.texts.push(text);
        return fillText.call(this, text, ...given);
    };
}

/** A page that offers the stand-ins, closed after `use`. */
async function withPage(query, use, options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.addInitScript(record);
    await offerStandIns(context);
    const opened = await openPage(site.browser, `${site.url}?device=cpu${query}`, { context });
    try {
        await whenReady(opened.page);
        if (query.includes("sample=")) {
            await whenExplained(opened.page);
        }
        await use(opened);
        assert.deepEqual(opened.errors, []);
    } finally {
        await context.close();
    }
}

const text = (page, selector) => page.locator(selector).textContent();
const visible = (page, selector) => page.locator(selector).isVisible();
const overlays = (page) => page.evaluate(() => globalThis.recorded.overlays);

/** The numbers of the line "Sum of all cells ... = logit". */
async function sumLine(page) {
    const line = (await text(page, "#sum")).replaceAll("\u2212", "-");
    const [, sum, what, logit] = line.match(/: ([+-]?[\d.]+) = (logit|difference of the logits) ([+-]?[\d.]+)/);
    return { sum: Number(sum), what, logit: Number(logit) };
}

const logits = async (page) => {
    const rows = await page.locator("#classes .logit").allTextContents();
    return rows.map((row) => Number(row.replaceAll("\u2212", "-").match(/[+-]?[\d.]+$/)[0]));
};

/** Waits until the model of this id is in use. */
const whenUsing = (page, id) =>
    page.waitForFunction(
        (wanted) => document.querySelector("#busy").hidden && new URL(location).searchParams.get("model") === wanted,
        id,
    );

describe("a medical model", () => {
    test("says that it is for teaching only; the everyday one does not", async () => {
        await withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            assert.match(await text(page, "#notice"), NOTICE);
            assert.equal(await visible(page, "#notice"), true);
            assert.equal(await page.locator("#notice button").count(), 0, "nothing dismisses it");
            const lines = await page.locator("#model option").allTextContents();
            assert.deepEqual(lines, [
                "Everyday objects",
                "Retina, fundus photographs (teaching only, no diagnosis)",
                "Retina, OCT scans (teaching only, no diagnosis)",
            ]);
        });
        await withPage("&sample=chelsea.jpg", async ({ page }) => {
            assert.equal(await visible(page, "#notice"), false);
            assert.equal(await visible(page, "#decision"), false);
        });
    });

    test("says so before its card is there, and a narrow page says so beside the answer too", async () => {
        const viewport = { width: 360, height: 800 };
        await withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            assert.equal(await visible(page, "#notice-answer"), true);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(overflow <= 0, `${overflow} px too wide`);
        }, { viewport });
        const context = await site.browser.newContext();
        await offerStandIns(context);
        await context.route("**/stand-in-*.safetensors", () => {});
        const { page } = await openPage(site.browser, `${site.url}?device=cpu&model=oct-dense`, { context });
        await page.locator("#notice").waitFor();
        await context.close();
    });

    test("of two classes shows one over the other, and each alone with one click", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const title = () => text(page, "#ledger-title");
            assert.equal(await title(), "Evidence for referable retinopathy, over no referable retinopathy");
            const [difference, ill, healthy] = await logits(page);
            const over = await sumLine(page);
            assert.equal(over.what, "difference of the logits");
            assert.ok(Math.abs(over.sum - over.logit) <= 1e-4, JSON.stringify(over));
            assert.ok(Math.abs(over.logit - (ill - healthy)) < 0.011 && Math.abs(over.logit - difference) < 0.006);
            const limit = async () => Number((await text(page, "#tick-high")).slice(1));
            const differenceLimit = await limit();

            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction(() => document.querySelector("#ledger-title").textContent === "Evidence for referable retinopathy");
            const alone = await sumLine(page);
            assert.equal(alone.what, "logit");
            assert.ok(Math.abs(alone.logit - ill) < 0.006);
            assert.ok(Math.abs(2 * (await limit()) - differenceLimit) < 0.01 * differenceLimit);

            await page.locator("#classes input:checked").press("ArrowDown");
            await page.waitForFunction(() => document.querySelector("#ledger-title").textContent === "Evidence for no referable retinopathy");
            assert.ok(Math.abs((await sumLine(page)).logit - healthy) < 0.006);
            await page.locator("#classes label").first().click();
            await page.waitForFunction(() => /over/.test(document.querySelector("#ledger-title").textContent));
            assert.equal((await sumLine(page)).logit, over.logit);
            assert.equal(await visible(page, "#against-label"), false, "the list offers all there is");
        }));

    test("shows its probability beside the point where yes begins, with the rule", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const sentence = await page.locator("#decision > p").textContent();
            const [, probability, says] = sentence.match(
                /^Referable retinopathy: probability ([\d.]+); this model says yes from 0\.41 on, so here it says (yes|no)\.$/,
            );
            const [{ logit }] = [await sumLine(page)];
            assert.ok(Math.abs(1 / (1 + Math.exp(-logit)) - Number(probability)) < 0.006);
            assert.equal(says, Number(probability) >= 0.41 ? "yes" : "no");
            const shares = await page.evaluate(() => {
                const [bar, fill, tick] = [".gauge", ".gauge i", ".gauge b"].map((selector) =>
                    document.querySelector(`#decision ${selector}`).getBoundingClientRect(),
                );
                return [fill.width / bar.width, (tick.left + tick.width / 2 - bar.left) / bar.width];
            });
            assert.ok(Math.abs(shares[0] - Number(probability)) < 0.01 && Math.abs(shares[1] - 0.41) < 0.01, `${shares}`);
            await page.locator("#decision summary").press("Enter");
            assert.equal(await visible(page, "#decision details p"), true);
            assert.match(await text(page, "#decision details p"), /sensitivity of 0\.9/);
        }));

    test("of more classes ranks them, and shows its figures with their intervals", () =>
        withPage("&model=oct-dense&sample=oct/cnv-53018-2.jpg", async ({ page }) => {
            assert.equal(await page.locator("#classes input").count(), 4);
            assert.doesNotMatch(await text(page, "#ledger-title"), /over/);
            assert.equal(await visible(page, "#search"), false, "all classes are listed");
            assert.match(await text(page, "#notice"), NOTICE);
            await page.locator("#card summary").click();
            assert.match(await text(page, "#card caption"), /Measured on: nothing/);
            assert.match(await text(page, "#card tbody"), /AUC0\.910\.88 to 0\.94 \(95 %\)/);
            assert.match(await text(page, "#credit"), /labelled in its data set: choroidal.*Kermany.*CC BY 4\.0/);
        }));

    test("says so in a saved picture", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const download = page.waitForEvent("download");
            await page.locator("#save").click();
            assert.match((await download).suggestedFilename(), /referable-retinopathy-over/);
            const written = (await page.evaluate(() => globalThis.recorded.texts)).join(" ");
            assert.match(written, NOTICE);
            assert.match(written, /says yes from 0\.41 on/);
            assert.doesNotMatch(written, WARNING);
        }));
});

describe("a picture unlike those that the model knows", () => {
    /** Nothing of an answer is to be seen. */
    async function assertWithheld(page) {
        assert.equal(await visible(page, "#unlike"), true);
        for (const selector of ["#classes", "#decision", "#ledger", "#sum", "#warning"]) {
            assert.equal(await visible(page, selector), false, selector);
        }
        assert.equal(await page.locator("#save").isDisabled(), true);
        const overlay = await page.locator("#overlay").evaluate(({ width, height }) => width * height);
        assert.equal(overlay, 0);
        assert.doesNotMatch(await page.locator("main").innerText(), /probability [\d.]|logit|\d %/);
    }

    test("shows no map and no probability; the reason comes first, and no overlay was ever drawn", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            await assertWithheld(page);
            assert.match(await text(page, "#unlike"), /unlike what the model was trained on.*about 1 for a picture like those, 1\.\d+ for this one; above 1\.2/);
            assert.match(await text(page, "#notice"), NOTICE);
            // Nor does anything that draws again bring one.
            await page.evaluate(() => document.querySelector("#contours").click());
            await page.locator("#size").selectOption("96");
            await page.waitForTimeout(500);
            await page.locator("#stage").focus();
            await page.keyboard.press("ArrowRight");
            assert.equal(await text(page, "#readout"), "");
            assert.equal(await overlays(page), 0);
        }));

    test("is shown if the visitor insists, with a warning on it that stays, also when saved", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            await page.locator("#unlike button", { hasText: "Show it anyway" }).press("Enter");
            await page.locator("#warning").waitFor();
            assert.equal(await visible(page, "#unlike"), false);
            assert.match(await text(page, "#warning"), WARNING);
            assert.ok((await overlays(page)) > 0);
            assert.match(await page.locator("#stage").getAttribute("aria-label"), WARNING);
            await page.waitForFunction(() => document.activeElement.id === "stage");
            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction(() => !/over/.test(document.querySelector("#ledger-title").textContent));
            assert.equal(await visible(page, "#warning"), true);
            const download = page.waitForEvent("download");
            await page.locator("#save").click();
            await download;
            const written = (await page.evaluate(() => globalThis.recorded.texts)).join(" ");
            assert.match(written, WARNING);
            assert.match(written, NOTICE);

            // It was asked for on this picture: the next one is judged anew.
            await page.locator("#gallery button", { hasText: "Fundus E" }).click();
            await page.waitForFunction(() => document.querySelector("#warning").hidden);
            await page.locator("#gallery button", { hasText: "Fundus C" }).click();
            await page.locator("#unlike").waitFor();
            await assertWithheld(page);
        }));

    test("takes the place of an answer that was on show", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const drawn = await overlays(page);
            assert.ok(drawn > 0);
            await drop(page, sample(FLAGGED));
            await page.locator("#unlike").waitFor();
            await assertWithheld(page);
            assert.equal(await overlays(page), drawn);
            await drop(page, sample(KNOWN));
            await page.locator("#unlike").waitFor({ state: "hidden" });
            await whenExplained(page);
            assert.equal(await visible(page, "#decision"), true);
        }));

    test("can be given to another model from there", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            await page.locator("#unlike button", { hasText: "Everyday objects" }).click();
            await whenUsing(page, null);
            await page.waitForFunction(() => document.querySelectorAll("#classes input").length === 5);
            assert.equal(await visible(page, "#notice"), false);
            assert.equal(await visible(page, "#unlike"), false);
            assert.equal(await visible(page, "#canvases"), true);
        }));
});

describe("changing the model", () => {
    test("to another variant keeps the picture and its view, and the answer changes", () =>
        withPage(`&model=fundus-dense&sample=${KNOWN}`, async ({ page }) => {
            const dense = await sumLine(page);
            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction(() => !/over/.test(document.querySelector("#ledger-title").textContent));
            await page.locator("#variants input:checked").press("ArrowRight");
            await whenUsing(page, "fundus-sparse");
            await whenExplained(page);
            assert.equal(await text(page, "#ledger-title"), "Evidence for referable retinopathy");
            await page.locator("#classes label").first().click();
            await page.waitForFunction(() => /over/.test(document.querySelector("#ledger-title").textContent));
            const sparse = await sumLine(page);
            assert.notEqual(sparse.logit, dense.logit);
            assert.match(await text(page, "#credit"), /Fundus E/);
            assert.equal(await page.evaluate(() => document.querySelector("#variants input:checked").value), "fundus-sparse");
        }));

    test("to another domain shows that one's samples and explains nothing unasked", () =>
        withPage("&sample=chelsea.jpg", async ({ page }) => {
            await page.locator("#model").selectOption({ label: "Retina, fundus photographs (teaching only, no diagnosis)" });
            await whenUsing(page, "fundus-dense");
            assert.equal(await visible(page, "#canvases"), false);
            assert.equal(await visible(page, "#ledger"), false);
            assert.equal(await page.locator("#save").isDisabled(), true);
            assert.match(await text(page, "#gallery"), /^Fundus A/);
            assert.equal(await text(page, "#credit"), "");
            // It can be asked for.
            await page.locator("#same-picture").click();
            await whenExplained(page);
            assert.match(await text(page, "#credit"), /Chelsea/);
            assert.match(await text(page, "#ledger-title"), /referable retinopathy/);
            // And back again.
            await page.locator("#model").selectOption({ label: "Everyday objects" });
            await whenUsing(page, null);
            assert.equal(await visible(page, "#canvases"), false);
            assert.match(await text(page, "#gallery"), /^Chelsea/);
        }));

    test("two changes at once: the picture reaches neither unasked, and the last one holds", () =>
        withPage("&sample=chelsea.jpg", async ({ page }) => {
            await page.evaluate(() => {
                const select = document.querySelector("#model");
                for (const value of ["oct", "fundus"]) {
                    select.value = value;
                    select.dispatchEvent(new Event("change"));
                }
            });
            await whenUsing(page, "fundus-dense");
            assert.equal(await visible(page, "#canvases"), false);
            await drop(page, sample(KNOWN));
            await whenExplained(page);
            assert.match(await text(page, "#ledger-title"), /referable retinopathy/);
        }));

    test("a model that is chosen while the first one is on its way does not get the linked picture unasked", async () => {
        const context = await site.browser.newContext();
        await offerStandIns(context);
        let come;
        const chosen = new Promise((resolve) => (come = resolve));
        await context.route("**/efficientnet-lite0.safetensors", (route) => chosen.then(() => route.continue()));
        const { page, errors } = await openPage(site.browser, `${site.url}?device=cpu&sample=chelsea.jpg`, { context });
        await page.waitForFunction(() => /waits for the model/.test(document.querySelector("#busy").textContent));
        await page.locator("#model").selectOption("fundus");
        come();
        await whenUsing(page, "fundus-dense");
        assert.equal(await visible(page, "#canvases"), false);
        // Nothing will be on show until someone asks for it, so what waits for the first picture does not wait any more.
        await page.waitForFunction(() => document.querySelector("#card-body").textContent.includes("referable retinopathy"));
        await page.locator("#same-picture").click();
        await whenExplained(page);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a sample that arrives after a change of the model was chosen for the one before", () =>
        withPage("", async ({ page }) => {
            let come;
            const changed = new Promise((resolve) => (come = resolve));
            await page.route("**/samples/coffee.jpg", (route) => changed.then(() => route.continue()));
            await page.locator("#gallery button", { hasText: "Coffee" }).click();
            await page.locator("#model").selectOption("fundus");
            await whenUsing(page, "fundus-dense");
            assert.equal(await visible(page, "#same-picture"), false);
            come();
            await page.locator("#same-picture").waitFor();
            assert.equal(await visible(page, "#canvases"), false);
        }));

    test("a link names a model, or a sample whose model is taken; a wrong name is said", async () => {
        await withPage("&model=fundus-sparse", async ({ page }) => {
            assert.equal(await page.evaluate(() => document.querySelector("#variants input:checked").value), "fundus-sparse");
            assert.match(await text(page, "#gallery"), /^Fundus A/);
        });
        await withPage("&sample=oct/cnv-53018-2.jpg", async ({ page }) => {
            assert.match(await page.locator("#model option:checked").textContent(), /OCT/);
            assert.match(page.url(), /model=oct-dense/);
        });
        await withPage("&model=nobody", async ({ page }) => {
            assert.match(await text(page, "#alert"), /no model with the name nobody.*choose under Model/);
            assert.equal(await page.locator("#model option:checked").textContent(), "Everyday objects");
        });
    });

    test("loads only what is chosen", () =>
        withPage("", async ({ page, requests }) => {
            const models = () => requests.filter((url) => url.endsWith(".safetensors")).map((url) => url.split("/").at(-1));
            assert.deepEqual(models(), ["efficientnet-lite0.safetensors"]);
            await page.locator("#model").selectOption("fundus");
            await whenUsing(page, "fundus-dense");
            assert.deepEqual(models().slice(1), ["stand-in-fundus-dense.safetensors"]);
        }));

    test("a model that cannot be had leaves the page with another one", async () => {
        const context = await site.browser.newContext();
        await offerStandIns(context);
        await context.route("**/stand-in-fundus-dense.safetensors", (route) => route.abort());
        const { page } = await openPage(site.browser, `${site.url}?device=cpu&model=fundus-dense`, { context });
        await page.locator("#retry").waitFor();
        await drop(page, sample(KNOWN));
        await page.locator("#retry").waitFor();
        await page.locator("#model").selectOption("everyday");
        await whenReady(page);
        assert.equal(await visible(page, "#canvases"), false, "it was meant for another model");
        await page.locator("#same-picture").click();
        await whenExplained(page);
        // The one in use stays where a later one cannot be had.
        await page.locator("#model").selectOption("fundus");
        await page.waitForFunction(() => /could not be downloaded/.test(document.querySelector("#alert").textContent));
        assert.equal(await page.locator("#model option:checked").textContent(), "Everyday objects");
        assert.equal(await visible(page, "#canvases"), true);
        await page.locator("#classes label").nth(1).click();
        await page.waitForFunction(() => document.querySelectorAll("#classes input")[1].checked);
        await context.close();
    });

    test("a model chosen while the one before still fails to come is taken", async () => {
        const context = await site.browser.newContext();
        await offerStandIns(context);
        let fail;
        const chosen = new Promise((resolve) => (fail = resolve));
        await context.route("**/stand-in-fundus-dense.safetensors", (route) => chosen.then(() => route.abort()));
        const { page } = await openPage(site.browser, `${site.url}?device=cpu&model=fundus-dense`, { context });
        await page.locator("#model").selectOption("everyday");
        fail();
        await whenReady(page);
        assert.equal(await page.locator("#model option:checked").textContent(), "Everyday objects");
        assert.equal(await visible(page, "#alert"), false, "what failed is not in use");
        await context.close();
    });

    test("keyboard alone gets to another variant, and to a flagged picture's answer", () =>
        withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            const tabTo = async (selector) => {
                for (let i = 0; i < 40; i++) {
                    await page.keyboard.press("Tab");
                    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
                        return;
                    }
                }
                assert.fail(`no way to ${selector}`);
            };
            await tabTo("#variants input");
            await page.keyboard.press("ArrowRight");
            await whenUsing(page, "fundus-sparse");
            assert.equal(await page.evaluate(() => document.activeElement.value), "fundus-sparse", "the focus stays");
            await page.locator("#unlike").waitFor();
            await tabTo("#unlike p button");
            await page.keyboard.press("Enter");
            await page.locator("#warning").waitFor();
        }));

    test("a medical model of the visitor's own carries the notice, and gets no earlier picture unasked", async () => {
        const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
        const [{ bytes }] = await standIns();
        const file = path.join(folder, "own.safetensors");
        await writeFile(file, bytes);
        await withPage("&sample=chelsea.jpg", async ({ page }) => {
            await page.locator("#model-file").setInputFiles(file);
            await page.waitForFunction(() => /yours/.test(document.querySelector("#model option:checked").textContent));
            assert.match(await text(page, "#notice"), NOTICE);
            assert.equal(await visible(page, "#canvases"), false);
            await drop(page, sample(FLAGGED));
            await page.locator("#unlike").waitFor();
            assert.equal(await page.locator("#unlike button").count(), 4, "three domains, and to show it anyway");
        });
        await rm(folder, { recursive: true });
    });
});

test("contrast of what medical models add, light and dark", async () => {
    for (const colorScheme of ["light", "dark"]) {
        await withPage(`&model=fundus-dense&sample=${FLAGGED}`, async ({ page }) => {
            const ratios = await page.evaluate(contrasts, ["#notice", "#unlike h2", "#unlike p", ".description"]);
            await page.locator("#unlike p button").click();
            await page.locator("#warning").waitFor();
            ratios.push(...(await page.evaluate(contrasts, ["#warning", "#decision p", "#decision details", "#variants legend"])));
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
