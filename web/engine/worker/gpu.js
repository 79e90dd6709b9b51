/**
 * Choosing a device, and noticing when it goes.
 *
 * @module
 */

/** @typedef {import("../protocol.js").DevicePreference} DevicePreference */

/**
 * The parts of WebGPU's adapter that the choice depends on.
 * @typedef {object} Adapter
 * @property {{has(feature: string): boolean}} features
 * @property {{vendor?: string, architecture?: string, device?: string, description?: string, isFallbackAdapter?: boolean}} [info]
 */

/** @typedef {{requestAdapter(options?: object): Promise<Adapter | null>}} Gpu */

/** @typedef {import("../protocol.js").DeviceChoice} Choice */

/**
 * @param {DevicePreference} preference
 * @param {{gpu?: Gpu, connection?: {saveData?: boolean}}} browser `navigator`
 * @returns {Promise<Choice>}
 */
export async function chooseDevice(preference, { gpu, connection }) {
    if (preference === "cpu") {
        return onCpu();
    }
    if (!gpu) {
        return onCpu({ reason: "This browser has no WebGPU.", code: "no-webgpu" });
    }
    if (preference === "auto" && connection?.saveData) {
        const reason = "This browser is set to save data, so the larger engine for WebGPU is fetched only if chosen.";
        return onCpu({ reason, code: "saves-data" });
    }
    /** @type {Adapter | null} */
    let adapter;
    try {
        adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    } catch (error) {
        const reason = `WebGPU could not be asked for an adapter (${error}).`;
        return onCpu({ reason, code: "adapter-unasked", values: { reason: String(error) } });
    }
    if (!adapter) {
        return onCpu({ reason: "WebGPU offers no graphics adapter here.", code: "no-adapter" });
    }
    // Without it, the GPU library stops the whole engine when it opens its first stream.
    if (!adapter.features.has("timestamp-query")) {
        const reason = "The graphics adapter has no timestamp queries, which the GPU engine needs.";
        return onCpu({ reason, code: "no-timestamps" });
    }
    const name = adapterName(adapter);
    if (preference === "auto" && isSoftware(adapter)) {
        const reason = `The only graphics adapter is emulated in software (${name}).`;
        return onCpu({ reason, code: "emulated", values: { name } });
    }
    return { kind: "webgpu", name, reason: "" };
}

/**
 * @param {Partial<Choice>} [why] Why it is not WebGPU, where it was not asked for.
 * @returns {Choice}
 */
export function onCpu({ reason = "", code, values } = {}) {
    return { kind: "cpu", name: "CPU", reason, code, values };
}

/** @param {Adapter} adapter */
export function isSoftware({ info = {} }) {
    const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
    return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/.test(text);
}

/** @param {Adapter} adapter */
function adapterName({ info = {} }) {
    const words = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" ");
    return words || "unnamed adapter";
}

/**
 * Tells when a GPU device of this realm is lost or reports an error that nobody caught. The engine makes its own device
 * deep inside, so this listens where devices come from.
 * @param {(message: string, code: string, values: {reason: string}) => void} onTrouble
 */
export function watchDevices(onTrouble) {
    const prototype = /** @type {any} */ (globalThis).GPUAdapter?.prototype;
    const requestDevice = prototype?.requestDevice;
    if (!requestDevice) {
        return;
    }
    prototype.requestDevice = async function (/** @type {any} */ ...options) {
        const device = await requestDevice.apply(this, options);
        device.lost.then((/** @type {{reason: string, message: string}} */ lost) => {
            if (lost.reason !== "destroyed") {
                const reason = lost.message || "no reason given";
                onTrouble(`The graphics device was lost (${reason}).`, "device-lost", { reason });
            }
        });
        device.addEventListener("uncapturederror", (/** @type {any} */ event) => {
            const reason = event.error.message;
            onTrouble(`The graphics device reported an error (${reason}).`, "device-error", { reason });
        });
        return device;
    };
}
