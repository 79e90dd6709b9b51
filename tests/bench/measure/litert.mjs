/** LiteRT.js on the same network. */

import { takeInstantiation } from "./instantiation.mjs";

/** With relaxed SIMD: what its loader takes wherever a browser has that. */
const BUILDS = { one: "/litert/core/wasm/litert_wasm_internal", several: "/litert/core/wasm/litert_wasm_threaded_internal" };

/**
 * @param {import("../plan.mjs").Case} question
 * @param {import("./ours.mjs").Files} files
 * @returns {Promise<import("./ours.mjs").Side>}
 */
export async function open(question, { locate, read }) {
    const { device, tflite, picture, size, mean, std, threads } = question;
    const build = threads > 1 ? BUILDS.several : BUILDS.one;
    const [wasm, weights, pixels, script] = await Promise.all(
        [`${build}.wasm`, tflite, picture.pixels, "/litert/core/dist/index.js"].map(read),
    );
    takeInstantiation();
    const begin = performance.now();
    const { loadLiteRt, loadAndCompile, Tensor } = await import(resolved(script, locate));
    // What Emscripten's script takes over: the bytes at hand, and where the workers of its threads load it from.
    Object.assign(self, { Module: { wasmBinary: wasm, mainScriptUrlOrBlob: locate(`${build}.js`) } });
    await loadLiteRt(locate(`${build}.js`));
    const instantiate = takeInstantiation();
    const accelerator = device === "webgpu" ? "webgpu" : "wasm";
    const model = await loadAndCompile(weights, {
        accelerator,
        cpuOptions: { numThreads: threads },
        // Where a GPU has 16-bit floats it would take them, and give other maps.
        gpuOptions: { precision: "fp32" },
    });
    if (model.options.accelerator !== accelerator || (device === "webgpu" && !model.isFullyAccelerated)) {
        throw new Error(`LiteRT.js does not run all of ${tflite} on ${device}`);
    }
    const load = performance.now() - begin - instantiate;

    const values = new Float32Array(3 * size * size);
    const run = async () => {
        const begin = performance.now();
        normalise(pixels, values, mean, std);
        const image = new Tensor(values, [1, size, size, 3]);
        const outputs = await model.run({ image });
        const [logits, maps] = [await outputs.logits.data(), await outputs.maps.data()];
        const milliseconds = performance.now() - begin;
        [image, outputs.logits, outputs.maps].forEach((tensor) => tensor.delete());
        // It has a cell's classes side by side, which serves a page as well: only the comparison needs the others' order.
        return { milliseconds, logits, maps: planes(maps, logits.length) };
    };
    return { times: { instantiate, load }, run };
}

/** An address of its script whose one import by name is an address too: workers have no import maps. */
function resolved(script, locate) {
    const text = new TextDecoder().decode(script);
    const [name, address] = ['"@litertjs/wasm-utils"', JSON.stringify(locate("/litert/wasm-utils/dist/index.js"))];
    if (!text.includes(name)) {
        throw new Error("LiteRT.js no longer imports what it did");
    }
    return URL.createObjectURL(new Blob([text.replace(name, address)], { type: "text/javascript" }));
}

/** Channels last, as TensorFlow has them: the pixels' own order. */
function normalise(pixels, values, mean, std) {
    const factors = std.map((value) => 1 / value);
    for (let at = 0; at < values.length; at += 3) {
        values[at] = (pixels[at] - mean[0]) * factors[0];
        values[at + 1] = (pixels[at + 1] - mean[1]) * factors[1];
        values[at + 2] = (pixels[at + 2] - mean[2]) * factors[2];
    }
}

/** A map after the other, from all classes of a cell after the other. */
function planes(cells, classes) {
    const area = cells.length / classes;
    const maps = new Float32Array(cells.length);
    for (let cell = 0, at = 0; cell < area; cell++) {
        for (let index = 0; index < classes; index++, at++) {
            maps[index * area + cell] = cells[at];
        }
    }
    return maps;
}
