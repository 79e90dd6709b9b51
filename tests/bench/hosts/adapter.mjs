/** What WebGPU runs on, and whether that is a GPU at all. Runs in a page as well as in Node. */

import { isSoftware } from "../../../web/engine/worker/gpu.js";

/**
 * @typedef {object} Adapter
 * @property {string} name
 * @property {boolean} software Emulated on the CPU: its times say nothing about any GPU.
 */

/**
 * @param {import("../../../web/engine/worker/gpu.js").Gpu | undefined} gpu
 * @returns {Promise<Adapter | null>}
 */
export async function askAdapter(gpu) {
    const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
    return adapter ? { name: nameOf(adapter.info), software: isSoftware(adapter) } : null;
}

/** All that is known: outside a browser that includes the card and the driver. */
function nameOf({ vendor = "", architecture = "", device = "", description = "" } = {}) {
    const card = device || [vendor, architecture].filter(Boolean).join(" ");
    return [card, description].filter(Boolean).join(", ") || "unnamed adapter";
}

/**
 * The name of a device in a row of the results.
 * @param {"cpu" | "webgpu"} device
 * @param {Adapter | null} adapter
 */
export function deviceName(device, adapter) {
    return device === "webgpu" && adapter?.software ? "webgpu (software)" : device;
}
