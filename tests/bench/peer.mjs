/**
 * From navigation to the first overlay with onnxruntime-web: the least code that fetches the network, decodes a sample,
 * runs, and paints the top class's map over the picture. Sets `window.done` when the overlay is painted.
 */

const parameters = new URLSearchParams(location.search);
const device = parameters.get("device") ?? "cpu";
const size = 224;

const weights = fetch(`/models/${parameters.get("model")}`).then((response) => response.arrayBuffer());
const sample = fetch("/web/samples/chelsea.jpg").then((response) => response.blob());
const ort = await import(device === "webgpu" ? "/ort/ort.webgpu.min.mjs" : "/ort/ort.wasm.min.mjs");
ort.env.wasm.wasmPaths = "/ort/";
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(new Uint8Array(await weights), {
    executionProviders: [device === "webgpu" ? "webgpu" : "wasm"],
    graphOptimizationLevel: "all",
    freeDimensionOverrides: { n: 1, height: size, width: size },
});

const picture = await createImageBitmap(await sample);
const side = Math.min(picture.width, picture.height);
const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#canvas"));
canvas.width = canvas.height = size;
const context = canvas.getContext("2d");
context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, size, size);
const { data } = context.getImageData(0, 0, size, size);
const area = size * size;
const values = new Float32Array(3 * area);
for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
        values[channel * area + pixel] = (data[4 * pixel + channel] - 127) / 128;
    }
}
const { logits, maps } = await session.run({ image: new ort.Tensor("float32", values, [1, 3, size, size]) });
const scores = await logits.getData();
const top = scores.indexOf(Math.max(...scores));
const [, , rows, columns] = maps.dims;
const map = (await maps.getData()).subarray(top * rows * columns, (top + 1) * rows * columns);
const limit = Math.max(...map.map(Math.abs));
map.forEach((value, cell) => {
    context.fillStyle = `rgba(${value > 0 ? "176, 62, 0" : "30, 94, 178"}, ${Math.abs(value) / limit})`;
    context.fillRect(((cell % columns) * size) / columns, (Math.floor(cell / columns) * size) / rows, size / columns, size / rows);
});
window.done = true;
