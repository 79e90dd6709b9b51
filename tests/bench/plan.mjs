/** What is measured where. */

import { NETWORKS } from "./networks.mjs";

/**
 * @typedef {object} Case One network at one size on one device, in a process of its own.
 * @property {"cpu" | "webgpu"} device
 * @property {string} network
 * @property {number} size Side of the input in pixels.
 * @property {"float" | "int8" | "int8-static"} precision Of the peer's file. Ours has int8 weights for both of the latter.
 * @property {string} variant Of our kernels; empty for those that ship.
 * @property {number} threads Of each side.
 * @property {boolean} plain Whether ours does without relaxed SIMD on the CPU, as in browsers that have none.
 * @property {("ours" | "peer" | "litert" | "alone")[]} sides `peer` is onnxruntime-web; `alone` is ours on one thread, beside several.
 * @property {number} batch Answers without maps that are asked for at once, beside as many one by one; 1 for none.
 * @property {number} runs At most.
 * @property {number} warmUps After the first run.
 * @property {number} budget Milliseconds after which no further turn begins.
 * @property {string} model Where ours is.
 * @property {string} onnx Where onnxruntime-web's is.
 * @property {string} tflite Where LiteRT.js' is.
 * @property {{bitmap: string, pixels: string}} picture The same picture for each side.
 * @property {number[]} mean
 * @property {number[]} std
 */

/** @typedef {Pick<Case, "network" | "size" | "precision">} Topic */

const PRECISIONS = /** @type {const} */ (["float", "int8", "int8-static"]);
const CURVE = "efficientnet-lite0";
const CURVE_SIZES = [224, 320, 512, 768, 1024];

/** @type {[string, number[]][]} */
const LARGE = [
    ["resnet18", [1024]],
    ["efficientnet-lite4", [512, 1024]],
    ["resnet50", [1024]],
];

/** @type {Topic[]} */
const BOTH_SIZES = ["efficientnet-lite0", "resnet18", "resnet50"].flatMap((network) =>
    [224, 512].flatMap((size) => PRECISIONS.map((precision) => ({ network, size, precision }))),
);

/** @type {Topic[]} */
const FULL = [
    ...BOTH_SIZES,
    ...PRECISIONS.map((precision) => ({ network: "efficientnet-lite4", size: 224, precision })),
    // What large inputs cost is asked of one precision.
    ...LARGE.flatMap(([network, sizes]) => sizes.map((size) => ({ network, size, precision: /** @type {const} */ ("float") }))),
    ...CURVE_SIZES.map((size) => ({ network: CURVE, size, precision: /** @type {const} */ ("float") })),
].filter((topic, at, all) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(topic)) === at);

/** A minute or so per host. */
const QUICK = FULL.filter(
    ({ network, size, precision }) => size === 224 && /^(efficientnet-lite0|resnet18)$/.test(network) && precision !== "int8-static",
);

/** On an emulated GPU a run takes seconds, and says nothing about a GPU: enough to see that it works. */
const EMULATED = QUICK.filter(({ precision }) => precision === "float");

/**
 * @param {object} choice
 * @param {"cpu" | "webgpu"} choice.device
 * @param {boolean} choice.emulated
 * @param {boolean} choice.quick
 * @param {boolean} choice.everything Whether an emulated GPU gets the full plan.
 * @param {string[]} choice.networks Only these; all where empty.
 * @param {number[]} choice.sizes Likewise.
 * @returns {Topic[]}
 */
export function topics({ device, emulated, quick, everything, networks, sizes }) {
    const asked = ({ network, size }) =>
        (!networks.length || networks.includes(network)) && (!sizes.length || sizes.includes(size));
    if (device === "cpu") {
        return (quick ? QUICK : FULL).filter(asked);
    }
    if (!emulated || everything) {
        return (quick ? QUICK : FULL).filter(onWebGpu).filter(asked);
    }
    // What is asked for by name is not held back because an adapter is emulated; what is not, is.
    const named = FULL.filter(({ network, size, precision }) => {
        return precision === "float" && networks.includes(network) && (size === 224 || sizes.includes(size));
    });
    return (networks.length ? named : EMULATED).filter(asked);
}

/** onnxruntime's WebGPU side has no int8 arithmetic: there, the quantized graph is the float one with detours. */
function onWebGpu({ precision }) {
    return precision !== "int8-static";
}

/**
 * Where peak memory is measured: for the least and for the greatest of what is timed, in the precision that ships.
 * @param {Topic[]} chosen
 * @returns {Topic[]}
 */
export function topicsOfMemory(chosen) {
    const int8 = chosen.filter(({ precision }) => precision === "int8");
    const order = Object.keys(NETWORKS);
    const weight = ({ network, size }) => size * 100 + order.indexOf(network);
    const sorted = (int8.length ? int8 : chosen).toSorted((a, b) => weight(a) - weight(b));
    return [...new Set([sorted.at(0), sorted.at(-1)])].filter((topic) => topic !== undefined);
}

/**
 * The ratio that is aimed at. Without a goal of its own, a figure is to be neither slower nor larger than the peer's; an
 * emulated GPU rewards what a real one punishes, so there no more is asked.
 * @param {{metric: string, device: string, peer_name: string}} row
 */
export function goalOf({ metric, device, peer_name }) {
    if (metric.includes("against one thread")) {
        return 0.6;
    }
    if (metric.startsWith("warm run") && peer_name.startsWith("LiteRT.js")) {
        return device.includes("software") ? 1 : 0.8;
    }
    if (metric.startsWith("warm run") && device.includes("threads")) {
        return 0.55;
    }
    if (metric.startsWith("warm run")) {
        return { cpu: 0.8, webgpu: 0.7 }[device.split(",")[0]] ?? 1;
    }
    if (metric.startsWith("navigation")) {
        return device.includes("software") ? 1 : 0.6;
    }
    if (metric.startsWith("sweep")) {
        return 0.6;
    }
    if (metric === "wasm + JS + weights to the first picture, gzip bytes") {
        return 0.4;
    }
    return metric.startsWith("bytes to the first picture") && device !== "cpu" ? 0.4 : 1;
}

/** @param {string} network */
export const titleOf = (network) => NETWORKS[network]?.title ?? network;
