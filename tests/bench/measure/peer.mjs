/** onnxruntime-web on the same network. */

import { takeCopying } from "./copying.mjs";
import { takeInstantiation } from "./instantiation.mjs";

const BUILDS = {
    cpu: { script: "ort.wasm.min.mjs", glue: "ort-wasm-simd-threaded", provider: "wasm" },
    webgpu: { script: "ort.webgpu.min.mjs", glue: "ort-wasm-simd-threaded.asyncify", provider: "webgpu" },
};

/**
 * @param {import("../plan.mjs").Case} question
 * @param {import("./ours.mjs").Files} files
 * @returns {Promise<import("./ours.mjs").Side>}
 */
export async function open(question, { locate, read }) {
    const { device, onnx, picture, size, mean, std, threads } = question;
    const { script, glue, provider } = BUILDS[device];
    const [wasm, weights, pixels] = await Promise.all([`/ort/${glue}.wasm`, onnx, picture.pixels].map(read));
    takeInstantiation();
    const begin = performance.now();
    const ort = await import(locate(`/ort/${script}`));
    ort.env.wasm.wasmPaths = { mjs: locate(`/ort/${glue}.mjs`) };
    ort.env.wasm.wasmBinary = wasm;
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = "error";
    const session = await ort.InferenceSession.create(weights, {
        executionProviders: [provider],
        graphOptimizationLevel: "all",
        // Fixed shapes let it plan its memory once.
        freeDimensionOverrides: { n: 1, height: size, width: size },
    });
    const instantiate = takeInstantiation();
    const load = performance.now() - begin - instantiate;

    const values = new Float32Array(3 * size * size);
    const run = async () => {
        takeCopying();
        const begin = performance.now();
        normalise(pixels, values, mean, std);
        const { logits, maps } = await session.run({ image: new ort.Tensor("float32", values, [1, 3, size, size]) });
        const answer = { logits: await logits.getData(), maps: await maps.getData() };
        const milliseconds = performance.now() - begin - takeCopying();
        logits.dispose();
        maps.dispose();
        return { milliseconds, ...answer };
    };
    return { times: { instantiate, load }, run };
}

/** What this project's engine does inside its wasm, and so inside its time. */
function normalise(pixels, values, mean, std) {
    const area = values.length / 3;
    for (let channel = 0; channel < 3; channel++) {
        const [offset, factor, from] = [mean[channel], 1 / std[channel], channel * area];
        for (let pixel = 0, at = channel; pixel < area; pixel++, at += 3) {
            values[from + pixel] = (pixels[at] - offset) * factor;
        }
    }
}
