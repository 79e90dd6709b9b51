/**
 * Classes of the visitor's own: from files and from Chromium's fake camera, learnt, used at once, saved, and read back by the
 * command line, which learns the same from the same pictures.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { drop, openPage, panel, root, startSite, whenExplained } from "./harness.mjs";
import { bitmap } from "./fixtures.mjs";
import { signedNumbers } from "./independent.mjs";

const run = promisify(execFile);
const COUNT = 8;
const folder = await mkdtemp(path.join(tmpdir(), "softcam-teach-"));
after(() => rm(folder, { recursive: true }));
const film = path.join(folder, "coffee.mjpeg");
await copyFile(path.join(root, "web/samples/coffee.jpg"), film);
const site = startSite(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${film}`]);

/** Discs and stripes, one folder each, as the command line wants them. */
const files = { discs: [], stripes: [] };
before(async () => {
    for (const kind of Object.keys(files)) {
        await mkdir(path.join(folder, "pictures", kind), { recursive: true });
        for (let index = 0; index < COUNT; index++) {
            const file = path.join(folder, "pictures", kind, `${kind}-${index}.bmp`);
            await writeFile(file, drawn(kind, index));
            files[kind].push(file);
        }
    }
    await writeFile(path.join(folder, "broken.png"), "no picture");
});

function drawn(kind, index) {
    const [width, height] = [96, 80];
    const pixels = new Uint8Array(3 * width * height);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const light = kind === "stripes" ? Math.floor((x + y / 3 + 7 * index) / (4 + index)) % 2 === 0 : (x - 48) ** 2 + (y - 40) ** 2 < 300 + 150 * index;
            pixels.fill(light ? 240 - 9 * index : 20 + 5 * index, 3 * (y * width + x), 3 * (y * width + x) + 3);
        }
    }
    return bitmap(pixels, width, height);
}

/** `softcam` with the features that the native tests built. */
async function softcam(...more) {
    const { stdout } = await run("cargo", ["run", "--quiet", "--locked", "--bin", "softcam", "--features", "softcam-cli/wgpu", "--", ...more], { cwd: root, maxBuffer: 1 << 28 });
    return JSON.parse(stdout);
}

/** Two cameras, of which each says where it looks. */
const PHONE = `
    globalThis.asked = [];
    globalThis.tracks = [];
    const { getUserMedia, enumerateDevices } = MediaDevices.prototype;
    navigator.mediaDevices.getUserMedia = async function ({ video }) {
        const stream = await getUserMedia.call(this, { video: true });
        const [track] = stream.getVideoTracks();
        const facingMode = video.facingMode.ideal;
        const settings = track.getSettings();
        track.getSettings = () => ({ ...settings, facingMode });
        asked.push(facingMode);
        tracks.push(track);
        return stream;
    };
    navigator.mediaDevices.enumerateDevices = async function () {
        return [...(await enumerateDevices.call(this)), { kind: "videoinput", deviceId: "second", label: "Second" }];
    };
`;

/** The page with the tool open. */
async function openTool({ prelude = "", hash = "device=cpu&sample=coffee.jpg", viewport = { width: 1280, height: 720 }, touch = false } = {}) {
    const context = await site.browser.newContext({ viewport, hasTouch: touch, isMobile: touch });
    if (prelude) {
        await context.addInitScript(prelude);
    }
    const opened = await openPage(site.browser, `${site.url}#${hash}`, { context });
    await whenExplained(opened.page);
    await opened.page.locator("button[data-tool=teach]").click();
    await opened.page.locator(".teach-class").first().waitFor();
    return opened;
}

const card = (page, index) => page.locator(".teach-class").nth(index);
const add = (page, index, list) => card(page, index).locator("input[type=file]").setInputFiles(list);
const counts = (page) => page.locator(".teach-count").allTextContents();
const ready = (page) => page.locator(".teach-learn:enabled").waitFor();
const obstacle = (page) => page.locator(".teach-obstacle").textContent();

/** Names, eight pictures each, learnt. */
async function taught(page) {
    await card(page, 0).locator(".teach-name").fill("discs");
    await card(page, 1).locator(".teach-name").fill("stripes");
    await add(page, 0, files.discs);
    await add(page, 1, files.stripes);
    await ready(page);
    await page.locator(".teach-learn").click();
    await page.locator(".teach-result:not([hidden])").waitFor();
    await whenExplained(page);
}

/** Drops files on a class. */
async function dropOn(page, index, list) {
    const encoded = await Promise.all(list.map(async (file) => [(await readFile(file)).toString("base64"), path.basename(file)]));
    const dataTransfer = await page.evaluateHandle((encoded) => {
        const transfer = new DataTransfer();
        for (const [base64, name] of encoded) {
            transfer.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name));
        }
        return transfer;
    }, encoded);
    await card(page, index).dispatchEvent("drop", { dataTransfer });
}

describe("classes from files", () => {
    test("are learnt, used at once, saved, and the same on the command line; nothing leaves the machine", async () => {
        const { page, context, errors, requests } = await openTool();
        const sent = [];
        context.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
        await taught(page);
        // The picture that was on show is explained by the new model, and its cells add up.
        assert.match(await page.locator(".headline").textContent(), /^(discs|stripes)$/i);
        const numbers = signedNumbers(await page.locator(".sum").textContent());
        assert.equal(numbers[0], numbers[1]);
        const said = await page.locator(".teach-accuracy").textContent();
        const report = await softcam("teach", path.join(folder, "pictures"), "--model", path.join(root, "web/models/efficientnet-lite0.safetensors"), "--out", path.join(folder, "there.safetensors"), "--json");
        assert.match(said, new RegExp(`\\(${report.accuracy.right} of ${2 * COUNT}\\)`));
        const cells = await page.locator(".teach-confusion td:not(:empty)").allTextContents();
        assert.deepEqual(cells.map(Number), report.confusion.flat());
        assert.equal(await page.locator(".teach-thumbs .wrong").count(), 2 * COUNT - report.accuracy.right);

        const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".teach-save").click()]);
        assert.equal(download.suggestedFilename(), "discs-stripes.safetensors");
        const saved = path.join(folder, "saved.safetensors");
        await download.saveAs(saved);
        const explain = (model, ...more) => softcam("explain", path.join(root, "web/samples/coffee.jpg"), "--model", model, "--json", "--all-maps", ...more);
        const [here, there] = [await explain(saved), await explain(path.join(folder, "there.safetensors"))];
        const range = Math.max(...here.maps) - Math.min(...here.maps);
        here.maps.forEach((value, index) => assert.ok(Math.abs(value - there.maps[index]) <= 1e-3 * range, `${value} ${there.maps[index]}`));
        const shown = await page.evaluate(() => document.querySelector(".sum").textContent);
        const difference = there.maps.reduce((sum, value, index) => sum + (index < there.maps.length / 2 ? -value : value), 0) / (there.maps.length / 2);
        assert.ok(Math.abs(Math.abs(signedNumbers(shown)[0]) - Math.abs(difference)) < 0.02, `${shown}; ${difference}`);

        const about = await (await panel(page, "about")).innerText();
        assert.match(about, /Own classes: discs, stripes/);
        assert.match(about, /no diagnosis/);
        assert.match(about, /accuracy, cross-validated/);
        assert.deepEqual(sent, []);
        assert.ok(requests.every((url) => url.startsWith(site.url) || url.startsWith("blob:") || url.startsWith("data:")), requests.join("\n"));
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("are what a step of a lesson waits for, and the next step goes on with them", async () => {
        const lesson = {
            format: 1,
            id: "own",
            title: "Own classes",
            steps: [
                {
                    id: "learn",
                    title: "Teach it",
                    text: ["Two classes."],
                    page: "model=efficientnet-lite0&sample=coffee.jpg&tool=teach",
                    hide: ["settings"],
                    task: { kind: "teach", question: "Discs and stripes?" },
                    then: ["It says {class}."],
                },
                { id: "after", title: "And now", text: ["Still {class}."] },
            ],
        };
        const file = path.join(folder, "own-classes.json");
        await writeFile(file, JSON.stringify(lesson));
        const { page, context, errors } = await openPage(site.browser, `${site.url}#device=cpu&sample=rocket.jpg`);
        await whenExplained(page);
        await drop(page, file);
        await page.waitForFunction(() => document.querySelector(".lesson-title")?.textContent === "Teach it");
        await whenExplained(page);
        await page.locator(".teach-class").first().waitFor();
        assert.ok(await page.locator(".lesson-next").isDisabled(), "it waits");
        await taught(page);
        await page.waitForFunction(() => !document.querySelector(".lesson-next").disabled);
        assert.equal(await page.locator(".lesson-hint").textContent(), "Done.");
        await page.waitForFunction(() => /^It says (discs|stripes)\.$/.test(document.querySelector(".lesson-then").textContent));
        await page.locator(".lesson-next").click();
        await page.waitForFunction(() => /^Still (discs|stripes)\.$/.test(document.querySelector(".lesson-text").textContent));
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("those that cannot be read are named and left out; changes make what was learnt old; learnt again, one model is there", async () => {
        const { page, context, errors } = await openTool();
        await taught(page);
        await dropOn(page, 1, [path.join(folder, "broken.png"), path.join(root, "web/samples/coffee.jpg")]);
        await page.locator(".teach-failures li").waitFor();
        assert.match(await page.locator(".teach-failures li").textContent(), /broken\.png: .*picture/i);
        assert.deepEqual(await counts(page), ["8 pictures", "9 pictures"]);
        await ready(page);
        assert.match(await page.locator(".teach-stale").textContent(), /Learn again/);
        // One is taken out, by the keyboard: the focus goes to its neighbour.
        await card(page, 0).locator(".teach-thumb").first().focus();
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("Delete");
        assert.deepEqual(await counts(page), ["7 pictures", "9 pictures"]);
        assert.equal(await page.evaluate(() => document.activeElement.className), "teach-thumb");
        await page.locator(".teach-learn").click();
        await page.locator(".teach-stale").waitFor({ state: "detached" });
        assert.equal(await page.locator(".tabs label", { hasText: "yours" }).count(), 1);
        // A picture of the book becomes the picture of the page.
        await card(page, 1).locator(".teach-thumb").first().click();
        await page.waitForFunction(() => document.querySelector(".gallery [aria-pressed=true] .title")?.textContent === "stripes-0.bmp");
        await whenExplained(page);
        assert.match(await page.locator(".headline").textContent(), /stripes/i);
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("what stands in the way is said; a fit that is stopped loses nothing; the book outlives tool, model and language", async () => {
        // As soon as there is a way to stop, it is taken.
        const prelude = `addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
            const stop = document.querySelector(".teach-cancel");
            if (globalThis.stops && stop?.checkVisibility()) { globalThis.stops = false; stop.click(); }
        }).observe(document.body, { subtree: true, childList: true, attributes: true }));`;
        const { page, context, errors } = await openTool({ prelude });
        assert.match(await obstacle(page), /“Class 1” has no picture/);
        assert.equal(await page.locator(".teach-learn").isDisabled(), true);
        await add(page, 0, files.discs);
        await page.waitForFunction(() => /“Class 2” has no picture/.test(document.querySelector(".teach-obstacle").textContent));
        await card(page, 1).locator(".teach-name").fill(" class 1");
        assert.match(await obstacle(page), /Two classes are called/);
        await card(page, 1).locator(".teach-name").fill("");
        assert.match(await obstacle(page), /Give every class a name/);
        await card(page, 1).locator(".teach-name").fill("stripes");
        await page.locator(".teach-add-class").click();
        assert.equal(await page.evaluate(() => document.activeElement.value), "Class 3", "the new class is to be named");
        await page.keyboard.type("other");
        await add(page, 1, files.stripes.slice(0, 2));
        await page.waitForFunction(() => /“other” has no picture/.test(document.querySelector(".teach-obstacle").textContent));
        await card(page, 2).locator(".teach-remove-class").click();
        await ready(page);

        await page.evaluate(() => (globalThis.stops = true));
        await page.locator(".teach-learn").click();
        await page.waitForFunction(() => globalThis.stops === false && document.querySelector(".teach-learn:enabled"));
        assert.equal(await page.locator(".teach-result:not([hidden])").count(), 0);
        assert.equal(await page.locator(".tabs label", { hasText: "yours" }).count(), 0);
        assert.deepEqual(await counts(page), ["8 pictures", "2 pictures"]);

        await page.locator(".tool-panel button.sign").first().click();
        await page.locator(".tabs label", { hasText: "Chest" }).click();
        await whenExplained(page);
        await page.locator("button[data-tool=teach]").click();
        await page.locator(".teach-medical").waitFor();
        assert.match(await page.locator(".teach-medical").textContent(), /medical pictures are not for this tool/);
        assert.equal(await page.locator(".teach-class").first().isVisible(), false);
        await page.locator(".tabs label", { hasText: "Everyday" }).click();
        await page.locator(".teach-class").first().waitFor();
        await page.locator("select.language").selectOption("de");
        await page.waitForFunction(() => document.documentElement.lang === "de" && document.querySelector(".teach-count"));
        assert.deepEqual(await counts(page), ["8 Bilder", "2 Bilder"]);
        assert.match(await page.locator(".teach-no-diagnosis").textContent(), /kein Werkzeug für Diagnosen/);
        await page.locator(".teach-learn").click();
        await page.locator(".teach-result:not([hidden])").waitFor();
        assert.match(await page.locator(".teach-warnings").textContent(), /„stripes“ hat 2 Bilder/);
        assert.deepEqual(errors, []);
        await context.close();
    });
});

describe("classes from the camera", () => {
    test("frames come while a button is held, by mouse and by key; one hold is one burst, and copies do not flatter", async () => {
        const { page, context, errors } = await openTool();
        await page.locator(".teach-camera-start").click();
        const hold = card(page, 0).locator(".teach-hold");
        await hold.waitFor();
        await page.locator(".teach-preview").waitFor();
        const box = await hold.boundingBox();
        await page.mouse.move(box.x + 5, box.y + 5);
        await page.mouse.down();
        await page.waitForFunction(() => document.querySelectorAll(".teach-class:nth-child(1) .teach-thumb").length >= 3);
        await page.mouse.up();
        await hold.focus();
        await page.keyboard.down(" ");
        await page.waitForFunction((least) => document.querySelectorAll(".teach-class:nth-child(1) .teach-thumb").length >= least, 5);
        await page.keyboard.up(" ");
        await add(page, 1, files.stripes);
        await ready(page);
        const taken = await page.locator(".teach-class:nth-child(1) .teach-thumb").count();
        await page.waitForTimeout(500);
        assert.equal(await page.locator(".teach-class:nth-child(1) .teach-thumb").count(), taken, "no frame after the button is let go of");
        await page.locator(".teach-learn").click();
        await page.locator(".teach-result:not([hidden])").waitFor();
        // Two holds of the same scene are one picture, so nothing can be measured.
        assert.match(await page.locator(".teach-accuracy").textContent(), /cannot be measured/);
        assert.match(await page.locator(".teach-warnings").textContent(), /“Class 1” are from one hold, or nearly the same/);

        await page.locator(".teach-live").click();
        await page.locator(".camera-start").click();
        await page.waitForFunction(() => Number(document.querySelector(".tool-body")?.dataset.shown ?? 0) >= 3);
        assert.match(await page.locator(".headline").textContent(), /Class 1/);
        const [first, second] = signedNumbers(await page.locator(".sum").textContent());
        assert.equal(first, second, "the cells add up to the difference of the logits");
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a phone begins with the camera at its back, and turns to the front", async () => {
        const { page, context, errors } = await openTool({ prelude: PHONE, viewport: { width: 360, height: 740 }, touch: true });
        await page.locator(".teach-camera-start").tap();
        await page.locator(".teach-camera-other").tap();
        await page.waitForFunction(() => globalThis.tracks.length === 2 && globalThis.tracks[0].readyState === "ended");
        await page.locator(".teach-camera-state", { hasText: /\S/ }).waitFor();
        assert.deepEqual(await page.evaluate(() => globalThis.asked), ["environment", "user"]);
        await page.locator(".teach-hold").first().waitFor();
        await page.locator(".teach-camera-stop").tap();
        await page.waitForFunction(() => globalThis.tracks[1].readyState === "ended");
        assert.ok(await page.locator(".teach-camera-other").isHidden());
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a camera that is refused is said; files go on", async () => {
        const { page, context, errors } = await openTool({ prelude: `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("odd", "NotAllowedError"); };` });
        await page.locator(".teach-camera-start").click();
        await page.locator(".teach-camera-trouble:not([hidden])").waitFor();
        assert.match(await page.locator(".teach-camera-trouble").textContent(), /may not use the camera/);
        assert.equal(await page.locator(".teach-hold").first().isVisible(), false);
        await add(page, 0, files.discs.slice(0, 1));
        await page.waitForFunction(() => document.querySelector(".teach-count").textContent === "1 picture");
        assert.deepEqual(errors, []);
        await context.close();
    });
});
