/**
 * The methods in groups, and what can be chosen of each. Pure functions.
 *
 * @module
 */

/** @typedef {import("../../engine/protocol.js").MethodOptions} MethodOptions */

/**
 * Something of a method that can be chosen: numbers, or words.
 * @typedef {object} Setting
 * @property {readonly (number | string)[]} values
 * @property {number | string} usual What the tool begins with.
 */

/** In the order in which they are offered. @type {readonly {name: string, methods: readonly string[]}[]} */
export const GROUPS = [
    { name: "layer", methods: ["grad-cam", "grad-cam-clipped", "grad-cam-plus-plus", "layer-cam", "hires-cam"] },
    { name: "pixels", methods: ["guided-backprop", "integrated-gradients", "smooth-grad"] },
    { name: "asking", methods: ["score-cam", "ablation-cam", "occlusion", "rise"] },
    { name: "controls", methods: ["random", "edges"] },
];

/** Noise is in hundredths of the picture's range. @type {Record<string, Setting>} */
const SETTINGS = {
    steps: { values: [10, 25, 50, 100, 200], usual: 50 },
    baseline: { values: ["mean", "black", "blur"], usual: "mean" },
    samples: { values: [10, 25, 50, 100], usual: 50 },
    noise: { values: [5, 10, 15, 20, 30], usual: 15 },
    // The paper's 4000 and 8000 take minutes on one core.
    masks: { values: [250, 500, 1000, 2000, 4000, 8000], usual: 500 },
};

/** @type {Record<string, readonly string[]>} */
const OF = {
    "integrated-gradients": ["steps", "baseline"],
    "smooth-grad": ["samples", "noise"],
    rise: ["masks"],
};

/** Those that look behind a block of the network: the last, unless another is chosen. */
const AT_A_LAYER = ["grad-cam", "grad-cam-clipped", "grad-cam-plus-plus", "layer-cam", "hires-cam", "score-cam", "ablation-cam"];

/** @param {string} method */
export function hasLayers(method) {
    return AT_A_LAYER.includes(method);
}

/**
 * Whether each value is what its cell adds to the logit but for the bias: of a network that ends in averaging, signed
 * Grad-CAM and HiResCAM are that behind the last layer.
 * @param {string} method
 * @param {string} options As the state has them.
 */
export function addsToLogit(method, options) {
    return ["grad-cam", "hires-cam"].includes(method) && chosenFrom(method, options).layer === undefined;
}

/**
 * What can be chosen of a method, besides the layer.
 * @param {string} method
 * @returns {[string, Setting][]}
 */
export function settingsOf(method) {
    return (OF[method] ?? []).map((name) => [name, SETTINGS[name]]);
}

/**
 * What is chosen, from the text in the state: `steps-50-baseline-blur`. What is not known is as usual.
 * @param {string} method
 * @param {string} text
 * @returns {Record<string, number | string>} `layer` only where one is chosen.
 */
export function chosenFrom(method, text) {
    const parts = text.split("-");
    /** @type {Map<string, string>} */
    const given = new Map();
    for (let i = 0; i + 1 < parts.length; i += 2) {
        given.set(parts[i], parts[i + 1]);
    }
    /** @type {Record<string, number | string>} */
    const chosen = {};
    for (const [name, { values, usual }] of settingsOf(method)) {
        chosen[name] = values.find((value) => String(value) === given.get(name)) ?? usual;
    }
    const layer = Number(given.get("layer"));
    if (hasLayers(method) && Number.isInteger(layer) && layer > 0 && layer < 1000) {
        chosen.layer = layer;
    }
    return chosen;
}

/** As the state has it. @param {Record<string, number | string>} chosen */
export function toText(chosen) {
    return Object.entries(chosen)
        .map(([name, value]) => `${name}-${value}`)
        .join("-");
}

/** As the tool begins with a method. @param {string} method */
export function usual(method) {
    return toText(chosenFrom(method, ""));
}

/**
 * As the worker takes it.
 * @param {string} method
 * @param {string} text
 * @returns {MethodOptions}
 */
export function optionsFrom(method, text) {
    const { noise, ...chosen } = chosenFrom(method, text);
    return /** @type {MethodOptions} */ (noise === undefined ? chosen : { ...chosen, noise: Number(noise) / 100 });
}

/**
 * Blocks of a network to choose from: the last, and some before it, evenly.
 * @param {number} blocks
 * @param {number | undefined} chosen Always among them.
 * @returns {number[]} The last first.
 */
export function layersOf(blocks, chosen) {
    const few = Array.from({ length: 5 }, (_, part) => Math.round((blocks * (5 - part)) / 5));
    const all = [...few, ...(chosen === undefined ? [] : [chosen])].filter((block) => block >= 1 && block <= blocks);
    return [...new Set(all)].sort((a, b) => b - a);
}
