/** Bytes over the wire: what each side needs before it can explain anything. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** As servers compress files in advance; brotli's 11 takes minutes on such files for another two per cent. */
const PACKINGS = {
    raw: async (bytes) => bytes,
    gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
    brotli: (bytes) =>
        promisify(brotliCompress)(bytes, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
        }),
};

const SHIPPED = "efficientnet-lite0";
/** One module for either device. */
const LITERT = [
    "/litert/core/dist/index.js",
    "/litert/wasm-utils/dist/index.js",
    "/litert/core/wasm/litert_wasm_internal.js",
    "/litert/core/wasm/litert_wasm_internal.wasm",
];
const CODE = {
    cpu: {
        ours: ["/pkg/softcam_cpu.js", "/pkg/softcam_cpu_bg.wasm"],
        peer: ["/ort/ort.wasm.min.mjs", "/ort/ort-wasm-simd-threaded.mjs", "/ort/ort-wasm-simd-threaded.wasm"],
    },
    webgpu: {
        ours: ["/pkg/softcam_web.js", "/pkg/softcam_web_bg.wasm"],
        peer: [
            "/ort/ort.webgpu.min.mjs",
            "/ort/ort-wasm-simd-threaded.asyncify.mjs",
            "/ort/ort-wasm-simd-threaded.asyncify.wasm",
        ],
    },
};

/**
 * @param {(address: string) => string} locate From a path on the benchmark's server to a file.
 * @param {string[]} networks
 * @param {Partial<Record<"peer" | "litert", string>>} peers Names by side: onnxruntime-web, and LiteRT.js, of which the code
 *     alone is weighed: its weights are as many floats.
 * @returns {Promise<object[]>} Rows without a ratio.
 */
export async function sizes(locate, networks, peers) {
    const weigh = async (packing, files) => {
        const all = files.map(async (file) => (await PACKINGS[packing](await readFile(locate(file)))).length);
        return (await Promise.all(all)).reduce((sum, length) => sum + length, 0);
    };
    const rows = [];
    for (const packing of peers.litert === undefined ? [] : Object.keys(PACKINGS)) {
        const peer = await weigh(packing, LITERT);
        for (const [device, { ours }] of Object.entries(CODE)) {
            const row = { host: "any", adapter: "", device, network: SHIPPED, metric: `wasm + JS, ${packing} bytes`, precision: "" };
            rows.push({ ...row, ours: await weigh(packing, ours), peer, peer_name: peers.litert });
        }
    }
    const any = { host: "any", adapter: "", peer_name: peers.peer };
    for (const packing of peers.peer === undefined ? [] : Object.keys(PACKINGS)) {
        const weights = async (network) => ({
            ours: await weigh(packing, [`/models/${network}-int8.safetensors`]),
            peer: await weigh(packing, [`/models/${network}-int8.onnx`]),
        });
        const shipped = await weights(SHIPPED);
        for (const [device, { ours: ourFiles, peer: peerFiles }] of Object.entries(CODE)) {
            const [ours, peer] = [await weigh(packing, ourFiles), await weigh(packing, peerFiles)];
            const row = { ...any, device, network: SHIPPED };
            rows.push({ ...row, metric: `wasm + JS, ${packing} bytes`, precision: "", ours, peer });
            const [oursInAll, peerInAll] = [ours + shipped.ours, peer + shipped.peer];
            const metric = `wasm + JS + weights, ${packing} bytes`;
            rows.push({ ...row, metric, precision: "int8", ours: oursInAll, peer: peerInAll });
        }
        // Where no device is chosen, the CPU's module makes the first picture; WebGPU's comes later, behind it.
        rows.push({
            ...any,
            device: "auto",
            network: SHIPPED,
            metric: `wasm + JS + weights to the first picture, ${packing} bytes`,
            precision: "int8",
            ours: (await weigh(packing, CODE.cpu.ours)) + shipped.ours,
            peer: (await weigh(packing, CODE.webgpu.peer)) + shipped.peer,
        });
        // Weights made by a hash do not compress, which says nothing about trained ones.
        for (const network of packing === "raw" ? networks : networks.filter((name) => name === SHIPPED)) {
            const metric = `weights, ${packing} bytes`;
            rows.push({ ...any, device: "any", network, metric, precision: "int8", ...(await weights(network)) });
        }
    }
    return rows;
}

/**
 * Bytes of these files after gzip.
 * @param {string[]} files
 */
export async function gzipped(files) {
    const lengths = await Promise.all(files.map(async (file) => (await PACKINGS.gzip(await readFile(file))).length));
    return lengths.reduce((sum, length) => sum + length, 0);
}
