/**
 * The page as a visitor uses it, on the CPU: every way in for a picture, every way to look at the answer.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { breakWorker, drop, openPage, root, startSite, whenExplained, whenReady } from "./harness.mjs";

const sample = (name) => path.join(root, "web/samples", name);
const bad = (name) => path.join(root, "tests/bad/images", name);

const site = startSite();

/** A page that is ready, on the CPU, closed after `use`. */
async function withPage(options, use) {
    const { query = "?device=cpu", ...rest } = options;
    const opened = await openPage(site.browser, site.url + query, rest);
    try {
        await whenReady(opened.page);
        await use(opened);
    } finally {
        await opened.context.close();
    }
}

/** The numbers of the line "Sum of all cells ... = logit". */
async function sumLine(page) {
    const text = await page.locator("#sum").textContent();
    const [, sum, logit] = text.replaceAll("\u2212", "-").match(/: ([+-]?[\d.]+) = (?:logit|difference of the logits) ([+-]?[\d.]+)/);
    return { sum: Number(sum), logit: Number(logit) };
}

const topName = (page) => page.locator("#classes label:has(:checked) .name").textContent();

/** Pixels of the overlay canvas that show evidence for, against, or nothing. */
function overlayColours(page) {
    return page.evaluate(() => {
        const canvas = document.querySelector("#overlay");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const counts = { for: 0, against: 0 };
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 8 && data[i] !== data[i + 2]) {
                counts[data[i] > data[i + 2] ? "for" : "against"] += 1;
            }
        }
        return counts;
    });
}

describe("ways in", () => {
    test("a dropped photo is explained, and its cells add up to the logit", () =>
        withPage({}, async ({ page, errors }) => {
            await drop(page, sample("chelsea.jpg"));
            await whenExplained(page);
            assert.match(await topName(page), /cat/);
            assert.equal(await page.locator("#classes input").count(), 5);
            const { sum, logit } = await sumLine(page);
            assert.ok(Math.abs(sum - logit) <= 1e-4, `${sum} ${logit}`);
            const colours = await overlayColours(page);
            assert.ok(colours.for > 1000 && colours.for > colours.against, JSON.stringify(colours));
            assert.deepEqual(errors, []);
        }));

    test("a photo that is dropped before the model has loaded waits for it", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await drop(page, sample("coffee.jpg"));
        await whenReady(page);
        await whenExplained(page);
        assert.match(await topName(page), /espresso|cup/);
        await context.close();
    });

    test("a pasted photo is explained; pasted text is answered with advice", () =>
        withPage({}, async ({ page }) => {
            const base64 = (await readFile(sample("coffee.jpg"))).toString("base64");
            const paste = (data) =>
                page.evaluate((encoded) => {
                    const clipboardData = new DataTransfer();
                    if (encoded) {
                        const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
                        clipboardData.items.add(new File([bytes], "image.png"));
                    } else {
                        clipboardData.setData("text/plain", "hello");
                    }
                    dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
                }, data);
            await paste(null);
            assert.match(await page.locator("#alert").textContent(), /no picture on the clipboard/);
            await paste(base64);
            await whenExplained(page);
            assert.match(await topName(page), /espresso|cup/);
            assert.equal(await page.locator("#alert").isHidden(), true);
        }));

    test("the picker opens with a button and takes a file", () =>
        withPage({}, async ({ page }) => {
            const chooser = page.waitForEvent("filechooser");
            await page.locator("#pick").press("Enter");
            await (await chooser).setFiles(sample("rocket.jpg"));
            await whenExplained(page);
            assert.match(await topName(page), /missile|rocket|projectile|space shuttle/);
        }));

    test("the gallery shows its credit", () =>
        withPage({}, async ({ page }) => {
            await page.locator("#gallery button", { hasText: "Flower" }).click();
            await whenExplained(page);
            assert.match(await page.locator("#credit").textContent(), /vultilion.*CC BY 2\.0/);
            await drop(page, sample("coffee.jpg"));
            await page.waitForFunction(() => document.querySelector("#credit").textContent === "");
        }));

    for (const [name, missing] of [["once it is on show", false], ["also where it cannot be had", true]]) {
        test(`a link to a sample lets the gallery's pictures wait, and they come ${name}`, () =>
            withPage({}, async ({ page, context, requests }) => {
                requests.length = 0;
                await context.route("**/samples/chelsea.jpg", (route) => (missing ? route.abort() : route.continue()));
                await page.goto(`${page.url().split("?")[0]}?device=cpu&sample=chelsea.jpg`);
                await page.waitForFunction(() => {
                    const images = [...document.querySelectorAll("#gallery img")];
                    return images.length > 1 && images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
                });
                const at = (part) => requests.findIndex((url) => url.includes(part));
                assert.ok(at("samples/chelsea.jpg") < at(".thumb.jpg"), requests.join("\n"));
                assert.equal(await page.locator("#alert").isVisible(), missing);
            }));
    }
});

describe("looking at the answer", () => {
    test("another class is one click, one arrow key or one search away", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const title = () => page.locator("#ledger-title").textContent();
            const first = await title();
            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction((old) => document.querySelector("#ledger-title").textContent !== old, first);
            const second = await title();

            await page.locator("#classes input:checked").press("ArrowDown");
            await page.waitForFunction((old) => document.querySelector("#ledger-title").textContent !== old, second);

            await page.locator("#search").fill("golden retriever");
            await page.locator("#search").press("Enter");
            await page.waitForFunction(() => /golden retriever/.test(document.querySelector("#ledger-title").textContent));
            assert.match(await topName(page), /golden retriever/);
            const { sum, logit } = await sumLine(page);
            assert.ok(Math.abs(sum - logit) <= 1e-4);
            assert.ok((await overlayColours(page)).against > 1000, "a cat's photo speaks against a dog somewhere");

            // "Why not a dog": the dog's evidence over the cat's.
            await page.locator("#against").check();
            await page.waitForFunction(() => /over/.test(document.querySelector("#ledger-title").textContent));
            const over = await sumLine(page);
            assert.ok(Math.abs(over.sum - over.logit) <= 2e-4 && over.logit < 0, JSON.stringify(over));

            // It was asked for on this photo, not on the next.
            await drop(page, sample("coffee.jpg"));
            await page.waitForFunction(() => /espresso|cup/.test(document.querySelector("#ledger-title").textContent));
            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction(() => document.querySelector("#classes input:checked").value !== "967");
            assert.doesNotMatch(await page.locator("#ledger-title").textContent(), /over/);
        }));

    test("pointing at a cell, or walking to it with arrow keys, reads it out", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const readout = () => page.locator("#readout").textContent();
            await page.locator("#canvases").hover();
            assert.match(await readout(), /Row 4, column 4: evidence [+\u2212]\d.*adds [+\u2212]\d.*logit of/);
            assert.equal(await page.locator("#cell").isVisible(), true);

            await page.mouse.move(0, 0);
            await page.locator("#stage").focus();
            await page.keyboard.press("ArrowRight");
            assert.match(await readout(), /Row 4, column 4/);
            await page.keyboard.press("ArrowRight");
            await page.keyboard.press("ArrowUp");
            assert.match(await readout(), /Row 3, column 5/);
            const before = await readout();
            await page.locator("#classes label").nth(1).click();
            await page.waitForFunction((old) => document.querySelector("#readout").textContent !== old, before);
            assert.match(await readout(), /Row 3, column 5/, "the same cell of the other map");
            await page.locator("#stage").focus();
            await page.keyboard.press("Escape");
            assert.match(await readout(), /^Point at/);

            const { x, y, height } = await page.locator("#canvases").boundingBox();
            await page.mouse.move(x + 10, y + height / 2);
            assert.match(await readout(), /did not see this part \(centre square/);
        }));

    test("all cells read one by one add up to the logit", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            await page.locator("#stage").focus();
            await page.keyboard.press("ArrowUp");
            for (let i = 0; i < 6; i++) {
                await page.keyboard.press("ArrowUp");
                await page.keyboard.press("ArrowLeft");
            }
            let total = 0;
            for (let row = 1; row <= 7; row++) {
                for (let step = 1; step <= 7; step++) {
                    const text = await page.locator("#readout").textContent();
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

    test("a higher resolution gives a finer map", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            assert.match(await page.locator("#sum").textContent(), /all 49 cells/);
            await page.locator("#size").selectOption("448");
            await page.waitForFunction(() => /all 196 cells/.test(document.querySelector("#sum").textContent));
            assert.match(await page.locator("#badge").textContent(), /448 × 448/);
        }));

    test("opacity, contours and the grey photo change the view and no number", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const before = await page.locator("#sum").textContent();
            const contours = await overlayColours(page);
            await page.locator("#contours").uncheck();
            await page.waitForFunction((old) => {
                const canvas = document.querySelector("#overlay");
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                let count = 0;
                for (let i = 0; i < data.length; i += 4) {
                    count += data[i + 3] > 8 && data[i] > data[i + 2];
                }
                return count > old;
            }, contours.for);
            await page.locator("#opacity").fill("20");
            assert.equal(await page.locator("#overlay").evaluate((canvas) => canvas.style.opacity), "0.2");
            await page.locator("#grey").uncheck();
            assert.equal(await page.locator("#photo").evaluate((canvas) => getComputedStyle(canvas).filter), "none");
            assert.equal(await page.locator("#sum").textContent(), before);
        }));

    test("the colour scale can be kept for the next picture", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const tick = () => page.locator("#tick-high").textContent();
            const kept = await tick();
            await page.locator("#lock").check();
            await page.locator("#gallery button", { hasText: "Coffee" }).click();
            await page.waitForFunction(() => /Coffee/.test(document.querySelector("#credit").textContent));
            assert.equal(await tick(), kept);
            await page.locator("#lock").uncheck();
            await page.waitForFunction((old) => document.querySelector("#tick-high").textContent !== old, kept);
        }));

    test("the picture on show can be saved with its evidence", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const download = page.waitForEvent("download");
            await page.locator("#save").click();
            const file = await download;
            assert.match(file.suggestedFilename(), /^evidence-.*cat.*\.png$/);
            const bytes = await readFile(await file.path());
            assert.equal(bytes.subarray(1, 4).toString(), "PNG");
            assert.ok(bytes.length > 50_000, `${bytes.length} bytes`);
        }));
});

describe("what happens at the same time", () => {
    test("the picture that was chosen last stays, however slow the others are", () =>
        withPage({}, async ({ page }) => {
            await page.route("**/samples/chelsea.jpg", async (route) => {
                await new Promise((resolve) => setTimeout(resolve, 1500));
                await route.continue();
            });
            await page.locator("#gallery button", { hasText: "Chelsea" }).click();
            await drop(page, sample("coffee.jpg"));
            await page.waitForFunction(() => /espresso|cup/.test(document.querySelector("#ledger-title").textContent));
            await page.waitForTimeout(2500);
            assert.match(await page.locator("#ledger-title").textContent(), /espresso|cup/);
        }));

    test("a class that is chosen while the picture is explained again is kept", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const name = await page.locator("#classes .name").nth(3).textContent();
            await page.evaluate(() => {
                const size = document.querySelector("#size");
                size.value = "448";
                size.dispatchEvent(new Event("change"));
                document.querySelectorAll("#classes input")[3].click();
                document.querySelector("#contours").click();
            });
            await page.waitForFunction(() => /all 196 cells/.test(document.querySelector("#sum").textContent));
            await whenExplained(page);
            assert.equal(await page.locator("#ledger-title").textContent(), `Evidence for ${name}`);
            assert.equal(await topName(page), name);
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
                        const stage = document.querySelector("#stage");
                        setTimeout(() => stage.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true })), 20);
                    }
                },
                [good.toString("base64"), broken.toString("base64")],
            );
            await page.waitForFunction(() => /cut off/.test(document.querySelector("#alert").textContent));
            assert.equal(await page.locator("#alert").isVisible(), true);
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
        await page.locator("#retry").waitFor();
        assert.match(await page.locator("#alert").textContent(), /could not be downloaded/);
        const second = page.waitForRequest(/safetensors$/);
        await drop(page, sample("coffee.jpg"));
        await second;
        await page.locator("#retry").waitFor();
        assert.equal(attempts, 2, "the picture was reason enough to try again");
        await page.unrouteAll();
        await page.locator("#retry").click();
        await whenReady(page);
        await whenExplained(page);
        assert.equal(await page.locator("#alert").isHidden(), true);
        assert.match(await topName(page), /espresso|cup/);
        await context.close();
    });

    test("a picture of any shape fits the window", () =>
        withPage({}, async ({ page }) => {
            for (const [width, height] of [
                [4, 1200],
                [1200, 4],
                [1, 1],
            ]) {
                await drop(page, await picture(page, width, height));
                await whenExplained(page);
                await page.waitForFunction(
                    ([w, h]) => document.querySelector("#photo").width === w && document.querySelector("#photo").height === h,
                    [width, height],
                );
                const box = await page.locator("#canvases").boundingBox();
                assert.ok(box.height <= 0.76 * 900 && box.height >= 47 && box.width >= 63, JSON.stringify(box));
            }
        }));


    test("every broken file is answered with advice, and the last result stays", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const title = await page.locator("#ledger-title").textContent();
            const alert = page.locator("#alert");
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
                await page.waitForFunction(
                    (pattern) => new RegExp(pattern).test(document.querySelector("#alert").textContent),
                    message.source,
                );
                assert.equal(await alert.isVisible(), true);
                assert.equal(await page.locator("#ledger-title").textContent(), title, file);
                assert.equal(await page.locator("#canvases").isVisible(), true, file);
            }
            await drop(page, sample("coffee.jpg"));
            await page.waitForFunction(() => /espresso|cup/.test(document.querySelector("#ledger-title").textContent));
            assert.equal(await alert.isHidden(), true);
        }));

    test("dropping something that is no file says so", () =>
        withPage({}, async ({ page }) => {
            await page.evaluate(() => {
                const dataTransfer = new DataTransfer();
                dataTransfer.setData("text/uri-list", "https://example.org/cat.jpg");
                document.querySelector("#stage").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
            });
            assert.match(await page.locator("#alert").textContent(), /not a file/);
        }));

    test("a worker that breaks is replaced, and the picture on show is explained anew", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            await breakWorker(page);
            assert.equal(await page.locator("#canvases").isVisible(), true, "the old result stays");
            await page.locator("#size").selectOption("320");
            await page.waitForFunction(() => /all 100 cells/.test(document.querySelector("#sum").textContent));
        }));

    test("a model file that arrives changed is refused", async () => {
        const context = await site.browser.newContext();
        const page = await context.newPage();
        await page.route("**/*.safetensors", async (route) => {
            const response = await route.fetch();
            const body = await response.body();
            body[body.length >> 1] ^= 1;
            await route.fulfill({ response, body });
        });
        await page.goto(`${site.url}?device=cpu&sample=chelsea.jpg`);
        await page.locator("#alert").waitFor();
        assert.match(await page.locator("#alert").textContent(), /arrived changed/);
        assert.equal(await page.locator("#canvases").isHidden(), true);
        await context.close();
    });
});

describe("the page itself", () => {
    test("no request leaves the origin, and the policy would stop one", () =>
        withPage({}, async ({ page, context, requests }) => {
            await drop(page, sample("chelsea.jpg"));
            await whenExplained(page);
            const before = requests.length;
            await page.locator("#classes label").nth(1).click();
            await page.locator("#size").selectOption("320");
            await page.waitForFunction(() => /all 100 cells/.test(document.querySelector("#sum").textContent));
            assert.equal(requests.length, before, "explaining asks the network for nothing");
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
        }));

    test("the worker is under the same policy", () =>
        withPage({}, async ({ page, context }) => {
            await context.route("http://elsewhere.test/**", (route) =>
                route.fulfill({ body: "got it", headers: { "access-control-allow-origin": "*" } }),
            );
            const [worker] = page.workers();
            const reached = await worker.evaluate(() => fetch("http://elsewhere.test/").then(() => true, () => false));
            assert.equal(reached, false);
        }));

    for (const [width, colorScheme] of [
        [360, "light"],
        [360, "dark"],
        [1280, "dark"],
    ]) {
        test(`nothing is cut off at ${width} px, ${colorScheme}`, () =>
            withPage(
                { query: "?device=cpu&sample=chelsea.jpg", viewport: { width, height: 800 }, colorScheme },
                async ({ page }) => {
                    await whenExplained(page);
                    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                    assert.ok(overflow <= 0, `${overflow} px too wide`);
                    const contrast = await page.evaluate(contrasts);
                    for (const { what, ratio } of contrast) {
                        assert.ok(ratio >= 4.5, `${what} has contrast ${ratio}`);
                    }
                },
            ));
    }

    test("keyboard alone gets from the address bar to another class", () =>
        withPage({}, async ({ page }) => {
            const tabTo = async (selector) => {
                for (let i = 0; i < 40; i++) {
                    await page.keyboard.press("Tab");
                    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) {
                        return;
                    }
                }
                assert.fail(`no way to ${selector}`);
            };
            await tabTo(".gallery button");
            await page.keyboard.press("Enter");
            await whenExplained(page);
            const title = await page.locator("#ledger-title").textContent();
            await tabTo("[name=class]");
            await page.keyboard.press("ArrowDown");
            await page.waitForFunction((old) => document.querySelector("#ledger-title").textContent !== old, title);
        }));

    test("every control has a name", () =>
        withPage({ query: "?device=cpu&sample=chelsea.jpg" }, async ({ page }) => {
            await whenExplained(page);
            const controls = page.locator("button:visible, input:visible:not([type=file]), select:visible, #stage");
            for (const control of await controls.all()) {
                const snapshot = await control.ariaSnapshot();
                assert.match(snapshot, /"[^"]+"/, snapshot);
            }
        }));

    test("a teaching demo and no diagnosis, always in sight of a result", () =>
        withPage({ query: "?device=cpu&sample=retina.jpg" }, async ({ page }) => {
            await whenExplained(page);
            assert.match(await page.locator("footer").textContent(), /teaching demo, not a diagnosis/);
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
    return [".privacy", ".hint .for", ".hint .against", "#badge", "#sum", ".credit", "legend", "button"].map((what) => {
        const element = document.querySelector(what);
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(background(element))];
        return { what, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
    });
}

/** A file with a picture of this size, made by the browser itself. */
async function picture(page, width, height) {
    const base64 = await page.evaluate(
        async ([w, h]) => {
            const canvas = new OffscreenCanvas(w, h);
            const context = canvas.getContext("2d");
            context.fillStyle = "#c84";
            context.fillRect(0, 0, w, h / 2 + 1);
            const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
            return btoa(String.fromCharCode(...bytes));
        },
        [width, height],
    );
    const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    const file = path.join(folder, "picture.png");
    await writeFile(file, Buffer.from(base64, "base64"));
    return file;
}
