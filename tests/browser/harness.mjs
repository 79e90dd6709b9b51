/**
 * A server for the page and a browser to open it in.
 *
 * Each test file starts one server and one browser; each test gets a context of its own, so nothing is shared but the
 * files.
 */

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { moduleForCpu } from "../../web/engine/worker/fused.js";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Chromium's own CPU emulation of WebGPU: slow, but the same shaders and the same API as on a GPU. */
const WEBGPU_ON_CPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const QUIET = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Generous: emulated WebGPU on two busy cores takes its time, and a timeout here is only there to end a hang. */
export const PATIENCE = Number(process.env.SOFTCAM_PATIENCE ?? 180_000);

/**
 * Serves the page from pkg/ as it is; resolves to its address. `SOFTCAM_URL` names a server that runs already, for a page that
 * is not isolated.
 * @param {{isolated?: boolean}} [options] Whether its workers may share memory.
 */
export async function startServer({ isolated = false } = {}) {
    if (process.env.SOFTCAM_URL && !isolated) {
        return { url: process.env.SOFTCAM_URL, stop() {} };
    }
    const server = spawn("cargo", ["xtask", "serve", "--no-build", "--port", "0", ...(isolated ? [] : ["--plain"])], {
        cwd: root,
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
    });
    const url = await new Promise((resolve, reject) => {
        let text = "";
        server.stdout.on("data", (chunk) => {
            text += chunk;
            const match = text.match(/http:\/\/[\d.:]+\//);
            if (match) {
                resolve(match[0]);
            }
        });
        server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
    // cargo runs the server as its child, so the whole group has to go.
    return { url, stop: () => process.kill(-server.pid) };
}

/** @param {string[]} [more] Options for Chromium. */
export async function startBrowser(more = []) {
    const executablePath = process.env.SOFTCAM_CHROMIUM ?? "/usr/bin/chromium";
    return chromium.launch({
        executablePath,
        headless: true,
        args: ["--no-sandbox", ...QUIET, ...WEBGPU_ON_CPU, ...more],
    });
}

/**
 * A server and a browser for the tests of one file.
 * @param {string[]} [more] Options for Chromium.
 * @returns {{url: string, browser: import("playwright-core").Browser}} Filled in before the first test.
 */
export function startSite(more) {
    /** @type {any} */
    const given = {};
    let server;
    before(async () => {
        server = await startServer();
        given.url = server.url;
        given.browser = await startBrowser(more);
    });
    after(async () => {
        await given.browser?.close();
        server?.stop();
    });
    return given;
}

/**
 * A context whose workers first run `prelude`, as if the browser were another one.
 * @param {import("playwright-core").Browser} browser
 * @param {string} prelude
 */
export async function contextAsIf(browser, prelude) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.route("**/worker/worker.js", (route) => answerChanged(route, async (response) => `${prelude}\n${await response.text()}`));
    return context;
}

/**
 * Answers a request with something else than the server does.
 * @param {import("playwright-core").Route} route
 * @param {(response: import("playwright-core").APIResponse) => Promise<string | Buffer>} change
 */
export async function answerChanged(route, change) {
    try {
        const response = await route.fetch({ timeout: PATIENCE });
        await route.fulfill({ response, body: await change(response) });
    } catch {
        // Whoever asked may be gone; who still waits finds out by not getting an answer.
        await route.abort().catch(() => {});
    }
}

/** As browsers that guard against being recognised: whoever reads a canvas gets noise. For `addInitScript`. */
export const NOISE = () => {
    for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
        prototype.getImageData = (x, y, width, height) => {
            const image = new ImageData(width, height);
            image.data.forEach((_, index) => (image.data[index] = (index * 167) % 251));
            return image;
        };
    }
};

/**
 * A page with its errors and its requests on record.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {{viewport?: {width: number, height: number}, colorScheme?: "light" | "dark",
 *     context?: import("playwright-core").BrowserContext, newcomer?: boolean}} [options] `context` is used instead of a new one;
 *     a newcomer is shown around.
 */
export async function openPage(browser, url, { viewport, colorScheme, context, newcomer = false } = {}) {
    context ??= await browser.newContext({ viewport: viewport ?? { width: 1280, height: 900 }, colorScheme });
    if (!newcomer) {
        await context.addInitScript(() => {
            try {
                localStorage.setItem("softcam-tour", "seen");
            } catch {
                // A document without storage shows nobody around.
            }
        });
    }
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const requests = [];
    const errors = [];
    context.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(url);
    return { page, context, requests, errors };
}

/** Waits until the page can explain; resolves to the badge's text. */
export async function whenReady(page) {
    await page.waitForFunction(() => document.querySelector(".badge")?.dataset.device);
    return page.locator(".answer .badge").textContent();
}

/** Waits until nothing is being explained and a map is on show. */
export async function whenExplained(page) {
    await page.waitForFunction(() => {
        const stages = Array.from(document.querySelectorAll(".stage")).filter((stage) => !stage.hidden);
        return stages.length > 0 && stages.every((stage) => stage.hasAttribute("data-drawn") && stage.querySelector(".busy").hidden);
    });
}

/** The panel behind a button at the top, opened where it is not: "settings" or "about". */
export async function panel(page, which) {
    const panel = page.locator(`.popover.${which}`);
    if (!(await panel.evaluate((element) => element.matches(":popover-open")))) {
        await page.locator(`.top button.${which}`).click();
    }
    // What fills it is fetched when it is opened.
    await page.waitForFunction((which) => document.querySelector(`.popover.${which}`).childElementCount > 0, which);
    return panel;
}

/** Chooses a setting by the class of its control. */
export async function choose(page, control, value) {
    await (await panel(page, "settings")).locator(`select.${control}`).selectOption(value);
}

/** Closes whichever panel is open, as a click beside it would. */
export const closePanels = (page) => page.evaluate(() => document.querySelectorAll(":popover-open").forEach((panel) => panel.hidePopover()));

/** The engine's module on one thread and on several, which Chromium runs: it has relaxed SIMD. */
export const CPU_MODULE = moduleForCpu(false, true);
export const THREADS_MODULE = moduleForCpu(true, true);

/**
 * Has every explanation of this worker trap: a module of one function that does nothing else is
 * called in their place, and what the page gets to see of it is what it sees of a panic.
 */
export async function poison(page, worker = page.workers()[0]) {
    await worker.evaluate(async (glue) => {
        const softcam = await import(glue);
        const trap = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11));
        softcam.Model.prototype.explain = async () => new WebAssembly.Instance(trap).exports.f();
    }, new URL(`pkg/${CPU_MODULE}.js`, page.url()).href);
}

/** Has the worker trap on the next picture, which is another resolution of the one on show; resolves once the page says so. */
export async function breakWorker(page, size = "320") {
    await poison(page);
    await choose(page, "size", size);
    await page.locator(".alert").waitFor();
}

/**
 * Drops files on the page, as the operating system would hand them over.
 * @param {import("playwright-core").Page} page
 * @param {string | string[]} files
 */
export async function drop(page, files) {
    const list = await Promise.all(
        [files].flat().map(async (file) => [(await readFile(file)).toString("base64"), path.basename(file)]),
    );
    const transfer = await page.evaluateHandle((encoded) => {
        const dataTransfer = new DataTransfer();
        for (const [base64, name] of encoded) {
            const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            dataTransfer.items.add(new File([bytes], name));
        }
        return dataTransfer;
    }, list);
    await page.dispatchEvent("#stages", "drop", { dataTransfer: transfer });
}
