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
        return onCpu("");
    }
    if (!gpu) {
        return onCpu("This browser has no WebGPU.");
    }
    if (preference === "auto" && connection?.saveData) {
        return onCpu("This browser is set to save data, so the larger engine for WebGPU is fetched only if chosen.");
    }
    /** @type {Adapter | null} */
    let adapter;
    try {
        adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    } catch (error) {
        return onCpu(`WebGPU could not be asked for an adapter (${error}).`);
    }
    if (!adapter) {
        return onCpu("WebGPU offers no graphics adapter here.");
    }
    // Without it, the GPU library stops the whole engine when it opens its first stream.
    if (!adapter.features.has("timestamp-query")) {
        return onCpu("The graphics adapter has no timestamp queries, which the GPU engine needs.");
    }
    const name = adapterName(adapter);
    if (preference === "auto" && isSoftware(adapter)) {
        return onCpu(`The only graphics adapter is emulated in software (${name}).`);
    }
    return { kind: "webgpu", name, reason: "" };
}

/**
 * @param {string} reason
 * @returns {Choice}
 */
export function onCpu(reason) {
    return { kind: "cpu", name: "CPU", reason };
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
 * @param {(message: string) => void} onTrouble
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
                onTrouble(`The graphics device was lost (${lost.message || "no reason given"}).`);
            }
        });
        device.addEventListener("uncapturederror", (/** @type {any} */ event) => {
            onTrouble(`The graphics device reported an error (${event.error.message}).`);
        });
        return device;
    };
}
