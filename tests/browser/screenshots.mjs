/**
 * Takes the pictures of the page that README.md shows, and a few more to look at.
 *
 *     node tests/browser/screenshots.mjs
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { openPage, root, startBrowser, startServer, whenExplained, whenReady } from "./harness.mjs";

const folder = path.join(root, "tests/screenshots");
const pictures = [
    { name: "wide", query: "?device=cpu&sample=chelsea.jpg&size=448", viewport: { width: 1280, height: 900 } },
    { name: "narrow", query: "?device=cpu&sample=coffee.jpg", viewport: { width: 360, height: 800 }, colorScheme: "dark" },
];

const server = await startServer();
const browser = await startBrowser();
await mkdir(folder, { recursive: true });
for (const { name, query, ...options } of pictures) {
    const { page, context } = await openPage(browser, server.url + query, options);
    await whenReady(page);
    await whenExplained(page);
    await page.locator("#stage").focus();
    await page.keyboard.press("ArrowRight");
    await page.screenshot({ path: path.join(folder, `${name}.jpg`), type: "jpeg", quality: 82, fullPage: true });
    await context.close();
}
await browser.close();
server.stop();
process.exit();
