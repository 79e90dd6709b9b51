/** This project's engine. */

import { takeInstantiation } from "./instantiation.mjs";

/**
 * @typedef {object} Answer
 * @property {number} milliseconds From RGB pixels to logits and maps in JavaScript's hands.
 * @property {Float32Array} logits
 * @property {Float32Array} maps
 */

/**
 * @typedef {object} Side One engine with a network on it.
 * @property {{instantiate: number, load: number}} times Milliseconds: of the wasm, and of all that follows until it can run.
 * @property {() => Promise<Answer>} run
 * @property {(count: number) => Promise<Batch>} [batch] Of ours alone.
 */

/**
 * @typedef {object} Batch
 * @property {number} count Answers without maps.
 * @property {number} together Milliseconds for each of those that are asked for at once.
 * @property {number} apart The same, asked for one by one.
 */

/**
 * @typedef {object} Files Where the host keeps what the sides need.
 * @property {(path: string) => string} locate An address to import a module from.
 * @property {(path: string) => Promise<Uint8Array>} read
 */

/**
 * @param {import("../plan.mjs").Case} question
 * @param {Files} files
 * @returns {Promise<Side>}
 */
export async function open(question, { locate, read }) {
    const { device, precision, variant, model, picture, size, threads, plain } = question;
    const { isFused, moduleForCpu } = await import(locate("/web/engine/worker/fused.js"));
    const onCpu = moduleForCpu(threads > 1, isFused && !plain);
    const name = variant ? "softcam_variants" : device === "webgpu" ? "softcam_web" : onCpu;
    const [wasm, weights, encoded] = await Promise.all([`/pkg/${name}_bg.wasm`, model, picture.bitmap].map(read));
    takeInstantiation();
    const begin = performance.now();
    const glue = locate(`/pkg/${name}.js`);
    const softcam = await import(glue);
    await softcam.default({ module_or_path: wasm });
    const instantiate = takeInstantiation();
    if (variant) {
        // Before a model comes: it is then that weights are laid out for whoever computes.
        softcam.setVariant(variant);
    }
    const engine = await (device === "webgpu" ? softcam.Engine.onWebGpu(precision !== "float") : onThreads(softcam, threads, locate, glue));
    const loaded = await engine.load(weights);
    const test = loaded.test();
    if (!test.passed) {
        throw new Error(`the model's known answer is off by ${test.deviation} of its range`);
    }
    const load = performance.now() - begin - instantiate;

    const photo = softcam.Photo.decode(encoded);
    const run = async () => {
        const begin = performance.now();
        const explanation = await loaded.explain(photo, size, "stretch", false, false);
        const [logits, maps] = [explanation.logits(), explanation.maps()];
        const milliseconds = performance.now() - begin;
        explanation.free();
        return { milliseconds, logits, maps };
    };
    const batch = async (count) => {
        const photos = Array.from({ length: count }, () => softcam.Photo.decode(encoded));
        const begin = performance.now();
        const answers = await loaded.answers(photos, size, "stretch", undefined);
        const between = performance.now();
        for (const answer of answers) {
            answer.free();
            (await loaded.answer(photo, size, "stretch", undefined)).free();
        }
        return { count, together: (between - begin) / count, apart: (performance.now() - between) / count };
    };
    return { times: { instantiate, load }, run, batch };
}

/** As the page's worker does it. */
async function onThreads(softcam, threads, locate, glue) {
    if (threads === 1) {
        return softcam.Engine.onCpu();
    }
    const engine = softcam.Engine.onThreads(threads - 1);
    const [module, memory] = softcam.threadParts();
    const others = Array.from({ length: threads - 1 }, () => new Worker(locate("/web/engine/worker/thread-worker.js"), { type: "module" }));
    const running = others.map((worker) => new Promise((resolve, reject) => Object.assign(worker, { onmessage: ({ data }) => data === "runs" && resolve(data), onerror: reject })));
    others.forEach((worker) => worker.postMessage({ glue, module, memory }));
    await Promise.all(running);
    return engine;
}
