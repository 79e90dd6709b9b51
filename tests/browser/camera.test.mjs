/**
 * The camera: Chromium's fake one shows a sample, so that what the live view says can be checked. Frames are counted, not
 * timed: however slow the machine, it explains one after the other, the newest only, and none is kept.
 */

import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { CPU_MODULE, NOISE, openPage, root, startSite, whenExplained } from "./harness.mjs";
import { signedNumbers } from "./independent.mjs";

const folder = await mkdtemp(path.join(tmpdir(), "softcam-camera-"));
after(() => rm(folder, { recursive: true }));
// A film of one frame, over and over.
const film = path.join(folder, "coffee.mjpeg");
await copyFile(path.join(root, "web/samples/coffee.jpg"), film);

const site = startSite([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
]);

/**
 * Records what is asked of the browser's cameras, and what they gave. Chromium's film is one camera only: it stands in for
 * two, which are told apart by what they say of themselves.
 */
const RECORD = () => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    Object.assign(globalThis, { asked: [], tracks: [], delivered: 0 });
    const next = HTMLVideoElement.prototype.requestVideoFrameCallback;
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (call) {
        return next.call(this, (...given) => {
            globalThis.delivered += 1;
            call(...given);
        });
    };
    devices.enumerateDevices = async () => ["first", "second"].map((deviceId) => ({ kind: "videoinput", deviceId }));
    devices.getUserMedia = async (constraints) => {
        globalThis.asked.push(constraints.video);
        const { deviceId, facingMode, ...video } = constraints.video;
        const stream = await open({ video, audio: false });
        const [track] = stream.getTracks();
        globalThis.tracks.push(track);
        track.getSettings = () => ({ deviceId: deviceId?.exact ?? "first", facingMode: facingMode?.ideal });
        return stream;
    };
};

/** The page with the camera's panel open, by its button. */
async function openTool({ prelude = RECORD, hash = "device=cpu&sample=chelsea.jpg", ...options } = {}) {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    await context.addInitScript(prelude);
    const opened = await openPage(site.browser, `${site.url}#${hash}`, { context });
    await whenExplained(opened.page);
    await opened.page.locator("button[data-tool=camera]").click();
    await opened.page.locator(".camera-start").waitFor();
    return opened;
}

const count = (page, what) => page.locator(".tool-body").evaluate((body, what) => Number(body.dataset[what] ?? 0), what);
const untilShown = (page, least) => page.waitForFunction((least) => Number(document.querySelector(".tool-body")?.dataset.shown ?? 0) >= least, least);
const states = (page) => page.evaluate(() => globalThis.tracks.map(({ readyState }) => readyState));
const caption = (page) => page.locator(".stage .caption").first().textContent();
const headline = (page) => page.locator(".headline").textContent();
const hash = (page) => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).toString());

/** Turns the camera on and waits for some frames. */
async function start(page, frames = 3) {
    await page.locator(".camera-start").click();
    await untilShown(page, frames);
}

/** Counts, in the worker, the frames that were decoded and let go of. */
async function countFrames(page) {
    const worker = page.workers()[0];
    await worker.evaluate(async (glue) => {
        const { Photo } = await import(glue);
        globalThis.frames = { decoded: 0, freed: 0 };
        const [decode, free] = [Photo.decode, Photo.prototype.free];
        Photo.decode = (bytes) => {
            globalThis.frames.decoded += 1;
            return decode(bytes);
        };
        Photo.prototype.free = function () {
            globalThis.frames.freed += 1;
            free.call(this);
        };
    }, new URL(`pkg/${CPU_MODULE}.js`, page.url()).href);
    return () => worker.evaluate(() => globalThis.frames);
}

describe("live evidence", () => {
    test("of every frame that there is time for, the newest only; none is kept", async () => {
        const { page, context, errors } = await openTool();
        assert.match(await headline(page), /cat|tabby/i);
        const frames = await countFrames(page);
        await start(page, 12);
        assert.equal(await headline(page), "espresso");
        assert.match(await caption(page), /Camera on/);
        const [shown, delivered, { decoded, freed }] = [await count(page, "shown"), await count(page, "delivered"), await frames()];
        assert.ok(delivered >= shown, "each frame is shown once at most");
        assert.ok(decoded >= 12 && freed >= decoded - 2 && freed <= decoded, `${freed} of ${decoded} are gone`);
        // No queue: what the worker is asked for is what is shown, but for the one that is under way.
        const asked = (await frames()).decoded;
        assert.ok(asked <= (await count(page, "shown")) + 2, `${asked} asked`);
        const [first, second] = signedNumbers(await page.locator(".sum").textContent());
        assert.equal(first, second, "the cells add up to the logit");
        assert.ok(await page.locator(".stage .busy").first().isHidden(), "nothing flickers between frames");
        assert.match(await page.locator(".camera-rate").textContent(), /^\d+\.\d frames a second; the network takes/);
        assert.ok(!(await hash(page)).includes("camera%3A"));
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a class that was chosen stays chosen from frame to frame", async () => {
        const { page, context } = await openTool();
        await start(page);
        const title = () => page.locator(".ledger-title").textContent();
        assert.match(await title(), /espresso/);
        await page.locator(".classes label").nth(1).click();
        await page.waitForFunction(() => /cup/.test(document.querySelector(".ledger-title").textContent));
        await untilShown(page, (await count(page, "shown")) + 3);
        assert.match(await title(), /cup/);
        assert.equal(await page.locator(".classes input").nth(1).isChecked(), true);
        await context.close();
    });

    test("frozen by a key, going on by the same, by mouse and by keyboard alone", async () => {
        const { page, context } = await openTool();
        await page.locator(".camera-start").focus();
        await page.keyboard.press("Enter");
        await untilShown(page, 2);
        await page.keyboard.press("f");
        await page.waitForFunction(() => document.querySelector(".camera-freeze").getAttribute("aria-pressed") === "true");
        await whenExplained(page);
        // The frame that was under way is the one that stays.
        await page.waitForFunction(() => /Frozen/.test(document.querySelector(".announcement").textContent));
        const shown = await count(page, "shown");
        assert.match(await caption(page), /Frozen; camera on/);
        await page.evaluate(() => (globalThis.since = globalThis.delivered));
        await page.waitForFunction(() => globalThis.delivered >= globalThis.since + 8);
        assert.equal(await count(page, "shown"), shown, "eight frames later");
        assert.deepEqual(await states(page), ["live"]);
        await page.locator(".camera-freeze").click();
        await untilShown(page, shown + 2);
        assert.match(await caption(page), /Camera on/);
        await context.close();
    });

    test("a frozen frame becomes a picture only when the visitor asks; then every tool works on it", async () => {
        const { page, context, errors } = await openTool();
        await start(page);
        await page.keyboard.press("F");
        await page.waitForFunction(() => /Frozen/.test(document.querySelector(".announcement").textContent));
        await whenExplained(page);
        assert.equal(await page.locator(".gallery li").first().locator(".title").textContent(), "Coffee", "no picture of the visitor's own");
        const sum = await page.locator(".sum").textContent();
        await page.locator(".camera-keep").click();
        await whenExplained(page);
        assert.equal(await page.locator(".tool-panel").count(), 0);
        assert.deepEqual(await states(page), ["ended"]);
        const own = page.locator(".gallery button").first();
        assert.match(await own.locator(".title").textContent(), /^Camera, /);
        assert.equal(await own.getAttribute("aria-pressed"), "true");
        assert.equal(await page.locator(".sum").textContent(), sum, "the very pixels that were frozen");
        await page.locator("[data-tool=sweep]").first().click();
        await page.locator(".tool-panel[data-tool=sweep] .tool-body > *:visible").first().waitFor();
        await page.locator("[data-tool=ledger]").first().click();
        await page.locator(".bars").waitFor();
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("mirrored or not, the network sees what is on show", async () => {
        const { page, context } = await openTool();
        await start(page);
        /** The mean brightness of the left and right half of what is on show. */
        const halves = () =>
            page.evaluate(() => {
                const { canvas } = document.querySelector(".stage .photo").getContext("2d");
                const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                const sums = [0, 0];
                data.forEach((value, i) => (sums[Number((i >> 2) % width >= width / 2)] += value));
                return sums[0] - sums[1];
            });
        const sum = async () => signedNumbers(await page.locator(".sum").textContent())[0];
        assert.equal(await page.locator(".camera-mirror").isChecked(), true);
        const mirrored = [await halves(), await sum()];
        await page.locator(".camera-mirror").uncheck();
        await untilShown(page, (await count(page, "shown")) + 3);
        await page.keyboard.press("f");
        await page.waitForFunction(() => /Frozen/.test(document.querySelector(".announcement").textContent));
        await whenExplained(page);
        const plain = [await halves(), await sum()];
        assert.ok(mirrored[0] * plain[0] < 0, "left is right");
        assert.notEqual(mirrored[1], plain[1], "and the network's answer is to that");
        await context.close();
    });
});

describe("the camera is off", () => {
    test("when it is turned off, when its tool is closed, when another picture is chosen", async () => {
        const { page, context, errors } = await openTool();
        const off = async (how, picture) => {
            await start(page, (await page.locator(".tool-body").count()) ? (await count(page, "shown")) + 2 : 2);
            await how();
            await page.waitForFunction(() => globalThis.tracks.every(({ readyState }) => readyState === "ended"));
            await whenExplained(page);
            assert.equal((await page.locator(".gallery [aria-pressed=true] .title").textContent()).slice(0, 7), picture);
            assert.equal(await page.locator(".stage .caption").first().isVisible(), false);
        };
        await off(() => page.locator(".camera-stop").click(), "Chelsea");
        await off(() => page.locator(".gallery button").nth(2).click(), "Rocket");
        await off(() => page.locator(".camera-freeze").press("Escape"), "Rocket");
        assert.equal(await page.locator(".tool-panel").count(), 0);
        assert.equal(await page.evaluate(() => document.activeElement.dataset.tool), "camera", "the focus is where it came from");
        await page.locator("button[data-tool=camera]").click();
        await off(() => page.locator("[data-tool=ledger]").first().click(), "Rocket");
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("when the page is out of sight, and says so; back and forward do not turn it on", async () => {
        const { page, context, errors } = await openTool();
        await start(page);
        await page.evaluate(() => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
        });
        assert.deepEqual(await states(page), ["ended"]);
        assert.match(await page.locator(".camera-trouble").textContent(), /out of sight/);
        await page.evaluate(() => Object.defineProperty(document, "hidden", { configurable: true, get: () => false }));
        await whenExplained(page);
        assert.match(await headline(page), /cat|tabby/i);
        await start(page, (await count(page, "shown")) + 2);
        await page.goBack();
        await page.waitForFunction(() => globalThis.tracks.every(({ readyState }) => readyState === "ended"));
        await page.goForward();
        await page.locator(".camera-start").waitFor();
        await whenExplained(page);
        assert.equal((await states(page)).length, 2, "nobody asked for a third");
        assert.deepEqual(errors, []);
        await context.close();
    });
});

describe("which camera, and none", () => {
    test("another one takes the place of the first", async () => {
        const { page, context } = await openTool();
        await start(page);
        await page.locator(".camera-other").click();
        await page.waitForFunction(() => globalThis.tracks.length === 2 && globalThis.tracks[0].readyState === "ended");
        await untilShown(page, (await count(page, "shown")) + 2);
        const asked = await page.evaluate(() => globalThis.asked.map(({ deviceId }) => deviceId?.exact));
        assert.deepEqual(asked, [undefined, "second"]);
        await context.close();
    });

    test("a phone begins with the camera at its back, and turns to the front", async () => {
        const { page, context } = await openTool({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
        await start(page);
        assert.equal(await page.locator(".camera-mirror").isChecked(), false);
        await page.locator(".camera-other").tap();
        await page.waitForFunction(() => globalThis.tracks.length === 2 && document.querySelector(".camera-mirror").checked);
        const asked = await page.evaluate(() => globalThis.asked.map(({ facingMode }) => facingMode.ideal));
        assert.deepEqual(asked, ["environment", "user"]);
        assert.deepEqual(await states(page), ["ended", "live"]);
        const small = await page.locator(".camera-body button:visible").evaluateAll((all) => all.filter((one) => one.offsetHeight < 24).length);
        assert.equal(small, 0);
        await context.close();
    });

    const troubles = { NotAllowedError: /may not use the camera/, NotFoundError: /no camera/, NotReadableError: /another program/, TypeError: /could not be started \(odd\)/ };
    for (const [name, says] of Object.entries(troubles)) {
        test(`${name} is said, with what to do; what was on show stays`, async () => {
            const prelude = `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("odd", "${name}"); };`;
            const { page, context, errors } = await openTool({ prelude });
            const before = await headline(page);
            await page.locator(".camera-start").click();
            await page.locator(".camera-trouble:not([hidden])").waitFor();
            assert.match(await page.locator(".camera-trouble").textContent(), says);
            assert.equal(await page.locator(".camera-start").isEnabled(), true, "it can be tried again");
            assert.equal(await headline(page), before);
            assert.deepEqual(errors, []);
            await context.close();
        });
    }

    test("where the browser lets no page read what it draws, none is asked for", async () => {
        const { page, context, errors } = await openTool({ prelude: `(${RECORD})(); (${NOISE})();` });
        await page.locator(".camera-start").click();
        await page.locator(".camera-trouble:not([hidden])").waitFor();
        assert.match(await page.locator(".camera-trouble").textContent(), /there would be noise/);
        assert.deepEqual(await page.evaluate(() => globalThis.asked), []);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("by plain http there is none, and the page says why", async () => {
        const { page, context } = await openTool({ prelude: () => Object.defineProperty(navigator, "mediaDevices", { value: undefined }) });
        await page.locator(".camera-start").click();
        await page.locator(".camera-trouble:not([hidden])").waitFor();
        assert.match(await page.locator(".camera-trouble").textContent(), /https/);
        await context.close();
    });

    test("none with a model that judges people's health, also not by a link", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}#device=cpu&model=chest-sparse&tool=camera`);
        await whenExplained(page);
        assert.equal(await page.locator("button[data-tool=camera]").isVisible(), false);
        await page.locator(".tool-panel[data-tool=camera] p:visible").first().waitFor();
        await page.waitForFunction(() => !document.querySelector(".camera-start")?.checkVisibility());
        assert.match(await page.locator(".tool-body").innerText(), /no camera is offered/);
        await context.close();
    });
});
