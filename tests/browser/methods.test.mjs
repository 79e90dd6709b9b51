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
import { goToCell, hash, number } from "./independent.mjs";

const site = startSite();
const run = promisify(execFile);
const [model, sample] = ["efficientnet-lite0", "coffee.jpg"];
const start = `#device=cpu&model=${model}&sample=${sample}`;

/** Counts what the page asks of its workers. */
function count() {
    globalThis.asked = { attribute: 0, curve: 0, cancel: 0, explain: 0 };
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

async function open(address = start, options = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.addInitScript(count);
    const opened = await openPage(site.browser, `${site.url}${address}`, { context });
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

/** Chooses a method and its settings, as a visitor does. */
async function choose(page, name, settings = {}) {
    await method(page).selectOption(name);
    for (const [key, value] of Object.entries(settings)) {
        await page.locator(`.methods [data-key=${key}]`).selectOption(String(value));
    }
    await page.waitForFunction((name) => location.hash.includes(`%22${name}%22`), name);
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
        rise: { masks: 250 },
        random: {},
        edges: {},
    };
    test("all of them, one after the other, on one page", async () => {
        const { page, context, errors } = await open();
        await openTool(page);
        for (const [name, settings] of Object.entries(METHODS)) {
            await choose(page, name, settings);
            const there = await onCommandLine(name, "noise" in settings ? { ...settings, noise: settings.noise / 100 } : settings);
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
            const read = number(said.match(adds ? / ([+\u2212]?[\d.]+)\.$/ : /([+\u2212]?[\d.]+), without a unit/)[1]);
            near(read, values[at], 1e-3 * range + 6e-5);
            // What it has cost.
            const cost = await page.locator(".methods .cost").textContent();
            const { forward, backward } = there;
            assert.match(cost, forward === 0 ? /no run of the network/ : forward === 1 ? /one more forward pass/ : new RegExp(`took ${forward} more forward passes`), `${name}: ${cost}`);
            if (backward > 0) {
                assert.match(cost, new RegExp(`and ${backward} backward`), `${name}: ${cost}`);
            }
        }
        assert.deepEqual(errors, []);
        await context.close();
    });
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
    await page.locator(".methods .doing", { hasText: /^([3-9]|\d\d+) of / }).waitFor();
    const wasm = await asked(page);
    // The engine answers meanwhile.
    await page.locator(".classes input").nth(1).check();
    await page.waitForFunction((before) => document.querySelector(".sum").textContent !== before, evidence);
    await page.locator(".classes input").nth(0).check();
    await page.waitForFunction((before) => document.querySelector(".sum").textContent === before, evidence);
    await page.locator(".methods .doing", { hasText: /^([3-9]|\d\d+) of / }).waitFor();
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
    before.delete("class");
    after.delete("class");
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
    const address = await page.evaluate(() => location.hash);
    const other = await open(address);
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
    const { page, context } = await open(`${start}&lang=de`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.locator(".toolbar [data-tool=methods]").tap();
    await shown(page);
    await choose(page, "random");
    assert.match(await page.locator(".methods .does").textContent(), /kennt weder das Netz noch das Bild/);
    assert.match(await page.locator(".methods .cost").textContent(), /ohne einen Lauf/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${wide} px wide`);
    await context.close();
});
