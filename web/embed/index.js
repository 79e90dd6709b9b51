/**
 * SoftCAM for other pages: load a model, explain images, read the maps. Everything runs in a worker on the visitor's
 * machine.
 *
 *     import { SoftCam } from "softcam-web";
 *
 *     const softcam = await SoftCam.load("models/efficientnet-lite0.safetensors");
 *     const { logits, probabilities, maps, placement } = await softcam.explain(file);
 *
 * A page with a Content-Security-Policy needs `script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src
 * 'self'`, and with Trusted Types `trusted-types softcam-worker`.
 *
 * @module
 */

import { Engine, EngineError } from "../engine.js";

/** @typedef {import("../protocol.js").ModelCard} ModelCard */
/** @typedef {import("../protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("../protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("../protocol.js").Explained} Explained */
/** @typedef {import("../protocol.js").FitRule} FitRule */
/** @typedef {import("../protocol.js").Failure} Failure */

/**
 * @typedef {object} LoadOptions
 * @property {DevicePreference} [device] "auto" (the default), "webgpu" or "cpu". "auto" begins on the CPU, and goes on
 *     on WebGPU once that is ready behind it.
 * @property {(bytes: number, total: number) => void} [onProgress] Of the downloads.
 * @property {(failure: Failure, restarting: boolean) => void} [onBroken] The worker broke, after loading, and calls that
 *     were under way are rejected. With `restarting`, another one starts on the CPU, and new calls wait for it.
 */

/**
 * @typedef {object} ExplainOptions
 * @property {number} [size] Side of the network's input in pixels; else what the card recommends.
 * @property {FitRule} [fit] How the image becomes a square; else what the card recommends.
 */

/**
 * @typedef {object} OverlayOptions
 * @property {number} shownClass Whose evidence.
 * @property {number | null} [against] Class whose evidence is subtracted.
 * @property {number} [limit] End of the symmetric colour scale in logit units; else the one that all classes share.
 * @property {boolean} [smooth] Interpolate between cells: the default.
 * @property {boolean} [contours] Draw contour lines: the default.
 */

/** Where this package's files lie. */
const ASSETS = {
    wasm: new URL("../../pkg/", import.meta.url).href,
    worker: new URL("../worker/", import.meta.url).href,
    models: new URL("./", document.baseURI).href,
};

/** What every call rejects with: `failure` says whose fault it is, and what to do. */
export { EngineError };

/** A model on a device of the visitor's machine. */
export class SoftCam {
    #engine;
    /** @type {Extract<import("../protocol.js").FromWorker, {type: "ready"}>} */
    #loaded;

    /**
     * @param {Engine} engine
     * @param {Extract<import("../protocol.js").FromWorker, {type: "ready"}>} loaded
     */
    constructor(engine, loaded) {
        this.#engine = engine;
        this.#loaded = loaded;
    }

    /**
     * Loads a model file of this project.
     * @param {string | URL | Blob} model An address of this origin, or the file itself.
     * @param {LoadOptions} [options]
     * @returns {Promise<SoftCam>}
     */
    static async load(model, { device = "auto", onProgress = () => {}, onBroken = () => {} } = {}) {
        const blob = model instanceof Blob ? model : await fetchModel(model);
        return new Promise((resolve, reject) => {
            /** @type {SoftCam | null} */
            let softcam = null;
            const engine = new Engine(ASSETS, { blob, title: "" }, device, {
                loading: onProgress,
                preparing() {},
                converting() {},
                ready(loaded) {
                    if (softcam) {
                        softcam.#loaded = loaded;
                    } else {
                        softcam = new SoftCam(engine, loaded);
                        resolve(softcam);
                    }
                },
                moved(device) {
                    if (softcam) {
                        softcam.#loaded = { ...softcam.#loaded, device };
                    }
                },
                broken(failure, restarting) {
                    if (softcam) {
                        onBroken(failure, restarting);
                    } else if (!restarting) {
                        reject(new EngineError(failure));
                    }
                },
            });
            engine.start();
        });
    }

    /** What the model is: classes, input, training data, limits. @returns {ModelCard} */
    get card() {
        return this.#loaded.card;
    }

    /** A bar of the colour scale, from -limit to +limit. @returns {ImageData} */
    get colourBar() {
        const { pixels, width, height } = this.#loaded.colourBar;
        return new ImageData(pixels, width, height);
    }

    /** The device that computes now, and why it is that one. @returns {DeviceReport} */
    get device() {
        return this.#loaded.device;
    }

    /**
     * Explains an image: PNG, JPEG, WebP, BMP, GIF (first frame) or TIFF.
     * @param {Blob | ArrayBuffer} image
     * @param {ExplainOptions} [options]
     * @returns {Promise<Explained>} `maps` is `[classes, rows, columns]`, row-major, in logit units; the mean of a class's
     *     map is its logit.
     */
    async explain(image, { size = this.card.input.size, fit = this.card.input.fit } = {}) {
        const bytes = image instanceof Blob ? await image.arrayBuffer() : image;
        return this.#engine.explain(bytes, { size, fit });
    }

    /**
     * Draws the evidence of the last explanation, with transparency where there is none.
     * @param {Explained} explained
     * @param {OverlayOptions} options
     * @returns {Promise<ImageData>} Of the size of `explained.view`.
     */
    async overlay(explained, { shownClass, against = null, limit, smooth = true, contours = true }) {
        limit ??= against === null ? explained.limit : explained.differenceLimit;
        const request = { explanation: explained.id, shownClass, against, limit, smooth, contours };
        const { pixels, width, height } = await this.#engine.overlay(request);
        return new ImageData(pixels, width, height);
    }

    /** Ends the worker and frees its memory. */
    close() {
        this.#engine.stop();
    }
}

/**
 * @param {string | URL} address
 * @returns {Promise<Blob>}
 */
async function fetchModel(address) {
    const response = await fetch(new URL(address, document.baseURI), { credentials: "omit" }).catch((error) => {
        throw unreachable(address, String(error));
    });
    if (!response.ok) {
        throw unreachable(address, `status ${response.status}`);
    }
    return response.blob();
}

/**
 * @param {string | URL} address
 * @param {string} reason
 */
function unreachable(address, reason) {
    return new EngineError({
        fault: "network",
        message: `${address} could not be downloaded (${reason}).`,
        advice: "Check the address and the connection.",
    });
}
