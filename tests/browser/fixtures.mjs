/**
 * What onnxruntime computed (tests/parity), and the page's engine asked the same question.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./harness.mjs";

/**
 * The tensors of a safetensors file: U8 and F32.
 * @param {string} file
 * @returns {Promise<Record<string, {shape: number[], data: Uint8Array | Float32Array}>>}
 */
export async function readTensors(file) {
    const bytes = await readFile(file);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, start).toString());
    const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
    return Object.fromEntries(
        entries.map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
            const data = new Uint8Array(bytes.subarray(start + from, start + to));
            return [name, { shape, data: dtype === "F32" ? new Float32Array(data.buffer) : data }];
        }),
    );
}

/** A photo at one size, and the answers to it of the float and of the int8 network. */
export async function fixture(name) {
    const tensors = await readTensors(path.join(root, `tests/parity/${name}.safetensors`));
    const [size] = tensors.pixels.shape;
    const answer = (kind) => ({ logits: tensors[`${kind}.logits`].data, maps: tensors[`${kind}.maps`].data });
    const pixels = tensors.pixels.data;
    return { size, pixels, picture: bitmap(pixels, size), int8: answer("int8"), float: answer("float") };
}

/** RGB pixels as an uncompressed BMP file, so that the page decodes exactly these. */
export function bitmap(pixels, width, height = width) {
    const stride = Math.ceil((3 * width) / 4) * 4;
    const file = Buffer.alloc(54 + stride * height);
    file.write("BM");
    file.writeUInt32LE(file.length, 2);
    file.writeUInt32LE(54, 10);
    file.writeUInt32LE(40, 14);
    file.writeInt32LE(width, 18);
    file.writeInt32LE(height, 22);
    file.writeUInt16LE(1, 26);
    file.writeUInt16LE(24, 28);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const from = 3 * (y * width + x);
            // Bottom row first, blue before red.
            const to = 54 + (height - 1 - y) * stride + 3 * x;
            file.set([pixels[from + 2], pixels[from + 1], pixels[from]], to);
        }
    }
    return file;
}

/**
 * Starts an engine of its own beside the page's.
 * @param {import("playwright-core").Page} page On the project's page.
 * @param {{device?: string, model?: object}} [options] `model` replaces the first entry of web/models/index.json.
 * @returns {Promise<import("playwright-core").JSHandle<{engine: object, device: object, moves: object[],
 *     photos: Map<string, ArrayBuffer>, load: (source: object) => Promise<object>, explain: (picture: ArrayBuffer, how: {size: number, fit: string}) => Promise<object>}>>}
 *     `moves` grows with every device that takes over; `explain` asks the model that was loaded last.
 */
export function startEngine(page, { device = "cpu", model } = {}) {
    return page.evaluateHandle(
        async ({ device, model }) => {
            const { Engine } = await import("/web/engine/engine.js");
            const folder = (path) => new URL(path, document.baseURI).href;
            const assets = { wasm: folder("pkg/"), worker: folder("web/engine/worker/"), models: folder("web/models/") };
            const models = new Map([["0", model ?? (await (await fetch("/web/models/index.json")).json()).models[0]]]);
            const photos = new Map();
            const sources = { model: (id) => models.get(id), photo: async (id) => photos.get(id).slice(0) };
            const moves = [];
            let engine;
            const ready = await new Promise((resolve, reject) => {
                const broken = (failure) => reject(new Error(failure.message));
                const moved = (device, milliseconds) => moves.push({ device, milliseconds });
                const listener = { loading() {}, preparing() {}, moved, ready: (_, loaded) => resolve(loaded), broken };
                engine = new Engine(assets, sources, "0", device, listener);
                engine.start();
            });
            let current = "0";
            const load = (source) => {
                const id = String(models.size);
                models.set(id, source);
                return engine.load(id).then((loaded) => {
                    current = id;
                    return loaded;
                });
            };
            const explain = (picture, { size, fit }) => {
                const photo = String(photos.size);
                photos.set(photo, picture.slice(0));
                return engine.explain({ model: current, shuffled: 0 }, { photo, size, fit, edits: [] });
            };
            return { engine, device: ready.device, moves, photos, load, explain };
        },
        { device, model },
    );
}

/**
 * Has the page's own engine explain pictures that are the network's input already.
 * @param {import("playwright-core").Page} page On the project's page.
 * @param {{device: string, pictures: {picture: Buffer, size: number}[], model?: object}} question `model` replaces the
 *     first entry of web/models/index.json.
 * @returns {Promise<{device: object, answers: {logits: number[], maps: number[]}[]}>}
 */
export async function ask(page, { device, pictures, model }) {
    const started = await startEngine(page, { device, model });
    const encoded = pictures.map(({ picture, size }) => ({ base64: picture.toString("base64"), size }));
    return page.evaluate(
        async ([{ engine, explain, device }, encoded]) => {
            const answers = [];
            for (const { base64, size } of encoded) {
                const { buffer } = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
                const { logits, maps } = await explain(buffer, { size, fit: "stretch" });
                answers.push({ logits: [...logits], maps: [...maps] });
            }
            engine.stop();
            return { device, answers };
        },
        [started, encoded],
    );
}

/** Largest absolute difference. */
export function largestDifference(a, b) {
    if (a.length !== b.length) {
        throw new Error(`${a.length} values against ${b.length}`);
    }
    let largest = 0;
    for (let i = 0; i < a.length; i++) {
        largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
}

/** Difference between largest and smallest value. */
export function range(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    return high - low;
}
