/**
 * Model files of this project (crates/softcam/src/weights/file.rs), as far as the benchmark looks into them.
 */

import { contentsOf, safetensors } from "../browser/networks.mjs";

/**
 * What the peer has to know about a model, and how large it is.
 * @param {Buffer} bytes
 * @returns {{mean: number[], std: number[], parameters: number}}
 */
export function describe(bytes) {
    const { metadata, tensors } = contentsOf(bytes);
    const { mean, std } = JSON.parse(metadata.softcam).input;
    const learned = tensors.filter(({ name }) => /\.(weight|bias)$/.test(name));
    const parameters = learned.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return { mean, std, parameters };
}

/**
 * The same model with its int8 weights turned back into float: weight = scale * int8.
 * @param {Buffer} bytes
 * @returns {Buffer}
 */
export function inFloat(bytes) {
    const { metadata, tensors } = contentsOf(bytes);
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const list = tensors
        .filter(({ name }) => !name.endsWith(".weight_scale"))
        .map((tensor) => {
            const scale = byName.get(`${tensor.name}_scale`);
            if (!scale) {
                return tensor;
            }
            const scales = new Float32Array(scale.data.buffer);
            const integers = new Int8Array(tensor.data.buffer);
            const perChannel = integers.length / scales.length;
            const data = Float32Array.from(integers, (value, index) => value * scales[Math.floor(index / perChannel)]);
            return { ...tensor, dtype: "F32", data };
        });
    return safetensors(list, metadata);
}
