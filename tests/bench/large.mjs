/**
 * Large networks at 512 px on the page's engine, on both devices: time and memory.
 *
 *     node tests/bench/large.mjs [--devices cpu,webgpu] [--networks resnet50,softcam-vgg16]
 *
 * The weights are made by the hash of tests/parity/make_torch_fixtures.py (random weights do for time and memory), two
 * classes, converted and quantized in the browser. Memory is the largest resident size of the browser's processes since
 * they started (VmHWM), less that of a browser that has only opened the page; Linux alone tells it.
 */

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "../browser/fixtures.mjs";
import { openPage, startBrowser, startServer } from "../browser/harness.mjs";
import { checkpoint, firstClasses } from "../browser/networks.mjs";

const { values: options } = parseArgs({
    options: {
        devices: { type: "string", default: "cpu,webgpu" },
        networks: { type: "string", default: "resnet50,softcam-vgg16" },
    },
});
const SIZE = 512;

/** Megabytes of the largest resident size of all Chromium processes. */
async function residentPeak() {
    let kilobytes = 0;
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
        const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        if (/chrom/.test(command)) {
            const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
            kilobytes += Number(status.match(/VmHWM:\s+(\d+)/)?.[1] ?? 0);
        }
    }
    return kilobytes / 1024;
}

const server = await startServer();
const folder = await mkdtemp(path.join(os.tmpdir(), "softcam-"));
for (const network of options.networks.split(",")) {
    const float = firstClasses(await checkpoint(network), 2);
    const file = path.join(folder, `${network}.safetensors`);
    await writeFile(file, float);
    for (const device of options.devices.split(",")) {
        const browser = await startBrowser();
        const { page } = await openPage(browser, `${server.url}?device=cpu`);
        const before = await residentPeak();
        await page.evaluate(() => {
            const input = document.createElement("input");
            input.type = "file";
            input.id = "of-the-benchmark";
            document.body.append(input);
        });
        await page.locator("#of-the-benchmark").setInputFiles(file);
        const result = await page.evaluate(measure, [await startEngine(page, { device }), SIZE]);
        const peak = (await residentPeak()) - before;
        console.log(
            `${network} at ${SIZE} px on ${result.device}: float ${(float.length / 1e6).toFixed(1)} MB, converted in ` +
                `${(result.converted / 1000).toFixed(1)} s to ${(result.bytes / 1e6).toFixed(1)} MB; first run ${(result.first / 1000).toFixed(1)} s, ` +
                `second ${(result.second / 1000).toFixed(1)} s; ${result.rows} x ${result.columns} cells; |mean(A) - logit| at most ` +
                `${result.apart.toExponential(1)}; peak memory ${peak.toFixed(0)} MB above the empty page`,
        );
        await browser.close();
    }
}
await rm(folder, { recursive: true });
server.stop();
process.exit();

/** Runs in the page. */
async function measure([{ engine, load, explain: ask }, size]) {
    const timed = async (action) => {
        const begin = performance.now();
        return [await action(), performance.now() - begin];
    };
    const description = JSON.stringify({ classes: ["healthy", "ill"], size, sizes: [size] });
    const [file] = document.querySelector("#of-the-benchmark").files;
    const { openModel } = await import("/web/engine/opening.js");
    const [opened, converted] = await timed(() => openModel(engine.assets, { file, descriptions: [description] }));
    const bytes = opened.bytes.byteLength;
    const loaded = await load({ title: opened.title, blob: new Blob([opened.bytes]) });
    const photo = await (await fetch("/web/samples/chelsea.jpg")).arrayBuffer();
    const explain = () => ask(photo, { size, fit: "centre-square" });
    const [, first] = await timed(explain);
    const [{ maps, logits, rows, columns }, second] = await timed(explain);
    const cells = rows * columns;
    const apart = Array.from(logits, (logit, index) => {
        const map = maps.subarray(index * cells, (index + 1) * cells);
        return Math.abs(map.reduce((sum, value) => sum + value, 0) / cells - logit);
    });
    return { device: loaded.device.kind, converted, bytes, first, second, rows, columns, apart: Math.max(...apart) };
}
