/**
 * What an explanation needs whoever computes it, by counting: multiplications, and bytes that go through memory where layer
 * after layer is computed. They stand for time and energy where neither can be measured.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../../browser/harness.mjs";
import { NEEDS } from "../figures.mjs";
import { CLASSES, NETWORKS } from "../networks.mjs";

/** The model that ships, which has weights of its own and so no listing among the networks. */
const SHIPPED = { listing: "timm-tf_efficientnet_lite0", classes: 1000 };
const FLOAT = 4;
/** By stage: of an EfficientNet-Lite's first block in it, of a ResNet's. What a listing of weights cannot tell. */
const LITE_STRIDES = [1, 2, 2, 2, 1, 2, 1];
const RESNET_STRIDES = [1, 2, 2, 2];

/**
 * @typedef {object} Counts
 * @property {number} multiplications With their additions, by the definition of a convolution: Winograd's form needs fewer.
 * @property {number} bytes Weights once, and of each layer the input and the output once, a residual's other summand included,
 *     all of them floats. Who keeps in the cache what goes from layer to layer needs fewer from memory.
 * @property {number} weights Their number, without biases.
 */

/**
 * Of all networks and sizes, each once.
 * @param {{network: string, size: number}[]} topics
 * @returns {Promise<import("../figures.mjs").Figure[]>}
 */
export async function figuresOf(topics) {
    const cases = new Map(topics.map(({ network, size }) => [`${network}@${size}`, { network, size }]));
    const all = Array.from(cases, async ([name, { network, size }]) => {
        const { multiplications, bytes } = await countsOf(network, size);
        const needs = { multiplications: multiplications / 1e6, bytes: bytes / 1e6, intensity: multiplications / bytes };
        return Object.entries(needs).map(([need, value]) => ({ figure: NEEDS[need], host: "any", device: "any", network: name, value }));
    });
    return (await Promise.all(all)).flat();
}

/**
 * Of a network of networks.mjs.
 * @param {string} network
 * @param {number} size Of the input.
 */
export async function countsOf(network, size) {
    const { listing = SHIPPED.listing } = NETWORKS[network];
    const listings = JSON.parse(await readFile(path.join(root, "tests/parity/torch-modules.json"), "utf8"));
    return count(listings[listing], NETWORKS[network].listing ? CLASSES : SHIPPED.classes, size);
}

/**
 * @param {Record<string, string>} modules As in tests/parity/torch-modules.json.
 * @param {number} classes Instead of the listing's.
 * @param {number} size
 * @returns {Counts}
 */
export function count(modules, classes, size) {
    const sum = { multiplications: 0, bytes: 0, weights: 0 };
    let [at, kept, block] = [{ channels: 3, side: size }, { channels: 3, side: size }, ""];
    for (const { name, outputs, inputs, kernel } of convolutions(modules, classes)) {
        const here = name.match(/^(?:layer|blocks\.)\d+\.\d+/)?.[0] ?? name;
        [kept, block] = here === block ? [kept, block] : [at, here];
        const shortcut = name.includes("downsample");
        const from = shortcut ? kept : at;
        const channels = name.endsWith("conv_dw") ? from.channels / outputs : from.channels;
        if (channels !== inputs) {
            throw new Error(`${name} has weights for ${inputs} channels, and gets ${channels}`);
        }
        // Both ways of padding give as many cells.
        const to = { channels: outputs, side: Math.ceil(from.side / strideOf(name, modules)) };
        const weights = outputs * inputs * kernel ** 2;
        sum.multiplications += weights * to.side ** 2;
        sum.weights += weights;
        sum.bytes += FLOAT * (values(from) + weights + values(to) + (isSum(name, modules, kept, to) ? values(to) : 0));
        at = to;
        if (name === "conv1") {
            at = { channels: outputs, side: Math.ceil(to.side / 2) };
            sum.bytes += FLOAT * (values(to) + values(at));
        }
    }
    return sum;
}

const values = ({ channels, side }) => channels * side ** 2;

/** All layers with weights but normalisations, which are folded into them. */
function convolutions(modules, classes) {
    const layers = Object.entries(modules).filter(([, text]) => !text.startsWith("norm"));
    return layers.map(([name, text]) => {
        const [outputs, inputs, kernel = 1] = text.split(" ")[0].split("x").map(Number);
        return { name, outputs: /^(fc|classifier)$/.test(name) ? classes : outputs, inputs, kernel };
    });
}

/** @param {string} name @param {Record<string, string>} modules */
function strideOf(name, modules) {
    if (/^conv(1|_stem)$/.test(name)) {
        return 2;
    }
    const lite = name.match(/^blocks\.(\d+)\.0\.conv_dw$/);
    if (lite) {
        return LITE_STRIDES[Number(lite[1])];
    }
    // The block's first 3x3 convolution moves, and what goes around it.
    const [, stage, part] = name.match(/^layer(\d+)\.0\.(\w+)/) ?? [];
    const isMoving = part === "downsample" || part === (modules[`layer${stage}.0.conv3`] ? "conv2" : "conv1");
    return isMoving ? RESNET_STRIDES[Number(stage) - 1] : 1;
}

/** Whether the block's input, or what its shortcut makes of it, is added to what this layer gives. */
function isSum(name, modules, kept, to) {
    if (name.endsWith("conv_pwl")) {
        return kept.channels === to.channels && kept.side === to.side;
    }
    const [, block, number] = name.match(/^(layer\d+\.\d+)\.conv(\d)$/) ?? [];
    return block !== undefined && !modules[`${block}.conv${Number(number) + 1}`];
}
