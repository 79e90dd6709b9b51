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
 * Milliseconds after which a bar without an end begins to move. It is drawn anew sixty times a second, on the cores that
 * the engine needs: what is soon over goes without.
 */
const SOON = 1000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let moving;

/**
 * @param {number} value
 * @param {number} max
 */
function showProgress(value, max) {
    clearTimeout(moving);
    progress.hidden = false;
    progressBar.max = max;
    progressBar.value = value;
}

/**
 * @param {number} bytes
 * @param {number} total
 */
export function showLoading(bytes, total) {
    showProgress(bytes, Math.max(1, total));
    progressText.textContent = `Loading the model and the engine: ${megabytes(bytes)} of ${megabytes(total)}`;
}

/** @param {string} what */
export function showPreparing(what) {
    showProgress(1, 1);
    moving = setTimeout(() => progressBar.removeAttribute("value"), SOON);
    progressText.textContent = `${what} \u2026`;
}

/**
 * @param {string} layer
 * @param {number} done
 * @param {number} total
 */
export function showConverting(layer, done, total) {
    showProgress(done, total);
    progressText.textContent = `Converting: ${layer}, step ${done} of ${total}`;
}

export function hideProgress() {
    clearTimeout(moving);
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
