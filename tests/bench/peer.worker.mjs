/** onnxruntime-web on the same network, for the benchmark. */

/** @type {{session: any, input: any}} */
let loaded;

async function load({ device, model, pixels, size }) {
    const begin = performance.now();
    const build = device === "webgpu" ? "ort.webgpu.min.mjs" : "ort.wasm.min.mjs";
    const ort = await import(`/ort/${build}`);
    ort.env.wasm.wasmPaths = "/ort/";
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    const weights = new Uint8Array(await (await fetch(model)).arrayBuffer());
    const session = await ort.InferenceSession.create(weights, {
        executionProviders: [device === "webgpu" ? "webgpu" : "wasm"],
        graphOptimizationLevel: "all",
        // Fixed shapes let it plan its memory once.
        freeDimensionOverrides: { n: 1, height: size, width: size },
    });
    const area = size * size;
    const values = Float32Array.from({ length: 3 * area }, (_, index) => {
        const [channel, pixel] = [Math.floor(index / area), index % area];
        return (pixels[3 * pixel + channel] - 127) / 128;
    });
    loaded = { session, input: new ort.Tensor("float32", values, [1, 3, size, size]) };
    return { load: performance.now() - begin };
}

async function run() {
    const { session, input } = loaded;
    const begin = performance.now();
    const { logits, maps } = await session.run({ image: input });
    const [logitValues, mapValues] = [await logits.getData(), await maps.getData()];
    return { milliseconds: performance.now() - begin, logits: logitValues, maps: mapValues };
}

addEventListener("message", async ({ data }) => {
    try {
        postMessage(data.type === "load" ? await load(data) : await run());
    } catch (error) {
        postMessage({ error: String(error?.message ?? error) });
    }
});
