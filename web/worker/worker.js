/**
 * The worker: all of the wasm lives here. One message at a time; answers carry the id of their question.
 *
 * @module
 */

import { Progress, download, fetchCounted, unreachable } from "./download.js";
import { FailureError, toFailure } from "./failure.js";
import { chooseDevice, onCpu, watchDevices } from "./gpu.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").FromWorker} FromWorker */
/** @typedef {import("../protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("../protocol.js").Painted} Painted */
/** @typedef {import("../../pkg/softcam_web.js").Explanation} Explanation */
/** @typedef {import("../../pkg/softcam_web.js").Engine} Engine */
/** @typedef {typeof import("../../pkg/softcam_web.js")} Softcam */

/** Longest side of the photo as shown, in pixels. */
const VIEW = 1280;
const COLOUR_BAR = { width: 256, height: 1 };

/**
 * The wasm module: with WebGPU, or the far smaller one that has only the CPU.
 * @type {Softcam | null}
 */
let softcam = null;
/** @type {Engine | null} */
let engine = null;
/** @type {import("./gpu.js").Choice} */
let choice = onCpu("");
let models = "";
/**
 * The file of the model in use, for a worker that may take over, while one may. A file of the visitor's own is at hand
 * without this.
 * @type {Uint8Array<ArrayBuffer> | null}
 */
let weights = null;
let mayHandOver = false;
/** Bytes of the first model and of the code. */
const progress = new Progress((bytes, total) => send({ type: "loading", bytes, total }));
/** The code, once it was asked for. @type {ReturnType<typeof fetchCode> | null} */
let code = null;
/**
 * The last photo that was explained, with its explanation: replaced only by a run that succeeded.
 * @type {{id: number, explanation: Explanation, width: number, height: number} | null}
 */
let current = null;
/** @type {Set<number>} */
const cancelled = new Set();

/**
 * @param {FromWorker} message
 * @param {Transferable[]} [transfer]
 */
function send(message, transfer = []) {
    postMessage(message, { transfer });
}

watchDevices((message) => {
    const advice = "The engine is starting again on the CPU.";
    send({ type: "failed", id: null, failure: { fault: "device", message, advice }, fatal: true });
});

/** @param {Extract<ToWorker, {type: "prepare"}>} message */
function prepareCode({ assets, device }) {
    code = fetchCode(assets, device);
    // A failure is reported when the code is waited for.
    code.catch(() => {});
}

/**
 * @param {import("../protocol.js").Assets} assets
 * @param {import("../protocol.js").DevicePreference} preference
 * @returns {Promise<{softcam: Softcam, onWebGpu: Promise<Engine> | null}>}
 */
async function fetchCode(assets, preference) {
    const choosing = chooseDevice(preference, /** @type {any} */ (navigator));
    if (preference === "auto") {
        // The CPU answers at once; what a graphics adapter could do is for later.
        mayHandOver = true;
        void choosing.then(sendOutlook);
    } else {
        choice = await choosing;
    }
    const name = choice.kind === "webgpu" ? "softcam_web" : "softcam_cpu";
    const wasm = fetchCounted(new URL(`${name}_bg.wasm`, assets.wasm).href, progress);
    wasm.catch(() => {});
    const glue = new URL(`${name}.js`, assets.wasm).href;
    const softcam = /** @type {Softcam} */ (await import(glue).catch((error) => Promise.reject(unreachable(glue, error.message))));
    await softcam.default({ module_or_path: wasm });

    // The device sets itself up, kernels and all, while the weights are still on their way.
    const onWebGpu = choice.kind === "webgpu" ? softcam.Engine.onWebGpu() : null;
    // A failure is dealt with where the engine is waited for.
    onWebGpu?.catch(() => {});
    return { softcam, onWebGpu };
}

/** @param {Extract<ToWorker, {type: "start"}>} message */
async function start({ assets, model, device: preference }) {
    models = assets.models;
    const arriving = bytesOf(model, progress);
    // A failure is reported when the weights are waited for.
    arriving.catch(() => {});
    code ??= fetchCode(assets, preference);
    const fetched = await code;
    softcam = fetched.softcam;
    const bytes = await arriving;
    send({ type: "preparing", what: "Setting up the device" });
    const { card, device } = await prepare(softcam, fetched.onWebGpu, bytes);
    keep(model, bytes);
    const pixels = rgba(softcam.colourBar(COLOUR_BAR.width, COLOUR_BAR.height));
    send({ type: "ready", card, device, colourBar: { ...COLOUR_BAR, pixels } }, [pixels.buffer]);
}

/** @param {import("./gpu.js").Choice} outlook */
function sendOutlook(outlook) {
    if (outlook.kind === "cpu") {
        mayHandOver = false;
        weights = null;
    }
    send({ type: "outlook", outlook });
}

/**
 * @param {import("../protocol.js").ModelSource} model Now in use.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function keep(model, bytes) {
    weights = mayHandOver && !("blob" in model) ? bytes : null;
}

/** @param {Extract<ToWorker, {type: "handOver"}>} message */
function handOver({ id }) {
    if (!weights) {
        throw new FailureError({ fault: "request", message: "The model's file was not kept.", advice: "" });
    }
    send({ type: "handedOver", id, weights: new Blob([weights]) });
}

/**
 * @param {import("../protocol.js").ModelSource} model
 * @param {Progress} progress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function bytesOf(model, progress) {
    if ("blob" in model) {
        return read(model.blob);
    }
    return download(new URL(model.file, models).href, model, progress);
}

/**
 * @param {Blob} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function read(file) {
    const buffer = await file.arrayBuffer().catch((error) => {
        throw new FailureError({
            fault: "model",
            message: `The file could not be read (${error.message}).`,
            advice: "Check that it still exists and is not larger than this machine's memory.",
        });
    });
    return new Uint8Array(buffer);
}

/** @param {Extract<ToWorker, {type: "open"}>} message */
async function open({ id, file, description }) {
    if (!softcam) {
        throw new Error("open before ready");
    }
    const bytes = await read(file);
    const converted = await softcam.openModel(bytes, description ?? undefined, (layer, done, total) =>
        send({ type: "converting", layer, done, total }),
    );
    const { title, notes } = converted;
    const buffer = /** @type {ArrayBuffer} */ (converted.bytes().buffer);
    converted.free();
    send({ type: "opened", id, opened: { title, notes, bytes: buffer } }, [buffer]);
}

/** @param {Extract<ToWorker, {type: "load"}>} message */
async function load({ id, model }) {
    if (!engine) {
        throw new Error("load before ready");
    }
    const progress = new Progress((bytes, total) => send({ type: "loading", bytes, total }));
    const bytes = await bytesOf(model, progress);
    send({ type: "preparing", what: "Testing the model on its known answer" });
    const { card, test } = await engine.loadModel(bytes);
    if (!test.passed) {
        throw new FailureError(
            choice.kind === "cpu"
                ? {
                      fault: "model",
                      message: "The weights do not give the answer that was stored with them.",
                      advice: "The file is damaged; download it again, or convert the model again.",
                  }
                : {
                      fault: "device",
                      message: `This model does not come out right on this graphics adapter (${choice.name}).`,
                      advice: "Choose the CPU under Device, then open the model again.",
                  },
        );
    }
    current?.explanation.free();
    current = null;
    keep(model, bytes);
    send({ type: "loaded", id, loaded: report(choice, { card, test }) });
}

/**
 * Puts the model on the chosen device and checks that the device computes what it should; the CPU steps in otherwise.
 * @param {Softcam} softcam
 * @param {Promise<Engine> | null} onWebGpu Where that was chosen.
 * @param {Uint8Array} bytes
 * @returns {Promise<import("../protocol.js").Loaded>}
 */
async function prepare({ Engine }, onWebGpu, bytes) {
    let reason = choice.reason;
    if (onWebGpu) {
        try {
            const prepared = await prepareOn(await onWebGpu, bytes);
            if (prepared.test.passed) {
                return report(choice, prepared);
            }
            const percent = (100 * prepared.test.deviation).toPrecision(2);
            reason = `The graphics adapter (${choice.name}) failed the self-test: it was off by ${percent} %.`;
        } catch (error) {
            const { failure, fatal } = toFailure(error);
            if (fatal || failure.fault === "model") {
                throw error;
            }
            reason = failure.message;
        }
    }
    const prepared = await prepareOn(Engine.onCpu(), bytes);
    if (!prepared.test.passed) {
        throw {
            fault: "device",
            message: "This browser computes a wrong answer even on the CPU.",
            advice: "Update the browser or try another one; nothing is shown that could be wrong.",
        };
    }
    choice = onCpu(reason);
    return report(choice, prepared);
}

/**
 * @param {Engine} candidate
 * @param {Uint8Array} bytes
 */
async function prepareOn(candidate, bytes) {
    send({ type: "preparing", what: "Testing the device on a known answer" });
    const { card, test } = await candidate.loadModel(bytes);
    if (test.passed) {
        engine = candidate;
    }
    return { card, test };
}

/**
 * @param {import("./gpu.js").Choice} choice
 * @param {{card: import("../protocol.js").ModelCard, test: {deviation: number, tolerance: number}}} prepared
 */
function report(choice, { card, test }) {
    const { deviation, tolerance } = test;
    return { card, device: { ...choice, deviation, tolerance } };
}

/** @param {Extract<ToWorker, {type: "explain"}>} message */
async function explain({ id, bytes, size, fit }) {
    if (!softcam || !engine) {
        throw new Error("explain before ready");
    }
    const begin = performance.now();
    const photo = softcam.Photo.decode(new Uint8Array(bytes));
    try {
        const view = photo.view(VIEW);
        const decoded = performance.now();
        const explanation = await engine.explain(photo, size, fit);
        const done = performance.now();
        const { width, height } = view;
        current?.explanation.free();
        current = { id, explanation, width, height };
        const explained = {
            id,
            logits: floats(explanation.logits()),
            probabilities: floats(explanation.probabilities()),
            maps: floats(explanation.maps()),
            rows: explanation.rows,
            columns: explanation.columns,
            placement: explanation.placement(),
            limit: explanation.limit,
            differenceLimit: explanation.differenceLimit,
            novelty: explanation.novelty() ?? null,
            view: { width, height, pixels: rgba(view.pixels()) },
            format: photo.format,
            milliseconds: { decode: decoded - begin, run: done - decoded },
        };
        view.free();
        const { logits, probabilities, maps } = explained;
        send({ type: "explained", id, explained }, [
            logits.buffer,
            probabilities.buffer,
            maps.buffer,
            explained.view.pixels.buffer,
        ]);
    } finally {
        photo.free();
    }
}

/** @param {Extract<ToWorker, {type: "overlay"}>} message */
function overlay({ id, request }) {
    // Pixels of another photo's map would be the worst answer of all.
    if (current?.id !== request.explanation) {
        send({ type: "overtaken", id });
        return;
    }
    const { shownClass, against, limit, smooth, contours } = request;
    const { width, height, explanation } = current;
    const pixels = rgba(
        explanation.overlay(shownClass, against ?? undefined, width, height, limit, smooth, contours),
    );
    send({ type: "painted", id, painted: { width, height, pixels } }, [pixels.buffer]);
}

/**
 * Arrays from wasm-bindgen are fresh copies on the JavaScript heap, never views of wasm memory.
 * @param {Uint8ClampedArray} array
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
function rgba(array) {
    return /** @type {Uint8ClampedArray<ArrayBuffer>} */ (array);
}

/**
 * @param {Float32Array} array
 * @returns {Float32Array<ArrayBuffer>}
 */
function floats(array) {
    return /** @type {Float32Array<ArrayBuffer>} */ (array);
}

/** @param {ToWorker} message */
async function handle(message) {
    switch (message.type) {
        case "prepare":
            return prepareCode(message);
        case "start":
            return start(message);
        case "open":
            return open(message);
        case "load":
            return load(message);
        case "handOver":
            return handOver(message);
        case "explain":
            return cancelled.delete(message.id) ? undefined : explain(message);
        case "overlay":
            return cancelled.delete(message.id) ? undefined : overlay(message);
    }
}

// The engine takes one call at a time: the second waits for the first, and can be cancelled while it waits.
let queue = Promise.resolve();

addEventListener("message", (/** @type {MessageEvent<ToWorker>} */ { data: message }) => {
    if (message.type === "cancel") {
        cancelled.add(message.id);
        return;
    }
    queue = queue.then(async () => {
        try {
            await handle(message);
        } catch (error) {
            const id = "id" in message ? message.id : null;
            const { failure, fatal } = toFailure(error);
            send({ type: "failed", id, failure, fatal: fatal || message.type === "start" });
        }
    });
});
