/**
 * Progress, errors, and the badge that says what ran where.
 *
 * @module
 */

import { duration, megabytes } from "../format.js";
import { byId } from "./dom.js";

const progress = byId("progress", HTMLElement);
const progressBar = byId("progress-bar", HTMLProgressElement);
const progressText = byId("progress-text", HTMLElement);
const alert = byId("alert", HTMLElement);
const busy = byId("busy", HTMLElement);
const badge = byId("badge", HTMLElement);

/**
 * @param {number} bytes
 * @param {number} total
 */
export function showLoading(bytes, total) {
    progress.hidden = false;
    progressBar.max = Math.max(1, total);
    progressBar.value = bytes;
    progressText.textContent = `Loading the model and the engine: ${megabytes(bytes)} of ${megabytes(total)}`;
}

/** @param {string} what */
export function showPreparing(what) {
    progress.hidden = false;
    progressBar.removeAttribute("value");
    progressText.textContent = `${what} \u2026`;
}

export function hideProgress() {
    progress.hidden = true;
}

/** @param {import("../protocol.js").Failure} failure */
export function showFailure({ message, advice }) {
    alert.textContent = `${message} ${advice}`.trim();
    alert.hidden = false;
}

export function clearFailure() {
    alert.hidden = true;
    alert.textContent = "";
}

/** @param {string | null} text */
export function showBusy(text) {
    busy.hidden = text === null;
    busy.textContent = text ?? "";
}

/**
 * @param {import("../protocol.js").DeviceReport} device
 * @param {import("../protocol.js").Explained | null} explained
 * @param {number} size Side of the network's input.
 */
export function showBadge(device, explained, size) {
    const where = device.kind === "webgpu" ? `WebGPU: ${device.name}` : "CPU (one thread, SIMD)";
    const parts = [where];
    if (explained) {
        const { decode, run } = explained.milliseconds;
        parts.push(`${duration(run)} for ${size} \u00d7 ${size} pixels, ${duration(decode)} to open the ${explained.format}`);
    }
    parts.push(`self-test passed, off by ${device.deviation.toExponential(0)} of the range`);
    badge.textContent = [parts.join(" \u00b7 "), device.reason].filter(Boolean).join(". ");
    badge.dataset.device = device.kind;
}
