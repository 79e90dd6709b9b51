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

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Chromium's own CPU emulation of WebGPU: slow, but the same shaders and the same API as on a GPU. */
const WEBGPU_ON_CPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const QUIET = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Generous: emulated WebGPU on two busy cores takes its time, and a timeout here is only there to end a hang. */
export const PATIENCE = 180_000;

/** Serves the page from pkg/ as it is; resolves to its address. `SOFTCAM_URL` names a server that runs already. */
export async function startServer() {
    if (process.env.SOFTCAM_URL) {
        return { url: process.env.SOFTCAM_URL, stop() {} };
    }
    const server = spawn("cargo", ["xtask", "serve", "--no-build", "--port", "0"], {
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

export async function startBrowser() {
    const executablePath = process.env.SOFTCAM_CHROMIUM ?? "/usr/bin/chromium";
    return chromium.launch({
        executablePath,
        headless: true,
        args: ["--no-sandbox", ...QUIET, ...WEBGPU_ON_CPU],
    });
}

/**
 * A server and a browser for the tests of one file.
 * @returns {{url: string, browser: import("playwright-core").Browser}} Filled in before the first test.
 */
export function startSite() {
    /** @type {any} */
    const given = {};
    let server;
    before(async () => {
        server = await startServer();
        given.url = server.url;
        given.browser = await startBrowser();
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
    await context.route("**/worker/worker.js", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${prelude}\n${await response.text()}` });
    });
    return context;
}

/**
 * A page with its errors and its requests on record.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {{viewport?: {width: number, height: number}, colorScheme?: "light" | "dark",
 *     context?: import("playwright-core").BrowserContext}} [options] `context` is used instead of a new one.
 */
export async function openPage(browser, url, { viewport, colorScheme, context } = {}) {
    context ??= await browser.newContext({ viewport: viewport ?? { width: 1280, height: 900 }, colorScheme });
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

/** Has the worker trap, by giving the engine a size that is no number; resolves once the page says so. */
export async function breakWorker(page) {
    await page.locator("#size").evaluate((select) => {
        const option = document.createElement("option");
        option.value = "Infinity";
        select.append(option);
    });
    await page.locator("#size").selectOption("Infinity");
    await page.locator("#alert").waitFor();
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
    await page.dispatchEvent("#stage", "drop", { dataTransfer: transfer });
}
