/** This project's engine, for the benchmark: loads once, then runs one picture as often as it is asked. */

/** @type {{engine: any, photo: any, size: number}} */
let loaded;

async function load({ device, model, picture, size }) {
    const begin = performance.now();
    const name = device === "webgpu" ? "softcam_web" : "softcam_cpu";
    const { default: init, Engine, Photo } = await import(`/pkg/${name}.js`);
    await init({ module_or_path: fetch(`/pkg/${name}_bg.wasm`) });
    const instantiated = performance.now();
    const weights = new Uint8Array(await (await fetch(model)).arrayBuffer());
    const engine = device === "webgpu" ? await Engine.onWebGpu() : Engine.onCpu();
    await engine.loadModel(weights);
    loaded = { engine, photo: Photo.decode(picture), size };
    return { instantiate: instantiated - begin, load: performance.now() - instantiated };
}

async function run() {
    const { engine, photo, size } = loaded;
    const begin = performance.now();
    const explanation = await engine.explain(photo, size, "stretch");
    const [logits, maps] = [explanation.logits(), explanation.maps()];
    const milliseconds = performance.now() - begin;
    explanation.free();
    return { milliseconds, logits, maps };
}

addEventListener("message", async ({ data }) => {
    try {
        postMessage(data.type === "load" ? await load(data) : await run());
    } catch (error) {
        postMessage({ error: String(error?.message ?? error) });
    }
});
