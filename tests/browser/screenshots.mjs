/**
 * Takes the pictures of the page that are kept in tests/screenshots/: each view and tool, wide, on a projector, narrow, dark,
 * in German. They are looked at, not compared.
 *
 *     node tests/browser/screenshots.mjs [NAME ...]
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { openPage, root, startBrowser, startServer, whenExplained } from "./harness.mjs";

const folder = path.join(root, "tests/screenshots");
const WIDE = { width: 1600, height: 900 };
const PROJECTOR = { width: 1280, height: 720 };
const NARROW = { width: 360, height: 740 };

const coffee = "sample=coffee.jpg";
const chest = "model=chest-sparse&sample=chest/nih-00002275_018.jpg";
const fundus = "model=fundus-sparse&sample=fundus/idrid-001.jpg";
const json = (value) => encodeURIComponent(JSON.stringify(value));
const mask = { kind: "mask", rows: 14, columns: 14, cells: [100, 101, 102, 103, 104, 114, 115, 116, 117, 118, 128, 129, 130, 131, 132, 142, 143, 144, 145, 146, 156, 157, 158, 159, 160], fill: "blur", keep: false };

/** In each: what the address says, the window, and what a visitor does then. */
const pictures = [
    { name: "wide", hash: coffee, viewport: WIDE },
    { name: "projector", hash: coffee, viewport: PROJECTOR },
    { name: "dark", hash: `${coffee}&cell=3,3`, viewport: PROJECTOR, colorScheme: "dark" },
    { name: "narrow", hash: coffee, viewport: NARROW },
    { name: "narrow-dark", hash: chest, viewport: NARROW, colorScheme: "dark" },
    { name: "german", hash: `${chest}&lang=de`, viewport: PROJECTOR },
    { name: "large", hash: fundus, viewport: { width: 3840, height: 2160 } },
    { name: "chest", hash: chest, viewport: WIDE },
    { name: "fundus", hash: fundus, viewport: WIDE },
    { name: "oct", hash: "model=oct", viewport: WIDE, colorScheme: "dark" },
    { name: "two-colours", hash: `${chest}&view=${json({ fade: false })}`, viewport: PROJECTOR },
    { name: "cells", hash: `${fundus}&view=${json({ smooth: false, contours: false, grid: true })}&zoom=0.35,0.6,3`, viewport: PROJECTOR },
    { name: "unlike", hash: "model=chest&sample=chest/nih-00002275_018.jpg", viewport: PROJECTOR, drop: "web/samples/coffee.jpg" },
    { name: "view", hash: coffee, viewport: PROJECTOR, click: "button.settings" },
    { name: "model", hash: chest, viewport: PROJECTOR, click: "button.about" },
    { name: "tool-ledger", hash: `${chest}&tool=ledger`, viewport: WIDE },
    { name: "tool-mask", hash: `${chest}&tool=mask&cells=100-104,114-118,128-132,142-146,156-160&beside=${json({ edits: [mask] })}`, viewport: WIDE },
    { name: "tool-sweep", hash: `${chest}&tool=sweep`, viewport: WIDE, click: ".tool-body .start, .tool-body button", settle: 25_000 },
    { name: "tool-nudge", hash: `${chest}&tool=nudge&beside=${json({ edits: [{ kind: "turn", degrees: 12 }] })}`, viewport: WIDE, settle: 6000 },
    { name: "tool-sanity", hash: `${coffee}&tool=sanity&beside=${json({ shuffled: 4 })}`, viewport: WIDE },
    { name: "tool-compare", hash: `${chest}&tool=compare&beside=${json({ model: "chest-dense" })}`, viewport: WIDE },
    { name: "tool-compare-swipe", hash: `${chest}&tool=compare&arrangement=swipe&beside=${json({ model: "chest-dense" })}`, viewport: PROJECTOR },
    { name: "tool-compare-difference", hash: `${chest}&tool=compare&arrangement=difference&beside=${json({ model: "chest-dense" })}`, viewport: PROJECTOR },
    { name: "tool-together", hash: `${chest}&tool=together`, viewport: WIDE, click: ".tool-body button", settle: 8000 },
    { name: "tool-methods", hash: `${fundus}&tool=methods&tools=${json({ methods: { curve: "deletion" } })}&beside=${json({ method: "grad-cam-clipped", options: "" })}`, viewport: PROJECTOR, settle: 30_000, reveal: ".methods" },
    { name: "tool-methods-narrow", hash: `${coffee}&tool=methods&beside=${json({ method: "integrated-gradients", options: "steps-25-baseline-mean" })}`, viewport: NARROW, settle: 12_000, whole: true },
    { name: "tool-methods-german", hash: `${chest}&lang=de&tool=methods&tools=${json({ methods: { curve: "insertion" } })}&beside=${json({ method: "layer-cam", options: "layer-9" })}`, viewport: PROJECTOR, colorScheme: "dark", settle: 15_000, reveal: ".methods .areas" },
    { name: "tool-mask-narrow", hash: `${chest}&tool=mask&cells=100-104,114-118&beside=${json({ edits: [mask] })}`, viewport: NARROW, whole: true },
    { name: "tool-nudge-german", hash: `${chest}&lang=de&tool=nudge&beside=${json({ edits: [{ kind: "turn", degrees: 12 }] })}`, viewport: PROJECTOR, colorScheme: "dark", settle: 6000 },
    { name: "tool-break", hash: "sample=chelsea.jpg&tool=break", viewport: PROJECTOR },
    { name: "lesson", hash: "lesson=maps&step=7", viewport: PROJECTOR, settle: 2500 },
    { name: "lesson-german-narrow", hash: "lesson=secret&lang=de", viewport: NARROW },
    { name: "worksheet", hash: coffee, viewport: PROJECTOR, click: [".top button.lessons", ".lesson-teacher:has(.lesson-sheet) summary", ".lesson-sheet"], until: ".sheet[data-ready]" },
];

const wanted = process.argv.slice(2);
const server = await startServer();
const browser = await startBrowser();
await mkdir(folder, { recursive: true });
for (const { name, hash, drop, click = [], until, reveal, settle = 800, whole = false, ...options } of pictures) {
    if (wanted.length > 0 && !wanted.includes(name)) {
        continue;
    }
    const { page, context, errors } = await openPage(browser, `${server.url}?device=cpu#device=cpu&${hash}`, options);
    await whenExplained(page);
    if (drop) {
        await page.locator(".film input[type=file]").setInputFiles(path.join(root, drop));
        await page.locator(".unlike button").first().waitFor();
    }
    for (const selector of [click].flat()) {
        await page.locator(selector).first().click();
    }
    if (until) {
        await page.locator(until).waitFor();
    }
    await page.waitForTimeout(settle);
    if (reveal) {
        await page.locator(reveal).scrollIntoViewIfNeeded();
        await page.waitForTimeout(500);
    }
    await page.screenshot({ path: path.join(folder, `${name}.jpg`), type: "jpeg", quality: 72, fullPage: whole });
    console.log(name, errors.join("; "));
    await context.close();
}
await browser.close();
server.stop();
process.exit();
