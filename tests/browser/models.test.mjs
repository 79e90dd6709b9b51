/**
 * Models of the visitor's own: opened, converted, remembered, forgotten, refused.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { largestDifference, range, startEngine } from "./fixtures.mjs";
import { closePanels, drop, openPage, panel, root, startSite, whenExplained } from "./harness.mjs";
import { checkpoint, firstClasses, safetensors } from "./networks.mjs";

const run = promisify(execFile);
const shipped = path.join(root, "web/models/efficientnet-lite0.safetensors");

const site = startSite();
let folder;
/** What is offered at the top, without any of the visitor's own: models that are flawed on purpose have a tab only while in use. */
let shippedDomains;
before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
    const { domains } = JSON.parse(await readFile(path.join(root, "web/models/index.json"), "utf8"));
    shippedDomains = domains.filter(({ flawed }) => !flawed).length;
});
after(async () => {
    await rm(folder, { recursive: true, force: true });
});

async function open(query = "?device=cpu&sample=chelsea.jpg", options = {}) {
    const opened = await openPage(site.browser, site.url + query, options);
    await whenExplained(opened.page);
    return opened;
}

async function file(name, bytes) {
    const target = path.join(folder, name);
    await writeFile(target, bytes);
    return target;
}

/** Title of what is chosen at the top. */
const chosen = (page) => page.locator(".tabs label:has(:checked)").textContent();

async function whenChosen(page, title) {
    await page.waitForFunction((wanted) => document.querySelector(".tabs label:has(:checked)")?.textContent.includes(wanted), title);
}

const tabs = (page) => page.locator(".tabs label").count();
const title = (page) => page.locator(".ledger-title").textContent();

/** Picks a file under "Model", as a visitor would. */
async function pick(page, file) {
    await (await panel(page, "about")).locator(".model-file").setInputFiles(file);
}

/** The command line's answer for a model and a sample. */
async function softcam(...list) {
    const cargo = ["run", "--locked", "--quiet", "--bin", "softcam", "--", ...list];
    return (await run("cargo", cargo, { cwd: root, maxBuffer: 1 << 28 })).stdout;
}

test("a model file joins the list and explains what is on show", async () => {
    const { page, context, errors } = await open();
    const before = await page.locator(".sum").textContent();
    await pick(page, shipped);
    await whenChosen(page, "(yours)");
    await whenExplained(page);
    assert.equal(await page.locator(".sum").textContent(), before);
    assert.match(await page.locator(".credit").textContent(), /Chelsea/, "the picture that was on show");
    assert.equal(await tabs(page), shippedDomains + 1);
    assert.equal(await page.locator(".popover.about .own").isVisible(), true);
    await page.locator(".remove-model").click();
    await page.waitForFunction((count) => document.querySelectorAll(".tabs label").length === count, shippedDomains);
    await whenExplained(page);
    assert.equal(await page.locator(".popover.about .own").isHidden(), true);
    assert.equal(await chosen(page), "Everyday objects");
    assert.deepEqual(errors, []);
    await context.close();
});

test("a float checkpoint that is dropped is converted to what the command line makes of it", async () => {
    const float = await file("mobilenet.safetensors", await checkpoint("mobilenet_v2"));
    const settings = { title: "Five things", classes: ["ape", "bee", "cow", "dog", "eel"], size: 224, sizes: [96, 224] };
    const description = await file("mobilenet.json", JSON.stringify(settings));

    const { page, context } = await open();
    await drop(page, [float, description]);
    await whenChosen(page, "Five things (yours)");
    await whenExplained(page);
    assert.match(await (await panel(page, "about")).locator(".notes").textContent(), /Recognised mobilenet.*5 classes/i);
    assert.match(await page.locator(".classes .name").first().textContent(), /^(ape|bee|cow|dog|eel)$/);
    const numbers = await page.locator(".sum").textContent();
    const [, sum, logit] = numbers.replaceAll("\u2212", "-").match(/: ([+-]?[\d.]+) = (?:logit|difference of the logits) ([+-]?[\d.]+)/);
    assert.ok(Math.abs(Number(sum) - Number(logit)) <= 1e-4, numbers);

    // The same by the engine and by the command line, every cell.
    const started = await startEngine(page);
    const onPage = await page.evaluate(async ([{ engine, load, explain }, url, description]) => {
        const file = await (await fetch(url)).blob();
        const { openModel } = await import("/web/engine/opening.js");
        const opened = await openModel(engine.assets, { file, descriptions: [description] });
        await load({ title: opened.title, blob: new Blob([opened.bytes]) });
        const photo = await (await fetch("/web/samples/chelsea.jpg")).arrayBuffer();
        const { maps } = await explain(photo, { size: 224, fit: "centre-square" });
        engine.stop();
        return [...maps];
    }, [started, await serveOnce(page, float), JSON.stringify(settings)]);
    const converted = path.join(folder, "cli.safetensors");
    await softcam("convert", float, "--classes", "ape,bee,cow,dog,eel", "--out", converted);
    const sample = path.join(root, "web/samples/chelsea.jpg");
    const answer = await softcam("explain", sample, "--model", converted, "--size", "224", "--json", "--all-maps");
    const { maps } = JSON.parse(answer);
    const apart = largestDifference(onPage, maps) / range(maps);
    console.log(`page and command line differ by ${apart.toExponential(1)} of the range`);
    assert.ok(apart < 1e-5, `${apart} of the range`);
    await context.close();
});

/** Makes a file of this machine fetchable by the page. */
async function serveOnce(page, source) {
    await page.route("**/web/of-the-test/*", (route) => route.fulfill({ path: source }));
    return "/web/of-the-test/model";
}

test("of two classes, the evidence for one over the other is shown", async () => {
    const modules = await checkpoint("mobilenet_v2");
    assert.ok(modules.length > 8e6);
    const { page, context } = await open();
    const description = await file("two.json", JSON.stringify({ classes: ["a", "b", "c", "d", "e"] }));
    // The fixture has five classes: a wrong count is refused first, by name.
    const wrong = await file("wrong.json", JSON.stringify({ classes: ["healthy", "ill"] }));
    const float = await file("net.safetensors", modules);
    await drop(page, [float, wrong]);
    await page.locator(".alert").waitFor();
    assert.match(await page.locator(".alert").textContent(), /5 classes.*2 class names/);
    await drop(page, [float, description]);
    await whenChosen(page, "(yours)");

    await drop(page, [await file("binary.safetensors", firstClasses(modules, 2))]);
    await whenChosen(page, "2 classes");
    await page.waitForFunction(() => /over class/.test(document.querySelector(".ledger-title").textContent));
    await whenExplained(page);
    await page.locator(".classes input").nth(1).check();
    await page.waitForFunction(() => !/over class/.test(document.querySelector(".ledger-title").textContent));
    // Both are offered now.
    assert.equal(await tabs(page), shippedDomains + 2);
    await context.close();
});

test("a model is remembered only if asked for, and can be forgotten", async () => {
    const { page, context } = await open("?device=cpu");
    /** Waits until there are so many after a reload. What is remembered comes some time after the first picture. */
    const reload = async (count) => {
        await page.reload();
        await whenExplained(page);
        await panel(page, "about");
        await page.waitForFunction((wanted) => document.querySelectorAll(".tabs label").length === wanted, count);
        // One that should not be there would come no later than this answer.
        await page.evaluate(() => indexedDB.databases());
        assert.equal(await tabs(page), count);
    };
    /** How many models this device keeps. */
    const count = () =>
        page.evaluate(
            () =>
                new Promise((resolve, reject) => {
                    const opening = indexedDB.open("softcam", 1);
                    opening.onupgradeneeded = () => opening.result.createObjectStore("models", { keyPath: "id" });
                    opening.onerror = () => reject(opening.error);
                    opening.onsuccess = () => {
                        const counting = opening.result.transaction("models").objectStore("models").count();
                        counting.onerror = () => reject(counting.error);
                        counting.onsuccess = () => {
                            opening.result.close();
                            resolve(counting.result);
                        };
                    };
                }),
        );
    const stored = async (wanted) => {
        while ((await count()) !== wanted) {
            await page.waitForTimeout(50);
        }
    };
    await pick(page, shipped);
    await whenChosen(page, "(yours)");
    await reload(shippedDomains);

    await pick(page, shipped);
    await whenChosen(page, "(yours)");
    // Writing takes its time, and the page is drawn meanwhile: the box shows what was asked for.
    await page.evaluate(() => {
        const read = Blob.prototype.arrayBuffer;
        Blob.prototype.arrayBuffer = async function () {
            await new Promise((done) => setTimeout(done, 500));
            return read.call(this);
        };
    });
    await page.locator(".remember").check();
    await page.evaluate(() => document.querySelectorAll(".classes input")[1].click());
    await page.waitForFunction(() => document.querySelectorAll(".classes input")[1].checked);
    assert.equal(await page.locator(".remember").isChecked(), true);
    await stored(1);
    await page.waitForFunction(() => document.querySelector(".remember").checked);
    await reload(shippedDomains + 1);
    await closePanels(page);
    await page.locator(".tabs label").last().click();
    await whenChosen(page, "(yours)");
    await panel(page, "about");
    await page.locator(".popover.about .own").waitFor();
    assert.equal(await page.locator(".remember").isChecked(), true);
    await page.locator(".remember").uncheck();
    await stored(0);
    await reload(shippedDomains);
    await context.close();
});

test("files that are no models are refused by name, and nothing on show changes", async () => {
    const { page, context } = await open();
    const first = await title(page);
    const bytes = await readFile(shipped);
    const damaged = Buffer.from(bytes);
    damaged[damaged.length >> 1] ^= 255;
    for (const [name, content, message] of [
        ["cut.safetensors", bytes.subarray(0, 100_000), /not a valid safetensors/],
        ["empty.safetensors", Buffer.alloc(0), /The file is empty/],
        ["weights.pth", Buffer.from("PK\x03\x04 archive/data.pkl"), /PyTorch checkpoint.*softcam convert/],
        ["weights.h5", Buffer.from("\x89HDF\r\n", "latin1"), /HDF5/],
        ["other.safetensors", safetensors([{ name: "x", shape: [1], data: Float32Array.of(1) }]), /x/],
    ]) {
        await drop(page, [await file(name, content)]);
        await page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector(".alert").textContent), message.source);
        assert.match(await page.locator(".alert").textContent(), new RegExp(`^${name}:`));
        assert.equal(await chosen(page), "Everyday objects", name);
        assert.equal(await tabs(page), shippedDomains, name);
        assert.equal(await title(page), first, name);
    }
    // The same where a picture is chosen: what is a model is taken for one.
    await page.locator("#filmstrip input[type=file]").setInputFiles(await file("chosen.pth", Buffer.from("PK\x03\x04 archive/data.pkl")));
    await page.locator(".alert", { hasText: "chosen.pth:" }).waitFor();
    assert.match(await page.locator(".alert").textContent(), /PyTorch checkpoint/);
    await page.locator(".classes label").nth(1).click();
    await page.waitForFunction((old) => document.querySelector(".ledger-title").textContent !== old, first);
    await context.close();
});

test("every file of the hostile corpus is refused in the browser as on the command line", async () => {
    const corpus = path.join(root, "tests/bad/models");
    const { good, wrong_answer: wrongAnswer, bad } = JSON.parse(await readFile(path.join(corpus, "manifest.json"), "utf8"));
    const { page, context } = await open("?device=cpu");
    const started = await startEngine(page);
    // Large files are stored compressed; the base of all is a good one, so each refusal is due to its one fault.
    const unpacked = async (name) => {
        const bytes = await readFile(path.join(corpus, name));
        return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("base64");
    };
    const load = (base64) =>
        page.evaluate(async ([{ load }, encoded]) => {
            const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
            return load({ title: "", blob: new Blob([bytes]) }).then(
                () => null,
                ({ failure, message }) => failure ?? { fault: "none", message },
            );
        }, [started, base64]);
    assert.equal(await load(await unpacked(good)), null);
    const wrong = await load(await unpacked(wrongAnswer));
    assert.match(wrong?.message ?? "", /do not give the answer/);
    const differing = [];
    for (const { file: name, says } of bad) {
        const failure = await load(await unpacked(name));
        if (failure?.fault !== "model" || !failure.message.includes(says)) {
            differing.push(`${name}: ${failure?.fault}: ${failure?.message}`);
        }
    }
    assert.deepEqual(differing, []);
    // After all of that the engine still explains.
    const cells = await page.evaluate(async ({ explain }) => {
        const photo = await (await fetch("/web/samples/chelsea.jpg")).arrayBuffer();
        return (await explain(photo, { size: 96, fit: "stretch" })).maps.length;
    }, started);
    assert.ok(cells > 0);
    await context.close();
});
