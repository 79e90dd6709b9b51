/**
 * Films: a DICOM file is dropped, seen through windows by mouse, keys and what the file offers, frame by frame; the network
 * sees what is shown, as on the command line; and nothing of the header leaves the panel that shows it.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { startEngine } from "./fixtures.mjs";
import { NOISE, drop, openPage, root, startSite, whenExplained } from "./harness.mjs";

const site = startSite();
const run = promisify(execFile);
const film = (name) => path.join(root, "tests/films", name);
/** What make_films.py wrote into every header. */
const SECRET = /Secret|SECRET|19500101/;

/** Drops a film and waits until it is on show, with what is said of it. */
async function show(page, file, says) {
    await drop(page, file);
    await noted(page, says);
    await whenExplained(page);
}

/** Waits until this is said of the picture. */
async function noted(page, says) {
    await page.waitForFunction((text) => document.querySelector("#answer .notes")?.textContent.includes(text), says);
}

const notes = (page) => page.locator("#answer .notes").textContent();
const tool = (page) => page.locator(".tool-panel");
const open = async (page) => {
    await page.locator('button[data-tool="window"]').click();
    await tool(page).locator(".window-body").waitFor();
};

/** `softcam explain` with the features that the native tests built, so that nothing is built anew. */
async function explain(file, ...more) {
    const { stdout } = await run(
        "cargo",
        [
            ...["run", "--quiet", "--locked", "--bin", "softcam", "--features", "softcam-cli/wgpu", "--", "explain", file, "--json"],
            ...["--model", path.join(root, "web/models/efficientnet-lite0.safetensors"), ...more],
        ],
        { cwd: root, maxBuffer: 1 << 28 },
    );
    return JSON.parse(stdout);
}

describe("films", () => {
    test("a DICOM file is shown through the window that it offers, and nothing is fetched for it before", async () => {
        const { page, context, requests, errors } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        const fetched = () => requests.filter((url) => /softcam_dicom|film-worker|engine\/films|tools\/window/.test(url));
        assert.deepEqual(fetched(), []);
        assert.ok(await page.locator('button[data-tool="window"]').isHidden(), "there is nothing to choose of a photo");
        await show(page, film("explicit-12bit.dcm"), "BONE");
        assert.ok(fetched().some((url) => url.endsWith("softcam_dicom_bg.wasm")));
        assert.match(await notes(page), /through a window of the file: BONE, centre 1000\.5, width 900/);
        await open(page);
        const presets = tool(page).locator(".window-presets button");
        assert.deepEqual(await presets.allTextContents(), ["BONE (1000.5 / 900)", "WHOLE (2048 / 4096)", "All of its greys", "Full range"]);
        assert.equal(await presets.first().getAttribute("aria-pressed"), "true");
        await presets.nth(1).click();
        await noted(page, "WHOLE, centre 2048, width 4096");
        await whenExplained(page);
        assert.ok(await tool(page).locator(".nudge-row").last().isHidden(), "one frame is no choice");
        await page.goBack();
        await noted(page, "BONE");
        assert.ok(await tool(page).locator(".window-body").isVisible(), "the step before is the window, not the tool");
        assert.deepEqual(errors, []);
        await context.close();
    });

    test("a drag on the picture moves the window, and so do keys and numbers", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await show(page, film("explicit-12bit.dcm"), "BONE");
        await open(page);
        const steps = await page.evaluate(() => history.length);
        const stage = await page.locator(".stage").first().boundingBox();
        const [x, y] = [stage.x + stage.width / 2, stage.y + stage.height / 2];
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x + stage.width / 8, y - stage.height / 8, { steps: 3 });
        await page.mouse.up();
        await noted(page, "through a window:");
        await whenExplained(page);
        assert.equal(await page.evaluate(() => history.length), steps + 1, "one drag is one step");
        await page.goBack();
        await noted(page, "BONE");
        await page.goForward();
        await noted(page, "through a window:");
        await whenExplained(page);
        const field = (name) => tool(page).locator(`input[type="number"][aria-label="${name}"]`);
        const number = async (name) => Number(await field(name).inputValue());
        assert.ok((await number("Width")) > 900, "wider to the right");
        assert.ok((await number("Centre")) > 1000.5, "a higher centre upwards");

        await field("Width").fill("1234");
        await field("Width").press("Enter");
        await noted(page, "width 1234");
        await tool(page).locator('input[type="range"]').first().focus();
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction(() => !document.querySelector("#answer .notes").textContent.includes("centre 1000.5"));
        await context.close();
    });

    test("each frame is a picture of its own", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await show(page, film("frames.dcm"), "Frame 1 of 3: the others were not looked at.");
        await open(page);
        const frame = tool(page).locator('input[type="number"][aria-label="Frame"]');
        await frame.fill("3");
        await frame.press("Enter");
        await noted(page, "Frame 3 of 3");
        await whenExplained(page);
        await page.goBack();
        await noted(page, "Frame 1 of 3");
        await page.goForward();
        await noted(page, "Frame 3 of 3");
        await context.close();
    });

    test("the network sees what the command line gives it", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        const started = await startEngine(page, {});
        for (const [name, frame, tone, options] of [
            ["explicit-12bit.dcm", 1, { kind: "window", centre: 1500, width: 2500, curve: "linear" }, ["--window", "1500,2500"]],
            ["signed.dcm", 1, null, []],
            ["enhanced.dcm", 2, null, ["--frame", "2"]],
            ["jpeg2000-rgb.dcm", 1, null, []],
            ["aspect.dcm", 1, null, []],
        ]) {
            const there = await explain(film(name), "--anyway", ...options);
            const base64 = (await readFile(film(name))).toString("base64");
            const here = await page.evaluate(
                async ([{ explain }, base64, frame, tone]) => {
                    const { Films } = await import("/web/engine/films.js");
                    const { developed } = await import("/web/engine/development.js");
                    const folder = (path) => new URL(path, document.baseURI).href;
                    const films = new Films({ wasm: folder("pkg/"), worker: folder("web/engine/worker/"), models: folder("web/models/") });
                    const file = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
                    const { bitmap, notes } = await films.develop(developed("own:film", { frame, tone }), file);
                    const { logits } = await explain(bitmap, { size: 224, fit: "centre-square" });
                    return { logits: [...logits], notes: notes.map(({ kind }) => kind) };
                },
                [started, base64, frame, tone],
            );
            assert.deepEqual(here.notes, there.notes.map(({ kind }) => kind), name);
            const range = Math.max(...here.logits) - Math.min(...here.logits);
            for (const { class: index, logit } of there.top) {
                assert.ok(Math.abs(here.logits[index] - logit) <= 1e-4 * range, `${name}: ${here.logits[index]} and ${logit}`);
            }
        }
        await context.close();
    });

    test("nothing of the header leaves its panel", async () => {
        const own = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });
        const { page, context, requests } = await openPage(site.browser, `${site.url}?device=cpu`, { context: own });
        await whenExplained(page);
        await show(page, film("explicit-12bit.dcm"), "BONE");
        await open(page);
        const header = tool(page).locator(".film-header");
        await header.locator("summary").click();
        const row = (name) => header.locator("tr", { hasText: name });
        await row("PatientName").waitFor();
        assert.match(await row("Rows").textContent(), /16/);
        assert.match(await row("PatientName").textContent(), /not shown/);
        assert.doesNotMatch(await page.content(), SECRET, "unasked, nobody is named");
        await header.locator(".people").click();
        await header.locator("td", { hasText: "Secret^Person" }).waitFor();

        // Everything that a page hands on, while the header is open.
        await page.locator(".trust summary").click();
        await page.locator(".copy-diagnostics").click();
        await page.waitForFunction(() => /Copied/.test(document.querySelector(".trust").textContent));
        const said = await page.evaluate(async () => ({
            address: location.href,
            state: JSON.stringify(history.state),
            stored: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
            diagnostics: await navigator.clipboard.readText(),
        }));
        for (const [where, text] of Object.entries(said)) {
            assert.doesNotMatch(text, SECRET, where);
        }
        assert.equal(JSON.parse(said.diagnostics).format, "BMP");
        const [saved] = await Promise.all([page.waitForEvent("download"), page.locator(".top button.save").click()]);
        assert.doesNotMatch((await readFile(await saved.path())).toString("latin1"), SECRET, "a saved picture");
        assert.doesNotMatch(requests.join(), SECRET);

        // Closed, it is gone.
        await header.locator("summary").click();
        await page.waitForFunction(() => document.querySelectorAll(".film-header tbody tr").length === 0);
        assert.doesNotMatch(await page.content(), SECRET);
        await context.close();
    });

    test("a medical model says what it is of a film, too", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu#device=cpu&model=chest-sparse`);
        await whenExplained(page);
        await drop(page, film("monochrome1.dcm"));
        await noted(page, "inverted");
        assert.ok(await page.locator("#stages .notice").isVisible());
        // Whatever it thinks of a slope, its window can be chosen.
        assert.ok(await page.locator('button[data-tool="window"]').isEnabled());
        await context.close();
    });

    test("what cannot be read is refused by name, and the picture before stays", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await show(page, film("frames.dcm"), "Frame 1 of 3");
        for (const [name, says] of [["jpeg-xl.dcm", /JPEG XL.*not read.*gdcmconv/s], ["cut-50.dcm", /ends too early/], ["report.dcm", /no picture in it \(modality SR\)/]]) {
            await drop(page, path.join(root, "tests/bad/films", name));
            await page.locator(".alert", { hasText: name }).waitFor();
            assert.match(await page.locator(".alert").textContent(), says);
            await noted(page, "Frame 1 of 3");
        }
        await context.close();
    });
});

describe("other pictures with more than 8 bits of sRGB", () => {
    test("a 12-bit film in 16 bits is not black, and has a window", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await show(page, path.join(root, "tests/formats/grey-12in16.png"), "uses 12 of them");
        await open(page);
        await tool(page).locator(".window-presets button", { hasText: "Full range" }).click();
        await noted(page, "centre 32768, width 65536");
        await context.close();
    });

    test("a film that fills all 16 bits of a TIFF has a window, though nothing is said of its bits", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await drop(page, path.join(root, "tests/formats/grey16.tif"));
        await page.waitForFunction(() => document.querySelector(".gallery [aria-pressed=true]")?.textContent.startsWith("grey16.tif"));
        await whenExplained(page);
        await open(page);
        await tool(page).locator('input[type="number"][aria-label="Width"]').fill("1000");
        await tool(page).locator('input[type="number"][aria-label="Width"]').press("Enter");
        await noted(page, "width 1000");
        await context.close();
    });

    test("colours of another profile are converted, and what the browser opens is said to be its own", async () => {
        const { page, context } = await openPage(site.browser, `${site.url}?device=cpu`);
        await whenExplained(page);
        await show(page, path.join(root, "tests/formats/p3.png"), "Display P3");
        await show(page, path.join(root, "tests/formats/picture.avif"), "The browser's own decoder");
        await show(page, path.join(root, "tests/formats/profile-broken.png"), "profile is damaged");
        await show(page, path.join(root, "tests/formats/animated.gif"), "Frame 1 of 2: the others were not looked at.");
        // What the browser does not show, or not as it is explained, the engine draws for the strip.
        for (const name of ["rgb.tif", "rgb.ppm", "rgb.pam", "animated-apart.png"]) {
            await drop(page, path.join(root, "tests/formats", name));
            await page.waitForFunction((name) => {
                const chosen = document.querySelector(".gallery [aria-pressed=true]");
                const image = chosen?.querySelector("img");
                return chosen?.textContent.startsWith(name) && image.complete && image.naturalWidth === 144 && image.naturalHeight === 144;
            }, name);
        }
        await drop(page, path.join(root, "web/samples/chelsea.jpg"));
        await page.waitForFunction(() => document.querySelector("#answer .notes").hidden);
        await context.close();
    });

    test("where the browser lets no page read what it draws, nothing is answered about noise, nor saved of it", async () => {
        const own = await site.browser.newContext({ viewport: { width: 1280, height: 900 } });
        await own.addInitScript(NOISE);
        const { page, context, errors } = await openPage(site.browser, `${site.url}?device=cpu`, { context: own });
        await whenExplained(page);
        await drop(page, path.join(root, "tests/formats/picture.avif"));
        const alert = page.locator(".alert", { hasText: "picture.avif" });
        await alert.waitFor();
        assert.match(await alert.textContent(), /lets no page read what it draws.*HEIC and AVIF.*Save it as JPEG or PNG/s);
        await page.locator(".top button.save").click();
        await page.locator(".alert", { hasText: "would be stripes" }).waitFor();
        assert.match(await page.locator(".alert").textContent(), /screenshot/);
        // What the engine itself opens is explained as ever.
        await drop(page, path.join(root, "web/samples/rocket.jpg"));
        await page.waitForFunction(() => document.querySelector(".headline").textContent === "missile");
        assert.deepEqual(errors, []);
        await context.close();
    });
});
