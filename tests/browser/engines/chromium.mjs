/** Chromium, by playwright-core, as in all other tests. */

import { readFile } from "node:fs/promises";
import { PATIENCE, startBrowser } from "../harness.mjs";

/** @returns {Promise<import("./index.mjs").Driver>} */
export async function chromium() {
    const browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    /** @type {string[]} */
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    return {
        version: `Chromium ${browser.version()}`,
        errors,
        open: async (url) => void (await page.goto(url)),
        reload: async () => void (await page.reload()),
        evaluate: (expression) => page.evaluate(expression),
        moveTo: (x, y) => page.mouse.move(x, y),
        click: (x, y) => page.mouse.click(x, y),
        press: (key) => page.keyboard.press(key),
        choose: (selector, files) => page.locator(selector).setInputFiles(files),
        async saved(act) {
            const [download] = await Promise.all([page.waitForEvent("download"), act()]);
            return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
        },
        picture: () => page.screenshot(),
        close: () => browser.close(),
    };
}
