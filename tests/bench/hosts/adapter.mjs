/** What WebGPU runs on, and whether that is a GPU at all. Runs in a page as well as in Node. */

import { adapterName, isSoftware } from "../../../web/worker/gpu.js";

/**
 * @typedef {object} Adapter
 * @property {string} name
 * @property {boolean} software Emulated on the CPU: its times say nothing about any GPU.
 */

/**
 * @param {import("../../../web/worker/gpu.js").Gpu | undefined} gpu
 * @returns {Promise<Adapter | null>}
 */
export async function askAdapter(gpu) {
    const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
    return adapter ? { name: adapterName(adapter), software: isSoftware(adapter) } : null;
}

/**
 * The name of a device in a row of the results.
 * @param {"cpu" | "webgpu"} device
 * @param {Adapter | null} adapter
 */
export function deviceName(device, adapter) {
    return device === "webgpu" && adapter?.software ? "webgpu (software)" : device;
}
