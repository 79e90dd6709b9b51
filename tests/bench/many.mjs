/**
 * Many pictures at once on the page: how long it takes, and what it holds in memory on the way.
 *
 *     node tests/bench/many.mjs [--count 300] [--side 0] [--device cpu]
 *
 * Files are copies of the page's samples; with `--side N`, enlarged to N pixels first, as a camera has them. Memory is told at
 * 50, 150 and at the end: JavaScript's heap of the page after a collection, the resident size of the renderer (page and worker), and that of all
 * processes of the browser, where Blobs live. Linux alone tells the sizes.
 */

import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openPage, root, startBrowser, startServer, whenExplained } from "../browser/harness.mjs";

const { values: options } = parseArgs({
    options: { count: { type: "string", default: "300" }, side: { type: "string", default: "0" }, device: { type: "string", default: "cpu" } },
});
const COUNT = Number(options.count);
const SIDE = Number(options.side);
const SAMPLES = ["astronaut", "chelsea", "china", "coffee", "flower", "hubble_deep_field", "rocket"];

const server = await startServer();
const browser = await startBrowser(["--enable-precise-memory-info"]);
const { page, context } = await openPage(browser, `${server.url}?device=${options.device}`);
await whenExplained(page);

const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-many-"));
await mkdir(path.join(folder, "pictures"));
const originals = [];
for (const name of SAMPLES) {
    const bytes = await readFile(path.join(root, `web/samples/${name}.jpg`));
    originals.push(SIDE > 0 ? await enlarged(bytes) : bytes);
}
for (let index = 0; index < COUNT; index++) {
    await writeFile(path.join(folder, "pictures", `${index + 1}.jpg`), originals[index % originals.length]);
}

const client = await context.newCDPSession(page);
const before = await memory();
console.log(`before: ${told(before)}`);
const begin = performance.now();
const { x, y, width, height } = await page.locator("#stages").boundingBox();
for (const type of ["dragEnter", "dragOver", "drop"]) {
    const data = { items: [], files: [path.join(folder, "pictures")], dragOperationsMask: 1 };
    await client.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data });
}
for (const stop of [...new Set([50, 150, COUNT])].filter((stop) => stop <= COUNT)) {
    await page.waitForFunction((stop) => Number(document.querySelector(".many-says")?.textContent.match(/\d+/)?.[0] ?? 0) >= stop, stop, { timeout: 0, polling: 100 });
    const seconds = (performance.now() - begin) / 1000;
    console.log(`${stop}: ${seconds.toFixed(1)} s, ${((60 * stop) / seconds).toFixed(0)} per minute; ${told(await memory())}`);
}
console.log(await page.locator(".badge").textContent());
console.log(await page.locator(".many-says").textContent());
await page.locator(".many-open").click();
for (const overlays of [false, true]) {
    await page.locator(".many-body input[type=checkbox]").nth(1).setChecked(overlays);
    const saving = performance.now();
    const [download] = await Promise.all([page.waitForEvent("download", { timeout: 0 }), page.locator(".many-save").click()]);
    const { size } = await stat(await download.path());
    const seconds = (performance.now() - saving) / 1000;
    console.log(`saved with maps${overlays ? " and pictures" : ""}: ${seconds.toFixed(1)} s, ${(size / 2 ** 20).toFixed(0)} MiB; ${told(await memory())}`);
}
await rm(folder, { recursive: true });
await browser.close();
server.stop();

/** A photo as large as a camera's. @param {Buffer} bytes */
async function enlarged(bytes) {
    const base64 = await page.evaluate(
        async ([base64, side]) => {
            const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes]));
            const scale = side / Math.max(image.width, image.height);
            const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
            canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
            const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
            return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
        },
        [bytes.toString("base64"), SIDE],
    );
    return Buffer.from(base64, "base64");
}

/** Megabytes by what holds them. */
async function memory() {
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.enable").then(() => client.send("Performance.getMetrics"));
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize").value / 2 ** 20;
    const processes = new Map();
    for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
        const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
        const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        const field = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
        processes.set(Number(pid), { parent: field("PPid"), resident: (field("RssAnon") + field("RssShmem")) / 1024, renderer: command.includes("--type=renderer") });
    }
    const isMine = (pid) => pid === process.pid || (processes.has(pid) && isMine(processes.get(pid).parent));
    const mine = [...processes].filter(([pid]) => pid !== process.pid && isMine(pid)).map(([, each]) => each);
    const sum = (some) => some.reduce((total, { resident }) => total + resident, 0);
    return { heap, renderer: Math.max(0, ...mine.filter(({ renderer }) => renderer).map(({ resident }) => resident)), browser: sum(mine) };
}

/** @param {{heap: number, renderer: number, browser: number}} memory */
function told({ heap, renderer, browser }) {
    return `heap ${heap.toFixed(0)} MiB, renderer ${renderer.toFixed(0)} MiB, browser ${browser.toFixed(0)} MiB`;
}
