/**
 * How many frames of a camera the page explains in a second, and what of that is the network's run.
 *
 *     node tests/bench/camera.mjs [--seconds 20] [--size 224]
 *
 * The camera is Chromium's fake one, which shows a sample at 30 frames a second; on the CPU, with one thread and where the page is
 * isolated with several. Frames are those that were on show, counted over the whole time.
 */

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openPage, root, startBrowser, startServer, whenExplained } from "../browser/harness.mjs";

const { values: options } = parseArgs({ options: { seconds: { type: "string", default: "20" }, size: { type: "string", default: "224" } } });
const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-camera-"));
const film = path.join(folder, "coffee.mjpeg");
await copyFile(path.join(root, "web/samples/coffee.jpg"), film);
const flags = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
const browser = await startBrowser(flags);

for (const server of [await startServer(), await startServer({ isolated: true })]) {
    const { page, context } = await openPage(browser, `${server.url}#device=cpu&sample=chelsea.jpg&size=${options.size}`);
    await whenExplained(page);
    await page.locator("button[data-tool=camera]").click();
    await page.locator(".camera-start").click();
    const shown = () => page.locator(".tool-body").evaluate((body) => Number(body.dataset.shown ?? 0));
    // The first frames wait for the camera, and for the browser's compiler.
    await page.waitForFunction(() => Number(document.querySelector(".tool-body")?.dataset.shown ?? 0) >= 20, null, { timeout: 0 });
    const [before, begin] = [await shown(), performance.now()];
    await page.waitForTimeout(1000 * Number(options.seconds));
    const rate = (await shown() - before) / ((performance.now() - begin) / 1000);
    const threads = await page.evaluate(() => (crossOriginIsolated ? navigator.hardwareConcurrency : 1));
    console.log(`${threads} thread${threads > 1 ? "s at most" : ""}: ${rate.toFixed(1)} frames a second; the page says: ${await page.locator(".camera-rate").textContent()}`);
    await context.close();
    server.stop?.();
}
await browser.close();
await rm(folder, { recursive: true });
