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
const alertText = byId("alert-text", HTMLElement);
const retry = byId("retry", HTMLButtonElement);
const save = byId("save", HTMLButtonElement);
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

/**
 * @param {string} layer
 * @param {number} done
 * @param {number} total
 */
export function showConverting(layer, done, total) {
    progress.hidden = false;
    progressBar.max = total;
    progressBar.value = done;
    progressText.textContent = `Converting: ${layer}, step ${done} of ${total}`;
}

export function hideProgress() {
    progress.hidden = true;
}

/**
 * @param {import("../protocol.js").Failure} failure
 * @param {(() => void) | null} [again] What to do about it with one click.
 */
export function showFailure({ message, advice }, again = null) {
    alertText.textContent = `${message} ${advice}`.trim();
    retry.hidden = again === null;
    retry.onclick = again;
    alert.hidden = false;
}

/** The visitor went on: the last alert has had its time, unless the way on is in it. */
export function clearFailure() {
    if (retry.hidden) {
        alert.hidden = true;
        alertText.textContent = "";
    }
}

/** The engine is gone. @param {boolean} restarting Whether it starts once more. */
export function showRestart(restarting) {
    retry.hidden = true;
    clearFailure();
    badge.textContent = restarting ? "Starting again \u2026" : "Not running";
    delete badge.dataset.device;
}

/** @param {"answer" | "withheld" | "nothing"} what Is on show: an answer, the reason why there is none, or no picture. */
export function showOutcome(what) {
    document.body.classList.toggle("explained", what !== "nothing");
    document.body.classList.toggle("withheld", what === "withheld");
    save.disabled = what !== "answer";
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
    parts.push("self-test passed");
    badge.textContent = [parts.join(" \u00b7 "), device.reason].filter(Boolean).join(". ");
    badge.title = `The known answer came out within ${device.deviation.toExponential(0)} of its range.`;
    badge.dataset.device = device.kind;
}
