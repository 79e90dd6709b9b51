/**
 * This project's wasm beside onnxruntime-web: the same network, the same weights, the same browser, run in turns.
 *
 *     cargo xtask bench [-- --runs N] [-- --name MACHINE]
 *
 * Checks that the outputs agree before it times anything. Ratios are ours / peer: below 1, we are ahead. Results go to
 * tests/bench/results/MACHINE.json as rows {metric, host, adapter, device, network, precision, ours, peer, peer_name,
 * ratio}.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { fixture, largestDifference } from "../browser/fixtures.mjs";
import { root, startBrowser } from "../browser/harness.mjs";
import { serve } from "./server.mjs";

const { values: options } = parseArgs({
    options: {
        runs: { type: "string", default: "30" },
        "emulated-runs": { type: "string", default: "3" },
        name: { type: "string", default: os.hostname() },
        onnx: { type: "string", default: path.join(root, "target/bench") },
    },
});

const PEER = "onnxruntime-web 1.30.0";
const NETWORK = "efficientnet-lite0@224";
const WARM_UPS = 3;
const folders = {
    "/web/": path.join(root, "web"),
    "/pkg/": path.join(root, "pkg"),
    "/ort/": path.join(root, "tests/node_modules/onnxruntime-web/dist"),
    "/onnx/": options.onnx,
    "/bench/": path.join(root, "tests/bench"),
    "/index.html": path.join(root, "index.html"),
};

const rows = [];

function record(row) {
    rows.push({ ...row, network: NETWORK, peer_name: PEER, ratio: row.ours / row.peer });
    const { metric, device, precision, ours, peer } = rows.at(-1);
    const shown = (value) => (value >= 1000 ? value.toFixed(0) : value.toPrecision(3));
    console.log(
        `${metric.padEnd(46)} ${device.padEnd(7)} ${precision.padEnd(7)} ours ${shown(ours).padStart(9)}   ` +
            `peer ${shown(peer).padStart(9)}   ratio ${(ours / peer).toFixed(2)}`,
    );
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const spread = (values) => [Math.min(...values), Math.max(...values)].map((value) => Math.round(10 * value) / 10);

/** Both engines in workers of one page: agreement first, then timed runs in turns. */
async function warm(browser, url, { device, precision, runs, adapter }) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${url}/bench/index.html`);
    const { size, picture, pixels } = await fixture("chelsea-224");
    const result = await page.evaluate(
        async ({ device, onnx, runs, warmUps, size, picture, pixels }) => {
            const ask = (worker, message, transfer = []) =>
                new Promise((resolve, reject) => {
                    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
                    worker.onerror = (event) => reject(new Error(event.message));
                    worker.postMessage(message, transfer);
                });
            const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
            const engines = {
                ours: new Worker("/bench/ours.worker.mjs", { type: "module" }),
                peer: new Worker("/bench/peer.worker.mjs", { type: "module" }),
            };
            const loads = {
                ours: await ask(engines.ours, {
                    type: "load", device, size, picture: decode(picture),
                    model: "/web/models/efficientnet-lite0.safetensors",
                }),
                peer: await ask(engines.peer, { type: "load", device, size, pixels: decode(pixels), model: onnx }),
            };
            const first = { ours: await ask(engines.ours, { type: "run" }), peer: await ask(engines.peer, { type: "run" }) };
            const times = { ours: [], peer: [] };
            for (let run = 0; run < runs + warmUps; run++) {
                for (const who of run % 2 ? ["ours", "peer"] : ["peer", "ours"]) {
                    const { milliseconds } = await ask(engines[who], { type: "run" });
                    if (run >= warmUps) {
                        times[who].push(milliseconds);
                    }
                }
            }
            const plain = ({ milliseconds, logits, maps }) => ({ milliseconds, logits: [...logits], maps: [...maps] });
            return { loads, times, first: { ours: plain(first.ours), peer: plain(first.peer) } };
        },
        {
            device,
            runs,
            size,
            onnx: `/onnx/lite0-${precision}.onnx`,
            warmUps: device === "webgpu" ? 1 : WARM_UPS,
            picture: picture.toString("base64"),
            pixels: Buffer.from(pixels).toString("base64"),
        },
    );
    await page.context().close();

    const { ours, peer } = result.first;
    const apart = Math.max(largestDifference(ours.logits, peer.logits), largestDifference(ours.maps, peer.maps));
    if (!(apart < 1e-2)) {
        throw new Error(`the outputs differ by ${apart}: there is nothing to compare`);
    }
    console.log(`outputs agree within ${apart.toExponential(1)}; ours ${spread(result.times.ours)} ms, peer ${spread(result.times.peer)} ms`);
    const common = { host: "chromium", adapter, device, precision };
    record({
        ...common,
        metric: "warm run, median ms",
        ours: median(result.times.ours),
        peer: median(result.times.peer),
        ours_spread: spread(result.times.ours),
        peer_spread: spread(result.times.peer),
        runs,
    });
    record({ ...common, metric: "first run, ms", ours: ours.milliseconds, peer: peer.milliseconds });
}

/** From navigation to the first overlay, each time in a browser that has seen nothing. */
async function cold(url, { device, precision, times, adapter }) {
    const pages = {
        ours: {
            address: `${url}/index.html?device=${device}&sample=chelsea.jpg`,
            done: () => !document.querySelector("#canvases").hidden && document.querySelector("#busy").hidden,
        },
        peer: {
            address: `${url}/bench/peer.html?device=${device}&model=lite0-${precision}.onnx`,
            done: () => window["done"] === true,
        },
    };
    const taken = { ours: [], peer: [] };
    for (let time = 0; time < times; time++) {
        for (const [who, { address, done }] of Object.entries(pages)) {
            const browser = await startBrowser();
            const page = await browser.newPage();
            page.setDefaultTimeout(300_000);
            const begin = performance.now();
            await page.goto(address);
            await page.waitForFunction(done, undefined, { polling: 10 });
            taken[who].push(performance.now() - begin);
            await browser.close();
        }
    }
    record({
        metric: "navigation to first overlay, median ms",
        host: "chromium",
        adapter,
        device,
        precision,
        ours: median(taken.ours),
        peer: median(taken.peer),
        ours_spread: spread(taken.ours),
        peer_spread: spread(taken.peer),
        runs: times,
    });
}

/** Bytes over the wire, gzip -9: what each side needs before it can explain anything. */
async function bytes() {
    const packed = async (...files) => {
        const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(file), { level: 9 }).length));
        return sizes.reduce((sum, size) => sum + size, 0);
    };
    const ort = folders["/ort/"];
    const peerCode = {
        cpu: ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"],
        webgpu: ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"],
    };
    const ourCode = { cpu: "softcam_cpu", webgpu: "softcam_web" };
    const ourWeights = await packed(path.join(root, "web/models/efficientnet-lite0.safetensors"));
    for (const [device, files] of Object.entries(peerCode)) {
        const peer = await packed(...files.map((file) => path.join(ort, file)));
        const ourFiles = [".js", "_bg.wasm"].map((end) => path.join(root, "pkg", ourCode[device] + end));
        const ours = await packed(...ourFiles);
        const common = { host: "any", adapter: "", device };
        record({ ...common, precision: "", metric: "wasm + JS, gzip bytes", ours, peer });
        const peerWeights = await packed(path.join(options.onnx, "lite0-int8.onnx"));
        record({
            ...common,
            precision: "int8",
            metric: "wasm + JS + weights, gzip bytes",
            ours: ours + ourWeights,
            peer: peer + peerWeights,
        });
    }
}

/** What WebGPU runs on in this browser. */
async function adapterName(browser, url) {
    const page = await browser.newPage();
    await page.goto(`${url}/bench/index.html`);
    const { name, software } = await page.evaluate(async () => {
        const adapter = await navigator["gpu"]?.requestAdapter();
        const { vendor, architecture, description, isFallbackAdapter } = adapter?.info ?? {};
        const name = description || [vendor, architecture].filter(Boolean).join(" ");
        return { name, software: isFallbackAdapter || /swiftshader|llvmpipe/i.test(name) };
    });
    await page.close();
    return software ? `${name} (software, no GPU)` : name;
}

const server = await serve(folders);
const browser = await startBrowser();
try {
    const adapter = await adapterName(browser, server.url);
    const [cpu] = os.cpus();
    const machine = { cpu: cpu.model, cores: os.cpus().length, adapter, browser: browser.version(), date: new Date().toISOString() };
    console.log(`${machine.cpu}, ${machine.cores} cores; Chromium ${machine.browser}; WebGPU on ${adapter || "nothing"}`);

    await bytes();
    const runs = Number(options.runs);
    const emulated = Number(options["emulated-runs"]);
    for (const precision of ["float", "int8"]) {
        await warm(browser, server.url, { device: "cpu", precision, runs, adapter: "" });
    }
    if (adapter) {
        await warm(browser, server.url, { device: "webgpu", precision: "float", runs: emulated, adapter });
    }
    await cold(server.url, { device: "cpu", precision: "int8", times: 5, adapter: "" });
    if (adapter) {
        await cold(server.url, { device: "webgpu", precision: "int8", times: 1, adapter });
    }
    const file = path.join(root, "tests/bench/results", `${options.name}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ machine, rows }, null, 1)}\n`);
    console.log(path.relative(root, file));
} finally {
    await browser.close();
    server.stop();
}
