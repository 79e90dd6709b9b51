/**
 * Other methods of explanation: a visitor opens each, and reads what the command line says of the same picture; what is
 * cancelled leaves the page as it was, and nothing of them is fetched before they are asked for.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { drop, openPage, root, startSite, whenExplained } from "./harness.mjs";
import { goToCell, hash, number, signedNumbers } from "./independent.mjs";

const site = startSite();
const run = promisify(execFile);
const [model, sample] = ["efficientnet-lite0", "coffee.jpg"];
const address = `#device=cpu&model=${model}&sample=${sample}`;

/** Counts what the page asks of its workers. */
function count() {
    globalThis.asked = { attribute: 0, curve: 0, cancel: 0, explain: 0, plan: 0 };
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
        const type = message.question ?? message.type;
        if (type in globalThis.asked) {
            globalThis.asked[type] += 1;
        }
        return post.call(this, message, ...rest);
    };
}

const asked = (page) => page.evaluate(() => ({ ...globalThis.asked }));
const panes = (page) => page.locator(".stage:not([hidden])").count();
const method = (page) => page.locator(".methods select.method");
const row = (page, name) => page.locator(`.methods tr[data-row=${name}] td`).allTextContents();

async function open(at = address, options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.addInitScript(count);
    const opened = await openPage(site.browser, `${site.url}${at}`, { context });
    await whenExplained(opened.page);
    return opened;
}

/** Waits until a method's map is on show, and says what stands beside it. */
async function shown(page) {
    await page.locator(".methods .running").waitFor({ state: "hidden" });
    await page.locator(".methods .result").waitFor();
    await whenExplained(page);
}

async function openTool(page) {
    await page.locator(".toolbar [data-tool=methods]").click();
    await method(page).waitFor();
    await shown(page);
}

/** What the address says of the method that is computed. */
const besideOf = async (page) => JSON.parse((await hash(page)).get("beside") ?? "{}").method ?? null;
const start = (page) => page.locator(".methods button.start");

/** What the methods take is counted behind the first map. */
const runsAreListed = (page) => page.locator(".methods option[value=rise]", { hasText: "(500 runs)" }).waitFor({ state: "attached" });

/** Chooses a method and its settings, as a visitor does; one of many runs is started then. */
async function choose(page, name, settings = {}) {
    await method(page).selectOption(name);
    for (const [key, value] of Object.entries(settings)) {
        await page.locator(`.methods [data-key=${key}]`).selectOption(String(value));
    }
    const state = await page.waitForFunction((name) => {
        const beside = new URLSearchParams(location.hash.slice(1)).get("beside");
        const [, runs] = Array.from(document.querySelectorAll(".methods button.start"), (button) => button.checkVisibility() && button.textContent.split(":"))[0] || [];
        return beside?.includes(`"${name}"`) ? "begun" : runs ? "waits" : null;
    }, name);
    if ((await state.jsonValue()) === "waits") {
        await start(page).click();
    }
    await shown(page);
}

/** What the command line says of the same picture, class and method. */
async function onCommandLine(name, settings) {
    const { stdout } = await run(
        "cargo",
        [
            ...["run", "--quiet", "--locked", "--bin", "softcam", "--features", "softcam-cli/wgpu", "--"],
            ...["explain", path.join(root, "web/samples", sample), "--json", "--model", path.join(root, `web/models/${model}.safetensors`)],
            ...["--method", name, ...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)])],
        ],
        { cwd: root, maxBuffer: 1 << 28 },
    );
    return JSON.parse(stdout).method;
}

test("nothing of them is fetched before they are asked for, and nothing stays when they are closed", async () => {
    const { page, context, requests, errors } = await open();
    const fetched = () => requests.filter((url) => /softcam_methods|methods-worker|tools\/methods\//.test(url));
    assert.deepEqual(fetched(), []);
    const before = page.workers().length;
    await openTool(page);
    assert.ok(fetched().some((url) => url.endsWith("softcam_methods_bg.wasm")));
    assert.equal(page.workers().length, before + 1);
    assert.equal(await panes(page), 2);
    assert.equal((await asked(page)).attribute, 1);
    const gone = page.workers().at(-1).waitForEvent("close");
    await page.locator(".toolbar [data-tool=methods]").click();
    await gone;
    await whenExplained(page);
    assert.equal(await panes(page), 1);
    assert.equal(page.workers().length, before);
    assert.deepEqual(errors, []);
    await context.close();
});

describe("each says what the command line says", () => {
    // Few runs each, so that the tests take seconds.
    const METHODS = {
        "grad-cam": {},
        "grad-cam-clipped": {},
        "grad-cam-plus-plus": {},
        "layer-cam": { layer: 11 },
        "hires-cam": {},
        "guided-backprop": {},
        "integrated-gradients": { steps: 10, baseline: "blur" },
        "smooth-grad": { samples: 10, noise: 20 },
        "score-cam": { layer: 4 },
        "ablation-cam": { layer: 4 },
        occlusion: { baseline: "black", patch: 4 },
        rise: { masks: 250 },
        random: {},
        edges: {},
    };
    test("all of them, one after the other, on one page", async () => {
        const { page, context, errors } = await open();
        await openTool(page);
        for (const [name, settings] of Object.entries(METHODS)) {
            await choose(page, name, settings);
            const { noise, patch } = settings;
            // The command line takes a share of the range, and pixels.
            const there = await onCommandLine(name, { ...settings, ...(noise && { noise: noise / 100 }), ...(patch && { patch: 224 / patch }) });
            const { map: values, rows, columns } = there;
            const range = Math.max(...values) - Math.min(...values);
            const near = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${name}: ${actual} is not ${expected} within ${by}`);
            const [, cells] = await row(page, "count");
            assert.equal(Number(cells), rows * columns, name);
            // Float sums in another order, and the digits that are shown.
            const sum = values.reduce((all, value) => all + value, 0);
            const [own, others] = (await row(page, "sum")).map(number);
            const size = values.reduce((all, value) => all + Math.abs(value), 0);
            near(others, sum, 1e-3 * size + 6e-5);
            const [logit] = (await row(page, "logit")).map(number);
            near(logit, there.score, 1e-3);
            near(own, logit, 1e-3);
            const [gap, gapOfMethod] = (await row(page, "gap")).map(number);
            near(gap, 0, 1e-3);
            near(gapOfMethod, others - logit, 2e-4 + 1e-3 * Math.abs(others));
            // Under the cursor, on the picture beside: the middle of the evidence's cell in row 3, column 5.
            await goToCell(page, -1, 1);
            const said = await page.locator(".methods .pointed").textContent();
            assert.match(said, /^Row 3, column 5/, name);
            const at = Math.floor((2.5 / 7) * rows + 1e-6) * columns + Math.floor((4.5 / 7) * columns + 1e-6);
            // Of those whose values are what cells add, the unit is the logit's.
            const adds = ["grad-cam", "hires-cam"].includes(name);
            const read = number(said.match(adds ? / ([+\u2212]?[\d.]+)\.$/ : /([+\u2212]?[\d.]+), (without a unit|in the unit of the logit)/)[1]);
            const inLogits = ["grad-cam-clipped", "integrated-gradients", "occlusion"].includes(name);
            assert.equal(/unit of the logit/.test(said), inLogits, name);
            // Nothing that is said contradicts the unit.
            const explained = await page.locator(".methods .explanation").textContent();
            assert.equal(/cannot be turned into logits|without a unit/.test(explained), !inLogits && !adds, `${name}: ${explained}`);
            near(read, values[at], 1e-3 * range + 6e-5);
            // What it has cost.
            const cost = await page.locator(".methods .cost").textContent();
            const { forward, backward } = there;
            assert.match(cost, forward === 0 ? /no run of the network/ : forward === 1 ? /one more forward pass/ : new RegExp(`took ${forward} more forward passes`), `${name}: ${cost}`);
            if (backward > 0) {
                assert.match(cost, new RegExp(`and ${backward} backward`), `${name}: ${cost}`);
            }
            // And what the list said it would.
            const runs = forward === 0 ? "no run" : `${forward} run${forward === 1 ? "" : "s"}${backward > 0 ? " and back" : ""}`;
            await page.waitForFunction((runs) => document.querySelector(".methods select.method").selectedOptions[0].textContent.endsWith(`(${runs})`), runs);
        }
        assert.deepEqual(errors, []);
        await context.close();
    });
});

/** Colours of what is drawn over a picture, as a viewer sees them over grey: RGB from 0 to 255, row by row. */
const coloursOf = (page, slot) =>
    page.locator(".stage .overlay").nth(slot).evaluate((layer) => {
        const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
        return Array.from({ length: data.length }, (_, at) => (data[at - (at % 4) + 3] / 255) * (data[at] - 128)).filter((_, at) => at % 4 < 3);
    });

test("maps of equal values look equal: those of which each cell adds its value are on the evidence's scale", async () => {
    // Lines would hide what differs below them. The evidence of a class that is not the likeliest ends far from its own largest value.
    const { page, context } = await open(`${address}&class=968&view=${encodeURIComponent('{"contours":false}')}`);
    await openTool(page);
    const difference = async () => {
        const [a, b] = [await coloursOf(page, 0), await coloursOf(page, 1)];
        assert.equal(a.length, b.length);
        const sum = (values) => values.reduce((all, value) => all + Math.abs(value), 0);
        return sum(a.map((value, at) => value - b[at])) / sum(a);
    };
    for (const name of ["grad-cam", "hires-cam"]) {
        await choose(page, name);
        // What is left is the bias, which these maps do not have.
        const share = await difference();
        assert.ok(share < 0.03, `${name}: colours differ by ${share}`);
        const [, evidence, own] = (await page.locator(".methods .explanation > .hint").textContent()).match(/\u00b1([\d.]+) for the evidence.*\u00b1([\d.]+), which/);
        assert.ok(Math.abs(Number(evidence) / 49 - Number(own)) < 0.005 * Number(own), `${evidence} / 49 is not ${own}`);
    }
    // The measure tells maps apart.
    await choose(page, "random");
    const far = await difference();
    assert.ok(far > 0.3, `${far}`);
    await context.close();
});

test("what the colours mean: for and against, more and less important, or nothing about the network", async () => {
    const { page, context } = await open();
    await openTool(page);
    const legend = () => page.locator(".mini-legend .colours").evaluateAll((rows) => rows.map((row) => Array.from(row.children, (each) => each.textContent)));
    assert.deepEqual(await legend(), [["speaks for it", "speaks against it"]]);
    for (const [name, expected] of [
        ["layer-cam", ["LayerCAM: more important", "less important"]],
        ["random", ["Random map: high", "low", "knows nothing of the network"]],
        ["edges", ["Edges of the picture: high", "low", "knows nothing of the network"]],
    ]) {
        await choose(page, name);
        assert.deepEqual(await legend(), [["Evidence: speaks for it", "speaks against it"], expected]);
    }
    await choose(page, "guided-backprop");
    assert.deepEqual(await legend(), [["speaks for it", "speaks against it"]]);
    await context.close();
});

test("what many runs take is said before they begin, and neither arrow keys nor typing on the closed list begin them", async () => {
    const { page, context, errors } = await open();
    await openTool(page);
    await runsAreListed(page);
    const texts = await method(page).locator("option").allTextContents();
    assert.match(texts.find((text) => text.startsWith("Score-CAM")), /\((\d{3,}) runs\)$/);
    assert.ok(texts.includes("Integrated Gradients (52 runs and back)") && texts.includes("Occlusion (170 runs)") && texts.includes("Random map (no run)"), texts.join());
    const { attribute } = await asked(page);
    await method(page).focus();
    await page.keyboard.type("Occ");
    await start(page).waitFor();
    assert.equal(await method(page).inputValue(), "occlusion");
    assert.equal(await start(page).textContent(), "Start: 170 runs");
    await page.keyboard.press("ArrowDown");
    await page.locator(".methods button.start", { hasText: "500 runs" }).waitFor();
    assert.equal(await method(page).inputValue(), "rise");
    await page.locator(".methods [data-key=masks]").selectOption("1000");
    await page.locator(".methods button.start", { hasText: "1000 runs" }).waitFor();
    assert.equal((await asked(page)).attribute, attribute, "none has begun");
    assert.equal(await besideOf(page), null);
    assert.equal(await panes(page), 1, "nothing of another method is beside the evidence meanwhile");
    // Of few runs, it begins by itself.
    await page.locator(".methods option[value=occlusion]").evaluate((option) => option.parentElement.parentElement.focus());
    await method(page).selectOption("occlusion");
    await page.locator(".methods [data-key=patch]").selectOption("4");
    await shown(page);
    assert.equal(await besideOf(page), "occlusion");
    assert.ok(await start(page).isHidden());
    assert.deepEqual(errors, []);
    await context.close();
});

test("the last run that is counted is the last there is, and as many as it has cost", async () => {
    const { page, context } = await open();
    await openTool(page);
    await page.evaluate(() => {
        globalThis.steps = [];
        const doing = document.querySelector(".methods .doing");
        new MutationObserver(() => globalThis.steps.push(doing.textContent)).observe(doing, { childList: true, characterData: true, subtree: true });
    });
    await choose(page, "ablation-cam", { layer: 4 });
    const [, runs] = (await page.locator(".methods .cost").textContent()).match(/took (\d+) more/);
    const steps = await page.evaluate(() => globalThis.steps.filter((text) => text.startsWith("Run ")));
    assert.ok(steps.every((text) => text.includes(` of ${runs}`)), `${steps} are not of ${runs}`);
    assert.match(steps.at(-1), new RegExp(`^Run ${runs} of ${runs}\\b`));
    await context.close();
});

test("the keyboard's focus goes along: into the tool, to what takes the place of what is gone, and back", async () => {
    const { page, context } = await open();
    const focused = (selector) => page.waitForFunction((selector) => document.activeElement?.matches(selector), selector);
    const opener = page.locator(".toolbar [data-tool=methods]");
    await opener.focus();
    await page.keyboard.press("Enter");
    await method(page).waitFor();
    await shown(page);
    await focused(".tool-panel");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await focused("select.method");
    // Keyboard alone: choose one of many runs, start it, cancel it, start it again.
    await page.keyboard.type("RI");
    await page.locator(".methods button.start", { hasText: "runs" }).waitFor();
    await focused("select.method");
    await start(page).press("Enter");
    await focused(".methods .cancel");
    await page.keyboard.press("Escape");
    await page.locator(".methods .running").waitFor({ state: "hidden" });
    await focused("select.method");
    assert.ok(await page.locator(".tool-panel").isVisible(), "the first Escape has only cancelled");
    await method(page).selectOption("occlusion");
    await page.locator(".methods [data-key=patch]").focus();
    await page.locator(".methods [data-key=patch]").selectOption("4");
    await shown(page);
    await focused("[data-key=patch]");
    await page.keyboard.press("Escape");
    await page.locator(".tool-panel").waitFor({ state: "detached" });
    await focused(".toolbar [data-tool=methods]");
    await whenExplained(page);
    assert.equal(await panes(page), 1);
    await context.close();
});

test("the numbers of a method that is done are in sight, on a projector", async () => {
    for (const at of [address, "#device=cpu&model=fundus-sparse"]) {
        const { page, context } = await open(at, { viewport: { width: 1280, height: 720 } });
        const inSight = async (page) => {
            for (const part of ["tr[data-row=sum]", "tr[data-row=gap]", ".cost"]) {
                const { top, bottom } = await page.locator(`.methods ${part}`).evaluate((element) => element.getBoundingClientRect().toJSON());
                assert.ok(top >= 0 && bottom <= 720, `${at}: ${part} is from ${top} to ${bottom}`);
            }
        };
        await openTool(page);
        await inSight(page);
        await choose(page, "layer-cam");
        await inSight(page);
        await context.close();
        // From a link, the page stands at its top.
        const linked = await open(`${at}&tool=methods`, { viewport: { width: 1280, height: 720 } });
        await shown(linked.page);
        await inSight(linked.page);
        await linked.context.close();
    }
});

test("occlusion and the sweep say the same of the same squares", async () => {
    const { page, context } = await open();
    // As large as what the network sees, so that covering the photo and covering that are one.
    const small = await page.evaluate(async (sample) => {
        const photo = await createImageBitmap(await (await fetch(`web/samples/${sample}`)).blob());
        const canvas = new OffscreenCanvas(224, 224);
        canvas.getContext("2d").drawImage(photo, 0, 0, photo.width, photo.height, 0, 0, 224, 224);
        const bytes = await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer();
        return Array.from(new Uint8Array(bytes));
    }, sample);
    await page.locator("#filmstrip input[type=file]").setInputFiles({ name: "small.png", mimeType: "image/png", buffer: Buffer.from(small) });
    await page.locator(".gallery button", { hasText: "small.png" }).waitFor();
    await whenExplained(page);
    await page.locator(".toolbar [data-tool=sweep]").click();
    await page.locator(".sweep select").nth(0).selectOption("black");
    await page.locator(".sweep .start").click();
    await page.locator(".agreement").waitFor();
    await whenExplained(page);
    assert.match(await page.locator(".sweep .cost").textContent(), /took 49 more runs/);
    const cells = [[-1, 1], [0, 0], [1, -1], [-2, 0]];
    const losses = [];
    for (const [down, right] of cells) {
        await goToCell(page, down, right);
        const [, change] = signedNumbers(await page.locator(".sweep .pointed").textContent());
        losses.push(-change);
    }
    await openTool(page);
    await choose(page, "occlusion", { baseline: "black", patch: "cell", stride: "whole" });
    assert.match(await page.locator(".methods .cost").textContent(), /took 50 more forward passes/);
    for (const [index, [down, right]] of cells.entries()) {
        await goToCell(page, down, right);
        const said = await page.locator(".methods .pointed").textContent();
        const value = number(said.match(/([+\u2212]?[\d.]+), in the unit of the logit/)[1]);
        assert.ok(Math.abs(value - losses[index]) < 2e-3, `${value} is not ${losses[index]}: ${said}`);
    }
    assert.ok(Math.max(...losses.map(Math.abs)) > 0.1, `${losses}`);
    await context.close();
});

test("one that is cancelled in the middle, by keyboard, leaves the page as it was", async () => {
    const { page, context, errors } = await open();
    const headline = await page.locator(".headline").textContent();
    const evidence = await page.locator(".sum").textContent();
    await openTool(page);
    await method(page).selectOption("");
    await page.waitForFunction(() => !location.hash.includes("beside"));
    const before = await hash(page);
    // Hundreds of runs.
    await method(page).selectOption("rise");
    await start(page).click();
    await page.locator(".methods .doing", { hasText: /^Run ([3-9]|\d\d+) of 500/ }).waitFor();
    assert.ok(await page.locator(".methods .cancel").evaluate((element) => element === document.activeElement), "the focus goes to what takes the place of Start");
    const wasm = await asked(page);
    // The engine answers meanwhile; for another class, it is not begun unasked.
    await page.locator(".classes input").nth(1).check();
    await page.waitForFunction((before) => document.querySelector(".sum").textContent !== before, evidence);
    await start(page).waitFor();
    await page.locator(".classes input").nth(0).check();
    await page.waitForFunction((before) => document.querySelector(".sum").textContent === before, evidence);
    assert.equal((await asked(page)).attribute, wasm.attribute);
    await start(page).click();
    await page.locator(".methods .doing", { hasText: /^Run ([3-9]|\d\d+) of / }).waitFor();
    await page.locator(".methods .cancel").focus();
    await page.keyboard.press("Enter");
    await page.locator(".methods .running").waitFor({ state: "hidden" });
    await whenExplained(page);
    assert.ok((await asked(page)).cancel > wasm.cancel);
    assert.equal(await panes(page), 1);
    assert.equal(await method(page).inputValue(), "");
    assert.ok(await method(page).evaluate((element) => element === document.activeElement));
    assert.ok(await page.locator(".methods .result").isHidden());
    assert.ok(await page.locator(".alert").isHidden());
    assert.equal(await page.locator(".headline").textContent(), headline);
    assert.equal(await page.locator(".sum").textContent(), evidence);
    await page.waitForFunction(() => !location.hash.includes("beside"));
    const after = await hash(page);
    for (const part of ["class", "tools"]) {
        before.delete(part);
        after.delete(part);
    }
    assert.equal(after.toString(), before.toString());
    // And what is asked next is answered.
    await choose(page, "edges");
    assert.deepEqual(await row(page, "count"), ["49", "50176"]);
    assert.deepEqual(errors, []);
    await context.close();
});

test("a link brings the method and its settings back, and going back undoes them", async () => {
    const { page, context } = await open();
    await openTool(page);
    await choose(page, "integrated-gradients", { steps: 10 });
    const sum = await row(page, "sum");
    await page.waitForFunction(() => location.hash.includes("steps-10"));
    const link = await page.evaluate(() => location.hash);
    const other = await open(link);
    await method(other.page).waitFor();
    await shown(other.page);
    assert.equal(await method(other.page).inputValue(), "integrated-gradients");
    assert.equal(await other.page.locator(".methods [data-key=steps]").inputValue(), "10");
    assert.deepEqual(await row(other.page, "sum"), sum);
    await other.context.close();
    await page.goBack();
    await page.goBack();
    await page.waitForFunction(() => document.querySelector(".methods select.method").value === "grad-cam");
    await shown(page);
    await context.close();
});

test("deletion and insertion are drawn for both maps, and agree with what the network says of the whole picture", async () => {
    const { page, context, errors } = await open();
    const text = await page.locator(".sub").textContent();
    const probability = Number(text.match(/[\d.]+/)[0]) / 100;
    await openTool(page);
    for (const kind of ["Deletion", "Insertion"]) {
        await page.locator(".methods .segments label", { hasText: kind }).click();
        await page.locator(".methods .drawing").waitFor({ state: "hidden" });
        // Points as shares of the picture's box, upwards.
        const lines = await page.evaluate(() =>
            Array.from(document.querySelectorAll(".methods .curve-line"), (path) =>
                Array.from(path.getAttribute("d").matchAll(/[ML]([\d.]+) ([\d.]+)/g), ([, x, y]) => [(x / 100 - 0.02) / 0.96, (1 - y / 100 - 0.07) / 0.86]),
            ),
        );
        assert.equal(lines.length, 2);
        const areas = (await page.locator(".methods .areas span").allTextContents()).map((said) => Number(said.match(/[\d.]+(?=\.$)/)[0]));
        for (const [index, line] of lines.entries()) {
            assert.ok(line.length > 20, `${line.length} points`);
            const [[, first], [, last]] = [line[0], line.at(-1)];
            const whole = kind === "Deletion" ? first : last;
            assert.ok(Math.abs(whole - probability) < 2e-3, `${whole} is not ${probability}`);
            const area = line.slice(1).reduce((sum, [x, y], at) => sum + ((x - line[at][0]) * (y + line[at][1])) / 2, 0);
            assert.ok(Math.abs(area - areas[index]) < 2e-3, `${area} is not ${areas[index]}`);
        }
        // And what follows from them, in words.
        const verdict = await page.locator(".methods .verdict").textContent();
        const more = areas[0] - areas[1];
        const ahead = Math.abs(more) < 0.005 ? "Neither" : (kind === "Deletion" ? more < 0 : more > 0) ? "Evidence" : "Grad-CAM";
        assert.ok(verdict.startsWith(ahead), `${areas}: ${verdict}`);
        assert.ok(Math.abs(Number(verdict.match(/(smaller|larger|differ) by ([\d.]+)/)[2]) - Math.abs(more)) < 1.5e-3, `${areas}: ${verdict}`);
        assert.match(verdict, /One picture proves nothing/);
        assert.doesNotMatch(verdict, /say little/);
    }
    assert.equal((await asked(page)).curve, 4);
    // What was drawn is kept, and one that is stopped leaves none.
    await page.locator(".methods .segments label", { hasText: "Deletion" }).click();
    await page.locator(".methods .areas").waitFor();
    assert.equal((await asked(page)).curve, 4);
    await choose(page, "random");
    await page.locator(".methods .stop").click();
    await page.locator(".methods .curve").waitFor({ state: "hidden" });
    assert.equal(await panes(page), 2);
    assert.deepEqual(errors, []);
    await context.close();
});

test("of a picture unlike those that the model knows, no method shows a map unless the visitor insists", async () => {
    const { page, context } = await open("#device=cpu&model=chest-sparse&tool=methods");
    await shown(page);
    const { attribute } = await asked(page);
    await drop(page, path.join(root, "web/samples/coffee.jpg"));
    await page.locator(".unlike button").first().waitFor();
    await whenExplained(page);
    assert.equal((await asked(page)).attribute, attribute, "none is asked for");
    assert.ok(await page.locator(".methods").isHidden());
    assert.match(await page.locator(".notice").first().textContent(), /not a diagnosis|teaching/i);
    await page.locator(".unlike [data-key=anyway]").click();
    await shown(page);
    assert.equal((await asked(page)).attribute, attribute + 1);
    assert.match(await page.locator(".warning").first().textContent(), /\S/);
    assert.ok(await page.locator(".notice").first().isVisible());
    await context.close();
});

test("what stops in the middle says so, leaves the evidence, and works the next time", async () => {
    const { page, context } = await open();
    await openTool(page);
    const evidence = await page.locator(".sum").textContent();
    await runsAreListed(page);
    const worker = page.workers().at(-1);
    await worker.evaluate(async (glue) => {
        const methods = await import(glue);
        // A module of one function that does nothing but trap.
        const trap = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11));
        methods.Subject.prototype.attribute = async () => new WebAssembly.Instance(trap).exports.f();
    }, new URL("pkg/softcam_methods.js", page.url()).href);
    await method(page).selectOption("random");
    await page.locator(".alert", { hasText: "stopped unexpectedly" }).waitFor();
    await whenExplained(page);
    assert.equal(await panes(page), 1);
    assert.equal(await page.locator(".sum").textContent(), evidence);
    assert.equal(await method(page).inputValue(), "");
    await choose(page, "random");
    assert.ok(await page.locator(".alert").isHidden());
    assert.equal(await panes(page), 2);
    await context.close();
});

test("by touch, on a narrow screen, in German", async () => {
    const { page, context } = await open(`${address}&lang=de`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.locator(".toolbar [data-tool=methods]").tap();
    await shown(page);
    await choose(page, "random");
    assert.match(await page.locator(".methods .does").textContent(), /kennt weder das Netz noch das Bild/);
    assert.match(await page.locator(".methods .cost").textContent(), /ohne einen Lauf/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide`);
    await context.close();
});
