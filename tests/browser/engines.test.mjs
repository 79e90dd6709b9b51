/**
 * The page's main job on every engine: a sample is explained, a picture is dropped, another class is chosen, cells are read,
 * a model of the visitor's own is used, the picture is saved, and all of it goes on once the network is gone. It is the
 * published page, as visitors get it; and every number is the same on all engines, but for one in the last digit that is shown.
 */

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { assertAlike } from "./engines/alike.mjs";
import { ENGINES } from "./engines/index.mjs";
import { Visitor } from "./engines/visitor.mjs";
import { root } from "./harness.mjs";
import { startPublished } from "./published.mjs";

const sample = (name) => path.join(root, "web/samples", name);
const MODEL = path.join(root, "web/models/efficientnet-lite0.safetensors");

/** What the first engine showed, by what was done: all others must show the same. @type {Map<string, {engine: string, shown: any}>} */
const shownFirst = new Map();

for (const { name, start } of ENGINES) {
    describe(name, () => {
        /** @type {import("./engines/index.mjs").Driver} */
        let driver;
        /** @type {Visitor} */
        let visitor;
        before(async () => {
            driver = await start();
            visitor = new Visitor(driver);
            console.log(`the main job on ${driver.version}`);
        });
        after(() => driver?.close());

        /** Opens the page on an origin of its own, and has nothing on its conscience afterwards. */
        async function withPage(use) {
            const published = await startPublished();
            const before = driver.errors.length;
            try {
                await driver.open(published.url);
                await visitor.whenExplained();
                await use(published);
                assert.equal(await visitor.ask(() => document.querySelector(".alert").hidden), true, await visitor.text(".alert"));
                return driver.errors.slice(before);
            } finally {
                published.stop();
            }
        }

        /** What is on show is what the other engines show. */
        function sameEverywhere(step, shown) {
            const first = shownFirst.get(step);
            if (first) {
                assertAlike(shown, first.shown, `${step}: ${name} differs from ${first.engine}`);
            } else {
                shownFirst.set(step, { engine: name, shown });
            }
        }

        /** The numbers add up, and are those of the other engines. */
        async function addsUp(step) {
            const { sum, logit } = await visitor.sum();
            assert.equal(sum, logit, "in as many digits as they agree on");
            sameEverywhere(step, await visitor.answer());
        }

        test("a sample is explained when the page opens; cells are read, and another class is chosen", async () => {
            const errors = await withPage(async () => {
                assert.match(await visitor.text(".headline"), /espresso/);
                assert.match(await visitor.text("footer"), /teaching demo, not a diagnosis/);
                await addsUp("the sample");
                const { forIt, against } = await visitor.ask(overlayPixels);
                assert.ok(forIt > 1000 && forIt > against, `${forIt} pixels speak for it, ${against} against`);

                await visitor.pointAt(".stage");
                await visitor.until(() => /^Row 4, column 4/.test(document.querySelector(".readout").textContent));
                const readings = [await visitor.text(".readout")];
                assert.match(readings[0], /evidence [+\u2212]\d.*adds [+\u2212]\d.*logit of/);
                await visitor.click(".stage");
                for (const [key, place] of [["ArrowRight", "Row 4, column 5"], ["ArrowUp", "Row 3, column 5"]]) {
                    await driver.press(key);
                    await visitor.until((wanted) => document.querySelector(".readout").textContent.startsWith(wanted), place);
                    readings.push(await visitor.text(".readout"));
                }
                sameEverywhere("the cells that were read", readings);
                await driver.press("Escape");

                await visitor.click(".classes label:nth-of-type(2)");
                await visitor.whenTitled(/^Evidence for cup/);
                await addsUp("the second class");
                await visitor.click(".search-input");
                await visitor.type("golden retriever");
                await driver.press("Enter");
                await visitor.whenTitled(/golden retriever, over /);
                assert.ok((await visitor.sum()).logit < 0, "a cup is no dog");
                await addsUp("a class that was searched for");
            });
            assert.deepEqual(errors, []);
        });

        test("a dropped photo is explained, by a model of the visitor's own too, and saved as it is shown", async () => {
            const errors = await withPage(async () => {
                await visitor.drop(sample("chelsea.jpg"));
                await visitor.whenTitled(/cat/);
                assert.equal(await visitor.text(".credit"), "", "it is the visitor's own");
                await addsUp("a dropped photo");
                const before = await visitor.answer();

                await visitor.click(".top button.about");
                await visitor.until(() => document.querySelector(".model-file") !== null);
                await driver.choose(".model-file", [MODEL]);
                await visitor.until(() => document.querySelector(".tabs label:has(:checked)")?.textContent.includes("(yours)"));
                await visitor.whenExplained();
                assert.deepEqual(await visitor.answer(), before, "it is the same model");
                await driver.press("Escape");
                await visitor.until(() => document.querySelector(":popover-open") === null);

                const { name: file, bytes } = await driver.saved(() => visitor.click(".top .save"));
                assert.match(file, /^evidence-.*cat.*\.png$/);
                const saved = await visitor.ask(lookAtPng, bytes.toString("base64"));
                assert.ok(saved.orange > 1000, `${saved.orange} pixels of evidence`);
                assert.equal(await visitor.ask(() => document.querySelector(".frame.grey") !== null), true, "the photo is shown in grey");
                assert.ok(saved.colourBeside <= 8, `beside the square that the network sees, the photo has ${saved.colourBeside} of colour`);
            });
            assert.deepEqual(errors, []);
        });

        test("a medical model explains its own pictures, and says what it is not", async () => {
            const errors = await withPage(async () => {
                await visitor.click(".tabs label:nth-of-type(3)");
                await visitor.until(() => document.querySelector(".tabs label:has(:checked)")?.textContent.includes("OCT"));
                await visitor.whenExplained();
                assert.match(await visitor.text(".notice"), /not a diagnosis/i);
                await addsUp("an OCT scan");
            });
            assert.deepEqual(errors, []);
        });

        test("once it was there, the page explains without the network, when it is loaded again too", async () => {
            await withPage(async (published) => {
                await visitor.until(isKept, ["index.html", "models/efficientnet-lite0-", "pkg-", "web-"]);
                published.stop();
                await driver.reload();
                await visitor.whenExplained();
                await addsUp("the sample");
                await visitor.drop(sample("chelsea.jpg"));
                await visitor.whenTitled(/cat/);
                await addsUp("a dropped photo");
                assert.match(await visitor.ask(unreachable), /Error/, "the network is gone");
            });
        });
    });
}

// What follows runs in the page.

/** Pixels of the overlay that speak for the class, and against it. */
function overlayPixels() {
    const canvas = document.querySelector(".stage .overlay");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const counts = { forIt: 0, against: 0 };
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 8 && data[i] !== data[i + 2]) {
            counts[data[i] > data[i + 2] ? "forIt" : "against"] += 1;
        }
    }
    return counts;
}

/** A saved picture of a photo that is wider than high. @param {string} base64 */
async function lookAtPng(base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let orange = 0;
    let colourBeside = 0;
    for (let i = 0; i < data.length; i += 4) {
        const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)];
        const colour = data[i] - data[i + 2];
        orange += Number(colour > 60);
        if (x < 0.05 * width && y < 0.3 * width) {
            colourBeside = Math.max(colourBeside, Math.abs(colour));
        }
    }
    return { orange, colourBeside };
}

/** Whether files that begin so are kept, and the first picture, by a service worker that is in charge. */
async function isKept(beginnings) {
    const cache = await caches.open(`softcam ${new URL("./", document.baseURI).href}`);
    const responses = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
    const paths = responses.map((response) => response?.headers.get("x-softcam-path") ?? "");
    const picture = paths.some((path) => path.endsWith("/coffee.jpg"));
    return navigator.serviceWorker.controller !== null && picture && beginnings.every((begin) => paths.some((path) => path.startsWith(begin)));
}

/** What comes of asking for something that nobody keeps. */
function unreachable() {
    return fetch("not-kept.txt").then(({ status }) => `${status}`, String);
}
