/**
 * The page as a visitor uses it, on the CPU: every way in for a picture, every way to look at the answer.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { bitmap } from "./fixtures.mjs";
import { CPU_MODULE, answerChanged, breakWorker, choose, closePanels, drop, openPage, panel, poison, root, startSite, whenExplained, whenReady } from "./harness.mjs";

const sample = (name) => path.join(root, "web/samples", name);
const bad = (name) => path.join(root, "tests/bad/images", name);

const site = startSite();
let folder;
before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"))));
after(() => rm(folder, { recursive: true, force: true }));

/** A page on the CPU with an explained sample, closed after `use`. */
async function withPage({ query = "?device=cpu&sample=chelsea.jpg", ...options }, use) {
    const opened = await openPage(site.browser, site.url + query, options);
    try {
        await whenExplained(opened.page);
        await use(opened);
    } finally {
        await opened.context.close();
    }
}

/** The numbers of the line on what all cells add up to. */
async function sumLine(page) {
    const text = await page.locator(".sum").textContent();
    const [, sum, logit] = text.replaceAll("\u2212", "-").match(/: ([+-]?[\d.]+) = (?:logit|difference of the logits) ([+-]?[\d.]+)/) ?? assert.fail(text);
    return { sum: Number(sum), logit: Number(logit) };
}

const title = (page) => page.locator(".ledger-title").textContent();
const topName = (page) => page.locator(".classes label:has(:checked) .name").textContent();
const alert = (page) => page.locator(".alert");
const readout = (page) => page.locator(".readout").textContent();

/** Waits until the evidence for such a class is on show. */
async function whenTitled(page, pattern) {
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".ledger-title").textContent), pattern.source);
    await whenExplained(page);
}

async function whenTitledOther(page, before) {
    await page.waitForFunction((old) => document.querySelector(".ledger-title").textContent !== old, before);
    await whenExplained(page);
}

/** Whether assistive technology has a name for a control, as soon as the page is at rest; none is needed once it is gone. */
async function isNamed(control) {
    for (let looks = 0; looks < 20; looks++) {
        if (/"[^"]+"/.test(await control.ariaSnapshot()) || !(await control.isVisible())) {
            return true;
        }
        await control.page().waitForTimeout(100);
    }
    return false;
}

/** Drops what is no file: texts by their type, as another tab hands them over. */
const dropData = (page, texts) =>
    page.evaluate((given) => {
        const dataTransfer = new DataTransfer();
        Object.entries(given).forEach(([type, text]) => dataTransfer.setData(type, text));
        document.querySelector(".stage").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, texts);

const whenAlert = (page, pattern) =>
    page.waitForFunction((source) => {
        const alert = document.querySelector(".alert");
        return !alert.hidden && new RegExp(source).test(alert.textContent);
    }, pattern.source);

const whenCells = async (page, count) => {
    await page.waitForFunction((wanted) => document.querySelector(".sum").textContent.includes(`all ${wanted} cells`), count);
    await whenExplained(page);
};

/** Pixels of the overlay that show evidence for, against, and a sum that tells drawings apart. */
function overlayColours(page) {
    return page.evaluate(() => {
        const canvas = document.querySelector(".stage .overlay");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const counts = { for: 0, against: 0, digest: 0 };
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 8 && data[i] !== data[i + 2]) {
                counts[data[i] > data[i + 2] ? "for" : "against"] += 1;
            }
            counts.digest = (Math.imul(counts.digest, 31) + data[i] + 7 * data[i + 2] + 13 * data[i + 3]) | 0;
        }
        return counts;
    });
}

describe("ways in", () => {
    test("the page opens on a sample that is explained already, and a dropped photo takes its place", () =>
        withPage({ query: "?device=cpu" }, async ({ page, errors }) => {
            assert.equal(await page.locator(".gallery button").first().getAttribute("aria-pressed"), "true");
            assert.equal(await topName(page), await page.locator(".headline").textContent());
            await drop(page, sample("chelsea.jpg"));
            await whenTitled(page, /cat/);
            assert.match(await topName(page), /cat/);
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            assert.match(await topName(page), /espresso|cup/);
            assert.equal(await page.locator(".classes input").count(), 5);
            const { sum, logit } = await sumLine(page);
            assert.equal(sum, logit, "in as many digits as they agree on");
            const colours = await overlayColours(page);
            assert.ok(colours.for > 1000 && colours.for > colours.against, JSON.stringify(colours));
            assert.equal(await page.locator(".credit").textContent(), "", "it is the visitor's own");
            assert.match(await page.locator("footer").textContent(), /teaching demo, not a diagnosis/);

            // Several at once all join the strip; the first of them is shown, and each is one click away.
            await drop(page, [sample("rocket.jpg"), sample("flower.jpg")]);
            await whenTitled(page, /missile|rocket|projectile|space shuttle/);
            const own = page.locator(".gallery button", { hasText: ".jpg" });
            assert.equal(await own.count(), 4);
            assert.match(await page.locator(".gallery [aria-pressed=true]").textContent(), /rocket\.jpg/);
            await own.filter({ hasText: "coffee.jpg" }).click();
            await whenTitled(page, /espresso|cup/);

            // Samples have credits, and the visitor's own go nowhere, not even into the link.
            await page.locator(".gallery button", { hasText: /^Flower/ }).click();
            await page.waitForFunction(() => /vultilion.*CC BY 2\.0/.test(document.querySelector(".credit").textContent));
            await whenExplained(page);
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            assert.doesNotMatch(page.url(), /own/);
            await page.reload();
            assert.match(await page.locator(".said").textContent(), /own picture was not kept/);
            await whenExplained(page);
            assert.deepEqual(errors, []);
        }));

    test("a photo that is dropped before the model has loaded waits for it", async () => {
        const context = await site.browser.newContext();
        let come;
        const dropped = new Promise((resolve) => (come = resolve));
        await context.route("**/*.safetensors", (route) => dropped.then(() => route.continue()));
        const { page } = await openPage(site.browser, `${site.url}?device=cpu`, { context });
        await page.locator(".gallery").waitFor();
        await drop(page, sample("coffee.jpg"));
        come();
        await whenReady(page);
        await whenTitled(page, /espresso|cup/);
        await context.close();
    });

    test("a pasted photo and a picked one are explained; what is no picture is answered with advice", () =>
        withPage({}, async ({ page }) => {
            const base64 = (await readFile(sample("coffee.jpg"))).toString("base64");
            const paste = (data, into = "body") =>
                page.evaluate(([encoded, into]) => {
                    const clipboardData = new DataTransfer();
                    if (encoded) {
                        const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
                        clipboardData.items.add(new File([bytes], "image.png"));
                    } else {
                        clipboardData.setData("text/plain", "hello");
                    }
                    document.querySelector(into).dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
                }, [data, into]);
            await paste(null);
            await whenAlert(page, /no picture on the clipboard/);
            await paste(base64);
            await whenTitled(page, /espresso|cup/);
            assert.equal(await alert(page).isHidden(), true);

            await dropData(page, { "text/plain": "a sentence" });
            await whenAlert(page, /not a file/);

            const chooser = page.waitForEvent("filechooser");
            await page.locator(".film .pick").press("Enter");
            const chosen = await chooser;
            assert.equal(await chosen.element().getAttribute("accept"), null, "files without an ending can be chosen, as on most discs of films");
            await chosen.setFiles(sample("rocket.jpg"));
            await whenTitled(page, /missile|rocket|projectile|space shuttle/);
            assert.equal(await alert(page).isHidden(), true);

            // Also where somebody is about to type: a picture is no text, and text is no picture.
            await page.locator(".search-input").focus();
            await paste(null, ".search-input");
            await paste(base64, ".search-input");
            await whenTitled(page, /espresso|cup/);
            assert.equal(await alert(page).isHidden(), true);
        }));

    test("a picture of which only the address is dropped is fetched from this site, and from no other", () =>
        withPage({ query: "?device=cpu&sample=rocket.jpg" }, async ({ page, requests, errors }) => {
            // In a link, as in a gallery: it is the picture that counts.
            const coffee = new URL("web/samples/coffee.jpg", site.url).href;
            await dropData(page, { "text/html": `<a href="${site.url}"><img alt="" src="${coffee}"></a>`, "text/uri-list": site.url });
            await whenTitled(page, /espresso|cup/);
            assert.match(await page.locator(".gallery [aria-pressed=true]").textContent(), /coffee\.jpg/);
            assert.equal(await page.locator(".credit").textContent(), "", "it is the visitor's own");

            const chelsea = (await readFile(sample("chelsea.jpg"))).toString("base64");
            await dropData(page, { "text/uri-list": `data:image/jpeg;base64,${chelsea}` });
            await whenTitled(page, /cat/);

            const before = await title(page);
            await dropData(page, { "text/html": '<img src="https://example.org/dog.jpg">', "text/uri-list": "https://example.org/dog" });
            await whenAlert(page, /address on example\.org.*nothing from other sites.*paste it/s);
            await dropData(page, { "text/uri-list": new URL("index.html", site.url).href });
            await whenAlert(page, /index\.html could not be fetched as a picture/);
            assert.equal(await title(page), before, "what was there stays");
            assert.deepEqual(requests.filter((url) => /^http/.test(url) && !url.startsWith(site.url)), []);
            assert.deepEqual(errors, []);
        }));

    for (const [name, missing] of [["once it is on show", false], ["also where it cannot be had", true]]) {
        test(`a link to a sample lets the small pictures wait, and they come ${name}`, async () => {
            const context = await site.browser.newContext();
            await context.route("**/samples/coffee.jpg", (route) => (missing ? route.abort() : route.continue()));
            const { page, requests } = await openPage(site.browser, `${site.url}#device=cpu&sample=coffee.jpg`, { context });
            await page.waitForFunction(() => {
                const images = [...document.querySelectorAll(".gallery img")];
                return images.length > 1 && images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
            });
            const at = (part) => requests.findIndex((url) => url.includes(part));
            assert.ok(at("samples/coffee.jpg") < at(".thumb.jpg"), requests.join("\n"));
            assert.equal(await alert(page).isVisible(), missing);
            assert.equal(await page.locator(".invitation").isVisible(), missing);
            await context.close();
        });
    }
});

describe("looking at the answer", () => {
    test("another class is one click, one arrow key or one search away", () =>
        withPage({}, async ({ page }) => {
            const first = await title(page);
            await page.locator(".classes label").nth(1).click();
            await whenTitledOther(page, first);
            const second = await title(page);
            await page.locator(".classes input:checked").press("ArrowDown");
            await whenTitledOther(page, second);
            assert.equal(await page.evaluate(() => document.activeElement.closest(".classes") !== null), true, "the focus stays in the list");

            // "Why not a dog": the dog's evidence over the cat's.
            await page.locator(".search-input").fill("golden retriever");
            await page.locator(".search-input").press("Enter");
            await whenTitled(page, /golden retriever, over .*cat/);
            assert.match(await topName(page), /golden retriever/);
            const over = await sumLine(page);
            assert.ok(over.sum === over.logit && over.logit < 0, JSON.stringify(over));
            assert.ok((await overlayColours(page)).against > 1000, "a cat's photo speaks against a dog somewhere");

            // It was asked for on this photo, not on the next.
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            assert.doesNotMatch(await title(page), /over/);
            assert.equal(await page.locator(".classes input").count(), 5);

            // Each step is undone by going back, and done again by going forward.
            await page.goBack();
            await whenTitled(page, /golden retriever, over/);
            assert.equal((await sumLine(page)).logit, over.logit);
            await page.goBack();
            await page.goBack();
            await page.waitForFunction((wanted) => document.querySelector(".ledger-title").textContent === wanted, second);
            await page.goForward();
            await page.goForward();
            await page.goForward();
            await whenTitled(page, /espresso|cup/);
        }));

    test("pointing at a cell, or walking to it with arrow keys, reads it out", () =>
        withPage({}, async ({ page }) => {
            await page.locator(".stage").first().hover();
            assert.match(await readout(page), /Row 4, column 4: evidence [+\u2212]\d.*adds [+\u2212]\d.*logit of/);
            assert.equal(await page.locator(".stage .cell").first().isVisible(), true);

            await page.mouse.move(0, 0);
            assert.match(await readout(page), /^Point at/);
            await page.locator(".stage").first().focus();
            await page.keyboard.press("ArrowRight");
            assert.match(await readout(page), /Row 4, column 4/);
            await page.keyboard.press("ArrowRight");
            await page.keyboard.press("ArrowUp");
            assert.match(await readout(page), /Row 3, column 5/);
            const before = await readout(page);
            await page.locator(".classes label").nth(1).click();
            await page.waitForFunction((old) => document.querySelector(".readout").textContent !== old, before);
            assert.match(await readout(page), /Row 3, column 5/, "the same cell of the other map");
            await page.locator(".stage").first().focus();
            await page.keyboard.press("Escape");
            assert.match(await readout(page), /^Point at/);

            // Beside the centre square.
            const photo = await page.locator(".stage .photo").first().boundingBox();
            await page.mouse.move(photo.x + 10, photo.y + photo.height / 2);
            assert.match(await readout(page), /did not see this part/);

            // All cells read one by one add up to the logit.
            await page.mouse.move(0, 0);
            await page.locator(".stage").first().focus();
            await page.keyboard.press("Escape");
            await page.keyboard.press("ArrowUp");
            for (let i = 0; i < 6; i++) {
                await page.keyboard.press("ArrowUp");
                await page.keyboard.press("ArrowLeft");
            }
            let total = 0;
            for (let row = 1; row <= 7; row++) {
                for (let step = 1; step <= 7; step++) {
                    const text = await readout(page);
                    total += Number(text.replaceAll("\u2212", "-").match(/adds ([+-]?[\d.]+)/)[1]);
                    if (step < 7) {
                        await page.keyboard.press(row % 2 ? "ArrowRight" : "ArrowLeft");
                    }
                }
                await page.keyboard.press("ArrowDown");
            }
            const { logit } = await sumLine(page);
            // 49 read-outs, each rounded to four digits.
            assert.ok(Math.abs(total - logit) < 49 * 5e-5, `${total} ${logit}`);
        }));

    test("resolution, opacity, contours, grey and the scale that is kept; what is only looked at changes no number", () =>
        withPage({}, async ({ page }) => {
            const settings = await panel(page, "settings");
            const line = await page.locator(".sum").textContent();
            assert.match(line, /all 49 cells/);
            const { digest } = await overlayColours(page);
            const whenDrawnAnew = async (control) => {
                await settings.locator(`.${control}`).click();
                await whenExplained(page);
                const other = await overlayColours(page);
                assert.notEqual(other.digest, digest, control);
                await settings.locator(`.${control}`).click();
                await whenExplained(page);
                assert.equal((await overlayColours(page)).digest, digest, control);
            };
            for (const control of ["contours", "smooth", "fade"]) {
                await whenDrawnAnew(control);
            }
            await settings.locator(".opacity").fill("20");
            assert.equal(await page.locator(".stage .overlay").first().evaluate((canvas) => canvas.style.opacity), "0.2");
            await settings.locator(".grey").uncheck();
            assert.equal(await page.locator(".stage .photo").first().evaluate((canvas) => getComputedStyle(canvas).filter), "none");
            assert.equal(await page.locator(".sum").textContent(), line);

            await choose(page, "size", "448");
            await whenCells(page, 196);
            assert.match(await page.locator(".answer .badge").textContent(), /448 × 448/);
            await choose(page, "size", "224");
            await whenCells(page, 49);
            assert.equal(await page.locator(".sum").textContent(), line);

            const tick = () => page.locator(".ticks span").last().textContent();
            const kept = await tick();
            await settings.locator(".lock").check();
            await closePanels(page);
            await page.locator(".gallery button", { hasText: "Coffee" }).click();
            await page.waitForFunction(() => /Coffee/.test(document.querySelector(".credit").textContent));
            await whenExplained(page);
            assert.equal(await tick(), kept);
            assert.match(await page.locator(".beyond").textContent(), /beyond this colour scale/);
            await (await panel(page, "settings")).locator(".lock").uncheck();
            await page.waitForFunction((old) => [...document.querySelectorAll(".ticks span")].at(-1).textContent !== old, kept);
            assert.equal(await page.locator(".beyond").isVisible(), false);
        }));

    test("the picture on show can be saved with its evidence, and a link opens the same view elsewhere", () =>
        withPage({ query: "#device=cpu&sample=coffee.jpg&size=320&class=968-967&cell=2,3&zoom=0.4,0.6,2" }, async ({ page, context }) => {
            assert.match(await title(page), /^Evidence for cup, over espresso/);
            assert.match(await readout(page), /Row 3, column 4/);
            await whenCells(page, 100);
            const shown = { title: await title(page), sum: await sumLine(page), colours: await overlayColours(page), readout: await readout(page) };
            const download = page.waitForEvent("download");
            await page.locator(".top .save").click();
            const file = await download;
            assert.match(file.suggestedFilename(), /cup.*\.png$/);
            const bytes = await readFile(await file.path());
            assert.equal(bytes.subarray(1, 4).toString(), "PNG");
            assert.ok(bytes.length > 50_000, `${bytes.length} bytes`);

            const other = await context.newPage();
            await other.goto(page.url());
            await whenExplained(other);
            assert.deepEqual(
                { title: await title(other), sum: await sumLine(other), colours: await overlayColours(other), readout: await readout(other) },
                shown,
            );
        }));
});

describe("what happens at the same time", () => {
    test("the picture that was chosen last stays, however slow the others are", () =>
        withPage({}, async ({ page }) => {
            let come;
            const late = new Promise((resolve) => (come = resolve));
            await page.route("**/samples/rocket.jpg", (route) => late.then(() => route.continue()));
            const arrived = page.waitForResponse(/rocket\.jpg/);
            await page.locator(".gallery button", { hasText: "Rocket" }).click();
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            come();
            await (await arrived).finished();
            // Whatever came of it would have been asked before this.
            await page.locator(".classes label").nth(1).click();
            await page.waitForFunction(() => document.querySelectorAll(".classes input")[1].checked);
            await whenExplained(page);
            assert.match(await page.locator(".headline").textContent(), /espresso|cup/);
            assert.match(await page.locator(".gallery [aria-pressed=true]").textContent(), /coffee\.jpg/);
        }));

    test("a class that is chosen while the picture is explained again is kept, and no task holds the page up meanwhile", () =>
        withPage({}, async ({ page }) => {
            await panel(page, "settings");
            const name = await page.locator(".classes .name").nth(3).textContent();
            /** Has the picture explained at another resolution; tells which tasks took more than 50 ms while the network ran. */
            const change = (size) =>
                page.evaluate(async (size) => {
                    const tasks = [];
                    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
                    observer.observe({ type: "longtask" });
                    const select = document.querySelector(".popover.settings select.size");
                    select.value = size;
                    select.dispatchEvent(new Event("change"));
                    document.querySelectorAll(".classes input")[3].click();
                    document.querySelector(".popover.settings input.contours").click();
                    const stage = document.querySelector(".stage");
                    // This very task is the test's own.
                    await new Promise((resolve) => setTimeout(resolve, 0));
                    const [begin, busy] = [performance.now(), !stage.querySelector(".busy").hidden];
                    let end = Infinity;
                    await new Promise((resolve) => {
                        const observer = new MutationObserver(() => {
                            if (document.querySelector(".sum").textContent.includes(`all ${(Number(size) / 32) ** 2} cells`)) {
                                end = Math.min(end, performance.now());
                                if (stage.hasAttribute("data-drawn")) {
                                    observer.disconnect();
                                    resolve();
                                }
                            }
                        });
                        observer.observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true, characterData: true });
                    });
                    tasks.push(...observer.takeRecords());
                    observer.disconnect();
                    const long = tasks.filter(({ startTime, duration }) => startTime >= begin && startTime + duration <= end);
                    return { busy, ran: end - begin, long: long.map(({ duration }) => duration) };
                }, size);
            const first = await change("448");
            assert.ok(first.busy && first.ran > 50, `it was looked at while the network ran: ${JSON.stringify(first)}`);
            let { long } = first;
            await whenExplained(page);
            assert.equal(await title(page), `Evidence for ${name}`);
            assert.equal(await topName(page), name);
            if (long.length > 0) {
                // Whatever else the machine does may have been in the way; not twice.
                ({ long } = await change("320"));
            }
            assert.deepEqual(long, []);
        }));

    test("a picture that cannot be opened gives way to the one that it overtook", () =>
        withPage({}, async ({ page }) => {
            const [good, broken] = [await readFile(sample("coffee.jpg")), await readFile(bad("truncated.png"))];
            await page.evaluate(
                (files) => {
                    for (const base64 of files) {
                        const dataTransfer = new DataTransfer();
                        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
                        dataTransfer.items.add(new File([bytes], "picture"));
                        const stage = document.querySelector(".stage");
                        setTimeout(() => stage.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true })), 20);
                    }
                },
                [good.toString("base64"), broken.toString("base64")],
            );
            await whenAlert(page, /cut off/);
            await whenExplained(page);
            assert.equal(await alert(page).isVisible(), true);
            assert.equal(await page.locator(".gallery button", { hasText: "picture" }).count(), 1, "what cannot be opened is not offered");
            await page.locator(".gallery button", { hasText: "picture" }).click();
            await whenTitled(page, /espresso|cup/);
        }));
});

describe("what goes wrong", () => {
    test("after a failed download the reason stays, and the next picture or a click tries again", async () => {
        const context = await site.browser.newContext();
        const page = await context.newPage();
        let attempts = 0;
        await page.route("**/*.safetensors", (route) => {
            attempts += 1;
            return route.abort();
        });
        await page.goto(`${site.url}?device=cpu`);
        await page.locator(".retry").waitFor();
        assert.match(await alert(page).textContent(), /could not be downloaded/);
        const second = page.waitForRequest(/safetensors$/);
        await drop(page, sample("coffee.jpg"));
        await second;
        await page.locator(".retry").waitFor();
        assert.equal(attempts, 2, "the picture was reason enough to try again");
        await page.unrouteAll();
        await page.locator(".retry").click();
        await whenReady(page);
        await whenTitled(page, /espresso|cup/);
        assert.equal(await alert(page).isHidden(), true);
        await context.close();
    });

    test("a model file that arrives changed is refused", async () => {
        const context = await site.browser.newContext();
        const page = await context.newPage();
        await page.route("**/*.safetensors", (route) =>
            answerChanged(route, async (response) => {
                const body = await response.body();
                body[body.length >> 1] ^= 1;
                return body;
            }),
        );
        await page.goto(`${site.url}?device=cpu&sample=chelsea.jpg`);
        await whenAlert(page, /arrived changed/);
        assert.equal(await page.locator(".stage[data-drawn]").count(), 0);
        assert.equal(await page.locator(".headline").isVisible(), false);
        await context.close();
    });

    test("every broken file is answered with advice, and the last result stays", () =>
        withPage({}, async ({ page }) => {
            const first = await title(page);
            for (const [file, message] of [
                ["truncated.jpg", /JPEG picture is damaged or cut off/],
                ["truncated.png", /PNG picture is damaged or cut off/],
                ["text.png", /not a picture/],
                ["claims-16384-square.png", /16384 x 16384.*at most 50 million/],
                ["zero-width.png", /damaged|nothing to see/],
                ["empty.png", /empty/],
                ["photo.heic", /HEIC/],
                ["scan.dcm", /DICOM/],
            ]) {
                await drop(page, bad(file));
                await whenAlert(page, message);
                assert.match(await alert(page).textContent(), new RegExp(`^${file}:.*Still on show: Chelsea`), file);
                assert.equal(await title(page), first, file);
                assert.equal(await page.locator(".stage").first().isVisible(), true, file);
            }
            assert.equal(await page.locator(".gallery button", { hasText: /truncated|empty/ }).count(), 0);
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            assert.equal(await alert(page).isHidden(), true);
        }));

    test("a worker that breaks is replaced, and the picture is explained by the next one; what breaks two is given up", () =>
        withPage({}, async ({ page }) => {
            const before = page.workers()[0];
            await breakWorker(page, "320");
            assert.match(await alert(page).textContent(), /^Chelsea the cat: The engine stopped unexpectedly \(.+\)\. It has been started again, on the CPU\./);
            assert.equal(await page.locator(".headline").isVisible(), true, "the old result stays meanwhile");
            await whenCells(page, 100);
            assert.ok(!page.workers().includes(before));

            // Every worker breaks on it: the second is the last that gets it.
            const first = await title(page);
            const broken = `Model.prototype.explain = async () => { throw new WebAssembly.RuntimeError("unreachable"); };`;
            await page.context().route(`**/pkg/${CPU_MODULE}.js`, (route) => answerChanged(route, async (response) => `${await response.text()}\n${broken}`));
            await poison(page);
            await choose(page, "size", "448");
            await whenAlert(page, /^Chelsea the cat: This picture has stopped the engine twice/);
            await whenCells(page, 100);
            assert.equal(await title(page), first);
        }));
});

describe("the page itself", () => {
    test("no request leaves the origin, and the policy would stop one, in the worker too", () =>
        withPage({}, async ({ page, context, requests }) => {
            await panel(page, "settings");
            await drop(page, sample("chelsea.jpg"));
            await page.waitForFunction(() => document.querySelector(".gallery [aria-pressed=true]").textContent.includes("chelsea.jpg"));
            await whenExplained(page);
            await page.locator(".search-input").waitFor();
            await page.waitForFunction(() => [...document.querySelectorAll(".gallery img")].every(({ complete }) => complete));
            const before = requests.length;
            await choose(page, "size", "320");
            await whenCells(page, 100);
            await closePanels(page);
            await page.locator(".classes label").nth(1).click();
            await whenExplained(page);
            // The tab's icon is the browser's own wish, where the address changes.
            const asked = requests.slice(before).filter((url) => !url.endsWith("/icon.svg"));
            assert.deepEqual(asked, [], "explaining asks the network for nothing");
            const origin = new URL(site.url).origin;
            const foreign = requests.filter((url) => !url.startsWith(origin) && !url.startsWith(`blob:${origin}`));
            assert.deepEqual(foreign, []);

            // Another origin that would answer: the page's policy must be what stops it.
            await context.route("http://elsewhere.test/**", (route) =>
                route.fulfill({ body: "got it", headers: { "access-control-allow-origin": "*" } }),
            );
            const outcome = await page.evaluate(async () => {
                const blocked = new Promise((resolve) =>
                    addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)),
                );
                const reached = await fetch("http://elsewhere.test/").then(() => true, () => false);
                return { reached, directive: await blocked };
            });
            assert.deepEqual(outcome, { reached: false, directive: "connect-src" });
            const [worker] = page.workers();
            assert.equal(await worker.evaluate(() => fetch("http://elsewhere.test/").then(() => true, () => false)), false);
        }));

    for (const [width, colorScheme] of [
        [360, "light"],
        [360, "dark"],
        [1280, "dark"],
    ]) {
        test(`nothing is cut off at ${width} px, ${colorScheme}, and every control has a name`, () =>
            withPage({ viewport: { width, height: 800 }, colorScheme }, async ({ page }) => {
                const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(overflow <= 0, `${overflow} px too wide`);
                const contrast = await page.evaluate(contrasts);
                for (const { what, ratio } of contrast) {
                    assert.ok(ratio >= 4.5, `${what} has contrast ${ratio}`);
                }
                const controls = page.locator("button:visible, input:visible:not([type=file]), select:visible, .stage:visible");
                assert.ok((await controls.count()) > 20);
                for (const control of await controls.all()) {
                    if (!(await isNamed(control))) {
                        assert.fail(await control.evaluate((element) => `no name: ${element.outerHTML.slice(0, 300)}`));
                    }
                }
            }));
    }

    test("keyboard alone gets from the address bar to another picture and another class", () =>
        withPage({}, async ({ page }) => {
            const tabTo = async (selector) => {
                for (let i = 0; i < 80; i++) {
                    await page.keyboard.press("Tab");
                    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
                        return;
                    }
                }
                assert.fail(`no way to ${selector}`);
            };
            await tabTo(".gallery button[aria-pressed=false]");
            const first = await title(page);
            await page.keyboard.press("Enter");
            await whenTitledOther(page, first);
            const second = await title(page);
            await tabTo(".classes input");
            await page.keyboard.press("ArrowDown");
            await whenTitledOther(page, second);
        }));

    test("a picture of any shape fits the window", () =>
        withPage({}, async ({ page }) => {
            for (const [width, height] of [
                [4, 1200],
                [1200, 4],
                [1, 1],
            ]) {
                const name = `${width} x ${height}.bmp`;
                await drop(page, await picture(name, width, height));
                await page.waitForFunction((wanted) => document.querySelector(".gallery [aria-pressed=true]").textContent.includes(wanted), name);
                await whenExplained(page);
                const [photo, stage] = [await page.locator(".stage .photo").first().boundingBox(), await page.locator(".stage").first().boundingBox()];
                assert.ok(photo.width >= 23 && photo.height >= 23, `large enough to point at: ${JSON.stringify(photo)}`);
                assert.ok(photo.width <= stage.width + 1 && photo.height <= stage.height + 1, JSON.stringify({ photo, stage }));
                await page.mouse.move(photo.x + photo.width / 2, photo.y + photo.height / 2);
                assert.match(await readout(page), /Row \d, column \d/);
            }
        }));

    test("two hundred pictures in a row leave memory where it was after the tenth", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg&size=96" }, async ({ page, errors }) => {
            const session = await page.context().newCDPSession(page);
            const megabytes = async () => {
                await session.send("HeapProfiler.collectGarbage");
                const { usedSize, backingStorageSize = 0 } = await session.send("Runtime.getHeapUsage");
                const wasm = await page.workers()[0].evaluate(async (glue) => {
                    const softcam = await import(glue);
                    return (await softcam.default()).memory.buffer.byteLength;
                }, new URL(`pkg/${CPU_MODULE}.js`, page.url()).href);
                return { page: (usedSize + backingStorageSize) / 1e6, wasm: wasm / 1e6 };
            };
            const dropOne = (index) =>
                page.evaluate(async ([name, base64]) => {
                    const dataTransfer = new DataTransfer();
                    dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
                    const answer = document.querySelector(".answer");
                    const chosen = () => document.querySelector(".gallery [aria-pressed=true]").textContent;
                    const done = () => chosen().includes(name) && document.querySelector(".stage").hasAttribute("data-drawn");
                    await new Promise((resolve) => {
                        const observer = new MutationObserver(() => {
                            if (done()) {
                                observer.disconnect();
                                resolve();
                            }
                        });
                        observer.observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true, characterData: true });
                        answer.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
                    });
                }, [`number ${index}.bmp`, bitmap(Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * index) % 251), 64).toString("base64")]);
            let tenth;
            for (let index = 1; index <= 200; index++) {
                await dropOne(index);
                if (index === 10) {
                    tenth = await megabytes();
                }
            }
            await whenExplained(page);
            const last = await megabytes();
            console.log(`after 10: ${JSON.stringify(tenth)} MB; after 200: ${JSON.stringify(last)} MB`);
            // Forty answers are kept, ten were there.
            assert.ok(last.page - tenth.page < 8, "the page");
            assert.ok(last.wasm - tenth.wasm < 4, "the worker");
            assert.deepEqual(errors, []);
        }));
});

/** Runs in the page: text against the background behind it, by WCAG 2's formula. */
function contrasts() {
    const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).map((part) => channel(Number(part) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (!/, 0\)$|transparent/.test(colour) && colour.startsWith("rgb(")) {
                return colour;
            }
        }
        return "rgb(255, 255, 255)";
    };
    const parts = [".privacy", ".hint .for", ".hint .against", ".answer .badge", ".answer .sub", ".sentence", ".sum", ".credit", "legend", ".gallery .note", "button"];
    return parts.flatMap((what) => {
        const element = document.querySelector(what);
        if (!element) {
            return what === ".gallery .note" ? [] : [{ what, ratio: 0 }];
        }
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(background(element))];
        return [{ what, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) }];
    });
}

/** A file with a picture of this size. */
async function picture(name, width, height) {
    const file = path.join(folder, name);
    await writeFile(file, bitmap(Uint8Array.from({ length: 3 * width * height }, (_, i) => [200, 130, 70][i % 3]), width, height));
    return file;
}
