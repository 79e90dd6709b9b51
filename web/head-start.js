/**
 * What the first picture needs, on its way before the rest of the page has arrived: the worker and its code, the lists of
 * models and samples, the model to start with, and the sample that a link names. It touches nothing of the document.
 *
 * @module
 */

import { firstModel } from "./catalogue.js";
import { Connection } from "./connection.js";

/** @typedef {import("./protocol.js").DevicePreference} DevicePreference */
/** @typedef {import("./protocol.js").ShippedModel} ShippedModel */
/** @typedef {import("./ui/gallery.js").Sample} Sample */

/**
 * @typedef {object} Offer
 * @property {import("./catalogue.js").Catalogue} catalogue
 * @property {import("./ui/gallery.js").SampleSets["sets"]} sets
 * @property {ShippedModel} model That the worker starts with.
 * @property {boolean} known Whether there is the model that the link names, if it names one.
 * @property {{sample: Sample, response: Promise<Response>} | null} picture That the link names.
 */

/** Links may carry a model, a device, a size and a sample; never a picture. */
export const parameters = new URLSearchParams(location.search);

const folder = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
/** Where the engine's files lie. */
export const assets = { wasm: folder("pkg/"), worker: folder("web/worker/"), models: folder("web/models/") };

/** That the worker starts with. */
export const device = devicePreference(parameters.get("device"));

/** The worker: its code comes at once, its model as soon as it is known which. */
export const worker = new Connection(assets);
worker.post({ type: "prepare", assets, device });

/** @type {Promise<Offer>} */
export const offer = findFirst();
// A failure is reported when the offer is waited for.
offer.catch(() => {});

/** @param {Sample} sample */
export function fetchSample({ file }) {
    return fetch(`web/samples/${file}`, { credentials: "omit" });
}

async function findFirst() {
    /** @type {[import("./catalogue.js").Catalogue, import("./ui/gallery.js").SampleSets]} */
    const [catalogue, { sets }] = await Promise.all([json("web/models/index.json"), json("web/samples/index.json")]);
    const wanted = parameters.get("sample");
    const set = Object.keys(sets).find((name) => sets[name].some(({ file }) => file === wanted));
    const linked = firstModel(catalogue, parameters.get("model"), set);
    const model = linked ?? catalogue.models[0];
    worker.post({ type: "start", assets, model, device });
    const sample = sets[model.samples]?.find(({ file }) => file === wanted);
    const picture = sample ? { sample, response: fetchSample(sample) } : null;
    // Here, too.
    picture?.response.catch(() => {});
    return { catalogue, sets, model, known: linked !== null, picture };
}

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
async function json(path) {
    const response = await fetch(path, { credentials: "omit" });
    if (!response.ok) {
        throw new Error(`${path}: status ${response.status}`);
    }
    return response.json();
}

/**
 * @param {string | null} asked
 * @returns {DevicePreference}
 */
function devicePreference(asked) {
    return asked === "webgpu" || asked === "cpu" ? asked : "auto";
}
