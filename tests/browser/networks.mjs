/**
 * Float checkpoints of the networks in tests/parity/torch-modules.json, with weights made by the same hash as in
 * tests/parity/make_torch_fixtures.py, as safetensors files.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./harness.mjs";

/** `count` values in [-1, 1), multiples of 2^-23: a hash of the name and the index. */
function pattern(name, count) {
    let seed = 2166136261;
    for (const byte of Buffer.from(name)) {
        seed = Math.imul(seed ^ byte, 16777619);
    }
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) {
        let x = (seed + Math.imul(index, 0x9e3779b9)) | 0;
        x ^= x >>> 16;
        x = Math.imul(x, 0x7feb352d);
        x ^= x >>> 15;
        x = Math.imul(x, 0x846ca68b);
        x ^= x >>> 16;
        values[index] = ((x >>> 8) - (1 << 23)) / (1 << 23);
    }
    return values;
}

/** The tensors of one network by PyTorch's names. */
function* tensors(modules) {
    for (const [module, description] of Object.entries(modules)) {
        const make = (part, shape, change) => {
            const name = `${module}.${part}`;
            const count = shape.reduce((product, length) => product * length, 1);
            return { name, shape, data: pattern(name, count).map(change) };
        };
        const [kind, ...rest] = description.split(" ");
        if (kind === "norm") {
            const shape = [Number(rest[0])];
            yield make("weight", shape, (v) => 1 + v * 0.25);
            yield make("bias", shape, (v) => v * 0.25);
            yield make("running_mean", shape, (v) => v * 0.25);
            yield make("running_var", shape, (v) => 1.125 + v * 0.5);
            continue;
        }
        const shape = kind.split("x").map(Number);
        const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
        const bound = Math.fround(Math.sqrt(Math.fround(6 / fanIn)));
        yield make("weight", shape, (v) => v * bound);
        if (rest.includes("bias")) {
            yield make("bias", shape.slice(0, 1), (v) => v * 0.125);
        }
    }
}

/** A safetensors file of these tensors: F32 unless `dtype` says otherwise. */
export function safetensors(list, metadata = {}) {
    let offset = 0;
    const entries = list.map(({ name, shape, data, dtype = "F32" }) => {
        const from = offset;
        offset += data.byteLength;
        return [name, { dtype, shape, data_offsets: [from, offset] }];
    });
    const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, header, ...list.map(({ data: { buffer, byteOffset, byteLength } }) => Buffer.from(buffer, byteOffset, byteLength))]);
}

/**
 * What a safetensors file holds, as `safetensors` above takes it.
 * @param {Buffer} bytes
 * @returns {{metadata: Record<string, string>, tensors: {name: string, dtype: string, shape: number[], data: Uint8Array}[]}}
 */
export function contentsOf(bytes) {
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const { __metadata__: metadata, ...entries } = JSON.parse(bytes.subarray(8, start).toString());
    const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
        return { name, dtype, shape, data: new Uint8Array(bytes.subarray(start + from, start + to)) };
    });
    return { metadata, tensors };
}

/**
 * The float checkpoint of a network in tests/parity/torch-modules.json.
 * @param {string} network
 * @param {number} [classes] Instead of the listing's five.
 */
export async function checkpoint(network, classes) {
    const networks = JSON.parse(await readFile(path.join(root, "tests/parity/torch-modules.json"), "utf8"));
    const modules = networks[network];
    const classifier = Object.keys(modules).findLast((name) => /^(classifier|fc)$/.test(name));
    if (classes !== undefined && classifier !== undefined) {
        modules[classifier] = modules[classifier].replace(/^\d+/, String(classes));
    }
    return safetensors([...tensors(modules)]);
}

/**
 * The same checkpoint with its first classes alone.
 * @param {Buffer} bytes Of a float32 safetensors file.
 * @param {number} count
 */
export function firstClasses(bytes, count) {
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, start).toString());
    const list = Object.entries(header)
        .filter(([name]) => name !== "__metadata__")
        .map(([name, { shape, data_offsets: [from, to] }]) => {
            const data = new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer);
            if (!/^(classifier|fc)\b/.test(name)) {
                return { name, shape, data };
            }
            return { name, shape: [count, ...shape.slice(1)], data: data.slice(0, (data.length / shape[0]) * count) };
        });
    return safetensors(list);
}
