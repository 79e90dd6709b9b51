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

/** Every method that the tool offers. */
export const OFFERED = GROUPS.flatMap(({ methods }) => methods);

/** Noise is in hundredths of the picture's range. @type {Record<string, Setting>} */
const SETTINGS = {
    steps: { values: [10, 25, 50, 100, 200], usual: 50 },
    baseline: { values: ["mean", "black", "blur"], usual: "mean" },
    samples: { values: [10, 25, 50, 100], usual: 50 },
    noise: { values: [5, 10, 15, 20, 30], usual: 15 },
    // The paper's 4000 and 8000 take minutes on one core.
    masks: { values: [250, 500, 1000, 2000, 4000, 8000], usual: 500 },
    // Side of the covered square: a share of the input's, or a cell of the evidence.
    patch: { values: [4, 7, 14, "cell"], usual: 7 },
    stride: { values: ["half", "whole"], usual: "half" },
};

/** @type {Record<string, readonly string[]>} */
const OF = {
    "integrated-gradients": ["steps", "baseline"],
    "smooth-grad": ["samples", "noise"],
    occlusion: ["baseline", "patch", "stride"],
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
    return ["grad-cam", "hires-cam"].includes(method) && behindTheLast(method, options);
}

/**
 * Whether a value is on the scale of what a cell adds to the logit, so that it is drawn like the evidence of that cell: those
 * that add up, and Grad-CAM with what speaks against the class cut off.
 * @param {string} method
 * @param {string} options As the state has them.
 */
export function scaledLikeEvidence(method, options) {
    return addsToLogit(method, options) || (method === "grad-cam-clipped" && behindTheLast(method, options));
}

/** @param {string} method @param {string} options */
function behindTheLast(method, options) {
    return chosenFrom(method, options).layer === undefined;
}

/**
 * What the values are counted in: those that are parts of the logit or falls of it, and all others.
 * @param {string} method
 * @param {string} options As the state has them.
 * @returns {"logit" | "none"}
 */
export function unitOf(method, options) {
    return scaledLikeEvidence(method, options) || method === "integrated-gradients" || method === "occlusion" ? "logit" : "none";
}

/** Methods without values below 0, of one class; see `Method::signed` of the attribution crate. */
const UNSIGNED = ["grad-cam-clipped", "grad-cam-plus-plus", "layer-cam", "score-cam", "ablation-cam", "rise"];

/**
 * How the colours of a method's map are to be read: for and against, as more and less important, or as nothing about the network.
 * @param {string} method
 * @param {import("../../evidence/classes.js").Choice} choice
 * @returns {import("../../engine/protocol.js").Reading}
 */
export function readingOf(method, { against }) {
    if (method === "random" || method === "edges") {
        return method;
    }
    // Of two classes, RISE weighs its masks by a difference of logits.
    return UNSIGNED.includes(method) && !(method === "rise" && against !== null) ? "important" : "signed";
}

/** Runs of the network before the first pass: of what the passes are held against. @type {Record<string, number>} */
const BEFORE = { "integrated-gradients": 2, "score-cam": 1, "ablation-cam": 1, occlusion: 1 };
const WITHOUT_BACK = ["score-cam", "ablation-cam", "occlusion", "rise"];

/**
 * Runs of the network that go before a method's first pass.
 * @param {string} method
 */
export function runsBefore(method) {
    return BEFORE[method] ?? 0;
}

/**
 * Runs of the network, as the command line counts them, of a method that makes so many passes.
 * @param {string} method
 * @param {number} passes
 * @returns {{forward: number, backward: number}}
 */
export function runsOf(method, passes) {
    if (method === "random" || method === "edges") {
        return { forward: 0, backward: 0 };
    }
    return { forward: passes + runsBefore(method), backward: WITHOUT_BACK.includes(method) ? 0 : passes };
}

/** Runs, forwards and back together, above which a method begins only when it is told to. */
const MANY = 50;

/** Whether a method takes so long that it has to be started. @param {{forward: number, backward: number}} runs */
export function isDear({ forward, backward }) {
    return forward + backward > MANY;
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
 * @param {{size: number, columns: number}} input Side of the network's input in pixels, and cells of the evidence along it.
 * @returns {MethodOptions}
 */
export function optionsFrom(method, text, { size, columns }) {
    const { noise, patch, stride, ...chosen } = chosenFrom(method, text);
    /** @type {Record<string, number | string>} */
    const options = chosen;
    if (noise !== undefined) {
        options.noise = Number(noise) / 100;
    }
    if (patch !== undefined && (patch !== SETTINGS.patch.usual || stride !== SETTINGS.stride.usual)) {
        // Rounded up, as the method itself does where nothing is said.
        options.patch = Math.ceil(size / (patch === "cell" ? columns : Number(patch)));
        options.stride = stride === "whole" ? options.patch : Math.ceil(options.patch / 2);
    }
    return /** @type {MethodOptions} */ (options);
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
