/**
 * This project's wasm beside others: the same network, the same weights, the same process, run in turns.
 *
 *     cargo xtask bench [-- OPTIONS]          options.mjs has them all
 *
 * Checks that the outputs agree before it times anything. Ratios are ours / peer: below 1, we are ahead. Results go to
 * tests/bench/results/MACHINE.json as rows {metric, host, adapter, device, network, precision, ours, peer, peer_name,
 * ratio} and more, and as a page to MACHINE.html beside it.
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root } from "../browser/harness.mjs";
import { STATES, cold } from "./cold.mjs";
import { deviceName } from "./hosts/adapter.mjs";
import { openChromium } from "./hosts/chromium.mjs";
import { openNode } from "./hosts/node.mjs";
import { prepare } from "./litert/files.mjs";
import { peakOfChildren } from "./memory.mjs";
import { describe } from "./model-file.mjs";
import { NETWORKS } from "./networks.mjs";
import { HELP, OptionError, readOptions } from "./options.mjs";
import { PEERS, nameOf, peersOf } from "./peers.mjs";
import { writePicture } from "./pictures.mjs";
import { topics, topicsOfMemory } from "./plan.mjs";
import { report } from "./report/report.mjs";
import { Results } from "./results.mjs";
import { ceilings } from "./roofline/ceilings.mjs";
import { figuresOf } from "./roofline/counts.mjs";
import { rowsOf } from "./rows.mjs";
import { serve } from "./server.mjs";
import { sizes } from "./sizes.mjs";
import { median, quartiles } from "./statistics.mjs";
import { sweep } from "./sweep-rows.mjs";

/** Says what is wrong and ends. @returns {never} */
function refuse(message) {
    console.error(message);
    process.exit(1);
}

const options = optionsOrRefuse();
if (options.help) {
    console.log(HELP);
    process.exit();
}
const { parts, networks, peers, variants } = options;

function optionsOrRefuse() {
    try {
        return readOptions(process.argv.slice(2));
    } catch (error) {
        if (!(error instanceof OptionError)) {
            throw error;
        }
        return refuse(`${error.message}\n${HELP}`);
    }
}

const NO_ADAPTER = `No host has a WebGPU adapter. In Node that takes npm's package webgpu (tests/package.json) and a Vulkan driver
whose loader is found (libvulkan.so.1; VK_ICD_FILENAMES names a driver); in Chromium, a GPU that it is willing to use.`;
const EMULATION = `ATTENTION: every WebGPU adapter here emulates a GPU on the CPU. What follows says nothing about any GPU.`;
/** Of which the best is what a machine can do. */
const ROUNDS = 50;
/** Enough for the browser's compiler to have replaced its first, quick code: it does so where it sees fit. */
const WARM_UPS = 10;
/** Answers that are asked for at once, and the size up to which they are: of larger pictures one fills a GPU. */
const [BATCH, LARGEST_BATCHED] = [16, 512];
/** Of each side in each state of the browser. */
const PAGE_VISITS = 9;
/** @type {import("./plan.mjs").Topic} */
const SHIPPED_TOPIC = { network: "efficientnet-lite0", size: 224, precision: "int8" };
const models = path.join(root, "target/bench");
const folders = {
    // As `cargo xtask serve` serves it: modules without their comments.
    "/web/": [path.join(root, "target/page/web"), path.join(root, "web")],
    "/pkg/": path.join(root, "pkg"),
    "/ort/": path.join(root, PEERS.onnxruntime.folder, "dist"),
    "/litert/": path.dirname(path.join(root, PEERS.litert.folder)),
    "/models/": models,
    "/bench/": path.join(root, "tests/bench"),
    "/index.html": path.join(root, "index.html"),
};

/** @type {Map<string, ReturnType<typeof describe>>} */
const descriptions = new Map();
for (const network of Object.keys(NETWORKS)) {
    descriptions.set(network, describe(await readFile(path.join(models, `${network}-int8.safetensors`))));
}

/**
 * @param {import("./plan.mjs").Topic} topic
 * @param {Partial<import("./plan.mjs").Case>} rest
 * @returns {Promise<import("./plan.mjs").Case>}
 */
async function ask({ network, size, precision }, rest) {
    await writePicture(path.join(models, "pictures"), size);
    const { mean, std } = /** @type {ReturnType<typeof describe>} */ (descriptions.get(network));
    return /** @type {import("./plan.mjs").Case} */ ({
        network,
        size,
        precision,
        model: `/models/${network}-${precision === "float" ? "float" : "int8"}.safetensors`,
        onnx: `/models/${network}-${precision}.onnx`,
        tflite: `/models/${network}-${precision}-${size}.tflite`,
        picture: { bitmap: `/models/pictures/${size}.bmp`, pixels: `/models/pictures/${size}.rgb` },
        mean,
        std,
        sides: ["ours", "peer"],
        variant: "",
        threads: 1,
        plain: options.plain,
        batch: 1,
        budget: 1000 * options.budget,
        ...rest,
    });
}

/** What every row about a case has in common. */
function about(host, device, { network, size, precision }, threads = 1) {
    const how = [threads > 1 && `${threads} threads`, device === "cpu" && options.plain && "no relaxed SIMD"];
    return {
        host: host.name,
        adapter: device === "webgpu" ? host.adapter.name : "",
        device: [deviceName(device, host.adapter), ...how].filter(Boolean).join(", "),
        network: `${network}@${size}`,
        precision,
        size,
        parameters: descriptions.get(network)?.parameters,
    };
}

/** Times of all sides, in turns. */
async function time(host, device, topic, variant, threads) {
    const emulated = device === "webgpu" && host.emulated;
    const runs = options.runs ?? (emulated ? 2 : options.quick ? 5 : 30);
    const beside = peersOf(peers, { host: host.name, precision: topic.precision });
    if (beside.length === 0) {
        return;
    }
    const others = beside.map(({ side }) => side);
    // The threads of onnxruntime-web turn in circles for a while after a run, and would take a core from a third side's.
    const groups = threads > 1 ? [...others, /** @type {const} */ ("alone")].map((side) => [side]) : [others];
    const names = Object.fromEntries(await Promise.all(beside.map(async (peer) => [peer.side, await nameOf(peer)])));
    const common = { ...about(host, device, topic, threads), ...(variant && { variant }) };
    for (const [index, group] of groups.entries()) {
        const batch = index === 0 && threads === 1 && !emulated && topic.size <= LARGEST_BATCHED ? BATCH : 1;
        const sides = /** @type {import("./plan.mjs").Case["sides"]} */ (["ours", ...group]);
        const outcome = await host.measure(await ask(topic, { device, variant, threads, sides, batch, runs, warmUps: emulated ? 0 : WARM_UPS }));
        const named = Object.fromEntries(Object.entries(names).filter(([side]) => group.includes(/** @type {any} */ (side))));
        rowsOf(outcome, named, options.budget).forEach((row) => results.record({ ...common, ...row }));
    }
}

/** Peak memory of onnxruntime-web and ours, each alone, above that of a process with neither. */
async function weigh(host, device, topic) {
    const peaks = {};
    for (const [who, sides] of Object.entries({ empty: [], ours: ["ours"], peer: ["peer"] })) {
        const emulated = device === "webgpu" && host.emulated;
        const question = await ask(topic, { device, sides, runs: sides.length * (emulated ? 0 : 3), warmUps: 0 });
        await host.measure(question, async () => (peaks[who] = await peakOfChildren()));
    }
    if (peaks.empty !== undefined) {
        const [ours, peer] = [peaks.ours - peaks.empty, peaks.peer - peaks.empty];
        results.record({ ...about(host, device, topic), metric: "peak memory, MB", ours, peer });
    }
}

/** The page against the least page that does the same. */
async function openPages(host, device) {
    const emulated = device === "webgpu" && host.emulated;
    const times = emulated || options.quick ? 1 : PAGE_VISITS;
    const states = Object.keys(STATES);
    const devices = { ours: device, peer: device };
    const taken = await cold(server, { devices, emulated: host.emulated, times, states });
    const common = about(host, device, SHIPPED_TOPIC);
    for (const state of states) {
        const { ours, peer } = taken[state];
        results.record({
            ...common,
            metric: `navigation to first overlay in a browser ${state}, median ms`,
            ours: median(ours.milliseconds),
            peer: median(peer.milliseconds),
            ours_spread: quartiles(ours.milliseconds),
            peer_spread: quartiles(peer.milliseconds),
            runs: times,
        });
    }
    const { ours, peer } = taken[states[0]];
    results.record({ ...common, metric: "bytes to the first picture, gzip", ours: ours.bytes, peer: peer.bytes });
}

/**
 * What a visitor of the page gets who chooses no device, against the peer on WebGPU: its first picture comes from the CPU,
 * whatever takes over later. Bytes alone: on an emulated GPU the peer's time means nothing.
 */
async function openAsItComes(host) {
    const question = { devices: { ours: "auto", peer: "webgpu" }, emulated: host.emulated, times: 1, states: ["at rest"] };
    const { ours, peer } = (await cold(server, question))["at rest"];
    const metric = "bytes to the first picture, gzip";
    results.record({ ...about(host, "webgpu", SHIPPED_TOPIC), device: "auto", metric, ours: ours.bytes, peer: peer.bytes });
}

const server = await serve(folders);
/** @type {import("./hosts/host.mjs").Host[]} */
const hosts = [];
for (const name of options.hosts) {
    try {
        hosts.push(name === "node" ? await openNode(folders) : await openChromium(server.url));
    } catch (error) {
        // A machine may have a GPU and no browser.
        console.error(`${name} cannot be used here: ${error.message.split("\n")[0]}`);
    }
}
if (hosts.length === 0) {
    refuse("There is nothing to run in.");
}
const [cpu] = os.cpus();
const folder = path.join(root, "tests/bench/results");
await mkdir(folder, { recursive: true });
const file = path.join(folder, `${options.name}.json`);
const results = new Results(await nameOf(PEERS.onnxruntime), {
    cpu: cpu.model.trim(),
    cores: os.cpus().length,
    hosts: Object.fromEntries(hosts.map(({ name, version, adapter }) => [name, { version, adapter }])),
});
try {
    results.goOnFrom(await readFile(file, "utf8").then(JSON.parse, () => null));
} catch (error) {
    refuse(`${file}: ${error.message}`);
}
console.log(`${results.machine.cpu}, ${results.machine.cores} cores`);
for (const { version, adapter } of hosts) {
    const device = adapter ? adapter.name + (adapter.software ? " (software, no GPU)" : "") : "nothing";
    console.log(`${version}; WebGPU on ${device}`);
}
if (options.devicesAsked && options.devices.includes("webgpu")) {
    if (!hosts.some(({ adapter }) => adapter)) {
        refuse(NO_ADAPTER);
    }
    if (hosts.every(({ emulated }) => emulated)) {
        console.warn(EMULATION);
    }
}

/** After every step, so that a run that is broken off leaves what it had. */
async function save() {
    if (results.fresh === 0) {
        return;
    }
    const document = results.document();
    await writeFile(file, `${JSON.stringify(document, null, 1)}\n`);
    await writeFile(path.join(folder, `${options.name}.html`), report(options.name, document));
}

/** A network that one side cannot run is no reason to measure nothing else. */
let failures = 0;
async function attempt(what, action) {
    try {
        await action();
    } catch (error) {
        failures += 1;
        console.error(`FAILED: ${what}: ${error.message}`);
    }
    await save();
}

const plan = hosts.flatMap((host) => {
    const there = options.devices.filter((device) => device === "cpu" || host.adapter);
    return there.map((device) => {
        const choice = { device, emulated: host.emulated, quick: options.quick, everything: options.emulated };
        return { host, device, chosen: topics({ ...choice, networks, sizes: options.sizes }) };
    });
});
if (peers.includes("litert") && parts.includes("networks")) {
    const beside = ({ host, chosen }) => chosen.filter(({ precision }) => peersOf(["litert"], { host: host.name, precision }).length);
    await prepare(models, plan.flatMap(beside)).catch((error) => refuse(error.message));
}
if (parts.includes("bytes")) {
    const chosen = networks.length ? networks : Object.keys(NETWORKS);
    const names = Object.fromEntries(await Promise.all(peers.map(async (word) => [PEERS[word].side, await nameOf(PEERS[word])])));
    (await sizes(server.locate, chosen, names)).forEach((row) => results.record(row));
}
for (const { host, device, chosen } of plan) {
    for (const topic of parts.includes("networks") ? chosen : []) {
        for (const variant of device === "webgpu" && variants.length ? variants : [""]) {
            for (const threads of device === "cpu" && host.name === "chromium" ? options.threads : [1]) {
                const name = `${host.name}, ${device}, ${topic.network}@${topic.size} ${topic.precision} ${variant} ${threads}`;
                await attempt(name, () => time(host, device, topic, variant, threads));
            }
        }
    }
    if (!peers.includes("onnxruntime")) {
        continue;
    }
    for (const topic of parts.includes("memory") ? topicsOfMemory(chosen) : []) {
        await attempt(`${host.name}, ${device}, memory of ${topic.network}@${topic.size}`, () => weigh(host, device, topic));
    }
    if (parts.includes("page") && host.name === "chromium") {
        await attempt(`${host.name}, ${device}, the page`, () => openPages(host, device));
        if (device === "webgpu") {
            await attempt(`${host.name}, the page as it comes`, () => openAsItComes(host));
        }
    }
}
const onCpu = options.devices.includes("cpu");
if (onCpu && (parts.includes("networks") || parts.includes("roofline"))) {
    const choice = { device: /** @type {const} */ ("cpu"), emulated: false, quick: options.quick, everything: false };
    (await figuresOf(topics({ ...choice, networks, sizes: options.sizes }))).forEach((figure) => results.state(figure));
}
if (onCpu && parts.includes("roofline")) {
    for (const host of hosts) {
        for (const threads of options.threads) {
            await attempt(`${host.name}, what the machine can do with ${threads} threads`, async () => {
                (await ceilings(host, threads, options.quick ? 10 : ROUNDS)).forEach((figure) => results.state(figure));
            });
        }
    }
}
if (onCpu && parts.includes("sweep") && hosts.some(({ name }) => name === "node")) {
    const models = options.quick && !networks.length ? [SHIPPED_TOPIC.network] : networks;
    await attempt("the sweep", async () => (await sweep(models)).forEach((row) => results.record(row)));
}
await save();
server.stop();
if (results.fresh === 0 && failures === 0) {
    refuse("Nothing was measured: no case of the plan (tests/bench/plan.mjs) has that host, device, network and size.");
}
console.log(`tests/bench/results/${options.name}.json and .html`);
process.exit(failures ? 1 : 0);
