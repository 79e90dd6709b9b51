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

import { Engine, EngineError, Superseded } from "../engine/engine.js";
import { evidenceMap } from "../evidence/view.js";

/** @typedef {import("../engine/protocol.js").ModelCard} ModelCard */
/** @typedef {import("../engine/protocol.js").DeviceReport} DeviceReport */
/** @typedef {import("../engine/protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("../engine/protocol.js").Explained} Explained */
/** @typedef {import("../engine/protocol.js").FitRule} FitRule */
/** @typedef {import("../engine/protocol.js").Edit} Edit */
/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("../engine/protocol.js").Loaded} Loaded */
/** @typedef {import("../engine/protocol.js").Rect} Rect */
/** @typedef {import("../engine/protocol.js").Painted} Painted */

/**
 * @typedef {object} LoadOptions
 * @property {DevicePreference} [device] "auto" (the default), "webgpu" or "cpu". "auto" begins on the CPU, and goes on
 *     on WebGPU once that is ready behind it.
 * @property {(bytes: number, total: number) => void} [onProgress] Of the downloads.
 * @property {(failure: Failure, restarting: boolean) => void} [onBroken] The worker broke, after loading, and calls that
 *     were under way are rejected. With `restarting`, another one starts on the CPU, and new calls wait for it.
 * @property {(device: DeviceReport) => void} [onDevice] Another device goes on, or there is more to say about this one.
 */

/**
 * @typedef {object} ExplainOptions
 * @property {number} [size] Side of the network's input in pixels; else what the card recommends.
 * @property {FitRule} [fit] How the image becomes a square; else what the card recommends.
 * @property {Edit[]} [edits] What is changed about the image before the network sees it.
 * @property {AbortSignal} [signal] Gives the question up, also while the network runs; the call then rejects with
 *     {@link Superseded}.
 */

/**
 * How evidence is drawn.
 * @typedef {object} OverlayOptions
 * @property {number} shownClass Whose evidence.
 * @property {number | null} [against] Class whose evidence is subtracted.
 * @property {number} [limit] End of the symmetric colour scale in logit units; else the one that all classes share, or of
 *     one class over another, one of its own.
 * @property {boolean} [smooth] Interpolate between cells: the default.
 * @property {boolean} [contours] Draw contour lines: the default.
 * @property {boolean} [fade] Weak evidence is transparent: the default; else both colours are even.
 * @property {Rect} [part] Of the image, in its pixels; else all of it.
 * @property {number} [width] Of the result in pixels; else as many as the part has, within bounds.
 * @property {number} [height]
 */

/** Where this package's files lie. */
const ASSETS = {
    wasm: new URL("../../pkg/", import.meta.url).href,
    worker: new URL("../engine/worker/", import.meta.url).href,
    models: new URL("./", document.baseURI).href,
};
/** The one that an engine of this package has. */
const MODEL = "model";
/** Largest side of what is drawn where nobody says how large. */
const LARGEST = 2560;

/** What every call rejects with: `failure` says whose fault it is, and what to do. */
export { EngineError };
/** What a call rejects with that was given up, or whose worker broke. */
export { Superseded };

/** A model on a device of the visitor's machine. */
export class SoftCam {
    #engine;
    #loaded;
    #images;

    /**
     * @param {Engine} engine
     * @param {Loaded} loaded
     * @param {Images} images
     */
    constructor(engine, loaded, images) {
        this.#engine = engine;
        this.#loaded = loaded;
        this.#images = images;
    }

    /**
     * Loads a model file of this project.
     * @param {string | URL | Blob} model An address of this origin, or the file itself.
     * @param {LoadOptions} [options]
     * @returns {Promise<SoftCam>}
     */
    static async load(model, { device = "auto", onProgress = () => {}, onBroken = () => {}, onDevice = () => {} } = {}) {
        const blob = model instanceof Blob ? model : await fetchModel(model);
        const images = new Images();
        const sources = {
            model: () => ({ blob, title: "" }),
            photo: (/** @type {string} */ id) => images.bytes(id),
        };
        return new Promise((resolve, reject) => {
            /** @type {SoftCam | null} */
            let softcam = null;
            const engine = new Engine(ASSETS, sources, MODEL, device, {
                loading: onProgress,
                preparing() {},
                ready(_, loaded) {
                    if (softcam) {
                        softcam.#loaded = loaded;
                        onDevice(loaded.device);
                    } else {
                        softcam = new SoftCam(engine, loaded, images);
                        resolve(softcam);
                    }
                },
                moved(device) {
                    if (softcam) {
                        softcam.#loaded = { ...softcam.#loaded, device };
                        onDevice(device);
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
    async explain(image, { size = this.card.input.size, fit = this.card.input.fit, edits = [], signal } = {}) {
        const blob = image instanceof Blob ? image : new Blob([image]);
        const looked = { photo: this.#images.identify(blob), size, fit, edits };
        const explained = await this.#engine.explain({ model: MODEL, shuffled: 0 }, looked, { signal });
        this.#images.keep(blob, explained, looked);
        return explained;
    }

    /**
     * Draws the evidence of an explanation, with transparency where there is none.
     * @param {Explained} explained By this model.
     * @param {OverlayOptions} options
     * @returns {Promise<ImageData>}
     */
    async overlay(explained, { shownClass, against = null, limit, smooth = true, contours = true, fade = true, ...where }) {
        const map = evidenceMap(explained, { shown: shownClass, against });
        const style = { limit: limit ?? map.limit, smooth, contours, fade, dark: explained.dark };
        const { evidence } = await this.#engine.draw({ looked: null, map, style, ...placeOf(explained, where) });
        return imageData(evidence);
    }

    /**
     * Draws what was explained: upright, and with the changes that were made to it. Evidence that is drawn of the same part
     * at the same size fits onto it.
     * @param {Explained} explained By this model.
     * @param {Pick<OverlayOptions, "part" | "width" | "height">} [where]
     * @returns {Promise<ImageData>}
     */
    async picture(explained, where = {}) {
        const looked = this.#images.looked(explained);
        const style = { limit: 1, smooth: false, contours: false, fade: false, dark: false };
        const { photo } = await this.#engine.draw({ looked, map: null, style, ...placeOf(explained, where) });
        return imageData(photo);
    }

    /**
     * A bar of the colour scale, from -limit to +limit.
     * @param {{fade?: boolean, dark?: boolean}} [style] As the evidence beside it is drawn; `dark` as in its explanation.
     * @returns {Promise<ImageData>}
     */
    async colourBar({ fade = true, dark = false } = {}) {
        return imageData(await this.#engine.ask("colourBar", { fade, dark }));
    }

    /** Ends the worker and frees its memory. */
    close() {
        this.#engine.stop();
    }
}

/**
 * The images that were explained, by an identifier that the worker knows them by. They stay as long as anybody has an
 * explanation of theirs, and the newest one.
 */
class Images {
    #count = 0;
    /** @type {WeakMap<Blob, string>} */
    #identifiers = new WeakMap();
    /** @type {Map<string, WeakRef<Blob>>} */
    #blobs = new Map();
    /** @type {WeakMap<Explained, {blob: Blob, looked: import("../engine/engine.js").Looked}>} */
    #explained = new WeakMap();
    /** @type {Blob | null} */
    #newest = null;
    /** @type {FinalizationRegistry<string>} */
    #gone = new FinalizationRegistry((id) => this.#blobs.delete(id));

    /** @param {Blob} blob */
    identify(blob) {
        let id = this.#identifiers.get(blob);
        if (id === undefined) {
            this.#count += 1;
            id = `own:${this.#count}`;
            this.#identifiers.set(blob, id);
            this.#blobs.set(id, new WeakRef(blob));
            this.#gone.register(blob, id);
        }
        return id;
    }

    /**
     * @param {Blob} blob
     * @param {Explained} explained
     * @param {import("../engine/engine.js").Looked} looked
     */
    keep(blob, explained, looked) {
        this.#newest = blob;
        this.#explained.set(explained, { blob, looked });
    }

    /** @param {Explained} explained */
    looked(explained) {
        const kept = this.#explained.get(explained);
        if (!kept) {
            throw new TypeError("This explanation is not one of this model's.");
        }
        return kept.looked;
    }

    /** @param {string} id */
    async bytes(id) {
        const blob = this.#blobs.get(id)?.deref() ?? this.#newest;
        if (!blob || this.#identifiers.get(blob) !== id) {
            throw new TypeError(`The image ${id} is gone.`);
        }
        return blob.arrayBuffer();
    }
}

/**
 * @param {Explained} explained
 * @param {Pick<OverlayOptions, "part" | "width" | "height">} where
 */
function placeOf({ placement: { photo } }, { part = { x: 0, y: 0, ...photo }, width, height }) {
    const scale = Math.min(1, LARGEST / Math.max(part.width, part.height));
    const whole = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
    return { part, width: width ?? whole(part.width), height: height ?? whole(part.height) };
}

/** @param {Painted | null} painted */
function imageData(painted) {
    if (!painted) {
        throw new TypeError("nothing was drawn");
    }
    return new ImageData(painted.pixels, painted.width, painted.height);
}

/**
 * @param {string | URL} address Of a model file, or of a `.json` file beside it that names it: `{"file": "NAME"}`.
 * @param {boolean} [follow] Whether it may be the latter.
 * @returns {Promise<Blob>}
 */
async function fetchModel(address, follow = true) {
    const response = await fetch(new URL(address, document.baseURI), { credentials: "omit" }).catch((error) => {
        throw unreachable(address, String(error));
    });
    if (!response.ok) {
        throw unreachable(address, `status ${response.status}`);
    }
    // A published page names its models by their hashes. A file with a name that stays says which one it is now.
    if (/\.json$/.test(new URL(response.url).pathname)) {
        const { file } = await response.json().catch(() => ({}));
        if (typeof file !== "string" || !follow) {
            throw unreachable(address, "it names no model");
        }
        return fetchModel(new URL(file, response.url), false);
    }
    return response.blob();
}

/**
 * @param {string | URL} address
 * @param {string} reason
 */
export function unreachable(address, reason) {
    const name = String(address);
    return new EngineError({
        fault: "network",
        code: "download-failed",
        values: { name, reason },
        message: `${name} could not be downloaded (${reason}).`,
        advice: "Check the address and the connection.",
    });
}
