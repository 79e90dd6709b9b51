/**
 * With no device chosen, the page answers on the CPU at once and goes on on WebGPU when that is ready, unnoticed.
 *
 * The only adapter here is an emulation, which the page would refuse: the workers are made to believe in it.
 */

import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { startEngine } from "./fixtures.mjs";
import { CPU_MODULE, PATIENCE, breakWorker, choose, closePanels, contextAsIf, drop, openPage, panel, root, startSite, whenExplained } from "./harness.mjs";
import { offerStandIns } from "./stand-ins.mjs";

const sample = (name) => path.join(root, "web/samples", name);
const LARGE = "**/pkg/softcam_web*";

/** Runs in every worker: the adapter is one that the page would use. */
const REAL_ADAPTER = `
    const info = { vendor: "acme", architecture: "rocket", device: "", description: "", isFallbackAdapter: false };
    Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });`;

/** Runs in every page: tells when the first map was drawn. */
function noteFirstOverlay() {
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        if (this.canvas.className === "overlay") {
            globalThis.firstOverlay ??= Date.now();
        }
        return putImageData.apply(this, given);
    };
}

const site = startSite();

/**
 * A page with no device chosen and a usable adapter, closed after `use`.
 * @param {{query?: string, prelude?: string, holding?: boolean, prepare?: (context: object) => unknown}} options With
 *     `holding`, the larger module does not come before `release` is called.
 */
async function withPage({ query = "?sample=chelsea.jpg", prelude = "", holding = false, prepare }, use) {
    const context = await contextAsIf(site.browser, REAL_ADAPTER + prelude);
    await context.addInitScript(noteFirstOverlay);
    await prepare?.(context);
    let release = () => {};
    if (holding) {
        const released = new Promise((resolve) => (release = resolve));
        await context.route(LARGE, (route) => released.then(() => route.continue()).catch(() => {}));
    }
    try {
        const opened = await openPage(site.browser, site.url + query, { context });
        await whenExplained(opened.page);
        await use({ ...opened, release });
    } finally {
        release();
        await context.close();
    }
}

const BADGE = ".answer .badge";
const badge = (page) => page.locator(BADGE);
const text = (page, selector) => page.locator(selector).textContent();
const title = (page) => text(page, ".ledger-title");
async function whenTitled(page, pattern) {
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector(".ledger-title").textContent), pattern.source);
    await whenExplained(page);
}
const whenBadge = (page, pattern) =>
    page.waitForFunction(([badge, source]) => new RegExp(source).test(document.querySelector(badge).textContent), [BADGE, pattern.source]);
const whenCells = async (page, count) => {
    await page.waitForFunction((wanted) => document.querySelector(".sum").textContent.includes(`all ${wanted} cells`), count);
    await whenExplained(page);
};
/** Chooses what the network looks at. */
async function chooseDomain(page, name, model) {
    await page.locator(".tabs label", { hasText: name }).click();
    await page.waitForFunction((wanted) => new URLSearchParams(location.hash.slice(1)).get("model") === wanted, model);
    await whenExplained(page);
}
/** Waits until WebGPU has taken over, or for the reason why it will not. */
async function whenTakenOver(page) {
    await whenBadge(page, /^WebGPU|not used/).catch(async (error) => assert.fail(`${error.message} The badge says: ${await text(page, BADGE)}`));
    assert.match(await text(page, BADGE), /^WebGPU/);
}
const requested = (requests, pattern) => requests.filter((url) => pattern.test(url));

/** Waits until somebody has asked for the larger module. */
async function whenLargeIsWanted({ page, requests }) {
    const end = Date.now() + PATIENCE;
    while (requested(requests, /softcam_web_bg\.wasm/).length === 0) {
        assert.ok(Date.now() < end, "nobody asked for the larger module");
        await page.waitForTimeout(50);
    }
}

/** Waits until the other worker has ended; one that compiles takes its time. */
async function whenOneWorker(page) {
    const end = Date.now() + PATIENCE;
    while (page.workers().length !== 1) {
        assert.ok(Date.now() < end, `${page.workers().length} workers`);
        await page.waitForTimeout(50);
    }
}

async function assertNoAlert(page) {
    assert.equal(await page.locator(".alert").isVisible(), false, await text(page, ".alert"));
}

/** The numbers of the line "Sum of all cells ... = logit" agree; hands over the logit. */
async function sumOf(page) {
    const line = (await text(page, ".sum")).replaceAll("\u2212", "-");
    const [, sum, logit] = line.match(/: ([+-]?[\d.]+) = (?:logit|difference of the logits) ([+-]?[\d.]+)/);
    assert.ok(Math.abs(Number(sum) - Number(logit)) <= 1e-4, line);
    return Number(logit);
}

/** Keeps the map on show under a name, for later. */
const keepMap = (page, name) =>
    page.evaluate((name) => {
        const canvas = document.querySelector(".stage .overlay");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        globalThis.kept = { ...globalThis.kept, [name]: data };
    }, name);

/** The map on show is the one that was kept, up to rounding at the edges of contours. */
async function assertKeptMap(page, name) {
    const share = await page.evaluate((name) => {
        const canvas = document.querySelector(".stage .overlay");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const before = globalThis.kept[name];
        let differing = data.length === before.length ? 0 : Infinity;
        data.forEach((value, i) => (differing += Math.abs(value - before[i]) > 2 ? 1 : 0));
        return differing / data.length;
    }, name);
    assert.ok(share < 0.01, `${share} of the map differs`);
}

/** Chooses the class on this line of the list, and waits until its map is on show. */
async function chooseClass(page, line) {
    const before = await title(page);
    await page.locator(".classes label").nth(line).click();
    await page.waitForFunction((old) => document.querySelector(".ledger-title").textContent !== old, before);
    await whenExplained(page);
}

describe("taking over", () => {
    test("the first map waits for nothing of WebGPU; afterwards nothing is downloaded twice", async () => {
        const started = new Map();
        const prepare = (context) =>
            context.on("requestfinished", (request) => started.set(request.url(), request.timing().startTime));
        await withPage({ prepare }, async ({ page, requests, errors }) => {
            const shown = await page.evaluate(() => globalThis.firstOverlay);
            await whenTakenOver(page);
            const large = [...started].filter(([url]) => /softcam_web/.test(url));
            assert.ok(large.length >= 2, "module and glue");
            for (const [url, begin] of large) {
                assert.ok(begin > shown, `${url} was asked for ${shown - begin} ms before the first map was there`);
            }
            for (const file of [/\.safetensors$/, new RegExp(`${CPU_MODULE}_bg\\.wasm$`), /softcam_web_bg\.wasm$/]) {
                assert.equal(requested(requests, file).length, 1, String(file));
            }
            assert.match(await text(page, BADGE), /WebGPU: acme rocket.* for 224 × 224 pixels.*self-test passed$/);
            await whenOneWorker(page);
            await assertNoAlert(page);
            assert.deepEqual(errors, []);
        });
    });

    test("what is on show stays, and classes, cells and views go on from there", () =>
        withPage({ holding: true }, async ({ page, release, errors }) => {
            await page.locator(".stage").first().hover();
            const before = {
                title: await title(page),
                logit: await sumOf(page),
                cell: await text(page, ".readout"),
            };
            await keepMap(page, "first");
            await chooseClass(page, 2);
            const second = await title(page);
            await keepMap(page, "second");
            assert.equal(await badge(page).getAttribute("data-device"), "cpu");
            await page.evaluate(() => {
                const { putImageData } = CanvasRenderingContext2D.prototype;
                globalThis.paints = 0;
                CanvasRenderingContext2D.prototype.putImageData = function (...given) {
                    globalThis.paints += 1;
                    return putImageData.apply(this, given);
                };
            });
            release();
            await whenTakenOver(page);
            assert.equal(await page.evaluate(() => globalThis.paints), 0, "nothing flickers");
            assert.equal(await title(page), second, "the chosen class stays");
            assert.equal(await page.locator(".stage .busy:visible").count(), 0);

            // Drawn by the new worker.
            await chooseClass(page, 0);
            assert.equal(await title(page), before.title);
            assert.ok(Math.abs((await sumOf(page)) - before.logit) < 1e-3);
            await assertKeptMap(page, "first");
            await page.mouse.move(0, 0);
            await page.locator(".stage").first().hover();
            assert.equal(await text(page, ".readout"), before.cell);
            await chooseClass(page, 2);
            await assertKeptMap(page, "second");
            await choose(page, "size", "320");
            await whenCells(page, 100);
            assert.match(await text(page, BADGE), /WebGPU: acme rocket.* for 320/);
            assert.equal(await title(page), second, "also at another resolution");
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            await sumOf(page);
            assert.deepEqual(errors, []);
        }));

    test("the same question gets the same logits and maps from both", () =>
        withPage({ query: "?device=cpu" }, async ({ page }) => {
            const started = await startEngine(page, { device: "auto" });
            const answer = await page.evaluate(async ({ engine, moves, device, explain }) => {
                const photo = await (await fetch("/web/samples/chelsea.jpg")).arrayBuffer();
                const question = { size: 224, fit: "centre-square" };
                const first = await explain(photo, question);
                // Whoever asked may do with it what he likes.
                new Uint8Array(photo).fill(0);
                const kept = { ...first, maps: first.maps.slice() };
                first.maps.fill(0);
                const { rows, columns, placement, limit } = kept;
                const part = { x: 0, y: 0, ...placement.photo };
                const style = { limit, smooth: true, contours: true, fade: true, dark: false };
                const map = { values: kept.maps.slice(285 * rows * columns, 286 * rows * columns), rows, columns, placement };
                const looked = { photo: "0", ...question, edits: [] };
                const draw = () => engine.draw({ looked, map, style, part, width: 300, height: 200 });
                const drawn = await draw();
                while (moves.length === 0) {
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
                const redrawn = await draw();
                const again = await explain(await (await fetch("/web/samples/chelsea.jpg")).arrayBuffer(), question);
                const largest = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
                const differing = (a, b) => a.pixels.filter((value, i) => Math.abs(value - b.pixels[i]) > 2).length / a.pixels.length;
                return {
                    devices: [device.kind, moves[0].device.kind],
                    moves: moves.length,
                    logits: largest(first.logits, again.logits),
                    share: largest(kept.maps, again.maps) / (Math.max(...kept.maps) - Math.min(...kept.maps)),
                    tolerance: moves[0].device.tolerance,
                    drawn: Math.max(differing(drawn.evidence, redrawn.evidence), differing(drawn.photo, redrawn.photo)),
                };
            }, started);
            console.log(JSON.stringify(answer));
            assert.deepEqual(answer.devices, ["cpu", "webgpu"]);
            assert.equal(answer.moves, 1);
            assert.ok(answer.logits < 1e-3 && answer.share < 1e-3 && answer.share < answer.tolerance);
            assert.ok(answer.drawn < 0.01, "the map of an explanation of before, over its photo");
        }));

    test("without any picture, WebGPU comes after a while, and takes the first one", async () => {
        const context = await contextAsIf(site.browser, REAL_ADAPTER);
        const { page } = await openPage(site.browser, `${site.url}?picture=none`, { context });
        await page.locator(".invitation").waitFor();
        await page.waitForFunction((badge) => document.querySelector(badge).dataset.device === "webgpu", BADGE);
        assert.equal(await page.locator(".headline").isVisible(), false);
        await drop(page, sample("chelsea.jpg"));
        await whenTitled(page, /cat/);
        assert.match(await text(page, BADGE), /WebGPU.* for 224/);
        await context.close();
    });
});

describe("what happens meanwhile", () => {
    test("pictures are explained by whichever is there, and none is lost", () =>
        withPage({ holding: true }, async (opened) => {
            const { page, release, errors } = opened;
            await whenLargeIsWanted(opened);
            await drop(page, sample("coffee.jpg"));
            await whenTitled(page, /espresso|cup/);
            assert.equal(await badge(page).getAttribute("data-device"), "cpu");
            release();
            // One after another, right through the change.
            const names = { "rocket.jpg": /missile|rocket|projectile|space shuttle/, "coffee.jpg": /espresso|cup/ };
            for (const pause of [0, 100, 400, 1600, Infinity, 0]) {
                for (const [name, pattern] of Object.entries(names)) {
                    await drop(page, sample(name));
                    await whenTitled(page, pattern);
                    await whenExplained(page);
                    await sumOf(page);
                }
                await (pause === Infinity ? whenTakenOver(page) : page.waitForTimeout(pause));
            }
            await chooseClass(page, 1);
            await sumOf(page);
            await assertNoAlert(page);
            assert.deepEqual(errors, []);
        }));

    for (const [when, early] of [
        ["before the second worker has any", true],
        ["after it has begun with the one before", false],
    ]) {
        test(`a model that is changed ${when} is the one that takes over`, () =>
            withPage({ holding: true, prepare: offerStandIns }, async (opened) => {
                const { page, release, requests, errors } = opened;
                if (!early) {
                    await whenLargeIsWanted(opened);
                }
                await chooseDomain(page, "Fundus photographs", "fundus-dense");
                await page.locator(".gallery button", { hasText: "Fundus E" }).click();
                await page.waitForFunction(() => /Fundus E/.test(document.querySelector(".credit").textContent));
                await whenTitled(page, /retinopathy/);
                const logit = await sumOf(page);
                await keepMap(page, "before");
                assert.equal(await badge(page).getAttribute("data-device"), "cpu");
                release();
                await whenTakenOver(page);
                assert.equal(await title(page), "Evidence for referable retinopathy, over no referable retinopathy");
                await chooseClass(page, 1);
                await chooseClass(page, 0);
                assert.ok(Math.abs((await sumOf(page)) - logit) < 1e-3);
                await assertKeptMap(page, "before");
                assert.equal(requested(requests, /stand-in-fundus-dense/).length, 1, "once");
                // And on from there.
                await chooseDomain(page, "Everyday objects", "efficientnet-lite0");
                await drop(page, sample("chelsea.jpg"));
                await whenTitled(page, /cat/);
                assert.equal(await badge(page).getAttribute("data-device"), "webgpu");
                await assertNoAlert(page);
                assert.deepEqual(errors, []);
            }));
    }

    test("a model of the visitor's own is taken along", () =>
        withPage({ holding: true }, async (opened) => {
            const { page, release, errors } = opened;
            await whenLargeIsWanted(opened);
            const before = await title(page);
            await (await panel(page, "about")).locator(".model-file").setInputFiles(path.join(root, "web/models/efficientnet-lite0.safetensors"));
            await page.waitForFunction(() => /yours/.test(document.querySelector(".tabs label:has(:checked)").textContent));
            await closePanels(page);
            await whenExplained(page);
            release();
            await whenTakenOver(page);
            assert.equal(await title(page), before);
            await chooseClass(page, 1);
            await sumOf(page);
            await assertNoAlert(page);
            assert.deepEqual(errors, []);
        }));

    test("a device that is chosen meanwhile is the one that is used", () =>
        withPage({ holding: true }, async (opened) => {
            const { page, release } = opened;
            await whenLargeIsWanted(opened);
            await choose(page, "device", "cpu");
            await whenOneWorker(page);
            await whenBadge(page, /^CPU.* for 224.*self-test passed$/);
            release();
            // Whatever was to take over is gone: what it has been sent goes nowhere.
            await choose(page, "size", "320");
            await whenCells(page, 100);
            assert.match(await text(page, BADGE), /^CPU.* for 320.*self-test passed$/);
            await whenOneWorker(page);
            await assertNoAlert(page);
        }));

    test("a worker that breaks meanwhile is replaced on the CPU, and stays there", () =>
        withPage({ holding: true }, async (opened) => {
            const { page, release } = opened;
            await whenLargeIsWanted(opened);
            await breakWorker(page, "320");
            release();
            await whenCells(page, 100);
            await whenOneWorker(page);
            await choose(page, "size", "448");
            await whenCells(page, 196);
            assert.equal(await badge(page).getAttribute("data-device"), "cpu");
            await whenOneWorker(page);
        }));
});

describe("staying on the CPU", () => {
    /** The CPU goes on, quietly, and says why. */
    async function assertStays(page, reason) {
        await whenBadge(page, reason);
        assert.equal(await badge(page).getAttribute("data-device"), "cpu");
        await whenOneWorker(page);
        await chooseClass(page, 1);
        await drop(page, sample("coffee.jpg"));
        await whenTitled(page, /espresso|cup/);
        await sumOf(page);
        assert.match(await text(page, BADGE), reason, "it still says so");
        await assertNoAlert(page);
    }

    test("where the larger module cannot be had", () =>
        withPage({ prepare: (context) => context.route(LARGE, (route) => route.abort()) }, ({ page }) =>
            assertStays(page, /WebGPU was tried and is not used: softcam_web.*could not be downloaded/),
        ));

    test("where the adapter computes nonsense", () =>
        withPage({ prelude: nonsense("true") }, ({ page }) =>
            assertStays(page, /WebGPU was tried and is not used: .*(run failed|failed the self-test)/),
        ));

    test("where the adapter passes its test and gives another answer to the picture on show", () => {
        // From the moment on that it is asked to explain; the known answer comes before.
        const later = "globalThis.explaining";
        const prelude = `addEventListener("message", ({ data }) => { ${later} ||= data.question === "explain"; });`;
        return withPage({ prelude: prelude + nonsense(later) }, ({ page }) =>
            assertStays(page, /WebGPU was tried and is not used: .*acme rocket.*another answer than the CPU|WebGPU was tried.*run failed/),
        );
    });

    test("where the device is lost before it takes over", () => {
        const prelude = `
            const requestDevice = GPUAdapter.prototype.requestDevice;
            GPUAdapter.prototype.requestDevice = async function (...options) {
                const device = await requestDevice.apply(this, options);
                Object.defineProperty(device, "lost", { value: Promise.resolve({ reason: "unknown", message: "unplugged" }) });
                return device;
            };`;
        return withPage({ prelude }, ({ page }) => assertStays(page, /WebGPU was tried and is not used: .*unplugged/));
    });

    test("where the visitor saves data, unless WebGPU is chosen", () => {
        const prelude = 'Object.defineProperty(navigator, "connection", { value: { saveData: true } });';
        return withPage({ prelude }, async ({ page, requests }) => {
            await assertStays(page, /set to save data/);
            assert.deepEqual(requested(requests, /softcam_web/), []);
            await choose(page, "device", "webgpu");
            await whenBadge(page, /^WebGPU.* for 224/);
        });
    });
});

test("the API answers on the CPU first and goes on on WebGPU, with an explanation from before", async () => {
    const context = await contextAsIf(site.browser, REAL_ADAPTER);
    const { page, errors } = await openPage(site.browser, `${site.url}web/embed/example.html`, { context });
    const answer = await page.evaluate(async () => {
        const { SoftCam } = await import("/pkg/lib/embed/index.js");
        const softcam = await SoftCam.load("/web/models/efficientnet-lite0.safetensors");
        const first = softcam.device.kind;
        const explained = await softcam.explain(await (await fetch("/web/samples/chelsea.jpg")).blob());
        const drawn = await softcam.overlay(explained, { shownClass: 285 });
        while (softcam.device.kind === "cpu" && softcam.device.reason === "") {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const redrawn = await softcam.overlay(explained, { shownClass: 285 });
        const { device } = softcam;
        softcam.close();
        const apart = drawn.data.filter((value, i) => Math.abs(value - redrawn.data[i]) > 2).length;
        return { first, then: device.kind, name: device.name, apart: apart / drawn.data.length };
    });
    assert.ok(answer.apart < 0.01);
    assert.deepEqual(answer, { first: "cpu", then: "webgpu", name: "acme rocket", apart: answer.apart });

    // The viewers of that page share a worker, which went the same way.
    const viewer = page.locator("softcam-viewer").first();
    await whenOneWorker(page);
    await viewer.locator(".badge", { hasText: "WebGPU: acme rocket" }).waitFor();
    const before = await viewer.locator(".sum").textContent();
    await viewer.locator(".classes label").nth(2).click();
    await viewer.locator(".stage[data-drawn]").waitFor();
    assert.notEqual(await viewer.locator(".sum").textContent(), before);
    assert.deepEqual(errors, []);
    await context.close();
});

/** What a GPU gets to read is zeros, where it is large and `condition` holds. */
function nonsense(condition) {
    return `
        const writeBuffer = GPUQueue.prototype.writeBuffer;
        GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...rest) {
            const spoilt = data.byteLength > 4096 && ${condition};
            return writeBuffer.call(this, buffer, offset, spoilt ? data.slice(0).fill(0) : data, ...rest);
        };`;
}
