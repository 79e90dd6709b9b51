/**
 * The worker: all of the wasm lives here. One question at a time; an answer carries the identifier of its question. A
 * question that is given up ends, also while the network runs.
 *
 * @module
 */

import { codeLiesIn } from "./decoding.js";
import { Progress, fetchModule } from "./download.js";
import { FailureError, toFailure } from "./failure.js";
import { moduleForCpu } from "./fused.js";
import { chooseDevice, onCpu, watchDevices } from "./gpu.js";
import { GREY_SIDE, isGrey } from "./grey.js";
import { Models, bytesOf } from "./models.js";
import { Photos } from "./photos.js";
import { threadCount } from "./thread-count.js";
import { onThreads, threadsStarted } from "./threads.js";
import { inTurn, listen, send } from "./turns.js";
import { UnknownError } from "./unknown.js";

/** @typedef {import("../protocol.js").ToWorker} ToWorker */
/** @typedef {import("../protocol.js").Questions} Questions */
/** @typedef {import("../protocol.js").Painted} Painted */
/** @typedef {import("../../../pkg/softcam_web.js").Engine} Engine */
/** @typedef {import("../../../pkg/softcam_web.js").Model} Model */
/** @typedef {typeof import("../../../pkg/softcam_web.js")} Softcam */

const COLOUR_BAR = { width: 256, height: 1 };

/**
 * The wasm module: with WebGPU, or a far smaller one that has only the CPU, for one thread or for several.
 * @type {Softcam | null}
 */
let softcam = null;
/** How many threads compute. */
let threads = 1;
/** @type {Engine | null} */
let engine = null;
/** @type {import("./gpu.js").Choice} */
let choice = onCpu();
let folder = "";
const models = new Models();
const photos = new Photos();
/** Bytes of the first model and of the code. */
const progress = new Progress((bytes, total) => send({ type: "loading", bytes, total }));
/** The code, once it was asked for. @type {ReturnType<typeof fetchCode> | null} */
let code = null;

watchDevices((message, code, values) => {
    const advice = "The engine is starting again on the CPU.";
    send({ type: "failed", id: null, failure: { fault: "device", code, values, message, advice }, fatal: true });
});

/** @param {Extract<ToWorker, {type: "prepare"}>} message */
function prepareCode({ assets, device }) {
    codeLiesIn(assets);
    code = fetchCode(assets, device);
    // A failure is reported when the code is waited for.
    code.catch(() => {});
}

/**
 * @param {import("../protocol.js").Assets} assets
 * @param {import("../protocol.js").DevicePreference} preference
 * @param {boolean} alone For one thread.
 * @returns {Promise<{softcam: Softcam, onWebGpu: Promise<Engine> | null, onCpu: Engine | null}>}
 */
async function fetchCode(assets, preference, alone = false) {
    const choosing = chooseDevice(preference, /** @type {any} */ (navigator));
    if (preference === "auto") {
        // The CPU answers at once; what a graphics adapter could do is for later.
        void choosing.then((outlook) => send({ type: "outlook", outlook }));
    } else {
        choice = await choosing;
    }
    const count = alone ? 1 : threadCount();
    if (choice.kind === "cpu" && count > 1) {
        const shared = await onThreads(assets.wasm, count, progress).catch(() => null);
        if (shared) {
            threads = count;
            return { softcam: /** @type {any} */ (shared.softcam), onWebGpu: null, onCpu: /** @type {any} */ (shared.engine) };
        }
    }
    const name = choice.kind === "webgpu" ? "softcam_web" : moduleForCpu(false);
    const { code } = await fetchModule(name, assets.wasm, progress);
    const softcam = /** @type {Softcam} */ (code);

    // The device sets itself up, kernels for int8 and all, while the weights are still on their way: all models that ship are int8.
    const onWebGpu = choice.kind === "webgpu" ? softcam.Engine.onWebGpu(true) : null;
    // A failure is dealt with where the engine is waited for.
    onWebGpu?.catch(() => {});
    return { softcam, onWebGpu, onCpu: null };
}

/** @param {Extract<ToWorker, {type: "start"}>} message */
async function start({ assets, model, source, device: preference, alone }) {
    folder = assets.models;
    codeLiesIn(assets);
    const arriving = bytesOf(source, folder, progress);
    // A failure is reported when the weights are waited for.
    arriving.catch(() => {});
    code ??= fetchCode(assets, preference, alone);
    const fetched = await code;
    softcam = fetched.softcam;
    const bytes = await arriving;
    send({ type: "preparing", what: "device" });
    await prepare(fetched, model, bytes);
    send({ type: "ready", model, loaded: report(model) });
}

/**
 * Puts the first model on the chosen device and checks that the device computes what it should; the CPU steps in otherwise.
 * @param {Awaited<ReturnType<typeof fetchCode>>} fetched With an engine on WebGPU where that was chosen.
 * @param {string} id
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function prepare({ softcam, onWebGpu, onCpu: shared }, id, bytes) {
    /** @type {Partial<import("./gpu.js").Choice>} */
    let why = choice;
    send({ type: "preparing", what: "device-test" });
    if (onWebGpu) {
        try {
            const candidate = await onWebGpu;
            const model = await candidate.load(bytes);
            const test = model.test();
            if (!test || test.passed) {
                engine = candidate;
                models.keep(id, model, bytes);
                return;
            }
            model.free();
            const percent = (100 * test.deviation).toPrecision(2);
            why = {
                reason: `The graphics adapter (${choice.name}) failed the self-test: it was off by ${percent} %.`,
                code: "adapter-failed-test",
                values: { name: choice.name, percent },
            };
        } catch (error) {
            const { failure, fatal } = toFailure(error);
            if (fatal || failure.fault === "model") {
                throw error;
            }
            why = { reason: failure.message, code: failure.code, values: failure.values };
        }
    }
    const onCpuNow = shared ?? softcam.Engine.onCpu();
    const model = await onCpuNow.load(bytes);
    if (model.test()?.passed === false) {
        throw new FailureError({
            fault: "device",
            code: "wrong-on-cpu",
            message: "This browser computes a wrong answer even on the CPU.",
            advice: "Update the browser or try another one; nothing is shown that could be wrong.",
        });
    }
    choice = onCpu(why);
    engine = onCpuNow;
    models.keep(id, model, bytes);
}

/** @param {string} id Of a model that is there. @returns {import("../protocol.js").Loaded} */
function report(id) {
    const { model } = models.find(id);
    const { deviation, tolerance } = model.test() ?? { deviation: 0, tolerance: 0 };
    return { card: model.card(), layers: model.layers(), device: { ...choice, threads: choice.kind === "cpu" ? threads : 1, deviation, tolerance } };
}

/** The code and the device, which are there once the worker is ready. */
function ready() {
    if (!softcam || !engine) {
        throw new Error("asked before ready");
    }
    return { softcam, engine };
}

/**
 * How each question is answered; a second value names what is handed over instead of copied.
 * @type {{[T in import("../protocol.js").Type]:
 *     (payload: Questions[T]["ask"], turn: import("./turns.js").Turn) => Promise<[Questions[T]["answer"], Transferable[]?]>}}
 */
const ANSWERS = {
    async load({ model: id, source }) {
        const { engine } = ready();
        if (!models.has(id)) {
            const progress = new Progress((bytes, total) => send({ type: "loading", bytes, total }));
            const bytes = await bytesOf(source, folder, progress);
            send({ type: "preparing", what: "model-test" });
            const model = await engine.load(bytes);
            if (model.test()?.passed === false) {
                model.free();
                throw new FailureError(failedTest());
            }
            models.keep(id, model, bytes);
        }
        return [report(id)];
    },

    async handOver({ model }) {
        return [models.find(model).file];
    },

    async explain({ of, seen, lean }, { goOn }) {
        const { softcam, engine } = ready();
        const begin = performance.now();
        forgetKept();
        const { photo, format, notes } = await photoOf(softcam, seen);
        const model = await modelOf(engine, of);
        const decoded = performance.now();
        const told = lean ? await answered(model, photo, seen, goOn) : await explained(model, photo, seen, goOn);
        const run = performance.now() - decoded;
        return [{ ...told, format, notes, milliseconds: { decode: decoded - begin, run } }, [told.logits.buffer, told.probabilities.buffer, told.maps.buffer]];
    },

    async answers({ of, seen, masks }, { goOn }) {
        const { softcam, engine } = ready();
        const model = await modelOf(engine, of);
        await keepUncovered(softcam, model, of, seen, goOn);
        const covered = await photos.each(softcam, seen, masks.slice(0, model.atOnce(seen.size)));
        if (!covered) {
            throw new UnknownError("photo");
        }
        const answers = (await model.answers(covered, seen.size, seen.fit, goOn)).map((answer) => {
            const told = { logits: floats(answer.logits()), novelty: answer.novelty() ?? null };
            answer.free();
            return told;
        });
        return [answers, answers.map(({ logits }) => logits.buffer)];
    },

    async draw({ seen, map, style, part, width, height }) {
        const { softcam } = ready();
        const paint = (/** @type {Uint8ClampedArray} */ pixels) => ({ width, height, pixels: rgba(pixels) });
        const { x, y } = part;
        const photo = seen && paint((await photoOf(softcam, seen)).photo.view(x, y, part.width, part.height, width, height));
        const evidence =
            map && paint(softcam.render(map.values, map.rows, map.columns, map.placement, part, width, height, style));
        return [{ photo, evidence }, [photo, evidence].flatMap((painted) => (painted ? [painted.pixels.buffer] : []))];
    },

    async colourBar({ fade, dark }) {
        const pixels = rgba(ready().softcam.colourBar(COLOUR_BAR.width, COLOUR_BAR.height, fade, dark));
        return [{ ...COLOUR_BAR, pixels }, [pixels.buffer]];
    },

    async similarity({ a, b }) {
        return [ready().softcam.similarity(a, b)];
    },

    async table({ of, subject, rows }) {
        const { softcam, engine } = ready();
        const table = softcam.resultTable(await modelOf(engine, of), subject, rows);
        const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (table.bytes());
        const stems = table.stems();
        table.free();
        return [{ bytes, stems }, [bytes.buffer]];
    },

    async npy({ values, classes, rows, columns }) {
        const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (ready().softcam.npy(values, classes, rows, columns));
        return [bytes, [bytes.buffer]];
    },
};

/**
 * A decision with its evidence.
 * @param {Model} model
 * @param {import("../../../pkg/softcam_web.js").Photo} photo
 * @param {import("../protocol.js").Seen} seen
 * @param {import("../../../pkg/softcam_web.js").PauseCallback} goOn
 */
async function explained(model, photo, seen, goOn) {
    // Of an edited picture, the original counts.
    const explanation = await model.explain(photo, seen.size, seen.fit, seen.edits.length === 0, false, goOn);
    const told = {
        logits: floats(explanation.logits()),
        probabilities: floats(explanation.probabilities()),
        maps: floats(explanation.maps()),
        rows: explanation.rows,
        columns: explanation.columns,
        placement: explanation.placement(),
        limit: explanation.limit,
        differenceLimit: explanation.differenceLimit,
        novelty: explanation.novelty() ?? null,
        dark: photo.dark(seen.size, seen.fit),
        grey: isGrey(photo.view(0, 0, photo.width, photo.height, GREY_SIDE, GREY_SIDE)),
    };
    explanation.free();
    return told;
}

/**
 * A decision alone: what is asked in hundreds must not take the time of maps and counterparts.
 * @type {typeof explained}
 */
async function answered(model, photo, seen, goOn) {
    const answer = await model.answer(photo, seen.size, seen.fit, goOn);
    const told = {
        logits: floats(answer.logits()),
        probabilities: floats(answer.probabilities()),
        maps: new Float32Array(),
        rows: 0,
        columns: 0,
        placement: answer.placement(),
        limit: 0,
        differenceLimit: 0,
        novelty: answer.novelty() ?? null,
        dark: false,
        grey: false,
    };
    answer.free();
    return told;
}

/** The run that a model keeps, so that covering a part costs only what the part reaches. @type {{model: Model, key: string} | null} */
let kept = null;

/**
 * Has a model keep its run on a picture of which parts are covered next, once for many of them.
 * @param {Softcam} softcam
 * @param {Model} model
 * @param {import("../protocol.js").Asked} of
 * @param {import("../protocol.js").Seen} seen
 * @param {import("../../../pkg/softcam_web.js").PauseCallback} goOn
 */
async function keepUncovered(softcam, model, of, seen, goOn) {
    const { bytes: _, ...named } = seen;
    const key = JSON.stringify([of, named]);
    if (kept?.model === model && kept.key === key) {
        return;
    }
    forgetKept();
    const { photo } = await photoOf(softcam, seen);
    await model.keep(photo, seen.size, seen.fit, goOn);
    kept = { model, key };
}

/** What is asked now is another picture: the memory is better used for it. */
function forgetKept() {
    // A model that was put away has freed it with everything else.
    if (kept && models.holds(kept.model)) {
        kept.model.forget();
    }
    kept = null;
}

/**
 * @param {Softcam} softcam
 * @param {import("../protocol.js").Seen} seen
 */
async function photoOf(softcam, seen) {
    const photo = await photos.find(softcam, seen);
    if (!photo) {
        throw new UnknownError("photo");
    }
    return photo;
}

/**
 * @param {Engine} engine
 * @param {import("../protocol.js").Asked} of
 */
async function modelOf(engine, { model, shuffled }) {
    if (!models.has(model)) {
        throw new UnknownError("model");
    }
    return shuffled === 0 ? models.find(model).model : models.shuffled(engine, model, shuffled);
}

/** What to say of a model that does not pass its test on a device that passed one before. @returns {import("../protocol.js").Failure} */
function failedTest() {
    if (choice.kind === "cpu") {
        return {
            fault: "model",
            code: "weights-differ",
            message: "The weights do not give the answer that was stored with them.",
            advice: "The file is damaged; download it again, or convert the model again.",
        };
    }
    return {
        fault: "device",
        code: "model-differs-on-adapter",
        values: { name: choice.name },
        message: `This model does not come out right on this graphics adapter (${choice.name}).`,
        advice: "Choose the CPU under Device, then open the model again.",
    };
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

listen(ANSWERS, (message) => {
    switch (message.type) {
        case "prepare":
            return prepareCode(message);
        case "threads-started":
            return threadsStarted(message.running);
        case "start":
            inTurn(async () => {
                try {
                    await start(message);
                } catch (error) {
                    send({ type: "failed", id: null, failure: toFailure(error).failure, fatal: true });
                }
            });
    }
});
